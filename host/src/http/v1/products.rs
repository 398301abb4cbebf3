use axum::Json;
use axum::extract::State;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use serde_json::Value;
use sourcepilot_domain::product::{OptionAxis, Product, SearchHit, SearchQuery, ShippingQuote};
use utoipa::ToSchema;

use super::{Answer, AppState, Authorized, Invalid, Refusal};
use crate::http::error::ApiError;
use crate::http::validate::{Body, Input, Reader};
use crate::service::products::{self, Preview};

/// What to look for.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// The words.
    #[param(min_length = 1, max_length = 500)]
    q: String,
    /// A supplier's id; the first one when absent.
    source: Option<String>,
    #[param(minimum = 1, default = 1)]
    page: u32,
    #[param(minimum = 1, maximum = 100, default = 20)]
    page_size: u32,
}

impl Input for Search {
    fn read(reader: &mut Reader) -> Option<Self> {
        let q = reader.query("q").text(1..=500);
        let source = reader.query("source").optional_text(0..=usize::MAX);
        let page = reader.query("page").integer(1..=i128::MAX, 1);
        let page_size = reader.query("page_size").integer(1..=100, 20);
        Some(Search {
            q: q?,
            source: source?,
            page: u32::try_from(page?).unwrap_or(u32::MAX),
            page_size: u32::try_from(page_size?).unwrap_or(20),
        })
    }
}

/// A page of hits.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResult {
    products: Vec<Found>,
    /// Over all pages, as far as the supplier tells.
    total: u64,
    page: u32,
    page_size: u32,
    source: String,
}

/// A hit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    title: String,
    price: f64,
    currency: String,
    images: Vec<String>,
    #[schema(value_type = Vec<Object>)]
    variants_summary: Vec<Value>,
    source: String,
    source_url: Option<String>,
    source_product_id: Option<String>,
    rating: Option<f64>,
    order_count: Option<u64>,
    supplier_name: Option<String>,
    shipping_cost: Option<f64>,
    shipping_days: Option<u32>,
}

/// A product's page.
#[derive(Debug, ToSchema)]
pub struct PreviewRequest {
    #[schema(min_length = 1, max_length = 2000)]
    url: String,
}

impl Input for PreviewRequest {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        reader.body("url").text(1..=2000).map(|url| PreviewRequest { url })
    }
}

/// A product as it would be imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct Previewed {
    title: String,
    /// The lowest price that can be bought.
    price: f64,
    currency: String,
    images: Vec<String>,
    variants: Vec<Axis>,
    source: String,
    source_url: String,
    source_product_id: String,
    supplier_name: Option<String>,
    rating: Option<f64>,
    order_count: Option<u64>,
    shipping_info: Option<Shipping>,
}

/// A choice that a buyer makes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Axis {
    /// Such as `Color`.
    name: String,
    options: Vec<String>,
}

/// What delivery costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shipping {
    cost: f64,
    estimated_days: Option<u32>,
}

/// Search a supplier.
#[utoipa::path(get, path = "/api/v1/products/search", tag = "products", params(Search), security(("jwt" = [])), responses(
    (status = 200, body = SearchResult), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 422, body = Invalid), (status = 502, body = Refusal), (status = 503, body = Refusal)))]
pub async fn search(State(app): AppState, request: Authorized<Search>) -> Answer<Json<SearchResult>> {
    let Authorized { session, input: Search { q, source, page, page_size }, .. } = request;
    let query = SearchQuery { text: q, page, page_size };
    let (source, found) = products::search(&app, session.user.id, source.as_deref(), query).await?;
    let seen = u64::from(page - 1) * u64::from(page_size) + found.hits.len() as u64;
    // A supplier that does not count: what is known, and one more when there is more.
    let total = found.total.unwrap_or(seen + u64::from(found.has_more));
    let products = found.hits.into_iter().map(|hit| shown(hit, &source)).collect();
    Ok(Json(SearchResult { products, total, page, page_size, source }))
}

/// Look at the product behind an address.
#[utoipa::path(post, path = "/api/v1/products/preview", tag = "products", request_body = PreviewRequest,
    security(("jwt" = [])), responses(
    (status = 200, body = Previewed), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 422, body = Invalid), (status = 502, body = Refusal), (status = 503, body = Refusal)))]
pub async fn preview(State(app): AppState, request: Authorized<PreviewRequest>) -> Answer<Json<Previewed>> {
    let Authorized { session, input: PreviewRequest { url }, .. } = request;
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(ApiError::bad_request("Invalid URL: must start with http:// or https://"));
    }
    let Preview { source, product } = Box::pin(products::preview(&app, session.user.id, &url)).await?;
    Ok(Json(previewed(&product, source, url)))
}

fn shown(hit: SearchHit, source: &str) -> Found {
    let SearchHit {
        reference,
        title,
        price,
        images,
        supplier_name,
        rating,
        order_count,
        shipping_cost,
        shipping_days,
    } = hit;
    Found {
        title,
        price: price.map_or(0.0, |price| number(price.amount)),
        currency: price.map_or_else(|| "USD".to_owned(), |price| price.currency.as_str().to_owned()),
        images,
        variants_summary: Vec::new(),
        source: source.to_owned(),
        source_url: reference.url,
        source_product_id: Some(reference.id),
        rating: rating.map(number),
        order_count,
        supplier_name,
        shipping_cost: shipping_cost.map(|cost| number(cost.amount)),
        shipping_days,
    }
}

fn previewed(product: &Product, source: String, url: String) -> Previewed {
    Previewed {
        title: product.title.clone(),
        price: number(product.price.amount),
        currency: product.price.currency.as_str().to_owned(),
        images: product.images.clone(),
        variants: product.option_axes().into_iter().map(axis).collect(),
        source,
        source_url: url,
        source_product_id: product.reference.id.clone(),
        supplier_name: product.supplier_name.clone(),
        rating: product.rating.map(number),
        order_count: product.order_count,
        shipping_info: product.shipping.as_ref().and_then(shipping),
    }
}

fn axis(axis: OptionAxis) -> Axis {
    let OptionAxis { name, values } = axis;
    Axis { name, options: values }
}

fn shipping(quote: &ShippingQuote) -> Option<Shipping> {
    let cost = quote.cost.as_ref()?;
    Some(Shipping { cost: number(cost.amount), estimated_days: quote.max_days.or(quote.min_days) })
}

/// Amounts are JSON numbers in this API.
fn number(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}
