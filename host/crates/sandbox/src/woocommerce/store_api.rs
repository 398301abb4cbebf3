//! The public Store API: what buyers' browsers see of published products.

use serde_json::{Value, json};

use super::Shop;
use super::auth::Asked;
use super::error::ApiError;
use super::listing::{Page, Paging};
use super::model::{Books, Product};
use super::{render, values};

/// Lists published products, or shows one as a list of one.
pub(super) fn answer(shop: &Shop, route: &[&str], asked: &Asked<'_>) -> Result<Page, ApiError> {
    if route != ["products"] || *asked.method != axum::http::Method::GET {
        return Err(ApiError::no_route());
    }
    let paging = Paging::read(asked)?;
    let books = shop.books();
    let published = books.products.values().filter(|product| {
        product.status == "publish"
            && !product.is_variation()
            && asked.query_value("sku").is_none_or(|sku| values::same_sku(sku, &product.sku))
            && asked.query_value("slug").is_none_or(|slug| slug == product.slug)
    });
    let newest: Vec<&Product> = published.rev().collect();
    Ok(paging.cut(newest, |product| shown(shop, &books, product)))
}

fn shown(shop: &Shop, books: &Books, product: &Product) -> Value {
    let (price, on_sale) = render::shown_price(books, product);
    let full = shop.rendered(books, product);
    json!({
        "id": product.id,
        "name": product.name,
        "slug": product.slug,
        "type": product.kind,
        "permalink": shop.permalink(product),
        "sku": product.sku,
        "short_description": product.short_description,
        "description": product.description,
        "on_sale": on_sale,
        "prices": {
            "price": minor(shop, &price),
            "regular_price": minor(shop, &product.regular_price),
            "sale_price": minor(shop, &product.sale_price),
            "currency_code": shop.config.currency,
            "currency_minor_unit": shop.config.decimals,
        },
        "images": full["images"],
        "categories": full["categories"],
        "tags": full["tags"],
        "is_purchasable": !price.is_empty(),
        "is_in_stock": full["stock_status"] != "outofstock",
    })
}

/// An amount in the smallest units of the currency.
fn minor(shop: &Shop, price: &str) -> String {
    if price.is_empty() {
        return String::new();
    }
    let mut amount = values::number(price).round_dp(shop.config.decimals);
    amount.rescale(shop.config.decimals);
    amount.to_string().replace('.', "")
}
