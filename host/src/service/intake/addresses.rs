//! Addresses that dashboards and shops will fetch or show.

use sourcepilot_domain::product::ProductRef;
use sourcepilot_egress::{EgressConfig, Origin};

/// Longer addresses break shops' databases.
const LONGEST: usize = 2_000;

/// A picture's address as others may fetch it: https wherever the place is public.
pub(super) fn picture(outside: &EgressConfig, address: &str) -> Option<String> {
    let address = address.trim();
    if address.len() > LONGEST || !outside.permits_address(address) {
        return None;
    }
    let origin = Origin::of_address(address).ok()?;
    // What is reached by an exception for local work has no certificate.
    let is_usual = !origin.is_https() && origin.port() == 80 && origin.ip().is_none();
    match address.split_once("://") {
        Some((_, rest)) if is_usual => Some(format!("https://{}", rest.replacen(":80/", "/", 1))),
        _ => Some(address.to_owned()),
    }
}

/// A reference whose page may be shown.
pub(super) fn reference(outside: &EgressConfig, reference: ProductRef) -> ProductRef {
    let ProductRef { id, url, variant } = reference;
    ProductRef { id, url: url.filter(|url| outside.permits_address(url)), variant }
}

pub(super) fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}
