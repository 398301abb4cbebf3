//! Lists of products: filters, order, pages.

use axum::http::Method;
use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::Shop;
use super::auth::Asked;
use super::error::ApiError;
use super::model::Product;
use super::products::{Place, check_place};
use super::{render, schema, values};

/// One page and what there is in all.
pub(super) struct Page {
    pub(super) items: Vec<Value>,
    pub(super) total: usize,
    pub(super) pages: usize,
    pub(super) page: usize,
}

/// Which page of what length, refused beyond the shop's bounds.
pub(super) struct Paging {
    per_page: usize,
    page: usize,
    offset: Option<usize>,
}

impl Paging {
    pub(super) fn read(asked: &Asked<'_>) -> Result<Self, ApiError> {
        let per_page = number(asked, "per_page", 10, 1, 100)?;
        let page = number(asked, "page", 1, 1, usize::MAX)?;
        let offset = asked.query_value("offset").and_then(|text| text.parse().ok());
        Ok(Self { per_page, page, offset })
    }

    pub(super) fn cut<T>(&self, all: Vec<T>, show: impl FnMut(T) -> Value) -> Page {
        let total = all.len();
        let first = self.offset.unwrap_or_else(|| (self.page - 1).saturating_mul(self.per_page));
        Page {
            items: all.into_iter().skip(first).take(self.per_page).map(show).collect(),
            total,
            pages: total.div_ceil(self.per_page),
            page: self.page,
        }
    }
}

fn number(
    asked: &Asked<'_>,
    name: &str,
    otherwise: usize,
    low: usize,
    high: usize,
) -> Result<usize, ApiError> {
    let Some(text) = asked.query_value(name) else { return Ok(otherwise) };
    let message = match text.parse::<usize>() {
        Ok(value) if (low..=high).contains(&value) => return Ok(value),
        Ok(_) if high == usize::MAX => format!("{name} must be greater than or equal to {low}"),
        Ok(_) => format!("{name} must be between {low} (inclusive) and {high} (inclusive)"),
        Err(_) => format!("{name} is not of type integer."),
    };
    Err(invalid(name, &message))
}

fn invalid(name: &str, message: &str) -> ApiError {
    ApiError::new(400, "rest_invalid_param", format!("Invalid parameter(s): {name}"))
        .with("params", json!({name: message}))
        .with("details", json!({name: {"code": "rest_out_of_bounds", "message": message, "data": null}}))
}

/// The products that a query asks for.
pub(super) fn products(shop: &Shop, place: Place, asked: &Asked<'_>) -> Result<Page, ApiError> {
    check_statuses(asked)?;
    let paging = Paging::read(asked)?;
    let books = shop.books();
    check_place(&books, place)?;
    let mut found: Vec<&Product> =
        books.products.values().filter(|product| fits(product, place, asked)).collect();
    order(&mut found, asked);
    let fields = asked.query_value("_fields");
    Ok(paging.cut(found, |product| render::only_fields(shop.rendered(&books, product), fields)))
}

fn check_statuses(asked: &Asked<'_>) -> Result<(), ApiError> {
    let Some(status) = asked.query_value("status") else { return Ok(()) };
    if status == "any" || schema::STATUSES.contains(&status) {
        return Ok(());
    }
    Err(invalid("status", &format!("status is not one of any, {}.", schema::STATUSES.join(", "))))
}

