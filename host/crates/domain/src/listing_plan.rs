//! From a supplier's product to what is written into a shop.

use std::collections::BTreeSet;

use crate::Money;
use crate::import_config::ImportConfig;
use crate::listing::{Listing, ListingStatus, ListingVariant};
use crate::product::{Attribute, OptionAxis, Product, Variant};

/// What a variant shall cost in the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariantPricing {
    /// The price.
    pub price: Money,
    /// Crossed out.
    pub compare_at: Option<Money>,
    /// What the merchant pays, in the shop's currency.
    pub cost: Money,
}

/// A listing, and what the merchant should know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingPlan {
    /// What is written.
    pub listing: Listing,
    /// What was left out, in sentences.
    pub warnings: Vec<String>,
}

/// Why no listing can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError<E> {
    /// None of the chosen variants exists.
    #[error("none of the variants in config.variant_ids exists; the product has: {0}")]
    NoSuchVariant(String),
    /// The price of a variant cannot be found.
    #[error(transparent)]
    Price(E),
}

/// What stands in a shop for a choice that the supplier left empty.
const NO_VALUE: &str = "Default";

/// Make the listing of a product.
///
/// `price_of` gives the shop price of a variant and `key_of` its SKU.
///
/// # Errors
/// When no variant is left, or a price cannot be found.
pub fn plan_listing<E>(
    product: &Product,
    config: &ImportConfig,
    price_of: impl Fn(&Variant) -> Result<VariantPricing, E>,
    key_of: impl Fn(&Variant) -> String,
    extra: Vec<Attribute>,
) -> Result<ListingPlan, PlanError<E>> {
    let chosen = choose(product, config)?;
    let axes = axis_names(&chosen);
    let mut warnings = Vec::new();
    let mut seen = BTreeSet::new();
    let mut variants = Vec::with_capacity(chosen.len());
    for variant in chosen {
        let options = complete(variant, &axes);
        let combination: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
        if !seen.insert(combination.join("\u{1f}").to_lowercase()) {
            warnings.push(format!(
                "The supplier lists “{}” twice; the second one was left out.",
                combination.join(" / ")
            ));
            continue;
        }
        let pricing = price_of(variant).map_err(PlanError::Price)?;
        variants.push(listing_variant(variant, options, pricing, key_of(variant)));
    }
    let listing = Listing {
        title: config.title.clone().unwrap_or_else(|| product.title.clone()),
        description_html: product.description_html.clone(),
        status: config.status.unwrap_or(ListingStatus::Draft),
        options: collect_axes(&axes, &variants),
        images: images(product, &variants),
        variants,
        categories: product.categories.clone(),
        tags: config.tags.clone(),
        vendor: product.supplier_name.clone(),
        extra,
    };
    Ok(ListingPlan { listing, warnings })
}

fn choose<'p, E>(product: &'p Product, config: &ImportConfig) -> Result<Vec<&'p Variant>, PlanError<E>> {
    let Some(wanted) = &config.variant_ids else { return Ok(product.variants.iter().collect()) };
    let chosen: Vec<&Variant> =
        product.variants.iter().filter(|variant| wanted.contains(&variant.id)).collect();
    if chosen.is_empty() {
        let known: Vec<&str> = product.variants.iter().take(20).map(|variant| variant.id.as_str()).collect();
        return Err(PlanError::NoSuchVariant(known.join(", ")));
    }
    Ok(chosen)
}

/// Every choice that some variant has. Several variants need one, so a supplier
/// that names none gets one from the variants' titles.
fn axis_names(variants: &[&Variant]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for option in variants.iter().flat_map(|variant| &variant.options) {
        if !names.iter().any(|name| name.eq_ignore_ascii_case(&option.name)) {
            names.push(option.name.clone());
        }
    }
    if names.is_empty() && variants.len() > 1 {
        names.push("Variant".to_owned());
    }
    names
}

fn complete(variant: &Variant, axes: &[String]) -> Vec<Attribute> {
    let from_title = variant.options.is_empty() && axes.len() == 1;
    axes.iter()
        .map(|axis| {
            let given = variant.options.iter().find(|option| option.name.eq_ignore_ascii_case(axis));
            let value = match given {
                Some(option) => option.value.as_str(),
                None if from_title => variant.title.as_str(),
                None => "",
            };
            let value = if value.is_empty() { NO_VALUE } else { value };
            Attribute { name: axis.clone(), value: value.to_owned() }
        })
        .collect()
}

fn listing_variant(
    variant: &Variant,
    options: Vec<Attribute>,
    pricing: VariantPricing,
    key: String,
) -> ListingVariant {
    ListingVariant {
        key,
        options,
        price: pricing.price,
        compare_at: pricing.compare_at,
        cost: Some(pricing.cost),
        stock: variant.stock,
        image: variant.image.clone(),
        weight_grams: variant.weight_grams,
        barcode: variant.barcode.clone(),
    }
}

