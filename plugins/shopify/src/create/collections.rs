//! Collections for categories: existing ones by their handle, missing ones made and
//! shown in the online store.

use serde_json::{Map, Value, json};
use sourcepilot_sdk::{Effect, ErrorKind, Failure};

use super::Build;
use crate::documents;
use crate::plan::Collection;
use crate::read::Read;
use crate::wire::{Id, UserError};

const HIDDEN: &str = "The new collections are not in the online store: give the app the scopes read_publications and \
                      write_publications, or publish them in Shopify.";

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
        let mut new: Vec<String> = Vec::new();
        for (at, wanted) in missing.iter().enumerate() {
            let made = &data[format!("c{at}")];
            match Id::read(&made["collection"]) {
                Some(made) => new.push(made.id),
                None => self.warn_about(wanted, made),
            }
        }
        self.publish_collections(&new);
        ids.extend(new);
        Ok(ids)
    }

    /// Collections are made hidden, like products. The product is worth having in one
    /// that is hidden, so a refusal is a warning.
    fn publish_collections(&mut self, ids: &[String]) {
        if ids.is_empty() {
            return;
        }
        let Some(publication) = self.facts.publication.clone() else {
            return self.warn(HIDDEN);
        };
        let mut variables: Map<String, Value> =
            ids.iter().enumerate().map(|(at, id)| (format!("p{at}"), id.as_str().into())).collect();
        variables.insert("publications".to_owned(), json!([{ "publicationId": publication }]));
        let document = documents::publish_collections(ids.len());
        let reason = match self.shop.ask::<Value>(&document, &Value::Object(variables)) {
            Err(failure) if failure.kind == ErrorKind::Forbidden => return self.warn(HIDDEN),
            Err(failure) => Some(failure.message),
            Ok(data) => (0..ids.len())
                .flat_map(|at| {
                    Vec::<UserError>::read(&data[format!("p{at}")]["userErrors"]).unwrap_or_default()
                })
                .map(|error| error.message)
                .next(),
        };
        if let Some(reason) = reason {
            self.warn(format!(
                "The new collections are not in the online store, publish them in Shopify: {}.",
                reason.trim_end_matches('.')
            ));
        }
    }

    fn warn_about(&mut self, wanted: &Collection, made: &Value) {
        let errors: Vec<UserError> = Read::read(&made["userErrors"]).unwrap_or_default();
        let reason =
            errors.first().map_or("Shopify gave no reason", |error| error.message.trim_end_matches('.'));
        self.warn(format!("The product was not put into the collection “{}”: {reason}.", wanted.title));
    }
}
