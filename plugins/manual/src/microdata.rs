//! What a page says by microdata: properties on the elements that show them.

use serde_json::Value;

use crate::draft::Draft;
use crate::html::Tag;
use crate::json_ld::last_part;
use crate::page::{Page, not_blank};
use crate::schema_org::paragraphs;
use crate::{availability, entities, offers, price};

/// More properties than this are not read.
const MOST: usize = 2000;

/// Properties in the order of the page. Elements are not nested here: what stands
/// before the first product, such as the names of a breadcrumb, is dropped, and of
/// what follows the first value counts.
#[derive(Debug, Default)]
pub(crate) struct Microdata {
    properties: Vec<(String, String)>,
    in_product: bool,
}

impl Microdata {
    pub(crate) fn take(&mut self, tag: &Tag<'_>) {
        let starts = tag.attribute("itemtype").is_some_and(|kind| last_part(kind) == "Product");
        if starts && !self.in_product {
            self.in_product = true;
            self.properties.clear();
        }
        let Some(name) = tag.attribute("itemprop").filter(|_| self.properties.len() < MOST) else { return };
        let stated = ["content", "href", "src"].iter().find_map(|attribute| tag.attribute(attribute));
        let shown = || not_blank(&entities::decode(tag.text));
        let value = stated.map_or_else(shown, not_blank);
        self.properties.extend(value.map(|value| (name.to_owned(), value)));
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.properties.iter().filter(move |(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }
}

/// The page's product, as far as it is one.
pub(crate) fn draft(page: &Page) -> Draft {
    let data = &page.microdata;
    let currency = data.first("priceCurrency").or_else(|| data.first("price")).and_then(price::code);
    let amount = |text: &str| price::read(&Value::String(text.to_owned()), currency.as_deref());
    let price = data.first("price").and_then(amount);
    Draft {
        title: data
            .first("name")
            .filter(|_| data.in_product)
            .or(page.title.as_deref().filter(|_| price.is_some()))
            .map(str::to_owned),
        description: data.first("description").map(paragraphs),
        images: data.all("image").filter_map(|image| page.absolute(image)).collect(),
        price,
        availability: data.first("availability").and_then(availability::read),
        sku: data.first("sku").map(str::to_owned),
        barcode: ["gtin13", "gtin12", "gtin14", "gtin8", "gtin"]
            .iter()
            .find_map(|name| offers::digits(data.first(name)?)),
        currency,
        ..Draft::default()
    }
}
