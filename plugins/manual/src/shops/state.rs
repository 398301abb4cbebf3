//! Products in the data of a page's own scripts, whatever the system: storefronts
//! that are built in the browser begin with such data.

use serde_json::Value;
use sourcepilot_sdk::money::{self, Amount};
use sourcepilot_sdk::{Availability, json};

use super::{first, number, plain, text};
use crate::availability;
use crate::draft::{Draft, DraftVariant};
use crate::embedded::objects;
use crate::letters::{lower, lower_char};
use crate::offers::digits;
use crate::page::Page;
use crate::price;

const TITLES: [&str; 6] = ["title", "name", "productName", "product_name", "displayName", "fullName"];
const PRICES: [&str; 12] = [
    "salePriceMoney",
    "priceMoney",
    "finalPrice",
    "final_price",
    "currentPrice",
    "salePrice",
    "price",
    "sellingPrice",
    "default_price",
    "priceRange",
    "prices",
    "amount",
];
const LIST_PRICES: [&str; 11] = [
    "compare_at_price",
    "compareAtPrice",
    "listPrice",
    "list_price",
    "originalPrice",
    "regularPrice",
    "regular_price",
    "wasPrice",
    "oldPrice",
    "msrp",
    "strikePrice",
];
const VARIANTS: [&str; 8] = [
    "variants",
    "variations",
    "skus",
    "productItems",
    "productVariants",
    "childProducts",
    "children",
    "options",
];
const IMAGES: [&str; 6] = ["images", "media", "gallery", "pictures", "photos", "image"];
const ADDRESSES: [&str; 9] =
    ["fullUrl", "full", "large", "src", "url", "originalSrc", "href", "secure_url", "image"];
/// One more than can be imported, so that a product with too many is refused and not cut.
const MOST: usize = sourcepilot_sdk::fit::VARIANTS + 1;

/// The page's product among the values of its scripts: the one that is called like the
/// page, and of several the one that says most.
pub(super) fn draft(page: &Page<'_>, values: &[Value], titles: &[String]) -> Option<Draft> {
    let mut best: Option<Draft> = None;
    let handle = lower(page.url.file());
    let wrapped = variant_attributes(page, titles);
    for value in values.iter().chain(&wrapped) {
        objects(value, 0, &mut |object| {
            let named =
                text(object, &TITLES).is_some_and(|title| titles.iter().any(|known| same(known, &title)));
            let here = || {
                text(object, &["handle", "slug", "urlId", "urlKey", "url_key"])
                    .is_some_and(|own| lower(&own) == handle)
            };
            if !(named || text(object, &TITLES).is_some() && here()) {
                return;
            }
            let found =
                read(page, object).filter(|draft| draft.price.is_some() || !draft.variants.is_empty());
            let weight = |draft: &Draft| (draft.variants.len(), draft.images.len());
            if let Some(found) = found
                && best.as_ref().is_none_or(|best| weight(&found) > weight(best))
            {
                best = Some(found);
            }
        });
    }
    best
}

/// Some systems keep the variants in an attribute of the form.
fn variant_attributes(page: &Page<'_>, titles: &[String]) -> Vec<Value> {
    let lists = page.tree.elements().filter_map(|element| element.attribute("data-variants"));
    let list = lists.filter_map(|text| serde_json::from_str::<Value>(text).ok()).find(Value::is_array);
    let title = titles.first().cloned();
    list.into_iter().map(|list| serde_json::json!({"title": title, "variants": list})).collect()
}

fn same(one: &str, other: &str) -> bool {
    let key = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).map(lower_char).collect::<String>();
    let (one, other) = (key(one), key(other));
    !one.is_empty() && one == other
}

/// A product out of an object that looks like one.
pub(super) fn read(page: &Page<'_>, product: &Value) -> Option<Draft> {
    let rows =
        VARIANTS.iter().map(|name| list(&product[*name])).find(|rows| rows.iter().any(|row| is_variant(row)));
    let rows = rows.unwrap_or_default();
    let minor = rows.iter().any(|row| row.get("option1").is_some() || row.get("requires_shipping").is_some());
    let names = choice_names(product);
    let mut variants: Vec<DraftVariant> =
        rows.iter().take(MOST).map(|row| variant(page, product, row, &names, minor)).collect();
    let (price, currency) = amount(product, &PRICES, minor).unzip();
    let only = (variants.len() == 1).then(|| variants.pop()).flatten();
    if let Some(only) = only.as_ref().filter(|only| is_a_choice(only)) {
        variants.push(only.clone());
    }
    let only = only.unwrap_or_default();
    let stated = currency.flatten().or(only.currency).or_else(|| stated_currency(product));
    let currency = stated.or_else(|| variants.iter().find_map(|variant| variant.currency.clone()));
    Some(Draft {
        title: text(product, &TITLES),
        description: text_html(product, &["description", "descriptionHtml", "body_html", "longDescription"]),
        images: images(page, product),
        price: only.price.or(price),
        list_price: only
            .list_price
            .or_else(|| amount(product, &LIST_PRICES, minor).map(|(amount, _)| amount)),
        currency,
        availability: only.availability.or_else(|| open(product)),
        stock: only.stock,
        sku: only.sku.or_else(|| text(product, &["sku"])),
        barcode: only
            .barcode
            .or_else(|| text(product, &["gtin", "ean", "barcode"]).and_then(|text| digits(&text))),
        weight_grams: only.weight_grams,
        brand: text(product, &["vendor", "brand"]).or_else(|| text(&product["brand"], &["name"])),
        variants,
        ..Draft::default()
    })
}

