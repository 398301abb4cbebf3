//! Reading what stands in the shop, whoever put it there, in the order of its ids.

use serde_json::{Value, json};
use sourcepilot_sdk::{
    Attribute, Failure, Filter, Money, ProductPage, Result, ShopProduct, ShopVariant, Status,
};

use crate::api::Shop;
use crate::documents;
use crate::plan::MAX_VARIANTS;
use crate::read::{Read, reads};
use crate::text::{handle, number_of};
use crate::wire::{Id, List};

/// Each takes about 130 points with ten variants, twenty pictures and ten collections:
/// one more would be more than one request may take.
const PRODUCTS: usize = 7;
const FIRST_VARIANTS: usize = 10;
/// Variants per page of a product that has more.
const VARIANTS: usize = 100;
/// Requests for products in one call.
const ROUNDS: usize = 10;

#[derive(Debug)]
struct Page {
    shop: Currency,
    products: List<Value>,
}
reads!(Page { shop = "shop", products = "products" });

#[derive(Debug)]
struct Currency {
    code: String,
}
reads!(Currency { code = "currencyCode" });

/// One page of products.
///
/// # Errors
/// Failures of the requests.
pub(crate) fn list_products(shop: &Shop<'_>, filter: &Filter) -> Result<ProductPage> {
    let Some(query) = search(shop, filter)? else {
        return Ok(ProductPage { products: Vec::new(), next_cursor: None });
    };
    let wanted = usize::try_from(filter.page_size).unwrap_or(PRODUCTS).max(1);
    let mut page = ProductPage { products: Vec::new(), next_cursor: filter.cursor.clone() };
    let mut most = PRODUCTS;
    for _ in 0..ROUNDS {
        let first = most.min(wanted - page.products.len());
        let variables =
            json!({ "first": first, "after": page.next_cursor, "query": query, "variants": FIRST_VARIANTS });
        let answer: Page = match shop.ask(&documents::browse(), &variables) {
            // Shopify reckons otherwise than we do; fewer are possible.
            Err(failure) if failure.code.as_deref() == Some("MAX_COST_EXCEEDED") && first > 1 => {
                most = first / 2;
                continue;
            }
            answer => answer?,
        };
        for node in &answer.products.nodes {
            page.products.push(product(shop, node, &answer.shop.code)?);
        }
        let info = answer.products.page_info;
        page.next_cursor = info.end_cursor.filter(|_| info.has_next_page);
        if page.next_cursor.is_none() || page.products.len() >= wanted {
            break;
        }
    }
    Ok(page)
}

/// The filter in Shopify's words: null for all products, none when a collection is
/// asked for that does not exist.
fn search(shop: &Shop<'_>, filter: &Filter) -> Result<Option<Value>> {
    let mut terms: Vec<String> = Vec::new();
    terms.extend(filter.vendor.iter().map(|vendor| format!("vendor:{}", quoted(vendor))));
    terms.extend(filter.tag.iter().map(|tag| format!("tag:{}", quoted(tag))));
    if let Some(collection) = &filter.collection {
        match collection_number(shop, collection)? {
            Some(number) => terms.push(format!("collection_id:{number}")),
            None => return Ok(None),
        }
    }
    Ok(Some(if terms.is_empty() { Value::Null } else { terms.join(" AND ").into() }))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.trim().replace('\\', "\\\\").replace('"', "\\\""))
}

fn collection_number(shop: &Shop<'_>, named: &str) -> Result<Option<String>> {
    #[derive(Debug)]
    struct Data {
        collection: Option<Id>,
    }
    reads!(Data { collection = "collectionByIdentifier" });
    if let Some(id) = crate::text::global_id("Collection", named.trim()) {
        return Ok(Some(number_of(&id).to_owned()));
    }
    let data: Data = shop.ask(&documents::collection(), &json!({ "handle": handle(named) }))?;
    Ok(data.collection.map(|found| number_of(&found.id).to_owned()))
}

