//! What a consent's callback must prove.

use std::collections::BTreeSet;

use toml::Spanned;

use super::shorten;
use crate::manifest::error::Findings;
use crate::manifest::raw::RawCallback;
use crate::manifest::{CallbackSpec, CredentialSpec, Feature, StoreSection, words};

/// Seconds between the other side's page and ours, unless the manifest says otherwise.
const MAX_AGE: u32 = 90;

pub(super) fn check_callback(
    findings: &mut Findings<'_>,
    features: &BTreeSet<Feature>,
    credentials: &[CredentialSpec],
    store: Option<&StoreSection>,
    raw: RawCallback,
) -> CallbackSpec {
    let RawCallback { key, signature, timestamp, max_age_seconds, address } = raw;
    if !features.contains(&Feature::Authorization) {
        findings.at(&key, "`[callback]` needs the feature `authorization`");
    }
    match credentials.iter().find(|known| known.name == *key.as_ref()) {
        None => {
            let name = shorten(key.as_ref());
            findings.at(&key, format!("`key` names `{name}`, which is no `[[credential]]`"));
        }
        Some(credential) if credential.public => findings.at(&key, "`key` must not be `public`"),
        Some(_) => {}
    }
    for name in [Some(&signature), timestamp.as_ref(), address.as_ref()].into_iter().flatten() {
        if !words::is_credential_name(name.as_ref()) {
            let name_text = shorten(name.as_ref());
            findings.at(name, format!("`{name_text}` is no name of a parameter; use a-z, 0-9 and `_`"));
        }
    }
    if let Some(age) = &max_age_seconds
        && !(1..=3600).contains(age.as_ref())
    {
        findings.at(age, "`max_age_seconds` must be between 1 and 3600");
    }
    if let Some(address) = &address
        && store.is_none_or(|store| store.addresses.is_none())
    {
        findings.at(address, "`address` needs `addresses` in `[store]`: the forms that name a shop");
    }
    CallbackSpec {
        key: key.into_inner(),
        signature: signature.into_inner(),
        timestamp: timestamp.map(Spanned::into_inner),
        max_age_seconds: max_age_seconds.map_or(MAX_AGE, Spanned::into_inner),
        address: address.map(Spanned::into_inner),
    }
}
