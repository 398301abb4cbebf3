//! What a visitor can choose, by the fields of the form.

use sourcepilot_sdk::Availability;
use sourcepilot_sdk::money::Amount;

use crate::draft::DraftVariant;
use crate::letters::{capital, lower};
use crate::page::Page;
use crate::price;
use crate::tree::Element;

use super::area::Area;
use super::words;

/// More combinations than this are not spelled out.
const MOST: usize = 100;
const MOST_CHOICES: usize = 3;
/// Fields that choose no variant.
const OTHER: [&str; 15] = [
    "qty",
    "quantity",
    "menge",
    "anzahl",
    "quantite",
    "cantidad",
    "country",
    "currency",
    "lang",
    "sort",
    "rating",
    "gift",
    "limit",
    "subscription",
    "amount",
];
/// Words in names of fields that do.
const VARIANT: [&str; 15] = [
    "option",
    "attribute",
    "variant",
    "variation",
    "group[",
    "size",
    "color",
    "colour",
    "farbe",
    "groesse",
    "taille",
    "talla",
    "couleur",
    "eigenschaft",
    "property",
];

struct Choice {
    label: String,
    values: Vec<Value>,
}

#[derive(Clone)]
struct Value {
    text: String,
    /// What it costs more.
    more: Option<Amount>,
    sold_out: bool,
}

/// All combinations of the fields, priced like the product plus what a choice adds.
pub(super) fn variants(page: &Page<'_>, area: &Area<'_, '_>) -> Vec<DraftVariant> {
    let mut choices = selects(page, area);
    choices.extend(radios(page, area));
    choices.retain(|choice| choice.values.len() > 1);
    choices.truncate(MOST_CHOICES);
    let total: usize = choices.iter().map(|choice| choice.values.len()).product();
    if choices.is_empty() || total > MOST {
        return Vec::new();
    }
    let mut variants = vec![DraftVariant::default()];
    for choice in &choices {
        variants = variants
            .iter()
            .flat_map(|before| choice.values.iter().map(|value| with(before, choice, value)))
            .collect();
    }
    variants
}

fn with(before: &DraftVariant, choice: &Choice, value: &Value) -> DraftVariant {
    let mut variant = before.clone();
    variant.options.push((choice.label.clone(), value.text.clone()));
    variant.surcharge = match (variant.surcharge, value.more) {
        (Some(one), Some(other)) => one.plus(other),
        (one, other) => one.or(other),
    };
    if value.sold_out {
        variant.availability = Some(Availability::SoldOut);
    }
    variant
}

fn selects(page: &Page<'_>, area: &Area<'_, '_>) -> Vec<Choice> {
    let read = |select: Element<'_, '_>| {
        let name = field_name(&select)?;
        let values = select.inside().filter(|e| e.is("option")).filter_map(|option| {
            let prompt = option.attribute("value").is_some_and(str::is_empty);
            value_of(page, &option.text(), option.attribute("disabled").is_some()).filter(|_| !prompt)
        });
        Some(Choice { values: values.collect(), label: label(page, &select, &name) })
    };
    area.content().filter(|element| element.is("select")).filter_map(read).collect()
}

/// Radio fields of one name are one choice.
fn radios(page: &Page<'_>, area: &Area<'_, '_>) -> Vec<Choice> {
    let mut found: Vec<(String, Choice)> = Vec::new();
    for field in area.content().filter(|e| e.is("input") && e.attribute("type") == Some("radio")) {
        let Some(name) = field_name(&field) else { continue };
        let own = page.tree.elements().find(|e| {
            e.is("label") && e.attribute("for").is_some_and(|id| field.attribute("id") == Some(id))
        });
        let own = own.or_else(|| field.ancestors().take(2).find(|up| up.is("label")));
        let text = own.map(|label| label.text()).filter(|text| !text.is_empty());
        let text = ["data-label", "title", "aria-label"]
            .iter()
            .find_map(|name| field.attribute(name).map(str::to_owned))
            .or(text)
            .or_else(|| field.attribute("value").map(str::to_owned));
        let closed = field.attribute("disabled").is_some()
            || own.is_some_and(|label| label.naming().contains("unavailable"));
        let Some(value) = text.and_then(|text| value_of(page, &text, closed)) else { continue };
        match found.iter_mut().find(|(have, _)| *have == name) {
            Some((_, choice)) => choice.values.push(value),
            None => {
                let label = label(page, &field, &name);
                found.push((name, Choice { label, values: vec![value] }));
            }
        }
    }
    found.into_iter().map(|(_, choice)| choice).collect()
}

