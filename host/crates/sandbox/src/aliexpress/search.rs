//! `aliexpress.ds.text.search`: the same words find the same products.

use serde_json::{Value, json};

use super::catalogue::Item;
use super::catalogue::words::{KINDS, Kind};
use super::errors::Refusal;
use super::params::Params;
use super::product::image_url;
use super::shape::list;
use super::{money, product};
use crate::seed::Seeded;
use crate::world::World;

const DEFAULT_PAGE: u64 = 20;
const LARGEST_PAGE: u64 = 50;
/// A query with this word finds nothing.
const NOTHING: &str = "nothing";

/// Answers a search.
pub(super) fn answer(world: &World, params: &Params) -> Result<Value, Refusal> {
    params.need("local")?;
    params.need("countryCode")?;
    let currency = money::known(params.need("currency")?);
    let words = params.get("keyWord").unwrap_or_default().trim().to_lowercase();
    let number = |name: &str, otherwise: u64| -> Result<u64, Refusal> {
        params.get(name).map_or(Ok(otherwise), |text| text.parse().map_err(|_| Refusal::unsupported(name)))
    };
    let page = number("pageIndex", 1)?.max(1);
    let size = number("pageSize", DEFAULT_PAGE)?.clamp(1, LARGEST_PAGE);

    let mut ids = hits(world, &words, params.get("categoryId"));
    sort(world, &mut ids, params.get("sortBy"));
    let total = ids.len();
    let skipped = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let shown = ids.into_iter().skip(skipped).take(size as usize);
    let mut products: Vec<Value> =
        shown.map(|id| hit(world, &product::item(world, id), currency, "search")).collect();
    // A page that is not full is filled with something else the shopper might like.
    let gap = (size as usize).saturating_sub(products.len()).min(3);
    if !products.is_empty() {
        let filler = (0..gap).map(|index| filler(world, &words, index as u64));
        products.extend(filler.map(|id| hit(world, &product::item(world, id), currency, "recommend")));
    }
    Ok(json!({
        "code": "0",
        "msg": "success",
        "data": {
            "pageIndex": page,
            "pageSize": size,
            "totalCount": total,
            "products": list("selection_search_product", products),
        },
    }))
}

/// All hits of a search, best first.
fn hits(world: &World, words: &str, category: Option<&str>) -> Vec<u64> {
    if words.split_whitespace().any(|word| word == NOTHING) {
        return Vec::new();
    }
    let kinds = kinds(words, category);
    if kinds.is_empty() {
        return Vec::new();
    }
    let mut choices = Seeded::new(world.config.seed, &["search", words, category.unwrap_or_default()]);
    let total = choices.between(35, 320);
    (0..total).map(|_| id_of_kind(*choices.pick(&kinds), &mut choices)).collect()
}

/// The kinds of goods that the words mean; any three for words that mean none.
fn kinds(words: &str, category: Option<&str>) -> Vec<usize> {
    let wanted: Option<u64> = category.and_then(|id| id.parse().ok());
    let inside = |kind: &Kind| wanted.is_none_or(|id| kind.category.contains(&id));
    let score = |kind: &Kind| {
        kind.words
            .iter()
            .filter(|word| {
                words.split_whitespace().any(|given| given.starts_with(*word) || word.starts_with(given))
            })
            .count()
    };
    let open: Vec<(usize, usize)> = KINDS
        .iter()
        .enumerate()
        .filter(|(_, kind)| inside(kind))
        .map(|(index, kind)| (index, score(kind)))
        .collect();
    let best = open.iter().map(|(_, score)| *score).max().unwrap_or(0);
    if best > 0 {
        return open.into_iter().filter(|(_, score)| *score == best).map(|(index, _)| index).collect();
    }
    let all: Vec<usize> = open.into_iter().map(|(index, _)| index).collect();
    Seeded::new(0, &["kinds", words]).subset(&all, 3).into_iter().copied().collect()
}

