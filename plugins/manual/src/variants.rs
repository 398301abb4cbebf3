//! What there is to choose, out of variants that name it in different ways.

use serde_json::Value;

use crate::draft::DraftVariant;
use crate::json_ld::{Graph, last_part, text};
use crate::offers::Offer;
use crate::seen::Seen;

/// The properties by which products usually vary.
const USUAL: [&str; 5] = ["color", "size", "material", "pattern", "model"];

/// The name of the choice when a page has none.
const ONLY_CHOICE: &str = "Variant";

/// The choices of a group's variants, in the group's own order when it states one.
pub(crate) fn choose(
    graph: &Graph<'_>,
    group: &Value,
    nodes: &[&Value],
    mut variants: Vec<DraftVariant>,
) -> Vec<DraftVariant> {
    let varies: Vec<String> = graph
        .list(group, "variesBy")
        .into_iter()
        .filter_map(text)
        .map(|name| last_part(&name).to_owned())
        .collect();
    let names: Vec<String> = if varies.is_empty() { differing(graph, nodes) } else { varies };
    for (variant, node) in variants.iter_mut().zip(nodes) {
        variant.options =
            names.iter().filter_map(|name| Some((label(name), property(graph, node, name)?))).collect();
    }
    if names.is_empty() || !is_consistent(&variants, names.len()) {
        by_title(&mut variants, text(&group["name"]).as_deref());
    }
    distinct(variants)
}

/// Several offers of one product are its variants when each has a name or SKU of its
/// own; otherwise they are several sellers' offers of the same thing.
pub(crate) fn of_offers(offers: &[Offer], product_name: Option<&str>) -> Vec<DraftVariant> {
    let label = |offer: &Offer| offer.name.clone().or_else(|| offer.sku.clone());
    let mut seen = Seen::default();
    let labelled = offers.iter().all(|offer| label(offer).is_some_and(|label| seen.insert(label)));
    if offers.len() < 2 || !labelled {
        return Vec::new();
    }
    let mut variants: Vec<DraftVariant> = offers.iter().map(of_offer).collect();
    by_title(&mut variants, product_name);
    distinct(variants)
}

fn of_offer(offer: &Offer) -> DraftVariant {
    let offer = offer.clone();
    DraftVariant {
        title: offer.name,
        price: offer.price,
        list_price: offer.list_price,
        currency: offer.currency,
        availability: offer.availability,
        stock: offer.stock,
        sku: offer.sku,
        barcode: offer.barcode,
        ..DraftVariant::default()
    }
}

fn differing(graph: &Graph<'_>, nodes: &[&Value]) -> Vec<String> {
    let differs = |name: &str| {
        let values: Vec<_> = nodes.iter().filter_map(|node| property(graph, node, name)).collect();
        values.len() == nodes.len() && values.iter().any(|value| *value != values[0])
    };
    USUAL.into_iter().filter(|name| differs(name)).map(str::to_owned).collect()
}

/// A property by its name, or among the additional ones.
fn property(graph: &Graph<'_>, node: &Value, name: &str) -> Option<String> {
    text(&node[name]).or_else(|| {
        let additional = graph.list(node, "additionalProperty");
        let named = additional
            .into_iter()
            .find(|property| text(&property["name"]).is_some_and(|have| have.eq_ignore_ascii_case(name)))?;
        text(&named["value"])
    })
}

/// `suggestedAge` as `Suggested age`.
fn label(name: &str) -> String {
    let mut label = String::new();
    for c in name.chars() {
        match c {
            c if label.is_empty() => label.push(c.to_ascii_uppercase()),
            c if c.is_ascii_uppercase() => label.extend([' ', c.to_ascii_lowercase()]),
            c => label.push(c),
        }
    }
    label
}

fn is_consistent(variants: &[DraftVariant], choices: usize) -> bool {
    let mut seen = Seen::default();
    variants.iter().all(|variant| variant.options.len() == choices && seen.insert(variant.combination()))
}

/// One choice for all: what a variant's title says beyond the product's.
fn by_title(variants: &mut [DraftVariant], product_name: Option<&str>) {
    for (index, variant) in variants.iter_mut().enumerate() {
        let own = variant.title.as_deref().map(|title| {
            let rest = product_name.and_then(|name| title.strip_prefix(name)).unwrap_or(title);
            rest.trim_matches(|c: char| {
                c.is_whitespace() || matches!(c, '-' | '–' | '/' | '|' | ',' | '(' | ')')
            })
        });
        let value = own.filter(|own| !own.is_empty()).or(variant.sku.as_deref());
        let value = value.map_or_else(|| (index + 1).to_string(), str::to_owned);
        variant.options = vec![(ONLY_CHOICE.to_owned(), value)];
    }
}

/// Without those that cannot be told from an earlier one.
fn distinct(mut variants: Vec<DraftVariant>) -> Vec<DraftVariant> {
    let mut seen = Seen::default();
    variants.retain(|variant| seen.insert(variant.combination()));
    variants
}
