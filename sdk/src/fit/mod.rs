//! Answers cut to what the contract takes.
//!
//! The host refuses an answer that is longer than the contract allows, and suppliers
//! really send such: descriptions of a megabyte, titles of a page, hundreds of
//! pictures. What a merchant can do without is cut here, at a place that makes sense;
//! where something that is for sale would be lost, the answer becomes a failure that
//! says so.

mod html;

use crate::{
    Attribute, Failure, Page, Product, ProductRef, Quote, Result, ShippingQuote, Variant, VariantPrice,
};

pub use html::html;

/// Characters of an id.
pub const ID: usize = 255;
/// Characters of a title.
pub const TITLE: usize = 1000;
/// Characters of a name, a label or a single value.
pub const NAME: usize = 500;
/// Bytes of a description.
pub const DESCRIPTION: usize = 512 * 1024;
/// Variants of a product.
pub const VARIANTS: usize = 2048;
/// Images of a product.
pub const IMAGES: usize = 200;
/// Choices of a product.
pub const CHOICES: usize = 10;
/// Entries of any other list.
pub const ENTRIES: usize = 200;
/// Bytes of an address.
pub const URL: usize = 4096;
/// Characters of the name of an attribute.
pub const ATTRIBUTE_NAME: usize = 200;
/// Bytes of the value of an attribute.
pub const ATTRIBUTE_VALUE: usize = 8 * 1024;

/// The code of a product with more variants than the contract takes.
pub const TOO_MANY_VARIANTS: &str = "too-many-variants";

/// A product within the contract's limits. Descriptions keep their first whole blocks,
/// texts their beginning, lists their first entries.
///
/// # Errors
/// `unsupported` when it has more than [`VARIANTS`] variants: none is dropped in silence.
pub fn product(mut product: Product) -> Result<Product> {
    let count = product.variants.len();
    if count > VARIANTS {
        return Err(too_many(count));
    }
    fit_reference(&mut product.ref_);
    product.title = text(product.title, TITLE);
    product.description_html = product.description_html.map(|long| html(long, DESCRIPTION));
    fit_images(&mut product.images);
    let choices = choice_names(&product.variants);
    product.variants.iter_mut().for_each(|variant| fit_variant(variant, &choices));
    product.categories = product.categories.into_iter().take(ENTRIES).map(|name| text(name, NAME)).collect();
    product.supplier_name = product.supplier_name.map(|name| text(name, NAME));
    product.shipping = product.shipping.map(shipping_quote);
    fit_extra(&mut product.extra);
    Ok(product)
}

/// A page of hits within the contract's limits. A hit without a title is no hit.
pub fn page(mut page: Page) -> Page {
    page.hits.retain(|hit| !hit.title.trim().is_empty() && hit.ref_.id.chars().count() <= ID);
    for hit in &mut page.hits {
        fit_reference(&mut hit.ref_);
        hit.title = text(std::mem::take(&mut hit.title), TITLE);
        hit.supplier_name = hit.supplier_name.take().map(|name| text(name, NAME));
        fit_images(&mut hit.images);
        fit_extra(&mut hit.extra);
    }
    page
}

/// A quote within the contract's limits.
///
/// # Errors
/// As [`product`].
pub fn quote(mut quote: Quote) -> Result<Quote> {
    if quote.variants.len() > VARIANTS {
        return Err(too_many(quote.variants.len()));
    }
    let fitted = |variant: VariantPrice| VariantPrice { id: id(&variant.id), ..variant };
    quote.variants = quote.variants.into_iter().map(fitted).collect();
    fit_extra(&mut quote.extra);
    Ok(quote)
}

/// What delivery costs, within the contract's limits.
pub fn shipping_quote(mut quote: ShippingQuote) -> ShippingQuote {
    quote.service = text(quote.service, NAME);
    quote.label = text(quote.label, NAME);
    quote.ships_from = quote.ships_from.map(|place| text(place, NAME));
    fit_extra(&mut quote.extra);
    quote
}

/// An id as it is, or, when it is longer than [`ID`] characters, its beginning and a
/// number that stands for the whole: the same long id always gives the same short one.
pub fn id(long: &str) -> String {
    if long.chars().count() <= ID {
        return long.to_owned();
    }
    // FNV-1a: two ids of one product that begin alike must stay two.
    let number = long
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{}~{number:016x}", text(long.to_owned(), ID - 17))
}