/// An ordinary id whose product is of this kind.
fn id_of_kind(kind: usize, choices: &mut Seeded) -> u64 {
    let kinds = KINDS.len() as u64;
    let near = 1_005_000_000_000_000 + choices.below(9_990_000_000);
    near - near % kinds + kind as u64
}

fn filler(world: &World, words: &str, index: u64) -> u64 {
    let mut choices = Seeded::new(world.config.seed.wrapping_add(index), &["recommend", words]);
    let kind = choices.below(KINDS.len() as u64) as usize;
    id_of_kind(kind, &mut choices)
}

fn sort(world: &World, ids: &mut [u64], by: Option<&str>) {
    let price = |id: &u64| product::item(world, *id).cheapest().map_or(0, |sku| sku.sale_cents);
    match by {
        Some("min_price,asc") => ids.sort_by_cached_key(price),
        Some("min_price,desc") => ids.sort_by_cached_key(|id| std::cmp::Reverse(price(id))),
        // `orders` and `comments` were without effect after the change of the search engine.
        _ => {}
    }
}

fn hit(world: &World, item: &Item, currency: &'static str, kind: &str) -> Value {
    let (sale, original, sku) =
        item.cheapest().map_or((1, 1, 0), |sku| (sku.sale_cents, sku.list_cents, sku.id));
    let show = |cents| format!("{currency} {}", money::amount(cents, currency).replace('.', ","));
    let mut hit = json!({
        "itemId": item.id.to_string(),
        "title": item.title,
        "type": kind,
        // Without a scheme and with a second question mark, as recorded.
        "itemUrl": format!(
            "//www.aliexpress.com/item/{}.html?skuId={sku}?appkey={}", item.id, world.config.aliexpress.app_key
        ),
        "itemMainPic": image_url(&item.images.first().cloned().unwrap_or_default()),
        "salePrice": money::amount(sale, money::LISTING),
        "salePriceCurrency": money::LISTING,
        "originalPrice": money::amount(original, money::LISTING),
        "originalPriceCurrency": money::LISTING,
        "targetSalePrice": money::amount(sale, currency),
        "targetOriginalPrice": money::amount(original, currency),
        "targetOriginalPriceCurrency": currency,
        "salePriceFormat": show(sale),
        "originalPriceFormat": show(original),
        "originMinPrice": json!({
            "cent": money::minor(sale, currency), "currencyCode": currency, "formatPrice": show(sale),
        }).to_string(),
        "discount": format!("{}%", (original - sale) * 100 / original.max(1)),
        "evaluateRate": "95.1",
        "orders": item.sales,
        "cateId": item.kind.category.map(|id| id.to_string()).join(","),
    });
    if let Some(rating) = &item.rating {
        hit["score"] = json!(rating);
    }
    if item.video {
        hit["productVideoUrl"] = json!(format!("{}/kf/{}.mp4", crate::images::CDN, item.id));
    }
    hit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SandboxConfig;

    fn world() -> World {
        World::new(SandboxConfig::default(), "http://127.0.0.1:1".to_owned())
    }

    #[test]
    fn words_find_what_they_mean() {
        let ids = hits(&world(), "yoga mat", None);
        assert!(
            ids.len() >= 35
                && ids.iter().all(|id| KINDS[(id % KINDS.len() as u64) as usize].noun == "Yoga Mat")
        );
        assert_eq!(ids, hits(&world(), "yoga mat", None));
        assert!(hits(&world(), "nothing here", None).is_empty());
        assert!(!hits(&world(), "zzz", None).is_empty());
        assert!(
            hits(&world(), "lamp", Some("15"))
                .iter()
                .all(|id| { KINDS[(*id % KINDS.len() as u64) as usize].category.contains(&15) })
        );
    }

    #[test]
    fn hits_are_never_reserved_ids() {
        for word in ["lamp", "shoes", "qqq", "usb"] {
            assert!(hits(&world(), word, None).into_iter().all(|id| !super::super::special::reserved(id)));
        }
    }
}
