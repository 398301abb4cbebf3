//! What will be written, checked completely before anything is.

use std::collections::{BTreeMap, BTreeSet};

use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{Listing, ListingVariant, Money, Status};

use crate::documents::MAX_COLLECTIONS;
use crate::text::{handle, shorten, tidy};

/// Shopify's own limit, unless a shop tells another one.
pub(crate) const MAX_VARIANTS: usize = 2048;
/// Choices per product.
pub(crate) const MAX_OPTIONS: usize = 3;
/// Pictures per product.
pub(crate) const MAX_MEDIA: usize = 250;
const MAX_NAME: usize = 255;
const MAX_TAGS: usize = 250;
/// What stands in Shopify for a product without choices.
const NO_CHOICE: (&str, &str) = ("Title", "Default Title");

/// A listing in the form in which Shopify keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The value of the entry that makes the product unique.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) vendor: Option<String>,
    pub(crate) publish: bool,
    pub(crate) currency: String,
    /// At least one.
    pub(crate) axes: Vec<Axis>,
    /// At least one.
    pub(crate) rows: Vec<Row>,
    /// Each address once, best first.
    pub(crate) files: Vec<String>,
    pub(crate) collections: Vec<Collection>,
    pub(crate) tags: Vec<String>,
    /// What had to be left out or altered.
    pub(crate) warnings: Vec<String>,
}

/// A choice and its values, in display order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// A category, and the handle by which it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Collection {
    pub(crate) title: String,
    pub(crate) handle: String,
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
    pub(crate) cost: Option<Amount>,
    pub(crate) stock: Option<u32>,
    /// One of the plan's files.
    pub(crate) image: Option<String>,
    pub(crate) weight_grams: Option<u32>,
    pub(crate) barcode: Option<String>,
}

/// Read both prices of one thing, or say in a sentence why they make no sense.
pub(crate) fn read_prices(
    price: &Money,
    compare_at: Option<&Money>,
    of: &str,
) -> Result<(Amount, Option<Amount>), String> {
    let read = |money: &Money| {
        money.to_amount().ok_or_else(|| {
            format!(
                "“{}” is no price for {of}: it must be decimal digits with a dot.",
                shorten(&money.amount, 40)
            )
        })
    };
    let amount = read(price)?;
    let Some(crossed) = compare_at else { return Ok((amount, None)) };
    if crossed.currency != price.currency {
        return Err(format!("The two prices of {of} have different currencies."));
    }
    let crossed = read(crossed)?;
    if crossed <= amount {
        return Err(format!("The crossed-out price of {of} ({crossed}) must be above its price ({amount})."));
    }
    Ok((amount, Some(crossed)))
}

impl Plan {
    /// Check a listing and bring it into form.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the listing.
    pub(crate) fn new(key: &str, listing: &Listing) -> Result<Plan, String> {
        if !is_key(key) {
            return Err(format!("“{}” cannot mark a product.", shorten(key, 80)));
        }
        let title = tidy(&listing.title, MAX_NAME);
        if title.is_empty() {
            return Err("The product has no title.".to_owned());
        }
        check_count(listing)?;
        let mut warnings = Vec::new();
        let files = files(listing, &mut warnings);
        let mut rows = rows(listing, &files)?;
        let axes = axes(listing, &mut rows, &mut warnings)?;
        ensure_distinct(&rows)?;
        Ok(Plan {
            key: key.to_owned(),
            title,
            description: listing.description_html.clone().filter(|html| !html.trim().is_empty()),
            vendor: listing
                .vendor
                .as_deref()
                .map(|name| tidy(name, MAX_NAME))
                .filter(|name| !name.is_empty()),
            publish: listing.status == Status::Active,
            currency: listing.variants[0].price.currency.clone(),
            collections: collections(&listing.categories),
            tags: tags(&listing.tags),
            axes,
            rows,
            files,
            warnings,
        })
    }

    /// How many variants have a picture of their own.
    pub(crate) fn pictured(&self) -> usize {
        self.rows.iter().filter(|row| row.image.is_some()).count()
    }
}

/// As the type `id` of entries wants it: no blanks, and not long.
fn is_key(key: &str) -> bool {
    (1..=250).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic())
}

fn check_count(listing: &Listing) -> Result<(), String> {
    match (listing.options.len(), listing.variants.len()) {
        (_, 0) => Err("The product has no variant.".to_owned()),
        (0, count) if count > 1 => Err(format!(
            "The product has {count} variants but no choice between them; name at least one option."
        )),
        _ => Ok(()),
    }
}

