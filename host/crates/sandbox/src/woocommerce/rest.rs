//! `wp-json`: from a request to the operation it means, and back.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::auth::{self, Asked};
use super::batch::{self, Resource};
use super::error::ApiError;
use super::listing::{self, Page};
use super::products::{self, Place};
use super::terms::{self, Taxonomy};
use super::{Shop, render, schema, store_api, system};
use crate::reply;
use crate::seed::Seeded;
use crate::world::World;

/// What an operation gives.
pub(super) struct Done {
    status: StatusCode,
    value: Value,
    headers: Vec<(&'static str, String)>,
}

impl Done {
    fn ok(value: Value) -> Self {
        Self { status: StatusCode::OK, value, headers: Vec::new() }
    }

    fn created(value: Value) -> Self {
        Self { status: StatusCode::CREATED, value, headers: Vec::new() }
    }

    fn page(shop: &Shop, asked: &Asked<'_>, page: Page) -> Self {
        let headers = listing::headers(shop, asked, &page);
        Self { status: StatusCode::OK, value: Value::Array(page.items), headers }
    }
}

/// Answers a request for the API.
pub(super) async fn answer(
    world: &Arc<World>,
    shop: &Arc<Shop>,
    parts: &Parts,
    query: &[(String, String)],
    route: &str,
    body: &[u8],
) -> Response {
    let now = world.clock.now().timestamp();
    let asked = Asked { method: &parts.method, path: parts.uri.path(), query, headers: &parts.headers, now };
    let method = meant(&asked);
    let segments: Vec<&str> = route.split('/').filter(|segment| !segment.is_empty()).collect();
    let done = match segments.as_slice() {
        [] => Ok(Done::ok(system::index(shop))),
        ["wc", "v3"] => Ok(Done::ok(json!({"namespace": "wc/v3", "routes": {"/wc/v3/products": {}}}))),
        ["wc", "store", "v1", rest @ ..] => {
            store_api::answer(shop, rest, &asked).map(|page| Done::page(shop, &asked, page))
        }
        ["wc", "v3", rest @ ..] => with_key(world, shop, &asked, &method, rest, body).await,
        _ => Err(ApiError::no_route()),
    };
    match done {
        Ok(done) => raced(shop, &method, &segments, response(done)),
        Err(error) => error.response(),
    }
}

/// The method after an override in a header or the query.
fn meant(asked: &Asked<'_>) -> Method {
    if *asked.method != Method::POST {
        return asked.method.clone();
    }
    let header = asked.headers.get("x-http-method-override").and_then(|value| value.to_str().ok());
    let given = header.or_else(|| asked.query_value("_method"));
    given.and_then(|name| Method::from_bytes(name.to_uppercase().as_bytes()).ok()).unwrap_or(Method::POST)
}

fn response(done: Done) -> Response {
    let mut response = reply::json(done.status, &done.value);
    for (name, value) in done.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// A creation that succeeded may look as if it had not.
fn raced(shop: &Shop, method: &Method, segments: &[&str], response: Response) -> Response {
    if *method != Method::POST
        || segments != ["wc", "v3", "products"]
        || response.status() != StatusCode::CREATED
    {
        return response;
    }
    let races = shop.config.races;
    let number = shop.creations.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let mut choices = Seeded::new(number, &["races", &shop.config.mount]);
    if choices.chance(races.created_but_error_percent.into()) {
        return reply::html(
            StatusCode::INTERNAL_SERVER_ERROR,
            "<p>There has been a critical error on this website. (demo)</p>",
        );
    }
    if choices.chance(races.created_but_dropped_percent.into()) {
        return reply::cut();
    }
    response
}

async fn with_key(
    world: &Arc<World>,
    shop: &Arc<Shop>,
    asked: &Asked<'_>,
    method: &Method,
    route: &[&str],
    body: &[u8],
) -> Result<Done, ApiError> {
    let key = auth::key(shop, asked)?;
    match key {
        Some(key) => auth::check_rights(key, method)?,
        None if *method == Method::OPTIONS => {}
        None => return Err(auth::stranger(method, route.last() == Some(&"batch"))),
    }
    let input = input(asked, method, body)?;
    let operation = Operation { world, shop, asked, method, input };
    operation.perform(route).await
}

/// The body as an object; parameters of the query fill what it leaves out.
fn input(asked: &Asked<'_>, method: &Method, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if !matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
        return Ok(Map::new());
    }
    let content_type = asked.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    let mut input = if content_type.contains("json") && !body.is_empty() {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            ApiError::new(400, "rest_invalid_json", "Invalid JSON body passed.")
                .with("json_error_message", error.to_string())
        })?;
        listing::object(&value)
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), json!(value))).collect()
    } else {
        Map::new()
    };
    for (name, value) in
        asked.query.iter().filter(|(name, _)| !name.contains('_') || name == "stock_quantity")
    {
        input.entry(name.clone()).or_insert_with(|| json!(value));
    }
    Ok(input)
}

