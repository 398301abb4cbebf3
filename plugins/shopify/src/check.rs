//! Whether the shop can be reached, accepts the token, and may be written to.

use sourcepilot_sdk::{Account, Failure};

use crate::api::Shop;
use crate::facts;
use crate::text::shorten;

/// Without it nothing works.
const NEEDED: &str = "write_products";

/// Check the connection.
///
/// # Errors
/// A sentence about the first thing that does not work.
pub(crate) fn check(shop: &Shop<'_>) -> Result<Account, Failure> {
    let data = facts::ask(shop)?;
    let scopes: Vec<String> = data
        .current_app_installation
        .iter()
        .flat_map(|installation| &installation.access_scopes)
        .map(|scope| scope.handle.clone())
        .collect();
    let has = |scope: &str| scopes.iter().any(|granted| granted == scope);
    if !scopes.is_empty() && !has(NEEDED) {
        return Err(Failure::forbidden(format!(
            "The app may not write products: give it the scope {NEEDED} in Shopify, then connect the shop again."
        ))
        .with_code("missing-scope"));
    }
    let found = data.facts(shop);
    let mut warnings = Vec::new();
    if found.location.is_none() || !has("write_inventory") {
        warnings.push(
            "Stock is not written: give the app the scopes read_locations and write_inventory to have it counted."
                .to_owned(),
        );
    }
    if found.publication.is_none() || !has("write_publications") {
        warnings.push(
            "Products are not shown in the online store by themselves: give the app the scopes read_publications and \
             write_publications, or publish them in Shopify."
                .to_owned(),
        );
    }
    if !data.shop.myshopify_domain.is_empty()
        && data.shop.myshopify_domain != shop.name().origin().trim_start_matches("https://")
    {
        warnings.push(format!("The shop now calls itself {}.", data.shop.myshopify_domain));
    }
    let currency = data.shop.currency_code.clone();
    if currency.len() != 3 {
        return Err(Failure::upstream_changed("The shop does not tell its currency."));
    }
    Ok(Account {
        currency: Some(currency),
        scopes,
        warnings,
        extra: found.to_attributes(),
        ..Account::new(data.shop.id.clone(), shorten(data.shop.name.trim(), 100))
    })
}
