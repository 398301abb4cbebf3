//! The addresses that a shop can have.

use sourcepilot_egress::Origin;

use super::shorten;
use crate::manifest::addresses::{Addresses, NAME};
use crate::manifest::error::Findings;
use crate::manifest::raw::RawStore;

pub(super) fn check_addresses(findings: &mut Findings<'_>, raw: &RawStore) -> Option<Addresses> {
    for form in &raw.addresses {
        let text = form.as_ref();
        if text.matches(NAME).count() != 1 || text.contains("://") || text.chars().any(char::is_uppercase) {
            findings.at(
                form,
                format!(
                    "`addresses`: `{}` must be in lower case, without a scheme, and hold `{NAME}` once",
                    shorten(text)
                ),
            );
        }
    }
    match (&raw.canonical, raw.addresses.first()) {
        (None, None) => None,
        (None, Some(first)) => {
            findings.at(first, "`addresses` need `canonical` beside them: the address that they mean");
            None
        }
        (Some(canonical), first) => {
            let text = canonical.as_ref();
            if text.matches(NAME).count() != 1 || Origin::parse(&text.replace(NAME, "name")).is_err() {
                findings.at(canonical, format!("`canonical` must be an origin that holds `{NAME}` once"));
            }
            if first.is_none() {
                findings
                    .at(canonical, "`canonical` needs `addresses` beside it: the forms that people enter");
            }
            let forms = raw.addresses.iter().map(|form| form.as_ref().clone()).collect();
            Some(Addresses { forms, canonical: text.clone() })
        }
    }
}
