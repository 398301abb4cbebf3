//! Taking tokens out of answers before the guest sees them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde_json::Value;

use crate::credential::Captured;
use crate::origin::Origin;
use crate::pattern::UrlPattern;

/// The end of a token is believed up to this far ahead.
const LONGEST_LIFE_DAYS: i64 = 3660;
/// A service that leaves out the end which it states at other times: a token is held to
/// be good for so long, and never for one without end.
const UNSTATED_LIFE: TimeDelta = TimeDelta::hours(1);

/// One `[[capture]]` of a manifest.
#[derive(Clone, Debug)]
pub struct CaptureRule {
    /// The credential that receives the token.
    pub credential: String,
    /// The answers that carry it.
    pub url: UrlPattern,
    /// JSON pointer to the token.
    pub pointer: String,
    /// JSON pointer to its life in seconds.
    pub expires_in: Option<String>,
    /// JSON pointer to its end: milliseconds since 1970 or an ISO 8601 date.
    pub expires_at: Option<String>,
    /// It is what others are renewed with; an end that is not stated is not known then.
    pub renews: bool,
}

/// What became of an answer.
pub(crate) struct Taken {
    /// The answer without tokens; `None` when nothing had to change.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) captured: Vec<Captured>,
    /// Names of token-like members that no rule expected there.
    pub(crate) unexpected: Vec<String>,
}

/// An answer to a token request that cannot be searched.
pub(crate) struct NotJson;

/// Applies the rules of `origin` to an answer.
///
/// Where a rule's address matches, the answer must be JSON or empty. Members
/// named like a captured one are hidden in every other JSON answer of the same
/// origin as well: a guest could otherwise provoke a differently wrapped answer.
pub(crate) fn take(
    rules: &[CaptureRule],
    origin: &Origin,
    url: &url::Url,
    success: bool,
    body: &[u8],
    now: Option<DateTime<Utc>>,
) -> Result<Taken, NotJson> {
    let mut taken = Taken { body: None, captured: Vec::new(), unexpected: Vec::new() };
    let ours: Vec<_> = rules.iter().filter(|rule| rule.url.origin() == origin).collect();
    if ours.is_empty() || body.iter().all(u8::is_ascii_whitespace) {
        return Ok(taken);
    }
    let matching: Vec<_> = ours.iter().copied().filter(|rule| rule.url.matches(origin, url)).collect();
    let members: Vec<&str> = ours.iter().filter_map(|rule| member(&rule.pointer)).collect();
    if matching.is_empty() && !members.iter().any(|name| holds(body, name)) {
        return Ok(taken);
    }
    let Ok(mut document) = serde_json::from_slice::<Value>(body) else {
        return if success && !matching.is_empty() { Err(NotJson) } else { Ok(taken) };
    };
    for rule in matching {
        let expires_at = expiry(&document, rule, now);
        let Some(place) = document.pointer_mut(&rule.pointer) else { continue };
        let Some(token) = token(place) else { continue };
        *place = Value::from(format!("{{{{credential:{}}}}}", rule.credential));
        if success {
            taken.captured.push(Captured { credential: rule.credential.clone(), value: token, expires_at });
        }
    }
    hide(&mut document, &members, &mut taken.unexpected);
    taken.body = Some(document.to_string().into_bytes());
    Ok(taken)
}

fn member(pointer: &str) -> Option<&str> {
    pointer.rsplit('/').next().filter(|name| !name.is_empty() && name.parse::<usize>().is_err())
}

fn holds(body: &[u8], name: &str) -> bool {
    memchr::memmem::find(body, name.as_bytes()).is_some()
}

fn token(value: &Value) -> Option<SecretString> {
    match value {
        Value::String(text) if !text.is_empty() => Some(SecretString::from(text.as_str())),
        Value::Number(number) => Some(SecretString::from(number.to_string())),
        _ => None,
    }
}

/// Hides members named like a captured one, also in JSON inside strings.
fn hide(value: &mut Value, members: &[&str], found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, members, found)),
        Value::Object(map) => {
            for (name, inner) in map.iter_mut() {
                let ours = inner.as_str().is_some_and(|text| text.starts_with("{{credential:"));
                if members.contains(&name.as_str()) && !ours && token(inner).is_some() {
                    *inner = Value::from("[redacted]");
                    found.push(name.clone());
                } else {
                    hide(inner, members, found);
                }
            }
        }
        Value::String(text) if members.iter().any(|name| text.contains(name)) => {
            if let Ok(mut inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                let before = found.len();
                hide(&mut inner, members, found);
                if found.len() > before {
                    *value = Value::from(inner.to_string());
                }
            }
        }
        _ => {}
    }
}

fn expiry(document: &Value, rule: &CaptureRule, now: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let at = |pointer: &Option<String>| pointer.as_deref().and_then(|pointer| document.pointer(pointer));
    let from_now = || {
        let seconds = at(&rule.expires_in).and_then(number)?;
        now?.checked_add_signed(TimeDelta::try_seconds(seconds)?)
    };
    let unstated = || {
        let stated = rule.expires_in.is_some() || rule.expires_at.is_some();
        if stated && !rule.renews { now?.checked_add_signed(UNSTATED_LIFE) } else { None }
    };
    let end = from_now().or_else(|| at(&rule.expires_at).and_then(date)).or_else(unstated)?;
    let latest = now.and_then(|now| now.checked_add_signed(TimeDelta::days(LONGEST_LIFE_DAYS)));
    Some(latest.map_or(end, |latest| end.min(latest)))
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn date(value: &Value) -> Option<DateTime<Utc>> {
    if let Some(millis) = number(value) {
        return DateTime::from_timestamp_millis(millis);
    }
    let text = value.as_str()?.trim();
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|date| date.to_utc())
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
                .map(|date| date.and_utc())
        })
        .or_else(|error| {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| error)?;
            Ok::<_, chrono::ParseError>(day.and_time(chrono::NaiveTime::MIN).and_utc())
        })
        .ok()
}