fn collect_axes(names: &[String], variants: &[ListingVariant]) -> Vec<OptionAxis> {
    let mut axes: Vec<OptionAxis> =
        names.iter().map(|name| OptionAxis { name: name.clone(), values: Vec::new() }).collect();
    for variant in variants {
        for (axis, option) in axes.iter_mut().zip(&variant.options) {
            if !axis.values.contains(&option.value) {
                axis.values.push(option.value.clone());
            }
        }
    }
    axes
}

/// The product's images, then those that only a variant shows.
fn images(product: &Product, variants: &[ListingVariant]) -> Vec<String> {
    let mut all = product.images.clone();
    for image in variants.iter().filter_map(|variant| variant.image.as_ref()) {
        if !all.contains(image) {
            all.push(image.clone());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use rust_decimal::Decimal;

    use super::*;
    use crate::Currency;
    use crate::product::{Availability, ProductRef};

    fn variant(id: &str, options: &[(&str, &str)]) -> Variant {
        Variant {
            id: id.into(),
            sku: None,
            title: format!("Title {id}"),
            options: options
                .iter()
                .map(|(n, v)| Attribute { name: (*n).into(), value: (*v).into() })
                .collect(),
            price: Money::new(Decimal::from(4), Currency::USD),
            list_price: None,
            stock: Some(3),
            image: Some(format!("https://img.example/{id}.jpg")),
            weight_grams: None,
            barcode: None,
            extra: Vec::new(),
        }
    }

    fn product(variants: Vec<Variant>) -> Product {
        Product {
            reference: ProductRef { id: "1".into(), url: None, variant: None },
            title: "Lamp".into(),
            description_html: None,
            price: Money::new(Decimal::from(4), Currency::USD),
            list_price: None,
            availability: Availability::Available,
            images: vec!["https://img.example/main.jpg".into()],
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

    fn plan(product: &Product, config: &ImportConfig) -> Result<ListingPlan, PlanError<Infallible>> {
        let double = |variant: &Variant| {
            let price = Money::new(variant.price.amount * Decimal::TWO, variant.price.currency);
            Ok(VariantPricing { price, compare_at: None, cost: variant.price })
        };
        plan_listing(product, config, double, |variant| format!("SP-{}", variant.id), Vec::new())
    }

    #[test]
    fn a_single_variant_without_choices_has_no_options() {
        let plan = plan(&product(vec![variant("a", &[])]), &ImportConfig::default()).expect("a plan");
        assert!(plan.listing.options.is_empty() && plan.listing.variants[0].options.is_empty());
        assert_eq!(plan.listing.images, ["https://img.example/main.jpg", "https://img.example/a.jpg"]);
        assert_eq!(plan.listing.status, ListingStatus::Draft);
    }

    #[test]
    fn missing_values_and_names_in_other_case_are_completed() {
        let variants =
            vec![variant("a", &[("Color", "Red"), ("Size", "L")]), variant("b", &[("color", "Blue")])];
        let plan = plan(&product(variants), &ImportConfig::default()).expect("a plan");
        let axes: Vec<(&str, usize)> =
            plan.listing.options.iter().map(|axis| (axis.name.as_str(), axis.values.len())).collect();
        assert_eq!(axes, [("Color", 2), ("Size", 2)]);
        assert_eq!(plan.listing.variants[1].options[1].value, NO_VALUE);
    }

    #[test]
    fn variants_without_named_choices_are_told_apart_by_title() {
        let plan = plan(&product(vec![variant("a", &[]), variant("b", &[])]), &ImportConfig::default())
            .expect("a plan");
        assert_eq!(plan.listing.options[0].values, ["Title a", "Title b"]);
    }

    #[test]
    fn the_same_combination_twice_is_written_once_with_a_warning() {
        let variants = vec![variant("a", &[("Color", "Red")]), variant("b", &[("Color", "red")])];
        let plan = plan(&product(variants), &ImportConfig::default()).expect("a plan");
        assert_eq!(plan.listing.variants.len(), 1);
        assert_eq!(plan.warnings.len(), 1);
    }

    #[test]
    fn only_chosen_variants_are_written() {
        let variants = vec![variant("a", &[("Color", "Red")]), variant("b", &[("Color", "Blue")])];
        let config = ImportConfig { variant_ids: Some(vec!["b".into()]), ..ImportConfig::default() };
        let planned = plan(&product(variants.clone()), &config).expect("a plan");
        assert_eq!(planned.listing.variants[0].key, "SP-b");
        let config = ImportConfig { variant_ids: Some(vec!["z".into()]), ..ImportConfig::default() };
        assert!(
            matches!(plan(&product(variants), &config), Err(PlanError::NoSuchVariant(known)) if known == "a, b")
        );
    }
}
