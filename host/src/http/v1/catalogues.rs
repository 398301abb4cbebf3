use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use sourcepilot_domain::catalogue::FeedProblem;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::suppliers::ById;
use super::{Answer, AppState, Authorized, Invalid, Refusal};
use crate::http::extract::Uploaded;
use crate::http::time::Moment;
use crate::http::validate::{Body, Input, Reader};
use crate::service::catalogues::{self, CatalogueView, RefreshFrom, Upload};
use crate::service::{Catalogue, CatalogueItem};

/// What of a catalogue to show.
#[derive(Debug)]
pub struct ShowCatalogue {
    id: SupplierAccountId,
    skip: u64,
    limit: u64,
}

impl Input for ShowCatalogue {
    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("account_id").uuid();
        let skip = reader.query("skip").integer(0..=i128::MAX, 0);
        let limit = reader.query("limit").integer(1..=100, 20);
        Some(ShowCatalogue {
            id: SupplierAccountId(id?),
            skip: u64::try_from(skip?).unwrap_or(u64::MAX),
            limit: u64::try_from(limit?).unwrap_or(20),
        })
    }
}

/// From where to read again; without a shop, from the feed address or the shop in the
/// account's settings.
#[derive(Debug, ToSchema)]
pub struct RefreshCatalogue {
    #[schema(ignore)]
    id: SupplierAccountId,
    /// A connected shop whose products the supplier put there.
    connection_id: Option<Uuid>,
    /// Only products of this vendor.
    #[schema(min_length = 1, max_length = 255)]
    vendor: Option<String>,
    /// Only products with this tag.
    #[schema(min_length = 1, max_length = 255)]
    tag: Option<String>,
    /// Only products of this collection or category.
    #[schema(min_length = 1, max_length = 255)]
    collection: Option<String>,
}

impl Input for RefreshCatalogue {
    const BODY: Body = Body::Optional;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("account_id").uuid();
        if !reader.has_body() {
            let (connection_id, vendor, tag, collection) = (None, None, None, None);
            return Some(RefreshCatalogue {
                id: SupplierAccountId(id?),
                connection_id,
                vendor,
                tag,
                collection,
            });
        }
        let connection_id = reader.body("connection_id").optional_uuid();
        let vendor = reader.body("vendor").optional_text(1..=255);
        let tag = reader.body("tag").optional_text(1..=255);
        let collection = reader.body("collection").optional_text(1..=255);
        Some(RefreshCatalogue {
            id: SupplierAccountId(id?),
            connection_id: connection_id?,
            vendor: vendor?,
            tag: tag?,
            collection: collection?,
        })
    }
}

/// Something that could not be used.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The line of the file or the number of the entry, from 1.
    line: Option<u32>,
    /// What is wrong and how to put it right.
    message: String,
}

/// What was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueSummary {
    /// `feed` or `shop`.
    provided_by: String,
    /// The shop, when it was one.
    #[schema(value_type = Option<Uuid>)]
    connection_id: Option<ConnectionId>,
    observed_at: Moment,
    /// Products that can be used.
    total: u64,
    /// The first 200 of them.
    problems: Vec<Problem>,
    /// All of them.
    problem_count: u64,
}

/// A product of a catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Item {
    source_product_id: String,
    title: String,
    source_url: Option<String>,
    /// What the merchant pays, as far as it is known.
    price: Option<f64>,
    currency: Option<String>,
}

/// A catalogue and a page of its products.
#[derive(Debug, Serialize, ToSchema)]
pub struct CataloguePage {
    /// Null when nothing was supplied yet.
    catalogue: Option<CatalogueSummary>,
    /// In the order in which they were supplied.
    items: Vec<Item>,
    total: u64,
}

impl From<Catalogue> for CatalogueSummary {
    fn from(catalogue: Catalogue) -> Self {
        let Catalogue { account_id: _, source, connection_id, entries, problems, problem_count, observed_at } =
            catalogue;
        CatalogueSummary {
            provided_by: source.to_string(),
            connection_id,
            observed_at: observed_at.into(),
            total: entries,
            problems: problems.into_iter().map(problem).collect(),
            problem_count,
        }
    }
}

