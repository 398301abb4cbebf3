//! A supplier's answer is hostile input until it went through here.
//!
//! The runtime already refused what cannot be true and cleaned every text (lengths,
//! counts, money, characters that hide). Here HTML and addresses are made harmless for
//! dashboards and shops, and prices that no merchant could want are refused with the
//! reason. Nothing else reads a supplier's products, hits, prices or freight.

mod addresses;
mod freight;
mod hits;
mod html;
mod prices;
#[cfg(test)]
mod tests;
mod variants;

use sourcepilot_domain::product::Product;
use sourcepilot_domain::{ErrorKind, Failure, text};
use sourcepilot_egress::EgressConfig;

pub use hits::take_in_page;
pub(super) use prices::check_price;

use addresses::{distinct, picture};

/// The longest text of a title that shops take.
const TITLE: usize = 255;
const LONGEST_CATEGORY: usize = 100;
/// A ton: heavier goods are not sent by post.
const HEAVIEST: u32 = 1_000_000;
/// More than people on earth.
const MOST_COUNTED: u64 = 10_000_000_000;

/// Make a product harmless.
///
/// # Errors
/// `BadAnswer` with a sentence that names what is wrong, when nothing useful is
/// left or a price is absurd.
pub fn take_in(outside: &EgressConfig, product: Product) -> Result<Product, Failure> {
    let Product {
        reference,
        title,
        description_html,
        price,
        list_price,
        availability,
        images,
        variants,
        categories,
        supplier_name,
        rating,
        rating_count,
        order_count,
        shipping,
        extra,
    } = product;

    let title = plain(&title, TITLE);
    if title.is_empty() {
        return Err(bad("The supplier's answer has no title."));
    }
    let variants = variants::take_in(outside, variants)?;
    let price = prices::lowest(&variants, price, availability);
    Ok(Product {
        reference: addresses::reference(outside, reference),
        title,
        description_html: description_html.and_then(|html| html::sanitise(outside, &html)),
        list_price: prices::list_price(price, list_price),
        price,
        availability,
        images: distinct(images.iter().filter_map(|image| picture(outside, image))),
        variants,
        categories: categories
            .iter()
            .map(|name| plain(name, LONGEST_CATEGORY))
            .filter(|name| !name.is_empty())
            .collect(),
        supplier_name: supplier_name.map(|name| plain(&name, TITLE)).filter(|name| !name.is_empty()),
        rating,
        rating_count: rating_count.filter(|count| *count <= MOST_COUNTED),
        order_count: order_count.filter(|count| *count <= MOST_COUNTED),
        shipping: shipping.and_then(freight::take_in),
        extra,
    })
}

fn bad(sentence: &str) -> Failure {
    Failure::new(ErrorKind::BadAnswer, sentence)
}

/// Text of one line that hides nothing, cut to a length.
pub(super) fn plain(text: &str, longest: usize) -> String {
    let mut out = text::line(text);
    out.truncate(out.char_indices().nth(longest).map_or(out.len(), |(at, _)| at));
    out.truncate(out.trim_end().len());
    out
}