struct Operation<'a> {
    world: &'a Arc<World>,
    shop: &'a Arc<Shop>,
    asked: &'a Asked<'a>,
    method: &'a Method,
    input: Map<String, Value>,
}

impl Operation<'_> {
    async fn perform(&self, route: &[&str]) -> Result<Done, ApiError> {
        match route {
            ["products", "categories", rest @ ..] => {
                self.resource(Resource::Terms(Taxonomy::Categories), rest).await
            }
            ["products", "tags", rest @ ..] => self.resource(Resource::Terms(Taxonomy::Tags), rest).await,
            ["products", "attributes"] if *self.method == Method::GET => Ok(Done::ok(json!([]))),
            ["products", id, "variations", rest @ ..] => {
                self.resource(Resource::Products(Place::Below(number(id)?)), rest).await
            }
            ["products", rest @ ..] => self.resource(Resource::Products(Place::Top), rest).await,
            ["data", "currencies", "current"] => Ok(Done::ok(self.fields(system::currency(self.shop)))),
            ["system_status"] => Ok(Done::ok(self.fields(system::status(self.shop)))),
            ["settings", group, id @ ..] if *self.method == Method::GET && id.len() < 2 => {
                let settings = system::settings(self.shop, group, id.first().copied())?;
                Ok(Done::ok(self.fields(settings)))
            }
            _ => Err(ApiError::no_route()),
        }
    }

    async fn resource(&self, resource: Resource, rest: &[&str]) -> Result<Done, ApiError> {
        let writes = matches!(*self.method, Method::POST | Method::PUT | Method::PATCH);
        match rest {
            ["batch"] if writes => {
                batch::perform(self.world, self.shop, resource, &self.input).await.map(Done::ok)
            }
            [] if *self.method == Method::POST => {
                let made = batch::create(self.world, self.shop, resource, &self.input).await?;
                Ok(Done::created(self.fields(made)))
            }
            [] if *self.method == Method::OPTIONS => Ok(Done::ok(described(resource))),
            [] if matches!(*self.method, Method::GET | Method::HEAD) => self.list(resource),
            [id] => self.single(resource, number(id)?, writes).await,
            _ => Err(ApiError::no_route()),
        }
    }

    async fn single(&self, resource: Resource, id: u64, writes: bool) -> Result<Done, ApiError> {
        let value = match *self.method {
            _ if writes => batch::update(self.world, self.shop, resource, id, &self.input).await?,
            Method::GET | Method::HEAD => self.get(resource, id)?,
            Method::DELETE => batch::delete(self.shop, resource, id, self.forced())?,
            _ => return Err(ApiError::no_route()),
        };
        Ok(Done::ok(self.fields(value)))
    }

    fn list(&self, resource: Resource) -> Result<Done, ApiError> {
        let page = match resource {
            Resource::Products(place) => listing::products(self.shop, place, self.asked)?,
            Resource::Terms(taxonomy) => terms::list(self.shop, taxonomy, self.asked)?,
        };
        Ok(Done::page(self.shop, self.asked, page))
    }

    fn get(&self, resource: Resource, id: u64) -> Result<Value, ApiError> {
        match resource {
            Resource::Products(place) => {
                let books = self.shop.books();
                products::find(&books, place, id).map(|product| self.shop.rendered(&books, product))
            }
            Resource::Terms(taxonomy) => terms::get(self.shop, taxonomy, id),
        }
    }

    fn forced(&self) -> bool {
        matches!(self.asked.query_value("force"), Some("true" | "1"))
    }

    fn fields(&self, value: Value) -> Value {
        render::only_fields(value, self.asked.query_value("_fields"))
    }
}

fn described(resource: Resource) -> Value {
    match resource {
        Resource::Products(Place::Top) => schema::described("product", schema::PRODUCT),
        Resource::Products(Place::Below(_)) => schema::described("product_variation", schema::VARIATION),
        Resource::Terms(_) => schema::described("term", schema::TERM),
    }
}

/// A number in a path; other words make an address that does not exist.
fn number(text: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| ApiError::no_route())
}
