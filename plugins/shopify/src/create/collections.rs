//! Collections for categories: existing ones by their handle, missing ones made.

use serde_json::{Map, Value, json};
use sourcepilot_sdk::{Effect, Failure};

use super::Build;
use crate::documents;
use crate::plan::Collection;
use crate::read::Read;
use crate::wire::{Id, UserError};

impl Build<'_> {
    /// Ids of the plan's collections. `found` holds those that exist, by their places;
    /// it is empty when collections are not wanted. A collection that cannot be made
    /// is a warning, not an end.
    pub(super) fn collections(&mut self, found: &[Option<String>]) -> Result<Vec<String>, Failure> {
        let plan = self.plan;
        let missing: Vec<&Collection> = plan
            .collections
            .iter()
            .zip(found)
            .filter(|(_, id)| id.is_none())
            .map(|(wanted, _)| wanted)
            .collect();
        let mut ids: Vec<String> = found.iter().flatten().cloned().collect();
        if missing.is_empty() {
            return Ok(ids);
        }
        let variables: Map<String, Value> = missing
            .iter()
            .enumerate()
            .map(|(at, wanted)| (format!("c{at}"), json!({ "title": wanted.title, "handle": wanted.handle })))
            .collect();
        let document = documents::make_collections(missing.len());
        let data: Value = match self.shop.ask(&document, &Value::Object(variables)) {
            Ok(data) => data,
            // Nothing of the product is written yet: a collection alone does no harm, and
            // the next call finds it.
            Err(failure) => return Err(failure.effect(Effect::None)),
        };
        for (at, wanted) in missing.iter().enumerate() {
            let made = &data[format!("c{at}")];
            match Id::read(&made["collection"]) {
                Some(made) => ids.push(made.id),
                None => self.warn_about(wanted, made),
            }
        }
        Ok(ids)
    }

    fn warn_about(&mut self, wanted: &Collection, made: &Value) {
        let errors: Vec<UserError> = Read::read(&made["userErrors"]).unwrap_or_default();
        let reason =
            errors.first().map_or("Shopify gave no reason", |error| error.message.trim_end_matches('.'));
        self.warn(format!("The product was not put into the collection “{}”: {reason}.", wanted.title));
    }
}
