//! A supplier's product is hostile input until it went through here.
//!
//! The runtime already refused what cannot be true (lengths, counts, money).
//! Here text is made harmless for dashboards and shops, and prices that no
//! merchant could want are refused with the reason.

use ammonia::Builder;
use rust_decimal::Decimal;
use sourcepilot_domain::product::{Product, SearchPage};
use sourcepilot_domain::{ErrorKind, Failure};
use url::Url;

/// The longest text of a title that shops take.
const TITLE: usize = 255;
/// Above this a price is a mistake, in any currency.
const ABSURD_PRICE: i64 = 1_000_000;
/// A variant that costs this many times the cheapest one is a trap listing.
const ABSURD_SPREAD: i64 = 1_000;

/// Make a product harmless.
///
/// # Errors
/// `BadAnswer` with a sentence that names what is wrong, when nothing useful is
/// left or a price is absurd.
pub fn take_in(product: Product) -> Result<Product, Failure> {
    let Product {
        reference,
        title,
        description_html,
        price,
        list_price,
        availability,
        images,
        mut variants,
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
    check_prices(&variants.iter().map(|variant| variant.price.amount).collect::<Vec<_>>())?;
    for variant in &mut variants {
        variant.title = plain(&variant.title, TITLE);
        variant.image = variant.image.take().filter(|image| is_image_address(image));
        for option in &mut variant.options {
            option.name = plain(&option.name, 100);
            option.value = plain(&option.value, 200);
        }
    }
    Ok(Product {
        reference,
        title,
        description_html: description_html.map(|html| sanitise(&html)).filter(|html| !html.trim().is_empty()),
        price,
        list_price,
        availability,
        images: distinct(images.into_iter().filter(|image| is_image_address(image))),
        variants,
        categories: categories.iter().map(|name| plain(name, 100)).filter(|name| !name.is_empty()).collect(),
        supplier_name: supplier_name.map(|name| plain(&name, TITLE)).filter(|name| !name.is_empty()),
        rating,
        rating_count,
        order_count,
        shipping,
        extra,
    })
}

/// Make the hits of a search harmless; a hit without a title is left out.
#[must_use]
pub fn take_in_page(page: SearchPage) -> SearchPage {
    let SearchPage { mut hits, total, has_more } = page;
    for hit in &mut hits {
        hit.title = plain(&hit.title, TITLE);
        hit.images.retain(|image| is_image_address(image));
        hit.supplier_name =
            hit.supplier_name.take().map(|name| plain(&name, TITLE)).filter(|name| !name.is_empty());
    }
    hits.retain(|hit| !hit.title.is_empty());
    SearchPage { hits, total, has_more }
}

/// Refuse prices that no merchant could want.
///
/// # Errors
/// `BadAnswer` with the reason.
pub(super) fn check_prices(prices: &[Decimal]) -> Result<(), Failure> {
    let lowest = prices.iter().filter(|price| !price.is_zero()).min();
    let highest = prices.iter().max();
    let (Some(lowest), Some(highest)) = (lowest, highest) else {
        return Err(bad(
            "The supplier gives no price for this product, so it cannot be priced for your shop.",
        ));
    };
    if *highest > Decimal::from(ABSURD_PRICE) {
        return Err(bad(&format!(
            "The supplier asks {highest} for a variant. That looks like a placeholder price; the product was not imported."
        )));
    }
    if *highest > *lowest * Decimal::from(ABSURD_SPREAD) {
        return Err(bad(&format!(
            "The supplier's variants cost between {lowest} and {highest}. That looks like a placeholder price; the product was not imported."
        )));
    }
    Ok(())
}

fn bad(sentence: &str) -> Failure {
    Failure::new(ErrorKind::BadAnswer, sentence)
}

/// Text without markup characters that change how a page reads: control
/// characters, and those that reverse or hide text.
pub(super) fn plain(text: &str, longest: usize) -> String {
    let kept = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_hidden(*c));
    let mut out = String::with_capacity(text.len().min(longest));
    for c in kept {
        if c == ' ' && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        out.push(c);
    }
    out.truncate(out.char_indices().nth(longest).map_or(out.len(), |(at, _)| at));
    out.trim_end().to_owned()
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// The description as a shop may show it: structure and images, nothing that
/// runs, styles the page, sends data elsewhere or turns text around.
fn sanitise(html: &str) -> String {
    let html: String = html.chars().filter(|c| matches!(c, '\n' | '\t') || !is_hidden(*c)).collect();
    Builder::default()
        .url_schemes(["https", "http", "mailto"].into())
        .link_rel(Some("nofollow noopener"))
        .rm_tags(["map", "area"])
        .clean(&html)
        .to_string()
}

fn is_image_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.host().is_some()
            && url.username().is_empty()
            && text.len() <= 2_000
    })
}

fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use sourcepilot_domain::product::{Attribute, Availability, ProductRef, Variant};
    use sourcepilot_domain::{Currency, Money};

    use super::*;

    fn product(prices: &[&str]) -> Product {
        let money = |text: &&str| Money::new(text.parse().unwrap_or_default(), Currency::USD);
        let variants = prices
            .iter()
            .enumerate()
            .map(|(n, text)| Variant {
                id: n.to_string(),
                sku: None,
                title: "Red".into(),
                options: vec![Attribute { name: "Color".into(), value: "Red\u{202E}".into() }],
                price: money(text),
                list_price: None,
                stock: None,
                image: Some("javascript:alert(1)".into()),
                weight_grams: None,
                barcode: None,
                extra: Vec::new(),
            })
            .collect();
        Product {
            reference: ProductRef { id: "1".into(), url: None, variant: None },
            title: "  A\u{202E} lamp\n <b>".into(),
            description_html: Some(
                "<p onclick='x()'>\u{202E}Nice</p><script>steal()</script><a href='javascript:1'>x</a>"
                    .into(),
            ),
            price: money(&prices[0]),
            list_price: None,
            availability: Availability::Available,
            images: vec![
                "https://a.example/1.jpg".into(),
                "data:image/png,xx".into(),
                "https://a.example/1.jpg".into(),
            ],
            variants,
            categories: Vec::new(),
            supplier_name: None,
            rating: None,
            rating_count: None,
            order_count: None,
            shipping: None,
            extra: Vec::new(),
        }
    }

    #[test]
    fn text_images_and_html_are_harmless_afterwards() {
        let taken = take_in(product(&["3.99"])).expect("a good product");
        assert_eq!(taken.title, "A lamp <b>");
        assert_eq!(taken.images, ["https://a.example/1.jpg"]);
        let html = taken.description_html.unwrap_or_default();
        assert!(html.contains("<p>Nice</p>"), "{html}");
        assert!(!html.contains("script") && !html.contains("onclick"), "{html}");
        assert_eq!(taken.variants[0].options[0].value, "Red");
        assert_eq!(taken.variants[0].image, None);
    }

    #[test]
    fn absurd_prices_are_refused_with_the_reason() {
        for prices in [&["0"][..], &["5000000"], &["0.01", "99999"]] {
            let failure = take_in(product(prices)).expect_err("absurd");
            assert_eq!(failure.kind, ErrorKind::BadAnswer, "{prices:?}");
            assert!(failure.message.contains("price"), "{}", failure.message);
        }
    }
}
