//! Odd pages and entries, from address to product.

mod corpus;
mod entries;
mod fetching;
mod pages;

use sourcepilot_sdk::http::Response;
use sourcepilot_sdk::test::{self, Recorded};
use sourcepilot_sdk::{Call, Product, ProductRef, ProductRequest, Result, Supplier};

use crate::Manual;

const PAGE: &str = "https://shop.example/p/cup";

fn html(body: &str) -> Response {
    Response::new(200, body).with_header("content-type", "text/html; charset=utf-8")
}

fn request(entry: Option<serde_json::Value>) -> ProductRequest {
    ProductRequest { ref_: ProductRef::new(PAGE).with_url(PAGE), entry: entry.map(|entry| entry.to_string()) }
}

fn product_in(call: &Call, entry: Option<serde_json::Value>) -> Result<Product> {
    Manual::get_product(call, request(entry))
}

/// The product of a page.
fn product(page: &str) -> Result<Product> {
    product_in(&test::call(&Recorded::new().on("GET", PAGE, html(page))), None)
}

/// The product of a page with one block of JSON-LD.
fn ld(data: &str) -> Result<Product> {
    product(&format!("<html><head><script type=\"application/ld+json\">{data}</script></head></html>"))
}

fn price(product: &Product) -> String {
    format!("{} {}", product.price.amount, product.price.currency)
}

/// Each variant as `Color=Red, Size=M: 3.00 [stock]`.
fn variants(product: &Product) -> Vec<String> {
    let one = |variant: &sourcepilot_sdk::Variant| {
        let options: Vec<_> =
            variant.options.iter().map(|option| format!("{}={}", option.name, option.value)).collect();
        let stock = variant.stock.map_or_else(String::new, |stock| format!(" [{stock}]"));
        format!("{}: {}{stock}", options.join(", "), variant.price.amount)
    };
    product.variants.iter().map(one).collect()
}
