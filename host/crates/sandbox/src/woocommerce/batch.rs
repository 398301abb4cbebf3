//! Operations on what the API keeps, one by one and many at once.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Shop;
use super::error::ApiError;
use super::listing::object;
use super::products::{self, Place};
use super::schema;
use super::terms::{self, Taxonomy};
use crate::world::World;

/// More items in one request are refused.
const LIMIT: usize = 100;

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Products(Place),
    Terms(Taxonomy),
}

pub(super) async fn create(
    world: &World,
    shop: &Arc<Shop>,
    resource: Resource,
    input: &Map<String, Value>,
) -> Result<Value, ApiError> {
    match resource {
        Resource::Products(place) => products::create(world, shop, place, input).await,
        Resource::Terms(taxonomy) => terms::create(shop, taxonomy, input),
    }
}

pub(super) async fn update(
    world: &World,
    shop: &Arc<Shop>,
    resource: Resource,
    id: u64,
    input: &Map<String, Value>,
) -> Result<Value, ApiError> {
    match resource {
        Resource::Products(place) => products::update(world, shop, place, id, input).await,
        Resource::Terms(taxonomy) => terms::update(shop, taxonomy, id, input),
    }
}

pub(super) fn delete(shop: &Shop, resource: Resource, id: u64, force: bool) -> Result<Value, ApiError> {
    match resource {
        Resource::Products(place) => products::delete(shop, place, id, force),
        Resource::Terms(taxonomy) => terms::delete(shop, taxonomy, id, force),
    }
}

/// Many at once. Not a transaction: each item succeeds or fails by itself, in its
/// place, and the whole is a success.
pub(super) async fn perform(
    world: &World,
    shop: &Arc<Shop>,
    resource: Resource,
    input: &Map<String, Value>,
) -> Result<Value, ApiError> {
    if let Resource::Products(place) = resource {
        products::check_place(&shop.books(), place)?;
    }
    let list = |name: &str| input.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (creates, updates, deletes) = (list("create"), list("update"), list("delete"));
    if creates.len() + updates.len() + deletes.len() > LIMIT {
        let message = format!("Unable to accept more than {LIMIT} items for this request.");
        return Err(ApiError::new(413, "woocommerce_rest_request_entity_too_large", message));
    }
    let mut answer = Map::new();
    let mut results = Vec::new();
    for item in &creates {
        results.push(shown(0, create(world, shop, resource, &object(item)).await));
    }
    keep(&mut answer, "create", std::mem::take(&mut results));
    for item in &updates {
        let mut item = object(item);
        let id = item.remove("id").as_ref().and_then(id_of).unwrap_or(0);
        results.push(shown(id, update(world, shop, resource, id, &item).await));
    }
    keep(&mut answer, "update", std::mem::take(&mut results));
    for item in &deletes {
        let id = id_of(item).unwrap_or(0);
        results.push(shown(id, delete(shop, resource, id, true)));
    }
    keep(&mut answer, "delete", results);
    // An empty PHP array is a list.
    Ok(if answer.is_empty() { json!([]) } else { Value::Object(answer) })
}

fn id_of(value: &Value) -> Option<u64> {
    schema::integer(value).and_then(|id| u64::try_from(id).ok())
}

fn keep(answer: &mut Map<String, Value>, name: &str, results: Vec<Value>) {
    if !results.is_empty() {
        answer.insert(name.to_owned(), Value::Array(results));
    }
}

fn shown(id: u64, result: Result<Value, ApiError>) -> Value {
    match result {
        Ok(value) => value,
        Err(error) => json!({"id": id, "error": error.inside_batch().value()}),
    }
}
