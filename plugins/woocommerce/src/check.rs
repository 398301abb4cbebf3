//! Whether the shop can be reached, recognises the key, and may be written to.

use serde_json::{Value, json};
use sourcepilot_sdk::{Account, Attribute, ErrorKind, Failure};

use crate::auth::Auth;
use crate::facts;
use crate::session::Shop;
use crate::site::{RestBase, Site};
use crate::text::{shorten, unescape};
use crate::trouble::Trouble;
use crate::wire::{Currency, Index, SystemStatus};

/// The API that we use.
const NAMESPACE: &str = "wc/v3";
/// Since this version the SKU is a lock.
const LOCKING: (u32, u32) = (9, 3);

/// Name under which the way of authentication is handed back through the host.
pub(crate) const AUTH: &str = "x-woocommerce.auth";
/// Name under which the shop's own name for itself is handed back: requests are signed for it.
pub(crate) const HOME: &str = "x-woocommerce.home";
/// Name under which the path of the API is handed back.
pub(crate) const REST_BASE: &str = "x-woocommerce.rest-base";

/// Check the connection: discovery, key, reckoning, permission to write.
///
/// # Errors
/// A sentence about the first thing that does not work.
pub(crate) fn check(shop: &Shop<'_>) -> Result<Account, Failure> {
    let index = discover(shop)?;
    if !index.namespaces.iter().any(|namespace| namespace == NAMESPACE) {
        return Err(Failure::unsupported(
            "The site is a WordPress site without the WooCommerce API. Check that WooCommerce is installed \
             and active.",
        ));
    }
    let home = Site::parse(&index.home).ok();
    if let Some(home) = &home {
        shop.sign_as(home);
    }
    let currency: Currency = shop
        .get("data/currencies/current", &[("_fields", "code")])
        .map_err(|trouble| shop.read_failure(trouble))?;
    probe_writing(shop)?;
    let status = system_status(shop)?;
    account(shop, &index, home, &currency, &status)
}

/// Read the first page of the API, and find out where it is on the way.
fn discover(shop: &Shop<'_>) -> Result<Index, Failure> {
    let first = match shop.index() {
        Ok(index) => return Ok(index),
        Err(trouble) if trouble.looks_misrouted() => trouble,
        Err(trouble) => return Err(shop.read_failure(trouble)),
    };
    if plain_permalinks(shop) {
        return Err(Failure::new(
            ErrorKind::Unsupported,
            "The shop uses “plain” permalinks, with which WooCommerce does not accept API keys. Choose any \
             other structure under Settings, Permalinks in WordPress.",
        )
        .with_code("plain-permalinks"));
    }
    Err(shop.read_failure(first))
}

/// With plain permalinks the index answers only as a parameter.
fn plain_permalinks(shop: &Shop<'_>) -> bool {
    // Whole, the index is larger than a megabyte.
    shop.get_public::<Index>("/", &[("rest_route", "/"), ("_fields", "namespaces")]).is_ok()
}

/// An empty batch changes nothing, but is refused to a key that may only read.
fn probe_writing(shop: &Shop<'_>) -> Result<(), Failure> {
    match shop.post::<Value>("products/batch", &json!({})) {
        Ok(_) => Ok(()),
        Err(trouble) => Err(shop.read_failure(trouble)),
    }
}

/// Versions and reckoning. Only managers may read them, and some shops take long:
/// what they answer is welcome, and nothing fails without it.
fn system_status(shop: &Shop<'_>) -> Result<SystemStatus, Failure> {
    match shop.get("system_status", &[("_fields", "environment,settings")]) {
        Ok(status) => Ok(status),
        Err(Trouble::Transport(failure)) if failure.kind != ErrorKind::Timeout => Err(failure),
        Err(_) => Ok(SystemStatus::default()),
    }
}

fn account(
    shop: &Shop<'_>,
    index: &Index,
    home: Option<Site>,
    currency: &Currency,
    status: &SystemStatus,
) -> Result<Account, Failure> {
    if currency.code.len() != 3 {
        return Err(Failure::upstream_changed("The shop does not tell its currency."));
    }
    let code = currency.code.to_ascii_uppercase();
    let decimals = match status.decimals.and_then(|count| u32::try_from(count).ok()) {
        Some(decimals) => decimals.min(8),
        None => facts::decimals(shop)?,
    };
    let mut extra = vec![
        entry(AUTH, shop.auth().as_str()),
        entry(REST_BASE, shop.rest_base().as_str()),
        entry(facts::CURRENCY, &code),
        entry(facts::DECIMALS, &decimals.to_string()),
    ];
    if let Some(home) = &home {
        extra.push(entry(HOME, home.as_str()));
    }
    if let Some(unit) = facts::setting(shop, "products", "woocommerce_weight_unit")? {
        extra.push(entry(facts::WEIGHT_UNIT, &unit));
    }
    if !status.version.is_empty() {
        extra.push(entry("x-woocommerce.version", shorten(&status.version, 20)));
    }
    let canonical = home.filter(|home| !home.is_same(shop.address()));
    let name = unescape(index.name.trim());
    let place = canonical.as_ref().unwrap_or(shop.address());
    let label = if name.is_empty() { host(place) } else { shorten(&name, 100) };
    Ok(Account {
        id: place.as_str().split_once("://").map_or("", |(_, rest)| rest).to_owned(),
        label: label.to_owned(),
        currency: Some(code),
        canonical_url: canonical.as_ref().map(|home| home.as_str().to_owned()),
        scopes: vec!["read_write".to_owned()],
        warnings: warnings(shop, canonical.as_ref(), status),
        extra,
    })
}

fn entry(name: &str, value: &str) -> Attribute {
    Attribute { name: name.to_owned(), value: value.to_owned() }
}

fn host(site: &Site) -> &str {
    site.as_str().split_once("://").map_or("", |(_, rest)| rest)
}

fn warnings(shop: &Shop<'_>, canonical: Option<&Site>, status: &SystemStatus) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(home) = canonical {
        warnings.push(format!(
            "The shop calls itself {}. Requests go on to the address that was entered; enter the other one if \
             it is the right one.",
            home.as_str()
        ));
    }
    if !canonical.unwrap_or(shop.address()).is_secure() {
        warnings.push(
            "The shop is reached without encryption. The key stays secret, because requests are signed, but \
             what is written can be read on the way. Switch the shop to https."
                .to_owned(),
        );
    }
    match shop.auth() {
        Auth::Query => warnings.push(
            "The web server drops the Authorization header, so the key travels in the address of each \
             request and may end up in its logs. Ask the host to pass the header on."
                .to_owned(),
        ),
        Auth::SignedAsPlain => warnings.push(
            "WordPress believes that the shop is reached without encryption. Requests are signed instead; \
             pass X-Forwarded-Proto on to it to put that right."
                .to_owned(),
        ),
        Auth::Basic | Auth::Signed => {}
    }
    if shop.rest_base() != RestBase::pretty() {
        warnings.push(format!(
            "The API is found under {} only; the web server does not rewrite addresses.",
            shop.rest_base().as_str()
        ));
    }
    if version(&status.version).is_some_and(|version| version < LOCKING) {
        warnings.push(format!(
            "WooCommerce {} does not lock SKUs; two imports at the same moment could make two products. \
             Update it.",
            shorten(&status.version, 20)
        ));
    }
    warnings
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
