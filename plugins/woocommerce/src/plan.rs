//! What will be written, checked completely before anything is.
//!
//! WooCommerce accepts the same combination twice, options that the product does
//! not list, and choices it has never heard of, each with an answer that looks
//! like success. So none of them may leave.

use std::collections::BTreeSet;

use sourcepilot_sdk::{Attribute, Listing, ListingVariant, Money, Status};

use crate::amount::Amount;
use crate::text::{clean_choice, escape_name, fold_name, shorten};

/// More than any supplier has, and as many as a shop can stand.
pub(crate) const MAX_VARIANTS: usize = 500;
const MAX_TITLE: usize = 200;
const MAX_NAME: usize = 150;
const MAX_TERMS: usize = 20;
const MAX_IMAGES: usize = 40;
/// What WordPress cannot make thumbnails of.
const UNKNOWN_IMAGES: [&str; 5] = [".avif", ".heic", ".heif", ".jxl", ".svg"];

/// A listing in the form in which WooCommerce keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The SKU of the product and the value of its import entry.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    /// Whether buyers shall see it in the end.
    pub(crate) publish: bool,
    /// Empty for a simple product.
    pub(crate) axes: Vec<Axis>,
    /// One for a simple product.
    pub(crate) rows: Vec<Row>,
    /// The currency of every price.
    pub(crate) currency: String,
    /// The product's own pictures, best first.
    pub(crate) gallery: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) tags: Vec<String>,
    /// Entries for programs, beside the key.
    pub(crate) notes: Vec<(String, String)>,
    /// What had to be left out or altered.
    pub(crate) warnings: Vec<String>,
}

/// A choice and the values that variants use, in display order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// One variant.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its SKU.
    pub(crate) key: String,
    /// One value per axis.
    pub(crate) choice: Vec<String>,
    pub(crate) price: Amount,
    /// Above `price`.
    pub(crate) compare_at: Option<Amount>,
    pub(crate) stock: Option<u32>,
    pub(crate) image: Option<String>,
    pub(crate) weight_grams: Option<u32>,
    /// Digits of a GTIN.
    pub(crate) barcode: Option<String>,
}

/// Both prices as they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prices {
    pub(crate) regular: String,
    /// Empty when nothing is crossed out.
    pub(crate) sale: String,
}

impl Prices {
    /// Round up to the shop's decimals. A crossed-out price that is not above the
    /// price any more after that is left out.
    pub(crate) fn new(price: Amount, compare_at: Option<Amount>, decimals: u32) -> Prices {
        let price = price.rounded_up(decimals);
        match compare_at.map(|amount| amount.rounded_up(decimals)).filter(|amount| *amount > price) {
            Some(regular) => Prices { regular: regular.to_string(), sale: price.to_string() },
            None => Prices { regular: price.to_string(), sale: String::new() },
        }
    }

    /// Whether the shop now has these prices. It keeps the text it was given, so
    /// only the value counts.
    pub(crate) fn are(&self, regular: &str, sale: &str) -> bool {
        let same = |sent: &str, kept: &str| match (Amount::parse(sent), Amount::parse(kept)) {
            (Some(sent), Some(kept)) => sent == kept,
            (None, None) => sent.is_empty() && kept.is_empty(),
            _ => false,
        };
        same(&self.regular, regular) && same(&self.sale, sale)
    }
}

impl Row {
    /// Its prices in the shop's decimals.
    pub(crate) fn prices(&self, decimals: u32) -> Prices {
        Prices::new(self.price, self.compare_at, decimals)
    }
}

/// Read both prices of one thing, or say in a sentence why they make no sense.
pub(crate) fn read_prices(
    price: &Money,
    compare_at: Option<&Money>,
    of: &str,
) -> Result<(Amount, Option<Amount>), String> {
    let read = |money: &Money| {
        Amount::parse(&money.amount).ok_or_else(|| {
            format!("“{}” is no price for {of}: it must be decimal digits with a dot.", money.amount)
        })
    };
    let amount = read(price)?;
    if amount.is_zero() {
        return Err(format!("The price of {of} is zero; the shop would give it away."));
    }
    let Some(crossed) = compare_at else { return Ok((amount, None)) };
    if crossed.currency != price.currency {
        return Err(format!("The two prices of {of} have different currencies."));
    }
    let crossed = read(crossed)?;
    if crossed <= amount {
        return Err(format!(
            "The crossed-out price of {of} ({crossed}) must be above its price ({amount}); \
             the shop would drop the sale without saying so."
        ));
    }
    Ok((amount, Some(crossed)))
}