/// At most so many characters of a text.
pub fn text(mut text: String, longest: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(longest) {
        text.truncate(end);
        text.truncate(text.trim_end().len());
    }
    text
}

fn too_many(count: usize) -> Failure {
    Failure::unsupported(format!(
        "This product has {count} variants; more than {VARIANTS} cannot be imported. Choose a product with fewer of them."
    ))
    .with_code(TOO_MANY_VARIANTS)
}

fn fit_reference(reference: &mut ProductRef) {
    reference.url = reference.url.take().filter(|url| url.len() <= URL);
    reference.variant = reference.variant.take().map(|variant| id(&variant));
}

/// Without addresses that no browser asks for.
fn fit_images(images: &mut Vec<String>) {
    images.retain(|image| is_web_address(image));
    images.truncate(IMAGES);
}

fn is_web_address(url: &str) -> bool {
    url.len() <= URL && (url.starts_with("https://") || url.starts_with("http://"))
}

/// The short name of each of the product's choices: distinct, because shops do not tell
/// upper from lower case, and few enough.
fn choice_names(variants: &[Variant]) -> Vec<(String, String)> {
    let mut names: Vec<(String, String)> = Vec::new();
    for option in variants.iter().flat_map(|variant| &variant.options) {
        if names.iter().any(|(full, _)| *full == option.name) {
            continue;
        }
        let mut short = text(option.name.clone(), ATTRIBUTE_NAME);
        // What came in equal stays equal, so that only cutting is made good for.
        if short != option.name {
            let mut number = 2;
            while names.iter().any(|(_, taken)| taken.eq_ignore_ascii_case(&short)) {
                short = format!("{} {number}", text(option.name.clone(), ATTRIBUTE_NAME - 10));
                number += 1;
            }
        }
        names.push((option.name.clone(), short));
    }
    names
}

fn fit_variant(variant: &mut Variant, choices: &[(String, String)]) {
    variant.id = id(&variant.id);
    variant.title = text(std::mem::take(&mut variant.title), TITLE);
    variant.sku = variant.sku.take().map(|sku| text(sku, ID));
    variant.image = variant.image.take().filter(|image| is_web_address(image));
    // Half a bar code names another thing.
    variant.barcode = variant.barcode.take().filter(|code| code.chars().count() <= ID);
    for option in &mut variant.options {
        if let Some((_, short)) = choices.iter().find(|(full, _)| *full == option.name) {
            option.name.clone_from(short);
        }
        cut_bytes(&mut option.value, ATTRIBUTE_VALUE);
    }
    // The last choice takes the surplus in, so that no two variants become alike.
    if variant.options.len() > CHOICES {
        for surplus in variant.options.split_off(CHOICES) {
            if let Some(last) = variant.options.last_mut() {
                last.name = text(format!("{} / {}", last.name, surplus.name), ATTRIBUTE_NAME);
                last.value = format!("{} / {}", last.value, surplus.value);
                cut_bytes(&mut last.value, ATTRIBUTE_VALUE);
            }
        }
    }
    fit_extra(&mut variant.extra);
}

/// Without values that are too long to be kept whole and mean nothing in part.
fn fit_extra(extra: &mut Vec<Attribute>) {
    extra.truncate(ENTRIES);
    extra.retain_mut(|attribute| {
        let is_data = attribute.value.trim_start().starts_with(['{', '[']);
        if attribute.name.trim().is_empty() || (is_data && attribute.value.len() > ATTRIBUTE_VALUE) {
            return false;
        }
        cut_bytes(&mut attribute.value, ATTRIBUTE_VALUE);
        attribute.name = text(std::mem::take(&mut attribute.name), ATTRIBUTE_NAME);
        true
    });
}

