//! What a request takes from the shop's allowance: an approximation of Shopify's
//! reckoning, with the parts of `productSet` that its schema names.

use std::sync::{Mutex, PoisonError};

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::DirectiveList;
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// No single request may take more.
pub(super) const MAX_REQUEST: f64 = 1000.0;
const MUTATION: f64 = 10.0;

/// The points that a request asks for.
pub(super) fn requested(document: &ExecutableDocument, operation: &Operation, variables: &Value) -> f64 {
    let counting = Counting { document, variables };
    let own = counting.set(&operation.selection_set);
    if operation.is_mutation() { own + counting.mutations(operation) } else { own }
}

struct Counting<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Value,
}

impl Counting<'_> {
    fn set(&self, set: &SelectionSet) -> f64 {
        set.selections
            .iter()
            .filter(|selection| self.is_wanted(selection.directives()))
            .map(|selection| match selection {
                Selection::Field(field) if field.selection_set.selections.is_empty() => 0.0,
                Selection::Field(field) => {
                    let times =
                        self.number(field, "first").or_else(|| self.length(field, "ids")).unwrap_or(1.0);
                    let is_wrapper = matches!(field.name.as_str(), "nodes" | "pageInfo" | "userErrors");
                    let each = if is_wrapper && self.length(field, "ids").is_none() { 0.0 } else { 1.0 };
                    times * (each + self.set(&field.selection_set))
                }
                Selection::FragmentSpread(spread) => self
                    .document
                    .fragments
                    .get(&spread.fragment_name)
                    .map_or(0.0, |fragment| self.set(&fragment.selection_set)),
                Selection::InlineFragment(fragment) => self.set(&fragment.selection_set),
            })
            .sum()
    }

    /// What is left out by `@include` or `@skip` costs nothing.
    fn is_wanted(&self, directives: &DirectiveList) -> bool {
        let is = |name: &str| {
            let value = directives.get(name)?.specified_argument_by_name("if")?;
            value.to_bool().or_else(|| self.variables[value.as_variable()?.as_str()].as_bool())
        };
        is("include").unwrap_or(true) && !is("skip").unwrap_or(false)
    }

    fn mutations(&self, operation: &Operation) -> f64 {
        let inputs = operation.selection_set.selections.iter().filter_map(|selection| match selection {
            Selection::Field(field) if field.name == "productSet" => {
                Some(MUTATION + of_product_set(&self.argument(field, "input")))
            }
            Selection::Field(_) => Some(MUTATION),
            _ => None,
        });
        inputs.sum()
    }

    fn argument(&self, field: &apollo_compiler::executable::Field, name: &str) -> Value {
        let value = field.specified_argument_by_name(name);
        value
            .and_then(|value| value.as_variable())
            .map_or(Value::Null, |name| self.variables[name.as_str()].clone())
    }

    fn number(&self, field: &apollo_compiler::executable::Field, name: &str) -> Option<f64> {
        let value = field.specified_argument_by_name(name)?;
        value.to_f64().or_else(|| self.argument(field, name).as_f64())
    }

    fn length(&self, field: &apollo_compiler::executable::Field, name: &str) -> Option<f64> {
        self.argument(field, name).as_array().map(|list| list.len() as f64)
    }
}

fn of_product_set(input: &Value) -> f64 {
    let count = |value: &Value| value.as_array().map_or(0, Vec::len) as f64;
    let variants = input["variants"].as_array().map(Vec::as_slice).unwrap_or_default();
    let pictured = variants.iter().filter(|variant| !variant["file"].is_null()).count() as f64;
    let entries: f64 = variants.iter().map(|variant| count(&variant["metafields"])).sum::<f64>()
        + count(&input["metafields"]);
    0.2 * variants.len() as f64 + 1.9 * count(&input["files"]) + 0.6 * pictured + 0.4 * entries
}

/// The allowance: it fills up with time.
#[derive(Debug)]
pub(super) struct Bucket {
    maximum: f64,
    rate: f64,
    state: Mutex<(f64, Option<DateTime<Utc>>)>,
}

impl Bucket {
    pub(super) fn new(maximum: f64, rate: f64) -> Bucket {
        Bucket { maximum, rate, state: Mutex::new((maximum, None)) }
    }

    /// Take points. `Err` when it does not hold that many.
    pub(super) fn take(&self, points: f64, now: DateTime<Utc>) -> Result<Value, Value> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = state.1.map_or(0.0, |before| (now - before).num_milliseconds().max(0) as f64 / 1000.0);
        let available = (state.0 + passed * self.rate).min(self.maximum);
        let enough = points <= available;
        *state = (if enough { available - points } else { available }, Some(now));
        let status = json!({
            "requestedQueryCost": points.ceil(),
            "actualQueryCost": enough.then(|| points.ceil()),
            "throttleStatus": {"maximumAvailable": self.maximum, "currentlyAvailable": state.0.floor(), "restoreRate": self.rate},
        });
        if enough { Ok(status) } else { Err(status) }
    }

    pub(super) fn reset(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = (self.maximum, None);
    }
}
