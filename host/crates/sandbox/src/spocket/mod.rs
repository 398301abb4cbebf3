//! A merchant's feed of Spocket products, as a file of rows and as one of JSON.
//!
//! Spocket itself has nothing that a program may ask, so there is nothing of it to
//! simulate: these are files that a merchant keeps somewhere, in the documented form.

mod goods;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use crate::reply;
use crate::world::World;
pub(crate) use goods::{Product, product_id, products};

/// Where the feeds are, below the world's address.
pub(crate) const CSV: &str = "/spocket/feed.csv";
pub(crate) const JSON: &str = "/spocket/feed.json";

const COLUMNS: &str = "source_url,title,description_html,supplier_name,currency,images,categories,processing_days_min,\
    processing_days_max,shipping,sku,option1_name,option1_value,cost,price,stock";

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route(CSV, get(csv))
        .route(JSON, get(json_feed))
        .route("/spocket/moved.csv", get(moved))
        .route("/spocket/inwards.csv", get(inwards))
        .route("/spocket/login.csv", get(login))
}

async fn csv(State(world): State<Arc<World>>) -> Response {
    let mut text = format!("{COLUMNS}\n");
    for product in products(&world.base_url) {
        for row in rows(&product) {
            text.push_str(&row);
            text.push('\n');
        }
    }
    reply::typed(StatusCode::OK, "text/csv; charset=utf-8", text)
}

async fn json_feed(State(world): State<Arc<World>>) -> Response {
    let list: Vec<Value> = products(&world.base_url).iter().map(document).collect();
    reply::json(StatusCode::OK, &json!({ "products": list }))
}

/// A shared link that leads to the file, as most do.
async fn moved(State(world): State<Arc<World>>) -> Response {
    reply::redirect(StatusCode::FOUND, &format!("{}{CSV}", world.base_url))
}

/// A link that leads into somebody's own network.
async fn inwards() -> Response {
    reply::redirect(StatusCode::FOUND, "http://169.254.169.254/latest/meta-data/")
}

/// A link that opens only after a login.
async fn login() -> Response {
    reply::html(
        StatusCode::OK,
        "<!DOCTYPE html><html><head><title>Sign in (demo)</title></head><body></body></html>",
    )
}

fn rows(product: &Product) -> Vec<String> {
    let shared = [
        product.url(),
        product.title.clone(),
        product.description.clone(),
        product.supplier.to_owned(),
        "USD".to_owned(),
        product.images.join("|"),
        product.category.to_owned(),
        "1".to_owned(),
        "3".to_owned(),
        format!("US:{}:3-7|EU:{}:7-12", product.delivery_us, product.delivery_eu),
    ];
    let shared: Vec<String> = shared.iter().map(|field| quoted(field)).collect();
    let row = |variant: &goods::Variant| {
        let own = [
            variant.sku.clone(),
            "Colour".to_owned(),
            variant.colour.to_owned(),
            variant.cost.clone(),
            variant.price.clone(),
            variant.stock.map(|stock| stock.to_string()).unwrap_or_default(),
        ];
        let own: Vec<String> = own.iter().map(|field| quoted(field)).collect();
        format!("{},{}", shared.join(","), own.join(","))
    };
    product.variants.iter().map(row).collect()
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', ';']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

fn document(product: &Product) -> Value {
    let variants: Vec<Value> = product
        .variants
        .iter()
        .map(|variant| {
            json!({
                "sku": variant.sku, "options": {"Colour": variant.colour}, "cost": variant.cost,
                "price": variant.price, "stock": variant.stock,
            })
        })
        .collect();
    json!({
        "source": "spocket",
        "source_url": product.url(),
        "source_product_id": product.id,
        "title": product.title,
        "description_html": product.description,
        "supplier_name": product.supplier,
        "currency": "USD",
        "images": product.images,
        "categories": [product.category],
        "variants": variants,
        "processing_time_days": {"min": 1, "max": 3},
        "shipping": [
            {"region": "US", "cost": product.delivery_us, "days_min": 3, "days_max": 7},
            {"region": "EU", "cost": product.delivery_eu, "days_min": 7, "days_max": 12},
        ],
        "provided_by": "merchant",
    })
}