fn cut_bytes(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Availability, Hit, Money};

    fn money() -> Money {
        Money { amount: "1.00".into(), currency: "USD".into() }
    }

    fn variant(number: usize) -> Variant {
        Variant {
            id: number.to_string(),
            sku: None,
            title: String::new(),
            options: vec![Attribute::new("Colour", number.to_string())],
            price: money(),
            list_price: None,
            stock: None,
            image: None,
            weight_grams: None,
            barcode: None,
            extra: Vec::new(),
        }
    }

    fn lamp() -> Product {
        Product {
            ref_: ProductRef::new("1"),
            title: "Lamp".into(),
            description_html: Some("<p>Bright</p>".into()),
            price: money(),
            list_price: None,
            availability: Availability::Available,
            images: vec!["https://x.example/1.jpg".into()],
            variants: (0..2).map(variant).collect(),
            categories: vec!["Light".into()],
            supplier_name: Some("Acme".into()),
            rating: None,
            rating_count: None,
            order_count: None,
            shipping: None,
            extra: vec![Attribute::new("x-a.b", "c")],
        }
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(product(lamp()).unwrap(), lamp());
    }

    #[test]
    fn what_is_too_long_is_cut_where_it_makes_sense() {
        let mut long = lamp();
        long.title = "ä".repeat(1001);
        long.description_html = Some("<p>Bright</p>".repeat(50_000));
        long.images = (0..300).map(|at| format!("https://x.example/{at}.jpg")).collect();
        long.images[1] = format!("https://x.example/{}", "a".repeat(URL));
        long.images[2] = "kf/S2.jpg".into();
        long.categories = vec!["c".repeat(501); 201];
        long.supplier_name = Some("s".repeat(501));
        long.extra = vec![
            Attribute::new("x-a.data", format!("[{}]", "1,".repeat(5000))),
            Attribute::new("x-a.text", "ü".repeat(5000)),
            Attribute::new("", "nameless"),
        ];
        long.variants[0].barcode = Some("1".repeat(256));
        long.variants[0].sku = Some("k".repeat(256));
        let fitted = product(long).unwrap();
        assert_eq!(fitted.title.chars().count(), TITLE);
        let description = fitted.description_html.unwrap();
        assert!(description.len() <= DESCRIPTION && description.len() > DESCRIPTION - 20);
        assert!(description.ends_with("<p>Bright</p>"));
        assert_eq!((fitted.images.len(), fitted.images[1].as_str()), (200, "https://x.example/3.jpg"));
        assert_eq!((fitted.categories.len(), fitted.categories[0].len()), (200, 500));
        assert_eq!(fitted.supplier_name.unwrap().len(), 500);
        let extra: Vec<_> = fitted.extra.iter().map(|one| (one.name.as_str(), one.value.len())).collect();
        assert_eq!(extra, [("x-a.text", ATTRIBUTE_VALUE)], "half of a JSON text is none");
        assert_eq!(
            (&fitted.variants[0].barcode, fitted.variants[0].sku.as_ref().unwrap().len()),
            (&None, 255)
        );
    }

    #[test]
    fn no_variant_is_lost_in_silence() {
        let mut many = lamp();
        many.variants = (0..=VARIANTS).map(variant).collect();
        let failure = product(many).unwrap_err();
        assert_eq!(failure.code.as_deref(), Some(TOO_MANY_VARIANTS));
        assert!(failure.message.contains("2049 variants"), "{}", failure.message);
    }

    #[test]
    fn long_ids_and_choices_stay_apart() {
        let long = "x".repeat(300);
        assert_eq!(id(&long), id(&long));
        assert_ne!(id(&long), id(&format!("{long}y")));
        assert_eq!(id(&long).chars().count(), ID);

        let mut lamp = lamp();
        for (at, variant) in lamp.variants.iter_mut().enumerate() {
            let of = |number: usize| {
                Attribute::new(format!("{}{number}", "n".repeat(200)), format!("{number}-{at}"))
            };
            variant.options = (0..12).map(of).collect();
        }
        let fitted = product(lamp).unwrap();
        for variant in &fitted.variants {
            let names: std::collections::HashSet<_> =
                variant.options.iter().map(|option| &option.name).collect();
            assert_eq!((names.len(), variant.options.len()), (CHOICES, CHOICES));
            assert!(variant.options.iter().all(|option| option.name.chars().count() <= ATTRIBUTE_NAME));
        }
        assert_eq!(fitted.variants[1].options[9].value, "9-1 / 10-1 / 11-1");
    }

    #[test]
    fn one_odd_hit_does_not_spoil_the_page() {
        let long = Hit::new(ProductRef::new("1"), "t".repeat(2000));
        let hits = vec![long, Hit::new(ProductRef::new("2"), " "), Hit::new(ProductRef::new("3"), "Lamp")];
        let page = page(Page { hits, total: Some(3), has_more: false });
        let titles: Vec<_> = page.hits.iter().map(|hit| (hit.ref_.id.as_str(), hit.title.len())).collect();
        assert_eq!(titles, [("1", TITLE), ("3", 4)]);
    }
}
