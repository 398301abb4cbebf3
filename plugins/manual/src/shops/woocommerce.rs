//! WooCommerce: the form of a product with variations carries all of them.

use serde_json::Value;
use sourcepilot_sdk::Availability;

use super::{first, number, plain, text};
use crate::draft::{Draft, DraftVariant};
use crate::page::Page;
use crate::tree::Element;

/// One more than can be imported, so that a product with too many is refused and not cut.
const MOST: usize = sourcepilot_sdk::fit::VARIANTS + 1;

pub(super) fn draft(page: &Page<'_>) -> Option<Draft> {
    let forms = page.tree.elements().filter(|element| element.attribute("data-product_variations").is_some());
    forms.into_iter().find_map(|form| {
        let data: Value = serde_json::from_str(form.attribute("data-product_variations")?).ok()?;
        let choices = choices(&form);
        let variants: Vec<DraftVariant> = data
            .as_array()?
            .iter()
            .flat_map(|variation| variation_of(page, variation, &choices))
            .take(MOST)
            .collect();
        (!variants.is_empty()).then(|| Draft { variants, ..Draft::default() })
    })
}

/// One select: its name in the data, its label, and value by value what it is called.
struct Choice {
    name: String,
    label: String,
    values: Vec<(String, String)>,
}

fn choices(form: &Element<'_, '_>) -> Vec<Choice> {
    let selects = form.inside().filter(|element| element.is("select"));
    let read = |select: Element<'_, '_>| {
        let name = select.attribute("data-attribute_name").or_else(|| select.attribute("name"))?;
        let id = select.attribute("id").unwrap_or_default();
        let label = form.inside().find(|e| e.is("label") && e.attribute("for") == Some(id)).map(|e| e.text());
        let options = select.inside().filter(|element| element.is("option"));
        let values = options
            .filter_map(|option| Some((option.attribute("value")?.to_owned(), option.text())))
            .filter(|(value, _)| !value.is_empty())
            .collect();
        let label =
            label.map(|label| label.trim_end_matches([':', '*', ' ']).to_owned()).filter(|l| !l.is_empty());
        Some(Choice { label: label.unwrap_or_else(|| titled(name)), name: name.to_owned(), values })
    };
    selects.filter_map(read).collect()
}

/// `attribute_pa_frame-color` as `Frame color`.
fn titled(name: &str) -> String {
    let name = name.trim_start_matches("attribute_").trim_start_matches("pa_").replace(['-', '_'], " ");
    crate::letters::capital(&name)
}

/// A variation; one that fits any value of a choice stands for all of them.
fn variation_of(page: &Page<'_>, variation: &Value, choices: &[Choice]) -> Vec<DraftVariant> {
    let mut combinations: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (name, value) in variation["attributes"].as_object().into_iter().flatten() {
        let choice = choices.iter().find(|choice| choice.name == *name);
        let label = choice.map_or_else(|| titled(name), |choice| choice.label.clone());
        let value = value.as_str().unwrap_or_default();
        let called = |value: &str| {
            let known = choice.and_then(|choice| choice.values.iter().find(|(have, _)| have == value));
            known.map_or_else(|| value.to_owned(), |(_, called)| called.clone())
        };
        let values: Vec<String> = match (value, choice) {
            ("", Some(choice)) => choice.values.iter().map(|(_, called)| called.clone()).collect(),
            ("", None) => return Vec::new(),
            (value, _) => vec![called(value)],
        };
        combinations = combinations
            .into_iter()
            .flat_map(|before| {
                values.iter().map(move |value| (before.clone(), value.clone())).collect::<Vec<_>>()
            })
            .map(|(mut before, value)| {
                before.push((label.clone(), value));
                before
            })
            .take(MOST)
            .collect();
    }
    combinations.into_iter().map(|options| DraftVariant { options, ..described(page, variation) }).collect()
}

fn described(page: &Page<'_>, variation: &Value) -> DraftVariant {
    let open =
        variation["is_in_stock"].as_bool().filter(|open| !open || variation["is_purchasable"] != false);
    let image = first(&variation["image"], &["full_src", "url", "src"]).and_then(Value::as_str);
    let said = variation["availability_html"].as_str().and_then(plain).unwrap_or_default();
    let stock = said.split_whitespace().find_map(|word| word.parse().ok()).filter(|_| open == Some(true));
    DraftVariant {
        price: number(&variation["display_price"]),
        list_price: number(&variation["display_regular_price"]),
        availability: open.map(|open| if open { Availability::Available } else { Availability::SoldOut }),
        stock,
        sku: text(variation, &["sku"]).or_else(|| text(variation, &["variation_id"])),
        image: image.and_then(|image| page.absolute(image)),
        ..DraftVariant::default()
    }
}
