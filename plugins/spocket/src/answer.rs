//! From what is kept to what is answered.

use serde_json::Value;
use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{
    Attribute, Availability, Call, Failure, Hit, Money, Product, ProductRef, Quote, Result, Variant,
    VariantPrice,
};

use crate::catalogue::{From, Known};
use crate::document::{self, Document};
use crate::{date, shipping, url};

/// The product of an entry.
///
/// # Errors
/// `upstream-changed` for an entry without a price, which none is kept without.
pub(crate) fn product(call: &Call, known: &Known, reference: ProductRef) -> Result<Product> {
    let document = &known.document;
    let variants: Vec<Variant> = document
        .variants
        .iter()
        .map(|variant| self::variant(document, variant))
        .collect::<Option<_>>()
        .ok_or_else(priceless)?;
    Ok(Product {
        ref_: ProductRef { url: address(document).or(reference.url), ..reference },
        title: document.title.clone(),
        description_html: document.description_html.clone(),
        price: price(document).ok_or_else(priceless)?,
        list_price: None,
        availability: availability(document),
        images: document.images.clone(),
        variants,
        categories: document.categories.clone(),
        supplier_name: document.supplier_name.clone(),
        rating: None,
        rating_count: None,
        order_count: None,
        shipping: shipping::best_quote(document, &call.context.country),
        extra: facts(call, known),
    })
}

/// A hit of a search.
pub(crate) fn hit(call: &Call, known: &Known) -> Hit {
    let document = &known.document;
    let mut reference = ProductRef::new(&document.source_product_id);
    reference.url = address(document);
    let quote = shipping::best_quote(document, &call.context.country);
    Hit {
        price: price(document),
        images: document.images.clone(),
        supplier_name: document.supplier_name.clone(),
        shipping_cost: quote.as_ref().and_then(|quote| quote.cost.clone()),
        shipping_days: quote.and_then(|quote| quote.max_days),
        extra: facts(call, known),
        ..Hit::new(reference, document.title.clone())
    }
}

/// The prices of an entry.
///
/// # Errors
/// `upstream-changed` for an entry without a price.
pub(crate) fn quote(call: &Call, known: &Known) -> Result<Quote> {
    let document = &known.document;
    let priced = |variant: &document::Variant| {
        let price = variant.basis()?.in_currency(document.currency.clone());
        Some(VariantPrice { id: variant.id.clone(), price, stock: variant.stock })
    };
    Ok(Quote {
        price: price(document).ok_or_else(priceless)?,
        in_stock: match availability(document) {
            Availability::Available => Some(true),
            Availability::SoldOut => Some(false),
            _ => None,
        },
        variants: document.variants.iter().map(priced).collect::<Option<_>>().ok_or_else(priceless)?,
        extra: facts(call, known),
    })
}

fn priceless() -> Failure {
    Failure::upstream_changed("This entry of your catalogue has no price; supply the feed again.")
}

fn address(document: &Document) -> Option<String> {
    document.source_url.clone().or_else(|| url::uuid(&document.source_product_id).map(|id| url::page(&id)))
}

fn variant(document: &Document, variant: &document::Variant) -> Option<Variant> {
    let money = |amount: Amount| amount.in_currency(document.currency.clone());
    let selling = variant.price.as_deref().filter(|_| variant.cost.is_some()).and_then(Amount::parse);
    let selling = selling.map(|price| Attribute::new("x-spocket.selling-price", money(price).amount));
    Some(Variant {
        id: variant.id.clone(),
        sku: variant.sku.clone(),
        title: variant.title(),
        options: variant.choices().map(|(name, value)| Attribute::new(name, value)).collect(),
        price: money(variant.basis()?),
        list_price: None,
        stock: variant.stock,
        image: variant.image.clone(),
        weight_grams: variant.weight_grams,
        barcode: variant.barcode.clone(),
        extra: selling.into_iter().collect(),
    })
}

/// The lowest price of what can be bought; of what cannot, when that is everything.
fn price(document: &Document) -> Option<Money> {
    let lowest = |buyable: bool| {
        let variants = document.variants.iter().filter(|variant| !buyable || variant.stock != Some(0));
        variants.filter_map(document::Variant::basis).min()
    };
    lowest(true).or_else(|| lowest(false)).map(|amount| amount.in_currency(document.currency.clone()))
}

/// Unknown stock is not none: only what is known to be gone is.
fn availability(document: &Document) -> Availability {
    let stocks = || document.variants.iter().map(|variant| variant.stock);
    if stocks().any(|stock| stock.is_some_and(|count| count > 0)) {
        Availability::Available
    } else if stocks().all(|stock| stock == Some(0)) {
        Availability::SoldOut
    } else {
        Availability::Unknown
    }
}

/// Where the values come from, and what to be careful about.
fn facts(call: &Call, known: &Known) -> Vec<Attribute> {
    let Known { document, from, observed_ms } = known;
    let source = match from {
        From::Feed => "feed",
        From::Shop => "shop",
        From::Entry => "entry",
    };
    let mut facts = vec![
        Attribute::new("x-spocket.provided-by", source),
        Attribute::new("x-spocket.observed-at", date::day_of(*observed_ms)),
    ];
    if let Some(days) = document.processing_time_days {
        facts.push(Attribute::new("x-spocket.processing-days", format!("{}-{}", days.min, days.max)));
    }
    let age = date::days_between(*observed_ms, call.context.now_unix_ms);
    if age > longest_age(call) {
        let day = date::day_of(*observed_ms);
        facts.push(Attribute::new(
            "warning",
            format!(
                "Prices and stock are those of {day}, {age} days ago; Spocket may have changed them since."
            ),
        ));
    }
    if !document.knows_costs() {
        let sentence = match from {
            From::Shop => {
                "What Spocket charges you is not known from the shop, so the price counted with is the shop's selling price."
            }
            _ => "The feed gives no cost for some variants, so the price counted with is the selling price.",
        };
        facts.push(Attribute::new("warning", sentence));
    }
    facts
}

/// Days after which a merchant is told the age of what is known.
fn longest_age(call: &Call) -> u64 {
    let settings: Value = call.settings().unwrap_or_default();
    settings["feed_max_age_hours"].as_u64().unwrap_or(24).div_ceil(24)
}