impl Plan {
    /// Check a listing and bring it into form.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the listing.
    pub(crate) fn new(key: &str, listing: &Listing) -> Result<Plan, String> {
        if !is_sku(key) {
            return Err(format!("“{key}” cannot be a SKU."));
        }
        let title = escape_name(shorten(listing.title.trim(), MAX_TITLE));
        if title.is_empty() {
            return Err("The product has no title.".to_owned());
        }
        check_count(listing)?;
        let mut warnings = Vec::new();
        let names = axis_names(listing)?;
        let rows = read_rows(key, listing, &names, &mut warnings)?;
        let axes = used_axes(listing, names, &rows);
        Ok(Plan {
            key: key.to_owned(),
            title,
            description: listing.description_html.clone().filter(|html| !html.trim().is_empty()),
            publish: listing.status == Status::Active,
            currency: listing.variants[0].price.currency.clone(),
            gallery: gallery(listing, &rows, &mut warnings),
            categories: terms(&listing.categories),
            tags: terms(&listing.tags),
            notes: notes(listing),
            axes,
            rows,
            warnings,
        })
    }

    /// Whether buyers choose between variants.
    pub(crate) fn is_variable(&self) -> bool {
        !self.axes.is_empty()
    }
}

/// Letters, digits and a few signs; a comma would make a look-up ask for two.
fn is_sku(key: &str) -> bool {
    (1..=100).contains(&key.len())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn check_count(listing: &Listing) -> Result<(), String> {
    match (listing.options.len(), listing.variants.len()) {
        (_, 0) => Err("The product has no variant.".to_owned()),
        (0, count) if count > 1 => Err(format!(
            "The product has {count} variants but no choice between them; name at least one option."
        )),
        (_, count) if count > MAX_VARIANTS => Err(format!(
            "The product has {count} variants; at most {MAX_VARIANTS} can be put into a WooCommerce shop. \
             Choose fewer variants."
        )),
        _ => Ok(()),
    }
}

fn axis_names(listing: &Listing) -> Result<Vec<String>, String> {
    let mut folded = BTreeSet::new();
    listing
        .options
        .iter()
        .map(|axis| {
            let name = clean_choice(shorten(&axis.name, MAX_NAME));
            let fold = fold_name(&name);
            let name = if fold.is_empty() { "Option".to_owned() } else { name };
            if folded.insert(fold_name(&name)) {
                Ok(name)
            } else {
                Err(format!("The shop cannot tell the choice “{}” from another one; rename it.", axis.name))
            }
        })
        .collect()
}

fn read_rows(
    key: &str,
    listing: &Listing,
    names: &[String],
    warnings: &mut Vec<String>,
) -> Result<Vec<Row>, String> {
    let mut keys = BTreeSet::new();
    let mut combinations = BTreeSet::new();
    let mut rows = Vec::with_capacity(listing.variants.len());
    for variant in &listing.variants {
        let row = read_row(listing, variant, warnings)?;
        if !names.is_empty() && row.key == key {
            return Err(format!("The variant “{key}” has the SKU of the product."));
        }
        if !keys.insert(row.key.to_lowercase()) {
            return Err(format!("Two variants have the SKU “{}”.", row.key));
        }
        if !combinations.insert(row.choice.join("\u{1f}").to_lowercase()) {
            return Err(format!("Two variants are “{}”; a buyer could not choose.", row.choice.join(" / ")));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn read_row(listing: &Listing, variant: &ListingVariant, warnings: &mut Vec<String>) -> Result<Row, String> {
    let key = &variant.key;
    if !is_sku(key) {
        return Err(format!("“{key}” cannot be a SKU."));
    }
    let of = format!("the variant “{key}”");
    let (price, compare_at) = read_prices(&variant.price, variant.compare_at.as_ref(), &of)?;
    if variant.price.currency != listing.variants[0].price.currency {
        return Err(format!("{of} has another currency than the others."));
    }
    let image = variant.image.clone().and_then(|image| usable_image(image, warnings));
    Ok(Row {
        key: key.clone(),
        choice: read_choice(listing, &variant.options, &of)?,
        price,
        compare_at,
        stock: variant.stock,
        image,
        weight_grams: variant.weight_grams.filter(|grams| *grams > 0),
        barcode: variant.barcode.as_deref().and_then(gtin),
    })
}

fn read_choice(listing: &Listing, options: &[Attribute], of: &str) -> Result<Vec<String>, String> {
    if options.len() != listing.options.len() {
        return Err(format!(
            "{of} answers {} of the product's {} choices.",
            options.len(),
            listing.options.len()
        ));
    }
    listing
        .options
        .iter()
        .zip(options)
        .map(|(axis, option)| {
            let value = clean_choice(shorten(&option.value, MAX_NAME));
            if axis.name != option.name {
                return Err(format!("{of} names “{}” where the choice “{}” stands.", option.name, axis.name));
            }
            if value.is_empty() {
                return Err(format!("{of} has no value for “{}”.", axis.name));
            }
            if axis.values.contains(&option.value) {
                Ok(value)
            } else {
                Err(format!("{of} is “{}”, which the choice “{}” does not list.", option.value, axis.name))
            }
        })
        .collect()
}

/// Only values that a variant has: a buyer who picks another finds nothing.
fn used_axes(listing: &Listing, names: Vec<String>, rows: &[Row]) -> Vec<Axis> {
    names
        .into_iter()
        .enumerate()
        .map(|(place, name)| {
            let mut values: Vec<String> = Vec::new();
            for value in &listing.options[place].values {
                let value = clean_choice(shorten(value, MAX_NAME));
                if !values.contains(&value) && rows.iter().any(|row| row.choice[place] == value) {
                    values.push(value);
                }
            }
            Axis { name, values }
        })
        .collect()
}

/// The product's own pictures. Those of the variants follow in the listing for
/// shops that keep one list; WooCommerce keeps them with the variations.
fn gallery(listing: &Listing, rows: &[Row], warnings: &mut Vec<String>) -> Vec<String> {
    let of_variants: BTreeSet<&str> = rows.iter().filter_map(|row| row.image.as_deref()).collect();
    let own = match listing.images.iter().rposition(|image| !of_variants.contains(image.as_str())) {
        _ if listing.options.is_empty() => listing.images.len(),
        Some(last) => last + 1,
        None => listing.images.len().min(1),
    };
    let mut kept: Vec<String> = Vec::new();
    for image in listing.images[..own].iter().cloned() {
        if let Some(image) = usable_image(image, warnings).filter(|image| !kept.contains(image)) {
            kept.push(image);
        }
    }
    if kept.len() > MAX_IMAGES {
        warnings
            .push(format!("Only the first {MAX_IMAGES} of {} pictures were put into the shop.", kept.len()));
        kept.truncate(MAX_IMAGES);
    }
    kept
}

fn usable_image(image: String, warnings: &mut Vec<String>) -> Option<String> {
    let lower = image.to_ascii_lowercase();
    let path = lower.split(['?', '#']).next().unwrap_or_default();
    let absolute = path.starts_with("https://") || path.starts_with("http://");
    if absolute && !UNKNOWN_IMAGES.iter().any(|ending| path.ends_with(ending)) {
        return Some(image);
    }
    let warning =
        format!("The picture {} was left out: WordPress cannot read its kind.", shorten(&image, 300));
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
    None
}

fn terms(names: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        let name = escape_name(shorten(name.trim(), MAX_NAME));
        if !name.is_empty() && !kept.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            kept.push(name);
        }
    }
    kept.truncate(MAX_TERMS);
    kept
}

fn notes(listing: &Listing) -> Vec<(String, String)> {
    let plain = |name: &str| -> String {
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
    };
    let vendor = listing.vendor.iter().map(|vendor| ("vendor".to_owned(), vendor.clone()));
    let extra = listing.extra.iter().map(|extra| (plain(&extra.name), extra.value.clone()));
    let reserved = ["key", "variant_key", "state", "left_out"];
    vendor
        .chain(extra)
        .filter(|(name, _)| !reserved.contains(&name.as_str()))
        .map(|(name, value)| (format!("_sourcepilot_{name}"), escape_name(&value)))
        .collect()
}

/// The digits of an EAN, UPC or ISBN; anything else makes the shop refuse.
fn gtin(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let known = matches!(digits.len(), 8 | 12 | 13 | 14);
    (known && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}
