//! Search by words: what is asked and what is answered. Pure.

use serde_json::json;
use sourcepilot_sdk::{Hit, Money, ProductRef, Result};

use crate::amount::Amount;
use crate::convert::lower_bound;
use crate::extras::note;
use crate::fault::Fault;
use crate::id::ProductId;
use crate::images::image;
use crate::market::Market;
use crate::node::Node;
use crate::params::Params;

/// The largest page that is known to be honoured; the maximum is not documented.
pub(crate) const MAX_PAGE: u32 = 50;

/// One page of the gateway.
pub(crate) struct Chunk {
    /// All entries in the gateway's order; nothing where a filler was dropped.
    pub(crate) hits: Vec<Option<Hit>>,
    pub(crate) total: Option<u64>,
}

/// Which pages of the gateway hold one page of ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Entries per page of the gateway.
    pub(crate) size: u32,
    /// From 1.
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// How many entries of the first page come before ours.
    pub(crate) skip: u32,
}

/// Pages larger than the gateway's are put together of several.
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

/// The parameters of `aliexpress.ds.text.search`. Their spelling is the gateway's.
pub(crate) fn params(text: &str, page: u32, size: u32, market: &Market) -> Params {
    let mut params = Params::default();
    params
        .set("keyWord", text.trim())
        .set("local", &market.locale)
        .set("countryCode", &market.country)
        .set("currency", &market.currency)
        .set("pageSize", size.to_string())
        .set("pageIndex", page.to_string());
    if let Some(country) = &market.ships_from {
        let origin = json!([{ "searchKey": "ship_from", "searchValue": country }]);
        params.set("searchExtend", origin.to_string());
    }
    params
}

/// Read the answer. No hits is an answer; no `data` is a failure.
pub(crate) fn chunk(root: Node<'_>, market: &Market) -> Result<Chunk> {
    let code = root.get("code").text();
    let data = root.get("data");
    if !data.exists() || !matches!(code.as_deref(), None | Some("0" | "00" | "000" | "200")) {
        return Err(Fault::business(code, root.get("msg").text()).into_failure());
    }
    Ok(Chunk {
        hits: data.get("products").list().into_iter().map(|product| hit(product, market)).collect(),
        total: data.get("totalCount").whole(),
    })
}

/// A hit, unless it is a filler that has nothing to do with the words.
fn hit(product: Node<'_>, market: &Market) -> Option<Hit> {
    if product.get("type").text().is_some_and(|kind| kind.eq_ignore_ascii_case("recommend")) {
        return None;
    }
    let id = ProductId::read(&product.get("itemId").text()?)?;
    let texts = [
        ("discount", product.get("discount").text()),
        ("positive-rate", product.get("evaluateRate").text()),
        ("category-path", product.get("cateId").text()),
        ("list-price", target_list_price(product)),
        ("video", product.get("productVideoUrl").text()),
    ];
    Some(Hit {
        ref_: ProductRef { id: id.main().to_owned(), url: Some(id.page()), variant: None },
        title: product.get("title").text()?,
        price: price(product, market),
        images: image(product.get("itemMainPic").text()).into_iter().collect(),
        supplier_name: None,
        rating: product
            .get("score")
            .text()
            .filter(|score| Amount::read(score).is_some_and(|score| !score.is_zero())),
        order_count: product.get("orders").text().as_deref().and_then(lower_bound),
        shipping_cost: None,
        shipping_days: None,
        extra: texts.into_iter().filter_map(|(name, text)| Some(note(name, text?))).collect(),
    })
}

/// The price in the currency that was asked for; the seller's own only without one.
fn price(product: Node<'_>, market: &Market) -> Option<Money> {
    let read = |name: &str| {
        product.get(name).text().and_then(|text| Amount::read(&text)).filter(|price| !price.is_zero())
    };
    let (amount, currency) = match read("targetSalePrice") {
        Some(price) => {
            let currency = product.get("targetOriginalPriceCurrency").text();
            (price, currency.unwrap_or_else(|| market.currency.clone()))
        }
        None => (read("salePrice")?, product.get("salePriceCurrency").text()?),
    };
    Some(Money { amount: amount.to_string(), currency: currency.to_ascii_uppercase() })
}

fn target_list_price(product: Node<'_>) -> Option<String> {
    let text = product.get("targetOriginalPrice").text()?;
    let currency = product.get("targetOriginalPriceCurrency").text()?;
    Some(format!("{} {currency}", Amount::read(&text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_asked_for_once_whatever_the_page_size() {
        assert_eq!(window(3, 20), Window { size: 20, first: 3, last: 3, skip: 0 });
        assert_eq!(window(1, 100), Window { size: 50, first: 1, last: 2, skip: 0 });
        assert_eq!(window(2, 100), Window { size: 50, first: 3, last: 4, skip: 0 });
        assert_eq!(window(2, 70), Window { size: 50, first: 2, last: 3, skip: 20 });
        assert_eq!(window(0, 0), Window { size: 1, first: 1, last: 1, skip: 0 });
    }
}
