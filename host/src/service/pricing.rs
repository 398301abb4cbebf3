//! Prices and keys of one import, and the record of them that stays on the job.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};
use sourcepilot_domain::external_key::KeySource;
use sourcepilot_domain::import_config::ImportConfig;
use sourcepilot_domain::import_job::ImportJob;
use sourcepilot_domain::listing_plan::{ListingPlan, PlanError, VariantPricing, plan_listing};
use sourcepilot_domain::pricing::{Cost, Priced, PricingError, PricingPolicy, Rates, price};
use sourcepilot_domain::product::{Attribute, Product, Variant};
use sourcepilot_domain::{Currency, ErrorKind, Failure};

use crate::app::App;
use crate::config::PricingConfig;
use crate::db::connections::Connection;
use crate::plugins::Installed;

/// A listing with its keys.
#[derive(Clone, Debug)]
pub struct Planned {
    pub key: String,
    pub plan: ListingPlan,
    /// For each variant of the listing: the supplier's id and our key.
    pub variants: Vec<(String, String)>,
    /// How the first variant's price came about, for people.
    pub example: Option<Priced>,
}

/// Make the listing: prices in the shop's currency, keys, tags.
///
/// # Errors
/// `InvalidInput` with a sentence, such as a missing exchange rate.
pub fn plan(
    app: &App,
    job: &ImportJob,
    source: &Installed,
    product: &Product,
    config: &ImportConfig,
    connection: &Connection,
) -> Result<Planned, Failure> {
    let settings = &app.config.pricing;
    let shop = connection.facts.currency.unwrap_or(settings.currency);
    let policy = policy(settings, config);
    let rates = settings.rates().map_err(|error| Failure::new(ErrorKind::InvalidInput, error.to_string()))?;
    let keys = KeySource { connection: connection.id, source: source.id(), product: &product.reference.id };
    let calculate = |variant: &Variant| priced(variant, product, shop, &policy, &rates);
    let price_of = |variant: &Variant| {
        calculate(variant).map(|Priced { price, compare_at, cost, .. }| VariantPricing {
            price,
            compare_at,
            cost,
        })
    };
    let plan = plan_listing(
        product,
        config,
        price_of,
        |variant| keys.variant_key(&variant.id),
        facts(job, source, product),
    )
    .map_err(refusal)?;
    let example = product.variants.first().and_then(|variant| calculate(variant).ok());
    let variants = product
        .variants
        .iter()
        .map(|variant| (variant.id.clone(), keys.variant_key(&variant.id)))
        .filter(|(_, key)| plan.listing.variants.iter().any(|listed| listed.key == *key))
        .collect();
    Ok(Planned { key: keys.product_key(), plan, variants, example })
}

fn policy(settings: &PricingConfig, config: &ImportConfig) -> PricingPolicy {
    PricingPolicy {
        include_shipping: config.include_shipping,
        floor_percent: settings.floor_percent,
        compare_at_discount: config.compare_at_discount,
        ..PricingPolicy::markup(config.markup_percent.unwrap_or(settings.markup_percent))
    }
}

fn priced(
    variant: &Variant,
    product: &Product,
    shop: Currency,
    policy: &PricingPolicy,
    rates: &Rates,
) -> Result<Priced, PricingError> {
    let shipping = product.shipping.as_ref().and_then(|shipping| shipping.cost);
    price(&Cost { item: variant.price, shipping }, shop, policy, rates)
}

/// What a shop should remember of where the product came from.
fn facts(job: &ImportJob, source: &Installed, product: &Product) -> Vec<Attribute> {
    let mut facts = vec![
        ("import_id", job.id.to_string()),
        ("source", source.id().to_owned()),
        ("source_product_id", product.reference.id.clone()),
    ];
    if let Some(url) = product.reference.url.clone().or_else(|| job.source_url.clone()) {
        facts.push(("source_url", url));
    }
    facts.into_iter().map(|(name, value)| Attribute { name: name.to_owned(), value }).collect()
}

fn refusal(error: PlanError<PricingError>) -> Failure {
    let sentence = match error {
        PlanError::Price(PricingError::NoRate { from, to }) => format!(
            "No exchange rate from {from} to {to} is known, so no price can be made. Ask the administrator to set one (EXCHANGE_RATES)."
        ),
        PlanError::Price(PricingError::ShippingUnknown) => "The supplier names no shipping cost for this product, and config.include_shipping asks to make it part of the price. Import it later when the supplier names one, or without include_shipping and with a markup_percent that covers shipping.".to_owned(),
        other => other.to_string(),
    };
    Failure::new(ErrorKind::InvalidInput, sentence)
}

/// The record that stays on the job: what was read and what was made of it.
/// Amounts are JSON numbers, as everywhere in the API.
pub fn product_data(source: &Installed, product: &Arc<Product>, planned: &Planned) -> Value {
    let listing = &planned.plan.listing;
    let variants: Vec<Value> = listing
        .variants
        .iter()
        .map(|variant| {
            json!({
                "sku": variant.key,
                "options": variant.options.iter().map(|o| (o.name.clone(), Value::String(o.value.clone()))).collect::<serde_json::Map<_, _>>(),
                "cost": variant.cost.map(|cost| number(cost.amount)),
                "price": number(variant.price.amount),
                "compare_at_price": variant.compare_at.map(|price| number(price.amount)),
                "stock": variant.stock,
            })
        })
        .collect();
    json!({
        "title": listing.title,
        "price": number(product.price.amount),
        "currency": product.price.currency,
        "images": listing.images,
        "source": source.id(),
        "source_url": product.reference.url,
        "source_product_id": product.reference.id,
        "supplier_name": product.supplier_name,
        "shop_currency": listing.variants.first().map(|variant| variant.price.currency),
        "variants": variants,
        "pricing": planned.example.as_ref().map(|priced| &priced.derivation),
        "warnings": planned.plan.warnings,
    })
}

/// An amount as a JSON number; six digits behind the point are more than any
/// currency has.
pub fn number(amount: Decimal) -> Value {
    json!(amount.round_dp(6).to_f64())
}