/// A row that can be bought by itself, not a mere choice.
fn is_variant(row: &Value) -> bool {
    row.is_object() && (first(row, &PRICES).is_some() || row.get("optionsSelections").is_some())
}

/// A product without choices still has one row, which says so in a word of its own.
fn is_a_choice(variant: &DraftVariant) -> bool {
    variant.options.iter().any(|(_, value)| !matches!(value.as_str(), "Default Title" | "Default" | "Title"))
        && !variant.options.is_empty()
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(members) => match (&value["nodes"], &value["edges"]) {
            (Value::Array(nodes), _) => nodes.iter().collect(),
            (_, Value::Array(edges)) => edges.iter().map(|edge| &edge["node"]).collect(),
            _ => members.values().filter(|member| member.is_object()).collect(),
        },
        Value::Array(elements) => elements.iter().collect(),
        _ => Vec::new(),
    }
}

fn choice_names(product: &Value) -> Vec<String> {
    let rows =
        ["options", "productOptions", "option_names", "attributes"].iter().map(|name| list(&product[*name]));
    let named =
        |row: &&Value| row.as_str().map(str::to_owned).or_else(|| text(row, &["name", "title", "label"]));
    rows.map(|rows| rows.iter().filter_map(named).collect::<Vec<_>>())
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

fn variant(page: &Page<'_>, product: &Value, row: &Value, names: &[String], minor: bool) -> DraftVariant {
    let on_sale = row["onSale"] != false;
    let prices: &[&str] = if on_sale { &PRICES } else { &["priceMoney", "price"] };
    let price = amount(row, prices, minor);
    let before = amount(row, &LIST_PRICES, minor).map(|(amount, _)| amount);
    let regular =
        || amount(row, &["priceMoney"], minor).map(|(amount, _)| amount).filter(|_| row["onSale"] == true);
    let stock =
        ["stock", "quantity", "inventoryQuantity", "inventory_quantity", "quantityAvailable", "qtyInStock"]
            .iter()
            .find_map(|name| json::whole(&row[*name]))
            .or_else(|| json::whole(&row["inventory"]["quantity"]));
    DraftVariant {
        title: text(row, &["public_title", "title", "name"]),
        options: choices(product, row, names),
        price: price.as_ref().map(|(amount, _)| *amount),
        list_price: before.or_else(regular),
        currency: price.and_then(|(_, currency)| currency),
        availability: open(row),
        stock: stock.filter(|_| row["unlimited"] != true).and_then(|stock| u32::try_from(stock).ok()),
        sku: text(row, &["sku", "id"]),
        barcode: text(row, &["barcode", "gtin", "ean"]).and_then(|text| digits(&text)),
        weight_grams: grams(row),
        image: ["featured_image", "image", "mainImage", "media"]
            .iter()
            .find_map(|name| picture(page, &row[*name])),
        surcharge: None,
    }
}

/// Shopify's `weight` is in grams; elsewhere a unit says what it is.
fn grams(row: &Value) -> Option<u32> {
    let weight = json::whole(row.get("grams").unwrap_or(&row["weight"]))?;
    let unit = lower(&text(row, &["weight_unit", "weightUnit"]).unwrap_or_default());
    let in_grams = row.get("requires_shipping").is_some() && unit.is_empty()
        || row.get("grams").is_some()
        || unit == "g";
    u32::try_from(weight).ok().filter(|weight| in_grams && *weight > 0)
}

fn choices(product: &Value, row: &Value, names: &[String]) -> Vec<(String, String)> {
    let name = |index: usize| names.get(index).cloned().unwrap_or_else(|| "Variant".to_owned());
    let selected =
        ["selectedOptions", "optionValues", "attributes", "options"].iter().map(|field| &row[*field]);
    for value in selected {
        let pairs: Vec<(String, String)> = match value {
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .filter_map(|(index, element)| match element {
                    Value::Object(_) => Some((
                        text(element, &["name", "optionName", "option", "label", "key"])
                            .unwrap_or_else(|| name(index)),
                        text(element, &["value", "label"])?,
                    )),
                    _ => Some((name(index), json::text(element)?)),
                })
                .collect(),
            Value::Object(members) => {
                members.iter().filter_map(|(name, value)| Some((name.clone(), json::text(value)?))).collect()
            }
            _ => Vec::new(),
        };
        if !pairs.is_empty() {
            return pairs;
        }
    }
    let numbered = (0..3)
        .filter_map(|index| Some((name(index), text(row, &[["option1", "option2", "option3"][index]])?)));
    let numbered: Vec<_> = numbered.collect();
    if !numbered.is_empty() {
        return numbered;
    }
    let chosen = by_selection(product, row);
    if !chosen.is_empty() {
        return chosen;
    }
    let usual = [("Color", "color"), ("Color", "colour"), ("Size", "size")];
    let usual: Vec<_> =
        usual.iter().filter_map(|(label, name)| Some(((*label).to_owned(), text(row, &[name])?))).collect();
    match text(row, &["public_title", "title", "name"]) {
        Some(title) if usual.is_empty() => vec![(name(names.len()), title)],
        _ => usual,
    }
}

/// Choices by the numbers of their values.
fn by_selection(product: &Value, row: &Value) -> Vec<(String, String)> {
    let picked: Vec<String> = list(&row["optionsSelections"]).into_iter().filter_map(json::text).collect();
    let mut chosen = Vec::new();
    for option in list(&product["options"]) {
        for value in list(&option["selections"]) {
            if text(value, &["id"]).is_some_and(|id| picked.contains(&id)) {
                chosen.extend(text(option, &["title", "name"]).zip(text(value, &["description", "value"])));
            }
        }
    }
    chosen
}

/// The first price that is there, and its currency if it says so.
fn amount(object: &Value, names: &[&str], minor: bool) -> Option<(Amount, Option<String>)> {
    names.iter().find_map(|name| money_of(object.get(*name)?, minor, 0))
}

fn money_of(value: &Value, minor: bool, depth: usize) -> Option<(Amount, Option<String>)> {
    match value {
        Value::Object(_) if depth < 4 => {
            let currency = text(value, &["currencyCode", "currency", "currencyIso"])
                .and_then(|text| money::currency_code(&text));
            if let Some(cents) = json::whole(&value["centAmount"]) {
                return Some((in_hundredths(cents)?, currency));
            }
            let inner = first(
                value,
                &["amount", "value", "minVariantPrice", "min", "gross", "current", "sale", "price"],
            )?;
            let (amount, own) = money_of(inner, minor, depth + 1)?;
            Some((amount, own.or(currency)))
        }
        Value::Number(_) if minor => Some((in_hundredths(value.as_u64()?)?, None)),
        Value::String(text) => Some((number(value)?, price::of_sign(text))),
        _ => Some((number(value)?, None)),
    }
}

fn in_hundredths(cents: u64) -> Option<Amount> {
    Amount::parse(&format!("{}.{:02}", cents / 100, cents % 100)).filter(|amount| !amount.is_zero())
}

fn stated_currency(product: &Value) -> Option<String> {
    let text = text(product, &["currency", "currencyCode", "price_currency", "priceCurrency", "currencyIso"]);
    text.and_then(|text| money::currency_code(&text))
}

fn open(object: &Value) -> Option<Availability> {
    let flags =
        ["available", "availableForSale", "inStock", "in_stock", "isInStock", "isAvailable", "purchasable"];
    let flag = flags.iter().find_map(|name| json::flag(&object[*name]));
    let closed = ["sold_out", "soldOut", "isSoldOut"]
        .iter()
        .find_map(|name| json::flag(&object[*name]))
        .map(|flag| !flag);
    let word = || {
        let stated = text(object, &["availability", "stockStatus", "stock_status"])
            .or_else(|| text(&object["inventory"], &["status"]))?;
        availability::read(&stated)
    };
    let stock = || {
        (object["unlimited"] != true)
            .then(|| json::whole(&object["qtyInStock"]))
            .flatten()
            .map(|stock| stock > 0)
    };
    let said = flag.or(closed).or_else(stock);
    said.map(|open| if open { Availability::Available } else { Availability::SoldOut }).or_else(word)
}

fn images(page: &Page<'_>, product: &Value) -> Vec<String> {
    let lists = IMAGES.iter().map(|name| match &product[*name] {
        single @ Value::String(_) => vec![single],
        Value::Object(members)
            if first(&product[*name], &ADDRESSES).is_some() && !members.contains_key("nodes") =>
        {
            vec![&product[*name]]
        }
        value => list(value),
    });
    let found =
        lists.map(|list| list.into_iter().filter_map(|image| picture(page, image)).collect::<Vec<_>>());
    found.max_by_key(|images| (images.len(), usize::MAX)).unwrap_or_default()
}

fn picture(page: &Page<'_>, value: &Value) -> Option<String> {
    match value {
        Value::String(address) if !address.trim().is_empty() => page.absolute(address),
        Value::Array(elements) => elements.iter().find_map(|element| picture(page, element)),
        Value::Object(_) => match first(value, &ADDRESSES) {
            Some(inner) => picture(page, inner),
            None => first(value, &["preview_image", "previewImage"]).and_then(|inner| picture(page, inner)),
        },
        _ => None,
    }
}

fn text_html(product: &Value, names: &[&str]) -> Option<String> {
    let html = first(product, names)?.as_str()?;
    plain(html).map(|_| html.to_owned())
}
