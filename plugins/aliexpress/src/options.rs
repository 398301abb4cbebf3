//! From the SKUs' properties to the choices that a buyer has.
//!
//! A shop needs every variant to have one value per choice and no two variants to
//! have the same values; the wire promises neither.

use std::collections::BTreeMap;

use crate::places;
use crate::wire::{Choice, Sku};

/// The property that says from which country a SKU is sent. The number is general
/// knowledge, so the property's name is looked at as well.
const SHIPS_FROM: &str = "200007763";
/// Stands in a choice that a SKU does not have while others do.
const STANDARD: &str = "Standard";

/// The names of the choices, and per SKU its values in the same order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) axes: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Whether a property tells where the goods are.
pub(crate) fn is_origin(choice: &Choice) -> bool {
    choice.property_id == SHIPS_FROM || places::means_ships_from(&choice.name)
}

/// The country a SKU is sent from, when its properties name one that is known.
pub(crate) fn origin(sku: &Sku) -> Option<&'static str> {
    sku.choices.iter().find(|choice| is_origin(choice)).and_then(|choice| places::country_code(&choice.value))
}

/// Only the SKUs sent from `country`, or all of them when none is.
pub(crate) fn prefer_origin(skus: Vec<Sku>, country: Option<&str>) -> Vec<Sku> {
    let from_there = |sku: &Sku| country.is_some() && origin(sku) == country;
    if skus.iter().any(from_there) { skus.into_iter().filter(from_there).collect() } else { skus }
}

/// Work out the choices.
pub(crate) fn options(skus: &[Sku]) -> Options {
    let properties = properties(skus);
    let mut axes = Vec::new();
    for property in &properties {
        let name =
            skus.iter().find_map(|sku| choice(sku, property)).map_or("Option", |choice| choice.name.as_str());
        axes.push(distinct(name, &axes));
    }
    let columns: Vec<_> = properties.iter().map(|property| words(skus, property)).collect();
    let rows = skus.iter().map(|sku| row(sku, &properties, &columns)).collect();
    if properties.is_empty() && skus.len() > 1 {
        return nameless(skus);
    }
    Options { axes, rows }
}

/// The properties in order of appearance, without an origin that leaves no choice.
fn properties(skus: &[Sku]) -> Vec<String> {
    let mut properties: Vec<String> = Vec::new();
    for choice in skus.iter().flat_map(|sku| &sku.choices) {
        let key = key(choice);
        if !properties.contains(&key) {
            properties.push(key);
        }
    }
    properties.retain(|property| !(words(skus, property).len() < 2 && all_have_origin(skus, property)));
    properties
}

fn all_have_origin(skus: &[Sku], property: &str) -> bool {
    skus.iter().all(|sku| choice(sku, property).is_some_and(is_origin))
}

/// A property is known by its number, or by its name when it has none.
fn key(choice: &Choice) -> String {
    if choice.property_id.is_empty() { choice.name.clone() } else { choice.property_id.clone() }
}

fn choice<'a>(sku: &'a Sku, property: &str) -> Option<&'a Choice> {
    sku.choices.iter().find(|choice| key(choice) == property)
}

fn row(sku: &Sku, properties: &[String], columns: &[BTreeMap<String, String>]) -> Vec<String> {
    let value = |(property, words): (&String, &BTreeMap<String, String>)| {
        let word = choice(sku, property).and_then(|choice| words.get(&choice.value_id));
        word.cloned().unwrap_or_else(|| STANDARD.to_owned())
    };
    properties.iter().zip(columns).map(value).collect()
}

/// What to call each value of a property: the seller's word, with the platform's
/// behind it where sellers call two values the same.
fn words(skus: &[Sku], property: &str) -> BTreeMap<String, String> {
    let mut values: Vec<&Choice> = Vec::new();
    for choice in skus.iter().filter_map(|sku| choice(sku, property)) {
        if !values.iter().any(|known| known.value_id == choice.value_id) {
            values.push(choice);
        }
    }
    let mut words = BTreeMap::new();
    let mut used: Vec<String> = Vec::new();
    for value in &values {
        let label = value.label.as_deref().unwrap_or(&value.value);
        let shared = values.iter().any(|other| {
            other.value_id != value.value_id && same(other.label.as_deref().unwrap_or(&other.value), label)
        });
        let word = if shared && !same(label, &value.value) {
            format!("{label} ({})", value.value)
        } else {
            label.into()
        };
        let word = distinct(&word, &used);
        used.push(word.clone());
        words.insert(value.value_id.clone(), word);
    }
    words
}

/// Several SKUs without any property: told apart by what their order code says.
fn nameless(skus: &[Sku]) -> Options {
    let mut used: Vec<String> = Vec::new();
    for (index, sku) in skus.iter().enumerate() {
        let names =
            sku.attributes.as_deref().unwrap_or_default().split(';').filter_map(|part| part.split_once('#'));
        let name =
            names.map(|(_, name)| name.trim()).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
        let name =
            if name.is_empty() { sku.code.clone().unwrap_or_else(|| (index + 1).to_string()) } else { name };
        used.push(distinct(&name, &used));
    }
    Options { axes: vec!["Variant".to_owned()], rows: used.into_iter().map(|value| vec![value]).collect() }
}

/// The word, numbered when it is taken. Shops do not tell upper from lower case.
fn distinct(word: &str, used: &[String]) -> String {
    let free = |candidate: &str| !used.iter().any(|taken| same(taken, candidate));
    if free(word) {
        return word.to_owned();
    }
    let mut number = 2;
    loop {
        let candidate = format!("{word} {number}");
        if free(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