fn product(shop: &Shop<'_>, node: &Value, currency: &str) -> Result<ShopProduct> {
    let id = node["id"].as_str().ok_or_else(unreadable)?;
    let text = |name: &str| node[name].as_str().map(str::to_owned).filter(|text| !text.is_empty());
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let titles = node["collections"]["nodes"].as_array().into_iter().flatten();
    let visible = node["status"] == "ACTIVE" && node["publishedAt"].is_string();
    let variants: List<Value> = Read::read(&node["variants"]).ok_or_else(unreadable)?;
    Ok(ShopProduct {
        id: number_of(id).to_owned(),
        title: text("title").unwrap_or_default(),
        description_html: text("descriptionHtml"),
        status: if visible { Status::Active } else { Status::Draft },
        url: text("onlineStoreUrl"),
        vendor: text("vendor"),
        tags: texts(&node["tags"]),
        collections: titles.filter_map(|one| one["title"].as_str().map(str::to_owned)).collect(),
        images: node["media"]["nodes"].as_array().into_iter().flatten().filter_map(image).collect(),
        variants: all_variants(shop, id, variants)?.iter().map(|one| variant(one, currency)).collect(),
        extra: Vec::new(),
    })
}

fn all_variants(shop: &Shop<'_>, id: &str, first: List<Value>) -> Result<Vec<Value>> {
    #[derive(Debug)]
    struct Data {
        product: Option<Shown>,
    }
    #[derive(Debug)]
    struct Shown {
        variants: List<Value>,
    }
    reads!(Data { product = "product" });
    reads!(Shown { variants = "variants" });
    let List { nodes: mut all, mut page_info } = first;
    while page_info.has_next_page && all.len() < 2 * MAX_VARIANTS {
        let variables = json!({ "id": id, "first": VARIANTS, "after": page_info.end_cursor });
        let data: Data = shop.ask(&documents::browse_variants(), &variables)?;
        // Removed meanwhile: what was read is what there is.
        let Some(shown) = data.product else { break };
        if shown.variants.nodes.is_empty() {
            break;
        }
        all.extend(shown.variants.nodes);
        page_info = shown.variants.page_info;
    }
    Ok(all)
}

fn variant(node: &Value, currency: &str) -> ShopVariant {
    let text = |name: &str| node[name].as_str().map(str::to_owned).filter(|text| !text.is_empty());
    let money = |name: &str| text(name).and_then(|amount| Money::parse(&amount, currency));
    let item = &node["inventoryItem"];
    let cost = &item["unitCost"];
    let stock = node["inventoryQuantity"].as_i64().filter(|_| item["tracked"] == true);
    let options = node["selectedOptions"].as_array().into_iter().flatten().filter_map(|one| {
        let (name, value) = (one["name"].as_str()?, one["value"].as_str()?);
        // What stands there for a product without choices.
        ((name, value) != ("Title", "Default Title")).then(|| Attribute::new(name, value))
    });
    ShopVariant {
        id: number_of(node["id"].as_str().unwrap_or_default()).to_owned(),
        sku: text("sku"),
        title: text("title").unwrap_or_default(),
        options: options.collect(),
        price: money("price"),
        compare_at: money("compareAtPrice")
            .filter(|money| money.to_amount().is_some_and(|amount| !amount.is_zero())),
        cost: cost["amount"].as_str().and_then(|amount| Money::parse(amount, cost["currencyCode"].as_str()?)),
        stock: stock.map(|count| u32::try_from(count).unwrap_or(0)),
        image: node["media"]["nodes"].as_array().and_then(|nodes| nodes.first()).and_then(image),
        weight_grams: grams(&item["measurement"]["weight"]),
        barcode: text("barcode"),
    }
}

fn image(node: &Value) -> Option<String> {
    node["image"]["url"].as_str().map(str::to_owned)
}

fn grams(weight: &Value) -> Option<u32> {
    let unit = match weight["unit"].as_str()? {
        "GRAMS" => 1.0,
        "KILOGRAMS" => 1000.0,
        "OUNCES" => 28.349_523_125,
        "POUNDS" => 453.592_37,
        _ => return None,
    };
    let grams = (weight["value"].as_f64()? * unit).round();
    (1.0..=4e9).contains(&grams).then_some(grams as u32)
}

fn unreadable() -> Failure {
    Failure::upstream_changed(
        "The answer of Shopify is not understood any more: the plugin may need an update.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_leave_their_quotation_marks() {
        assert_eq!(quoted("a\" OR id:>0"), "\"a\\\" OR id:>0\"");
        assert_eq!(quoted(" a\\ "), "\"a\\\\\"");
    }

    #[test]
    fn weights_are_grams() {
        for (value, unit, expected) in
            [(0.25, "KILOGRAMS", Some(250)), (1.0, "POUNDS", Some(454)), (0.0, "GRAMS", None)]
        {
            assert_eq!(grams(&json!({ "value": value, "unit": unit })), expected);
        }
    }
}
