//! The variants of a product.

use std::collections::{HashMap, HashSet};

use sourcepilot_domain::product::{Attribute, Variant};
use sourcepilot_domain::{Failure, text};
use sourcepilot_egress::EgressConfig;

use super::addresses::picture;
use super::{HEAVIEST, TITLE, bad, plain, prices};

const CHOICE_NAME: usize = 100;
const CHOICE_VALUE: usize = 200;
/// Choices of a product; shops take three, and the plan for a shop joins the rest.
const MOST_CHOICES: usize = 10;

/// The variants that can be sold, made harmless.
///
/// # Errors
/// `BadAnswer` when their prices are absurd or their choices contradict each other.
pub(super) fn take_in(outside: &EgressConfig, variants: Vec<Variant>) -> Result<Vec<Variant>, Failure> {
    let variants = prices::check_variants(variants)?;
    let mut variants: Vec<Variant> = variants.into_iter().map(|variant| cleaned(outside, variant)).collect();
    shorten_values(&mut variants);
    let mut names: Vec<String> = Vec::new();
    for option in variants.iter().flat_map(|variant| &variant.options) {
        let name = option.name.to_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
        if names.len() > MOST_CHOICES {
            return Err(bad(&format!(
                "The supplier's variants have more than {MOST_CHOICES} different choices, so they are not variants of one product."
            )));
        }
    }
    Ok(variants)
}

/// Values that are too long are cut; two that begin alike are numbered, so that no two
/// variants become one.
fn shorten_values(variants: &mut [Variant]) {
    let mut shortened: HashMap<(String, String), String> = HashMap::new();
    let mut taken: HashSet<(String, String)> = HashSet::new();
    for option in variants.iter_mut().flat_map(|variant| &mut variant.options) {
        if option.value.chars().count() <= CHOICE_VALUE {
            continue;
        }
        let full = (option.name.to_lowercase(), std::mem::take(&mut option.value));
        let short = shortened.entry(full).or_insert_with_key(|(name, full)| {
            let mut short = plain(full, CHOICE_VALUE);
            let mut number = 2;
            while !taken.insert((name.clone(), short.to_lowercase())) {
                short = format!("{} ({number})", plain(full, CHOICE_VALUE - 10));
                number += 1;
            }
            short
        });
        option.value.clone_from(short);
    }
}

fn cleaned(outside: &EgressConfig, variant: Variant) -> Variant {
    let Variant { id, sku, title, options, price, list_price, stock, image, weight_grams, barcode, extra } =
        variant;
    let option = |option: Attribute| Attribute {
        name: plain(&option.name, CHOICE_NAME),
        value: text::line(&option.value),
    };
    let named = |option: &Attribute| !option.name.is_empty() && !option.value.is_empty();
    Variant {
        id,
        sku: sku.map(|sku| plain(&sku, TITLE)).filter(|sku| !sku.is_empty()),
        title: plain(&title, TITLE),
        options: options.into_iter().map(option).filter(named).collect(),
        price,
        list_price,
        stock,
        image: image.and_then(|image| picture(outside, &image)),
        weight_grams: weight_grams.filter(|grams| (1..=HEAVIEST).contains(grams)),
        barcode: barcode
            .filter(|code| code.len() <= 20 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())),
        extra,
    }
}
