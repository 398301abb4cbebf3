//! The answer, out of everything that is known.

use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Attribute, Availability, Failure, Product, ProductRef, Result, Variant, fit};

use crate::draft::{Draft, DraftVariant};
use crate::seen::Seen;

/// Short enough for a number behind it.
const LONGEST_ID: usize = fit::ID - 8;

/// The product, or what is missing.
///
/// # Errors
/// `invalid-input` when title, price or currency are unknown: the merchant can enter
/// them.
pub(crate) fn finish(draft: Draft, reference: ProductRef) -> Result<Product> {
    let title = draft.title.clone().ok_or_else(|| {
        missing("This page does not describe a product in a way that can be read: enter its title and price yourself.")
    })?;
    let currency = draft.currency.clone();
    let variants = priced(&draft);
    if variants.is_empty() {
        return Err(missing(
            "This page shows no price that can be read with certainty: enter the price yourself.",
        ));
    }
    let currency = currency.ok_or_else(|| {
        missing("This page does not say in which currency its price is: enter the currency yourself.")
    })?;
    let mut ids = Seen::default();
    let variants: Vec<Variant> =
        variants.into_iter().map(|variant| finish_variant(variant, &title, &currency, &mut ids)).collect();
    let availability = availability(&draft, &variants);
    let cheapest = cheapest(&variants);
    Ok(Product {
        ref_: reference,
        title,
        description_html: draft.description,
        price: cheapest.price.clone(),
        list_price: cheapest.list_price.clone(),
        availability,
        images: distinct(draft.images),
        categories: draft.categories.into_iter().take(20).collect(),
        supplier_name: draft.brand,
        rating: draft.rating,
        rating_count: draft.rating_count,
        order_count: None,
        shipping: None,
        extra: extra(draft.range, draft.notes),
        variants,
    })
}

fn missing(sentence: &str) -> Failure {
    Failure::invalid_input(sentence)
}

/// The variants that have a price in the product's currency, their gaps filled from
/// the product; a product without choices is its own only variant.
fn priced(draft: &Draft) -> Vec<DraftVariant> {
    let same = |variant: &DraftVariant| variant.currency.is_none() || variant.currency == draft.currency;
    let filled = |variant: &DraftVariant| DraftVariant {
        price: variant.price.or(draft.price),
        list_price: variant.list_price.or(draft.list_price.filter(|_| variant.price.is_none())),
        availability: variant.availability.or(draft.availability),
        weight_grams: variant.weight_grams.or(draft.weight_grams),
        ..variant.clone()
    };
    if draft.variants.is_empty() {
        let only = DraftVariant {
            price: draft.price,
            list_price: draft.list_price,
            availability: draft.availability,
            stock: draft.stock,
            sku: draft.sku.clone(),
            barcode: draft.barcode.clone(),
            weight_grams: draft.weight_grams,
            ..DraftVariant::default()
        };
        return Some(only).filter(|only| only.price.is_some()).into_iter().collect();
    }
    let all = draft.variants.iter().filter(|variant| same(variant)).map(filled);
    all.filter(|variant| variant.price.is_some()).collect()
}

fn finish_variant(variant: DraftVariant, title: &str, currency: &str, ids: &mut Seen) -> Variant {
    let price = variant.price.unwrap_or_default();
    let values: Vec<&str> = variant.options.iter().map(|(_, value)| value.as_str()).collect();
    let own_title = if values.is_empty() { title.to_owned() } else { values.join(" / ") };
    let sold_out = matches!(variant.availability, Some(Availability::SoldOut | Availability::Discontinued));
    let list_price = variant.list_price.filter(|list| *list > price);
    Variant {
        id: unique_id(
            variant.sku.as_deref().unwrap_or(if values.is_empty() { "default" } else { &own_title }),
            ids,
        ),
        sku: variant.sku,
        title: own_title,
        options: variant.options.into_iter().map(|(name, value)| Attribute::new(name, value)).collect(),
        price: price.in_currency(currency),
        list_price: list_price.map(|list| list.in_currency(currency)),
        // A page that says "sold out" may still carry yesterday's number.
        stock: if sold_out { Some(0) } else { variant.stock },
        image: variant.image,
        weight_grams: variant.weight_grams,
        barcode: variant.barcode,
        extra: Vec::new(),
    }
}

/// The same text gives the same id, and a text that came before gives another.
fn unique_id(text: &str, ids: &mut Seen) -> String {
    let plain = fit::id(text);
    let mut id = plain.clone();
    let mut count = 1;
    while !ids.insert(id.clone()) {
        count += 1;
        id = format!("{}-{count}", fit::text(plain.clone(), LONGEST_ID));
    }
    id
}

fn availability(draft: &Draft, variants: &[Variant]) -> Availability {
    if variants.iter().all(|variant| variant.stock == Some(0)) {
        return match draft.availability {
            Some(Availability::Discontinued) => Availability::Discontinued,
            _ => Availability::SoldOut,
        };
    }
    let known = draft.variants.iter().any(|variant| variant.availability.is_some())
        || variants.iter().any(|variant| variant.stock.is_some_and(|stock| stock > 0))
        || draft.availability == Some(Availability::Available);
    if known { Availability::Available } else { Availability::Unknown }
}

/// The cheapest variant that can be bought, or the cheapest of all. There is one.
fn cheapest(variants: &[Variant]) -> &Variant {
    let key = |variant: &&Variant| (variant.stock == Some(0), variant.price.to_amount());
    variants.iter().min_by_key(key).unwrap_or(&variants[0])
}

fn extra(range: Option<(Amount, Amount)>, notes: Vec<(&'static str, String)>) -> Vec<Attribute> {
    let range = range.map(|(low, high)| ("x-manual.price-range", format!("{low}-{high}")));
    range.into_iter().chain(notes).map(|(name, text)| Attribute::new(name, text)).collect()
}

fn distinct(images: Vec<String>) -> Vec<String> {
    let mut seen = Seen::default();
    images.into_iter().filter(|image| seen.insert(image.clone())).collect()
}
