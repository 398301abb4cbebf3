//! What the other side's pages send back with the merchant, and the proof that it was
//! they who sent it.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_plugin_runtime::manifest::{CallbackSpec, Manifest};

use crate::service::party::Party;

/// Check a callback by the rule of the plugin's manifest, if it has one.
///
/// # Errors
/// When the signature, the time or the shop is not as it must be.
pub(super) fn check(
    manifest: &Manifest,
    party: &Party,
    query: &str,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let Some(rule) = &manifest.callback else { return Ok(()) };
    let secrets = party.secrets();
    let is_signed = secrets.get(&rule.key).is_some_and(|key| is_signed(rule, key, query));
    let is_recent = rule.timestamp.as_deref().is_none_or(|name| is_recent(rule, value(query, name), now));
    let is_ours = rule.address.as_deref().is_none_or(|name| is_shop(manifest, party, value(query, name)));
    if is_signed && is_recent && is_ours {
        return Ok(());
    }
    tracing::warn!(plugin.id = manifest.id, is_signed, is_recent, is_ours, "a consent's proof does not hold");
    Err(Failure::new(
        ErrorKind::InvalidInput,
        format!(
            "{} did not send this answer, or it was sent for another shop or some time ago. Begin again.",
            manifest.name
        ),
    ))
}

/// The keyed hash is over all other parameters as they were sent, sorted by name.
fn is_signed(rule: &CallbackSpec, key: &SecretString, query: &str) -> bool {
    let Some(signature) = value(query, &rule.signature) else { return false };
    let Ok(signature) = hex::decode(signature) else { return false };
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| name(pair) != rule.signature).collect();
    pairs.sort_by_key(|pair| name(pair));
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()) else { return false };
    mac.update(pairs.join("&").as_bytes());
    // The comparison takes the same time however much is right.
    mac.verify_slice(&signature).is_ok()
}

fn is_recent(rule: &CallbackSpec, sent: Option<String>, now: DateTime<Utc>) -> bool {
    let sent = sent.and_then(|text| DateTime::from_timestamp(text.parse().ok()?, 0));
    let tolerance = TimeDelta::seconds(rule.max_age_seconds.into());
    sent.is_some_and(|sent| (now - sent).abs() <= tolerance)
}

fn is_shop(manifest: &Manifest, party: &Party, named: Option<String>) -> bool {
    let addresses = manifest.store.as_ref().and_then(|store| store.addresses.as_ref());
    let named = named.and_then(|named| addresses?.canonical_of(&named));
    named.is_some() && named == party.base_url
}

/// A parameter's value. One that stands there twice has none: it is not clear which of
/// the two counts.
fn value(query: &str, name: &str) -> Option<String> {
    let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known == name);
    let value = values.next()?.1.into_owned();
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> CallbackSpec {
        CallbackSpec {
            key: "secret".to_owned(),
            signature: "hmac".to_owned(),
            timestamp: Some("timestamp".to_owned()),
            max_age_seconds: 90,
            address: None,
        }
    }

    /// The hash was made with another program, of the other parameters as they stand here.
    const QUERY: &str = "code=0907a61c0c8d55e99db179b68161bc00\
        &hmac=67c2c6f24272992e7da79a71180afee8caa1f0bcf4c112bce38538e20d120c0e\
        &shop=some-shop.example&state=0.6784241404160823&timestamp=1337178173";

    #[test]
    fn the_hash_covers_every_parameter_in_any_order() {
        let holds = |query: &str| is_signed(&rule(), &SecretString::from("hush"), query);
        assert!(holds(QUERY));
        let mut turned: Vec<&str> = QUERY.split('&').collect();
        turned.reverse();
        assert!(holds(&turned.join("&")));
        for (from, to) in
            [("some-shop", "other-shop"), ("=0907", "=0908"), ("hmac=67", "hmac=00"), ("&hmac", "&hash")]
        {
            assert!(!holds(&QUERY.replacen(from, to, 1)), "{from}");
        }
        assert!(!holds(&format!("{QUERY}&more=1")));
        assert!(!holds(&format!("{QUERY}&hmac=00")), "two hashes");
        assert!(!is_signed(&rule(), &SecretString::from("hush hush"), QUERY));
    }

    #[test]
    fn an_answer_is_good_for_a_minute_and_a_half() {
        let recent = |seconds: i64| {
            let now = DateTime::from_timestamp(1_337_178_173 + seconds, 0).expect("a time");
            is_recent(&rule(), value(QUERY, "timestamp"), now)
        };
        assert!(recent(0) && recent(90) && recent(-90));
        assert!(!recent(91) && !recent(-91));
        let now = DateTime::from_timestamp(1_337_178_173, 0).expect("a time");
        assert!(!is_recent(&rule(), Some("soon".to_owned()), now) && !is_recent(&rule(), None, now));
    }
}
