//! `product/listV2`: the same words find the same products.

use serde_json::{Value, json};

use super::catalogue::Item;
use super::door::Asked;
use super::product::{amount, category, image, item, price_range};
use super::refusal::{self, Refusal};
use crate::aliexpress::words::KINDS;
use crate::seed::Seeded;

/// Nothing beyond this many hits is ever answered.
const REACH: u64 = 6000;
const DEFAULT_PAGE: u64 = 10;
/// A query with this word finds nothing.
const NOTHING: &str = "nothing";

/// Answers a search.
pub(super) fn answer(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let number = |name: &str, otherwise: u64| {
        asked.get(name).map_or(Ok(otherwise), |text| text.parse().map_err(|_| refusal::PARAMETER))
    };
    let (page, size) = (number("page", 1)?, number("size", DEFAULT_PAGE)?);
    if !(1..=1000).contains(&page) || !(1..=100).contains(&size) || (page - 1) * size >= REACH {
        return Err(refusal::PARAMETER);
    }
    let words = asked.get("keyWord").unwrap_or_default().to_lowercase();
    let mut found: Vec<Item> = pids(asked, &words).iter().map(|pid| item(asked.world, pid)).collect();
    sort(&mut found, asked.get("orderBy"), asked.get("sort") == Some("asc"));
    let total = found.len() as u64;
    let shown = found.iter().skip(((page - 1) * size) as usize).take(size as usize);
    let products: Vec<Value> = shown.enumerate().map(|(place, item)| hit(item, place)).collect();
    let content = match total {
        0 => json!([]),
        _ => json!([{
            "productList": products,
            "relatedCategoryList": [],
            "keyWord": words,
            "keyWordOld": words,
        }]),
    };
    Ok(json!({
        "pageSize": size,
        "pageNumber": page,
        "totalRecords": total,
        "totalPages": total.div_ceil(size),
        "content": content,
    }))
}

/// Ids whose last digits give the kinds of goods that the words mean.
fn pids(asked: &Asked<'_>, words: &str) -> Vec<String> {
    if words.contains(NOTHING) {
        return Vec::new();
    }
    let means = |word: &&&str| {
        words.split_whitespace().any(|given| given.starts_with(**word) || word.starts_with(given))
    };
    let score = |index: &usize| KINDS[*index].words.iter().filter(means).count();
    let best = (0..KINDS.len()).map(|index| score(&index)).max().unwrap_or(0);
    let kinds: Vec<usize> = (0..KINDS.len()).filter(|index| best == 0 || score(index) == best).collect();
    let mut choices = Seeded::new(asked.world.config.seed, &["cj search", words]);
    let total = choices.between(25, 140);
    let pid = |choices: &mut Seeded| {
        let kind = *choices.pick(&kinds) as u64;
        let near = 1_500_000_000_000_000_000 + choices.below(199_000_000_000_000_000);
        near - near % KINDS.len() as u64 + kind
    };
    (0..total).map(|_| pid(&mut choices).to_string()).collect()
}

fn sort(items: &mut [Item], by: Option<&str>, ascending: bool) {
    let price = |item: &Item| item.variants.iter().map(|sku| sku.cents).min().unwrap_or(0);
    match by {
        Some("1") => items.sort_by_key(|item| item.listed),
        Some("2") => items.sort_by_key(price),
        Some("4") => items.sort_by_key(in_stock),
        _ => return,
    }
    if !ascending {
        items.reverse();
    }
}

fn in_stock(item: &Item) -> u64 {
    item.variants.iter().flat_map(|sku| &sku.stock).map(|(_, cj, factory)| cj + factory).sum()
}

/// Odd in turns: the price as one number, as either spelling of a range, reduced.
fn hit(item: &Item, place: usize) -> Value {
    let low = item.variants.iter().map(|sku| sku.cents).min().unwrap_or(0);
    let price = match place % 3 {
        0 => json!(price_range(item, " -- ")),
        1 => json!(price_range(item, "-")),
        _ => json!(low as f64 / 100.0),
    };
    let reduced = (place % 4 == 1).then(|| amount(low * 9 / 10));
    json!({
        "id": item.pid,
        "nameEn": item.title,
        "sku": item.spu,
        "spu": item.spu,
        "bigImage": item.images.first().map(|name| image(name)),
        "sellPrice": price,
        "nowPrice": reduced,
        "discountPrice": reduced,
        "discountPriceRate": reduced.as_ref().map(|_| "10"),
        "listedNum": item.listed,
        "categoryId": category(item),
        "productType": "ORDINARY_PRODUCT",
        "supplierName": if place.is_multiple_of(2) { json!("") } else { Value::Null },
        "createAt": 1_714_500_000_000_u64,
        "addMarkStatus": i32::from(place % 5 == 4),
        "warehouseInventoryNum": in_stock(item),
        "verifiedWarehouse": 1,
        "saleStatus": "3",
        "deliveryCycle": "3-5",
    })
}
