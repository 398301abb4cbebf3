//! What must hold for every product, beyond what the host checks anyway.

use std::collections::BTreeSet;

use sourcepilot_domain::product::{Availability, Product, Variant};

/// # Errors
/// All that is wrong, in one text.
pub(super) fn check(product: &Product) -> Result<(), String> {
    let mut problems = Vec::new();
    let mut must = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    let variants = &product.variants;
    must(!product.price.amount.is_zero(), "the price is zero");
    must(variants.iter().all(|variant| !variant.price.amount.is_zero()), "a variant's price is zero");
    must(
        product.price == cheapest(product),
        "the product's price is not that of the cheapest variant that can be bought",
    );
    must(same_choices(variants), "the variants do not all have the same choices in the same order");
    let combinations: BTreeSet<Vec<&str>> = variants.iter().map(values).collect();
    must(combinations.len() == variants.len(), "two variants have the same choices");
    must(product.images.iter().all(|image| image.starts_with("https://")), "an image's address is not https");
    let images: BTreeSet<&String> = product.images.iter().collect();
    must(images.len() == product.images.len(), "an image occurs twice");
    let none_left = variants.iter().all(|variant| variant.stock == Some(0));
    must(
        !(none_left && product.availability == Availability::Available),
        "it is available and every variant's stock is zero",
    );
    let dearer =
        |variant: &Variant| variant.list_price.as_ref().is_none_or(|list| list.amount > variant.price.amount);
    must(variants.iter().all(dearer), "a crossed-out price is not above the price");
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

fn cheapest(product: &Product) -> sourcepilot_domain::Money {
    let key = |variant: &&Variant| (variant.stock == Some(0), variant.price.amount);
    product.variants.iter().min_by_key(key).map_or(product.price, |variant| variant.price)
}

fn same_choices(variants: &[Variant]) -> bool {
    let names =
        |variant: &Variant| variant.options.iter().map(|option| option.name.clone()).collect::<Vec<_>>();
    variants.first().is_none_or(|first| variants.iter().all(|variant| names(variant) == names(first)))
}

fn values(variant: &Variant) -> Vec<&str> {
    variant.options.iter().map(|option| option.value.as_str()).collect()
}