fn rows(listing: &Listing, files: &[String]) -> Result<Vec<Row>, String> {
    let files: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let mut keys = BTreeSet::new();
    let mut rows = Vec::with_capacity(listing.variants.len());
    for variant in &listing.variants {
        let row = row(listing, variant, &files)?;
        if !keys.insert(row.key.to_lowercase()) {
            return Err(format!("Two variants have the SKU “{}”.", row.key));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn row(listing: &Listing, variant: &ListingVariant, files: &BTreeSet<&str>) -> Result<Row, String> {
    let key = tidy(&variant.key, MAX_NAME + 1);
    if key.is_empty() || key.len() > MAX_NAME || key != variant.key {
        return Err(format!("“{}” cannot be a SKU.", shorten(&variant.key, 80)));
    }
    let of = format!("the variant “{key}”");
    let (price, compare_at) = read_prices(&variant.price, variant.compare_at.as_ref(), &of)?;
    if variant.price.currency != listing.variants[0].price.currency {
        return Err(format!("{of} has another currency than the others."));
    }
    let cost = variant.cost.as_ref().filter(|cost| cost.currency == variant.price.currency);
    Ok(Row {
        choice: choice(listing, variant, &of)?,
        key,
        price,
        compare_at,
        cost: cost.and_then(Money::to_amount),
        stock: variant.stock,
        image: variant.image.clone().filter(|image| files.contains(image.as_str())),
        weight_grams: variant.weight_grams.filter(|grams| *grams > 0),
        barcode: variant.barcode.as_deref().map(|code| tidy(code, MAX_NAME)).filter(|code| !code.is_empty()),
    })
}

fn choice(listing: &Listing, variant: &ListingVariant, of: &str) -> Result<Vec<String>, String> {
    if variant.options.len() != listing.options.len() {
        return Err(format!(
            "{of} answers {} of the product's {} choices.",
            variant.options.len(),
            listing.options.len()
        ));
    }
    let answers = listing.options.iter().zip(&variant.options).map(|(axis, option)| {
        let value = tidy(&option.value, MAX_NAME);
        if axis.name != option.name {
            return Err(format!("{of} names “{}” where the choice “{}” stands.", option.name, axis.name));
        }
        if value.is_empty() {
            return Err(format!("{of} has no value for “{}”.", axis.name));
        }
        Ok(value)
    });
    answers.collect()
}

/// The choices with the values that variants have. Shopify takes three choices and
/// tells values apart without regard to case: more choices are joined into the third,
/// and values that differ only in case get the first one's spelling.
fn axes(listing: &Listing, rows: &mut [Row], warnings: &mut Vec<String>) -> Result<Vec<Axis>, String> {
    let mut names: Vec<String> = listing.options.iter().map(|axis| tidy(&axis.name, MAX_NAME)).collect();
    if names.is_empty() {
        rows.iter_mut().for_each(|row| row.choice = vec![NO_CHOICE.1.to_owned()]);
        names.push(NO_CHOICE.0.to_owned());
    }
    if names.len() > MAX_OPTIONS {
        let joined = tidy(&names.split_off(MAX_OPTIONS - 1).join(" / "), MAX_NAME);
        warnings.push(format!("Shopify takes {MAX_OPTIONS} choices; the rest was joined into “{joined}”."));
        names.push(joined);
        for row in rows.iter_mut() {
            let rest = row.choice.split_off(MAX_OPTIONS - 1).join(" / ");
            row.choice.push(tidy(&rest, MAX_NAME));
        }
    }
    let mut seen = BTreeSet::new();
    for name in &mut names {
        if name.is_empty() {
            "Option".clone_into(name);
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(format!("The product has two choices named “{name}”; rename one."));
        }
    }
    Ok(names.into_iter().enumerate().map(|(place, name)| axis(listing, rows, place, name)).collect())
}

fn axis(listing: &Listing, rows: &mut [Row], place: usize, name: String) -> Axis {
    let mut values: Vec<String> = Vec::new();
    let mut spelling: BTreeMap<String, String> = BTreeMap::new();
    for row in rows.iter_mut() {
        let value = &mut row.choice[place];
        let known = spelling.entry(value.to_lowercase()).or_insert_with(|| {
            values.push(value.clone());
            value.clone()
        });
        known.clone_into(value);
    }
    // In the listing's order; what was joined stays in the order of the variants.
    if let Some(axis) = listing.options.get(place) {
        let order: BTreeMap<String, usize> = axis
            .values
            .iter()
            .enumerate()
            .rev()
            .map(|(at, value)| (tidy(value, MAX_NAME).to_lowercase(), at))
            .collect();
        values.sort_by_key(|value| order.get(&value.to_lowercase()).copied().unwrap_or(usize::MAX));
    }
    Axis { name, values }
}

fn ensure_distinct(rows: &[Row]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    match rows.iter().find(|row| !seen.insert(&row.choice)) {
        None => Ok(()),
        Some(twice) => {
            Err(format!("Two variants are “{}”; a buyer could not choose.", twice.choice.join(" / ")))
        }
    }
}

/// The pictures, each once, at most as many as a product may have.
fn files(listing: &Listing, warnings: &mut Vec<String>) -> Vec<String> {
    let of_variants = listing.variants.iter().filter_map(|variant| variant.image.as_ref());
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for image in listing.images.iter().chain(of_variants) {
        let lower = image.to_ascii_lowercase();
        if !(lower.starts_with("https://") || lower.starts_with("http://")) || image.len() > 2000 {
            warnings
                .push(format!("The picture {} was left out: Shopify cannot fetch it.", shorten(image, 200)));
        } else if seen.insert(image.clone()) {
            files.push(image.clone());
        }
    }
    if files.len() > MAX_MEDIA {
        warnings.push(format!(
            "Only {MAX_MEDIA} of {} pictures were put into the shop, as many as it takes.",
            files.len()
        ));
        files.truncate(MAX_MEDIA);
    }
    files
}

fn collections(categories: &[String]) -> Vec<Collection> {
    let mut seen = BTreeSet::new();
    categories
        .iter()
        .map(|name| tidy(name, MAX_NAME))
        .map(|title| Collection { handle: handle(&title), title })
        .filter(|collection| !collection.handle.is_empty() && seen.insert(collection.handle.clone()))
        .take(MAX_COLLECTIONS)
        .collect()
}

/// A comma would make two of one.
fn tags(names: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names
        .iter()
        .map(|name| tidy(&name.replace(',', " "), MAX_NAME))
        .filter(|name| !name.is_empty() && seen.insert(name.to_lowercase()))
        .take(MAX_TAGS)
        .collect()
}
