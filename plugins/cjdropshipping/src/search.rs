//! Search by words: what is asked and what is answered. Pure.

use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Hit, Money, ProductRef, Query};

use crate::convert::{CURRENCY, one_line};
use crate::extras::note;
use crate::id::pid;
use crate::images::image;
use crate::node::Node;
use crate::range::Range;
use crate::wire::free_shipping;

/// The largest page that CJ answers.
const MAX_PAGE: u32 = 100;
/// CJ numbers its pages up to here.
const LAST_PAGE: u32 = 1000;
/// Observed by others: nothing beyond this many hits is ever answered.
const REACH: u64 = 6000;
const SUPPLIER: &str = "CJ Dropshipping";
const ON_SALE: &str = "3";

/// One page of CJ's.
pub(crate) struct Chunk {
    /// All entries in CJ's order; nothing where one cannot be bought.
    pub(crate) hits: Vec<Option<Hit>>,
    pub(crate) total: Option<u64>,
}

/// Which pages of CJ's hold one page of ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) size: u32,
    /// From 1.
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// How many entries of the first page come before ours.
    pub(crate) skip: u32,
}

/// Pages larger than CJ's are put together of several.
pub(crate) fn window(page: u32, page_size: u32) -> Window {
    let (page, page_size) = (page.max(1), page_size.max(1));
    if page_size <= MAX_PAGE {
        return Window { size: page_size, first: page, last: page, skip: 0 };
    }
    let start = u64::from(page - 1) * u64::from(page_size);
    let end = start + u64::from(page_size);
    let max = u64::from(MAX_PAGE);
    let number = |at: u64| u32::try_from(at + 1).unwrap_or(u32::MAX);
    Window {
        size: MAX_PAGE,
        first: number(start / max),
        last: number((end - 1) / max),
        skip: (start % max) as u32,
    }
}

/// The parameters of `product/listV2`; none for a page that CJ never answers.
pub(crate) fn params(query: &Query, page: u32, size: u32) -> Option<Vec<(&'static str, String)>> {
    if page > LAST_PAGE || u64::from(page - 1) * u64::from(size) >= REACH {
        return None;
    }
    Some(vec![
        ("keyWord", query.text.trim().to_owned()),
        ("page", page.to_string()),
        ("size", size.to_string()),
    ])
}

/// Read the answer: the products stand one level deeper than its documentation's
/// first sight suggests.
pub(crate) fn chunk(data: Node<'_>) -> Chunk {
    let groups = data.get("content").list().into_iter();
    let products = groups.flat_map(|group| group.get("productList").list());
    Chunk { hits: products.map(hit).collect(), total: data.first_whole(&["totalRecords", "total"]) }
}

/// Whether another page would bring something.
pub(crate) fn has_more(chunk: &Chunk, page: u32, size: u32) -> bool {
    let seen = u64::from(page) * u64::from(size);
    let within = seen < REACH && page < LAST_PAGE && !chunk.hits.is_empty();
    within && chunk.total.map_or(chunk.hits.len() as u64 >= u64::from(size), |total| seen < total)
}

fn hit(product: Node<'_>) -> Option<Hit> {
    if product.first_text(&["saleStatus", "status"]).is_some_and(|status| status != ON_SALE) {
        return None;
    }
    let id = pid(&product.first_text(&["id", "pid"])?)?;
    let (price, list_price) = prices(product);
    let texts = [
        ("list-price", list_price),
        ("price-range", product.get("sellPrice").text()),
        ("sku", product.first_text(&["spu", "sku", "productSku"])),
        ("listed", product.get("listedNum").text()),
        ("stock", product.get("warehouseInventoryNum").text()),
        ("processing-days", product.get("deliveryCycle").text()),
    ];
    let free = Money { amount: Amount::ZERO.to_string(), currency: CURRENCY.to_owned() };
    Some(Hit {
        title: product.first_text(&["nameEn", "productNameEn"]).as_deref().and_then(one_line)?,
        price: price.map(|price| price.in_currency(CURRENCY)),
        images: image(product.first_text(&["bigImage", "productImage"])).into_iter().collect(),
        supplier_name: product.get("supplierName").text().or_else(|| Some(SUPPLIER.to_owned())),
        shipping_cost: free_shipping(product).then_some(free),
        extra: texts.into_iter().filter_map(|(name, text)| Some(note(name, text?))).collect(),
        ..Hit::new(ProductRef { url: id.page(), id: id.text().to_owned(), variant: None }, "")
    })
}

/// What the cheapest variant costs now, and what it costs usually where that is more.
fn prices(product: Node<'_>) -> (Option<Amount>, Option<String>) {
    let read =
        |name: &str| Range::of(product.get(name)).map(|range| range.low).filter(|price| !price.is_zero());
    let usual = read("sellPrice");
    let reduced = ["nowPrice", "discountPrice"].into_iter().filter_map(read).min();
    match (usual, reduced) {
        (Some(usual), Some(reduced)) if reduced < usual => (Some(reduced), Some(usual.to_string())),
        (usual, reduced) => (usual.or(reduced), None),
    }
}
