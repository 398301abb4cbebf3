//! What a page says by Open Graph: less, but nearly every shop has it.

use serde_json::Value;

use crate::draft::Draft;
use crate::page::Page;
use crate::schema_org::paragraphs;
use crate::{availability, price};

/// The page's product, as far as it is one.
pub(crate) fn draft(page: &Page<'_>) -> Draft {
    let currency = page
        .meta(&["product:sale_price:currency", "product:price:currency", "og:price:currency"])
        .and_then(price::code);
    let amount = |text: &str| price::read(&Value::String(text.to_owned()), currency.as_deref());
    let regular = page.meta(&["product:price:amount", "og:price:amount", "product:price"]).and_then(amount);
    let reduced = page.meta(&["product:sale_price:amount"]).and_then(amount);
    let price = reduced.or(regular);
    let stated = page.meta(&["product:availability", "og:availability"]);
    Draft {
        title: title(page, price.is_some()),
        description: page.meta(&["og:description", "description", "twitter:description"]).map(paragraphs),
        images: images(page),
        list_price: regular.filter(|regular| price.is_some_and(|price| *regular > price)),
        price,
        availability: stated.and_then(availability::read),
        sku: page.meta(&["product:retailer_item_id"]).map(str::to_owned),
        brand: page.meta(&["product:brand", "og:brand"]).map(str::to_owned),
        categories: page.meta(&["product:category"]).map(str::to_owned).into_iter().collect(),
        currency,
        ..Draft::default()
    }
}

/// The title without the shop's name. A page's `title` element names a product only
/// where a price was found.
fn title(page: &Page<'_>, priced: bool) -> Option<String> {
    let stated = page.meta(&["og:title", "twitter:title"]).or(page.title.as_deref().filter(|_| priced))?;
    Some(page.without_site(stated).to_owned())
}

fn images(page: &Page<'_>) -> Vec<String> {
    let names = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image"];
    // The safe address and the plain one are two spellings of the same picture.
    let found = names
        .iter()
        .map(|name| page.metas(name).filter_map(|image| page.absolute(image)).collect::<Vec<_>>());
    found.max_by_key(|images| (images.len() > 1, !images.is_empty())).unwrap_or_default()
}