fn field_name(field: &Element<'_, '_>) -> Option<String> {
    let part = |name| field.attribute(name).unwrap_or_default();
    let name = lower(&format!("{} {} {}", part("name"), part("id"), part("class")));
    let named = lower(part("name"));
    let fits =
        VARIANT.iter().any(|word| name.contains(word)) && !OTHER.iter().any(|word| named.contains(word));
    fits.then(|| if part("name").is_empty() { part("id").to_owned() } else { part("name").to_owned() })
}

/// `Large (+$10.00)` is Large and costs ten more.
fn value_of(page: &Page<'_>, text: &str, disabled: bool) -> Option<Value> {
    if words::is_prompt(text) {
        return None;
    }
    let sold_out = disabled || words::says_sold_out(text);
    let (name, note) = match text.rfind(['(', '[']).filter(|at| *at > 0) {
        Some(at) => (text[..at].trim(), &text[at..]),
        None => (text, ""),
    };
    let extra = note.contains('+') || text.contains(" +");
    let more = price::seen(note, &page.locale).first().map(|seen| seen.amount).filter(|_| extra);
    let is_note = more.is_some() || words::says_sold_out(note);
    let name = if is_note { name } else { text };
    let joint = [" - ", " – ", " — ", " | "].iter().filter_map(|joint| name.rfind(joint)).max();
    let name = joint.filter(|at| words::says_sold_out(&name[*at..])).map_or(name, |at| &name[..at]);
    Some(Value { text: name.trim().to_owned(), more, sold_out })
}

/// What the field is called: by its label, the legend around it, or its own name.
fn label(page: &Page<'_>, field: &Element<'_, '_>, name: &str) -> String {
    let id = field.attribute("id").unwrap_or_default();
    let is_radio = field.is("input");
    let by_id = page
        .tree
        .elements()
        .find(|e| !is_radio && !id.is_empty() && e.is("label") && e.attribute("for") == Some(id));
    let around = || {
        field.ancestors().take(5).find_map(|up| {
            up.inside().take_while(|inner| inner.index() < field.index()).find(|inner| {
                let naming = inner.naming();
                let of_input = |id| page.tree.by_id(id).is_some_and(|e| e.is("input"));
                let is_value = inner.contains(field)
                    || inner.inside().any(|e| e.is("input"))
                    || inner.attribute("for").is_some_and(of_input);
                !is_value
                    && (inner.is_any(&["label", "legend", "dt"])
                        || naming.contains("label")
                        || naming.contains("option-name")
                        || naming.contains("control-title"))
            })
        })
    };
    let found = by_id.or_else(around).map(|label| label.text());
    let found = found
        .map(|text| text.split(':').next().unwrap_or_default().trim_matches([' ', '*', '\u{a0}']).to_owned());
    found.filter(|text| !text.is_empty() && text.chars().count() <= 40).unwrap_or_else(|| named(name))
}

/// `options[frame_color]` as `Frame color`.
fn named(name: &str) -> String {
    let inner = name.split('[').nth(1).map_or(name, |rest| rest.trim_end_matches(']'));
    let inner =
        if inner.is_empty() || inner.bytes().all(|byte| byte.is_ascii_digit()) { "Variant" } else { inner };
    let own = ["attribute_", "option_", "option-", "dwvar_", "pa_"]
        .iter()
        .fold(inner, |name, start| name.trim_start_matches(start));
    let spaced = own.replace(['_', '-'], " ");
    Some(capital(spaced.trim())).filter(|name| !name.is_empty()).unwrap_or_else(|| "Variant".to_owned())
}