fn problem(problem: FeedProblem) -> Problem {
    let FeedProblem { line, message } = problem;
    Problem { line, message }
}

fn item(item: CatalogueItem) -> Item {
    let CatalogueItem { id, title, url, price, document: _ } = item;
    Item {
        source_product_id: id,
        title,
        source_url: url,
        price: price.and_then(|price| price.amount.to_f64()),
        currency: price.map(|price| price.currency.to_string()),
    }
}

/// Put a file's products in place of what the account had. A row that cannot be used
/// is told and left out; a file without a usable one changes nothing.
#[utoipa::path(put, path = "/api/v1/suppliers/accounts/{account_id}/catalogue", tag = "catalogues",
    params(("account_id" = Uuid, Path)),
    request_body(content((String = "text/csv"), (Object = "application/json")),
        description = "At most 16 MiB; the columns and fields are those of the supplier's plugin"),
    security(("jwt" = [])), responses(
    (status = 200, body = CatalogueSummary), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 413, body = Refusal), (status = 422, body = Invalid),
    (status = 502, body = Refusal), (status = 503, body = Refusal), (status = 504, body = Refusal)))]
pub async fn upload(State(app): AppState, request: Uploaded<ById>) -> Answer<Json<CatalogueSummary>> {
    let Uploaded { session, input, content_type, body } = request;
    let upload = Upload { content_type, body };
    let kept = catalogues::upload(&app, session.user.id, input.id, upload).await?;
    Ok(Json(kept.into()))
}

/// Read the feed address, or a connected shop, again.
#[utoipa::path(post, path = "/api/v1/suppliers/accounts/{account_id}/catalogue/refresh", tag = "catalogues",
    params(("account_id" = Uuid, Path)), request_body(content = Option<RefreshCatalogue>),
    security(("jwt" = [])), responses(
    (status = 200, body = CatalogueSummary), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid), (status = 502, body = Refusal),
    (status = 503, body = Refusal), (status = 504, body = Refusal)))]
pub async fn refresh(
    State(app): AppState,
    request: Authorized<RefreshCatalogue>,
) -> Answer<Json<CatalogueSummary>> {
    let RefreshCatalogue { id, connection_id, vendor, tag, collection } = request.input;
    let from = RefreshFrom { connection: connection_id.map(ConnectionId), vendor, tag, collection };
    let kept = Box::pin(catalogues::refresh(&app, request.session.user.id, id, from)).await?;
    Ok(Json(kept.into()))
}

/// What the merchant has supplied for an account.
#[utoipa::path(get, path = "/api/v1/suppliers/accounts/{account_id}/catalogue", tag = "catalogues",
    params(("account_id" = Uuid, Path),
        ("skip" = Option<u64>, Query, description = "How many of the first to leave out", minimum = 0),
        ("limit" = Option<u64>, Query, description = "How many to show; 20 without it", minimum = 1, maximum = 100)),
    security(("jwt" = [])), responses(
    (status = 200, body = CataloguePage), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn show(State(app): AppState, request: Authorized<ShowCatalogue>) -> Answer<Json<CataloguePage>> {
    let ShowCatalogue { id, skip, limit } = request.input;
    let view = catalogues::show(&app, request.session.user.id, id, (skip, limit)).await?;
    let CatalogueView { catalogue, items, total } = view;
    let items = items.into_iter().map(item).collect();
    Ok(Json(CataloguePage { catalogue: catalogue.map(CatalogueSummary::from), items, total }))
}

/// Remove what the merchant has supplied for an account.
#[utoipa::path(delete, path = "/api/v1/suppliers/accounts/{account_id}/catalogue", tag = "catalogues",
    params(("account_id" = Uuid, Path)), security(("jwt" = [])), responses(
    (status = 204), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn delete(State(app): AppState, request: Authorized<ById>) -> Answer<StatusCode> {
    catalogues::remove(&app, request.session.user.id, request.input.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
