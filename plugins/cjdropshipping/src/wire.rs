//! The product as CJ sends it, with its many shapes taken apart but nothing decided
//! yet. Field names are those of the published documentation, typing errors included.

use crate::images::{image, images};
use crate::node::Node;
use crate::range::{Range, grams};
use crate::stock::{Shelf, shelves};

/// Characters of a note.
const LONGEST_NOTE: usize = 500;

/// The `data` of a product answer.
#[derive(Debug, Default)]
pub(crate) struct Item {
    pub(crate) pid: Option<String>,
    pub(crate) spu: Option<String>,
    pub(crate) title: Option<String>,
    /// HTML.
    pub(crate) description: Option<String>,
    /// `3` is on sale.
    pub(crate) status: Option<String>,
    /// From general to special.
    pub(crate) categories: Vec<String>,
    /// The names of the choices, joined by hyphens.
    pub(crate) keys: Option<String>,
    /// What the merchant pays, over all variants.
    pub(crate) price: Option<Range>,
    pub(crate) images: Vec<String>,
    pub(crate) weight: Option<u32>,
    pub(crate) supplier: Option<String>,
    pub(crate) free_shipping: bool,
    pub(crate) variants: Vec<Variant>,
    /// Further fields worth keeping, by names of our own.
    pub(crate) notes: Vec<(&'static str, String)>,
}

/// One thing that can be ordered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variant {
    pub(crate) vid: Option<String>,
    pub(crate) sku: Option<String>,
    /// The product's name and the option text behind it.
    pub(crate) name: Option<String>,
    /// One text, or the elements of a list; empty without a key.
    pub(crate) key: Vec<String>,
    pub(crate) price: Option<Range>,
    pub(crate) image: Option<String>,
    pub(crate) weight: Option<u32>,
    /// `None` when nothing is known about its stock.
    pub(crate) shelves: Option<Vec<Shelf>>,
    pub(crate) notes: Vec<(&'static str, String)>,
}

impl Item {
    pub(crate) fn read(data: Node<'_>) -> Item {
        const NOTES: [(&str, &str); 6] = [
            ("suggested-price", "suggestSellPrice"),
            ("listed", "listedNum"),
            ("category-id", "categoryId"),
            ("hs-code", "entryCode"),
            ("created", "createrTime"),
            ("video", "productVideo"),
        ];
        Item {
            pid: data.get("pid").text(),
            spu: data.get("productSku").text(),
            title: data.first_text(&["productNameEn", "nameEn"]),
            description: data.get("description").text(),
            status: data.first_text(&["status", "saleStatus"]),
            categories: categories(data.get("categoryName").text()),
            keys: data.get("productKeyEn").text(),
            price: Range::of(data.get("sellPrice")),
            images: images(data),
            weight: grams(data.get("productWeight")),
            supplier: data.get("supplierName").text(),
            free_shipping: free_shipping(data),
            variants: data.get("variants").list().into_iter().map(Variant::read).collect(),
            notes: notes(data, &NOTES),
        }
    }
}

impl Variant {
    pub(crate) fn read(variant: Node<'_>) -> Variant {
        const NOTES: [(&str, &str); 4] = [
            ("suggested-price", "variantSugSellPrice"),
            ("size-mm", "variantStandard"),
            ("created", "createTime"),
            ("combined-from", "combineNum"),
        ];
        Variant {
            vid: variant.get("vid").text(),
            sku: variant.get("variantSku").text(),
            name: variant.first_text(&["variantNameEn", "variantName"]),
            key: variant.get("variantKey").texts(),
            price: Range::of(variant.get("variantSellPrice")),
            image: image(variant.get("variantImage").text()),
            weight: grams(variant.get("variantWeight")),
            shelves: shelves(variant.get("inventories")),
            notes: notes(variant, &NOTES),
        }
    }
}

/// Two spellings, one of them a number.
pub(crate) fn free_shipping(product: Node<'_>) -> bool {
    product.get("isFreeShipping").flag() == Some(true) || product.get("addMarkStatus").whole() == Some(1)
}

/// `Home / Lights / Table Lamps`.
fn categories(path: Option<String>) -> Vec<String> {
    let path = path.unwrap_or_default();
    path.split('/').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn notes(node: Node<'_>, names: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let short = |text: String| text.chars().take(LONGEST_NOTE).collect();
    names.iter().filter_map(|(ours, theirs)| Some((*ours, short(node.get(theirs).text()?)))).collect()
}

/// The stock per variant of `getInventoryByPid`: pairs of variant id and shelves.
pub(crate) fn stock_by_variant(data: Node<'_>) -> Vec<(String, Vec<Shelf>)> {
    let rows = data.get("variantInventories").list().into_iter();
    rows.filter_map(|row| {
        let list = if row.get("inventory").exists() { row.get("inventory") } else { row.get("inventories") };
        Some((row.get("vid").text()?, shelves(list)?))
    })
    .collect()
}

/// The days of `7-12`, `3` and the like.
pub(crate) fn days(node: Node<'_>) -> (Option<u32>, Option<u32>) {
    let text = node.text().unwrap_or_default();
    let numbers: Vec<u32> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [] => (None, None),
        [one] => (Some(*one), Some(*one)),
        [one, other, ..] => (Some(*one.min(other)), Some(*one.max(other))),
    }
}