fn fits(product: &Product, place: Place, asked: &Asked<'_>) -> bool {
    let value = |name: &str| asked.query_value(name).filter(|value| !value.is_empty());
    let listed = |name: &str, test: &dyn Fn(&str) -> bool| {
        value(name).is_none_or(|list| list.split(',').map(str::trim).any(test))
    };
    let contains = |name: &str, texts: &[&str]| {
        value(name).map(str::to_lowercase).is_none_or(|wanted| {
            texts.iter().any(|text| values::unescaped(text).to_lowercase().contains(&wanted))
        })
    };
    let has_id = |ids: &[u64], wanted: &str| ids.iter().any(|id| id.to_string() == wanted);
    in_place(product, place, value("sku").is_some())
        && status_fits(product, asked)
        && listed("sku", &|sku| values::same_sku(&product.sku, sku))
        && listed("slug", &|slug| product.slug == slug)
        && listed("include", &|id| product.id.to_string() == id)
        && !value("exclude").is_some_and(|list| list.split(',').any(|id| id.trim() == product.id.to_string()))
        && listed("type", &|kind| product.kind == kind)
        && listed("category", &|id| has_id(&product.categories, id))
        && listed("tag", &|id| has_id(&product.tags, id))
        && listed("stock_status", &|status| product.stock_status == status)
        && contains("search", &[&product.name, &product.description, &product.short_description])
        && contains("search_sku", &[&product.sku])
        && contains("search_name_or_sku", &[&product.name, &product.sku])
        && value("modified_after").is_none_or(|after| modified_after(product, after))
        && value("parent").is_none_or(|ids| ids.split(',').any(|id| id == product.parent.to_string()))
}

/// Variations are found among the products only by their SKU.
fn in_place(product: &Product, place: Place, by_sku: bool) -> bool {
    match place {
        Place::Top => by_sku || !product.is_variation(),
        Place::Below(parent) => product.is_variation() && product.parent == parent,
    }
}

/// The trash is shown only to those who ask for it by name.
fn status_fits(product: &Product, asked: &Asked<'_>) -> bool {
    let has = |list: &str, word: &str| list.split(',').any(|one| one.trim() == word);
    if asked.query_value("exclude_status").is_some_and(|list| has(list, &product.status)) {
        return false;
    }
    if let Some(included) = asked.query_value("include_status").filter(|list| !list.is_empty()) {
        return has(included, &product.status) || (has(included, "any") && !product.trashed());
    }
    match asked.query_value("status") {
        None | Some("any") => !product.trashed(),
        Some(status) => product.status == status,
    }
}

fn modified_after(product: &Product, after: &str) -> bool {
    let text = after.trim_end_matches('Z');
    let parsed = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S");
    parsed.is_ok_and(|after| product.modified.naive_utc() > after)
}

fn order(found: &mut [&Product], asked: &Asked<'_>) {
    let by = asked.query_value("orderby").unwrap_or("date");
    match by {
        "title" => found.sort_by_key(|product| product.name.to_lowercase()),
        "slug" => found.sort_by(|one, other| one.slug.cmp(&other.slug)),
        "modified" => found.sort_by_key(|product| (product.modified, product.id)),
        "price" => found.sort_by_key(|product| values::number(product.own_price())),
        _ => found.sort_by_key(|product| product.id),
    }
    if asked.query_value("order").unwrap_or("desc") == "desc" {
        found.reverse();
    }
}

/// The headers of a page.
pub(super) fn headers(shop: &Shop, asked: &Asked<'_>, page: &Page) -> Vec<(&'static str, String)> {
    let mut headers =
        vec![("x-wp-total", page.total.to_string()), ("x-wp-totalpages", page.pages.to_string())];
    let link = |number: usize, relation: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            asked.query.iter().filter(|(name, _)| name != "page" && !name.starts_with("oauth_"))
        {
            query.append_pair(name, value);
        }
        query.append_pair("page", &number.to_string());
        let (scheme_host, _) = split_origin(&shop.home);
        format!("<{scheme_host}{}?{}>; rel=\"{relation}\"", asked.path, query.finish())
    };
    let mut links = Vec::new();
    if page.page > 1 {
        links.push(link(page.page - 1, "prev"));
    }
    if page.page < page.pages {
        links.push(link(page.page + 1, "next"));
    }
    if !links.is_empty() && asked.method == Method::GET {
        headers.push(("link", links.join(", ")));
    }
    headers
}

/// An address split after its host.
pub(super) fn split_origin(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |index| index + 3);
    let end = url[start..].find('/').map_or(url.len(), |index| start + index);
    url.split_at(end)
}

/// A batch's or a form's input as an object.
pub(super) fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
