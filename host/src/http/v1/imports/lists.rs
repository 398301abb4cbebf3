use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use futures::stream::{self, Stream};

use super::input::CsvImport;
use super::{ImportReport, ListImports, reported};
use crate::app::App;
use crate::http::csv;
use crate::http::error::{ApiError, Invalid, Refusal};
use crate::http::extract::Authorized;
use crate::http::file::WithTable;
use crate::http::v1::{Answer, AppState};
use crate::service::import_lists::{self, Entry, ImportList};
use crate::service::{ImportFilter, User, imports};
use sourcepilot_domain::import_job::ImportJob;
use sourcepilot_domain::raw_json::RawJson;

/// So many rows are read at a time.
const PART: u64 = 500;

/// Import a list of products: one address per line, or a table with the columns
/// `product_url` and `source`. Each line is taken or refused by itself.
#[utoipa::path(post, path = "/api/v1/imports/csv", tag = "imports", params(
        CsvImport,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key makes no further imports")),
    request_body(content = String, content_type = "text/csv", description = "At most 500 products"),
    security(("jwt" = [])), responses(
    (status = 201, body = ImportReport), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 409, body = Refusal), (status = 413, body = Refusal),
    (status = 415, body = Refusal), (status = 422, body = Invalid)))]
pub async fn import_csv(
    State(app): AppState,
    request: WithTable<CsvImport>,
) -> Answer<(StatusCode, Json<ImportReport>)> {
    let WithTable { session, input: CsvImport { source: usual, store_id }, once, table } = request;
    let rows = csv::products(&table).map_err(ApiError::bad_request)?;
    let entries = rows.into_iter().map(|csv::Row { line, product_url, source, problem }| Entry {
        position: line,
        product_url,
        source: source.or_else(|| usual.clone()),
        problem,
    });
    let list = ImportList { entries: entries.collect(), store_id, config: None };
    let report = import_lists::create(&app, &session.user, list, "imports.csv", once).await?;
    Ok((StatusCode::CREATED, Json(reported(&app, &session.user, report).await?)))
}

/// The merchant's imports as a table, newest first: all that the filters let through.
#[utoipa::path(get, path = "/api/v1/imports/export.csv", tag = "imports", params(ListImports),
    security(("jwt" = [])), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 422, body = Invalid)))]
pub async fn export_csv(State(app): AppState, request: Authorized<ListImports>) -> Answer<Response> {
    let Authorized { session, input, .. } = request;
    let filter = ImportFilter::from(input);
    Ok(csv::download("imports.csv", Body::from_stream(table(app, session.user, filter))))
}

const COLUMNS: [&str; 13] = [
    "id",
    "created_at",
    "updated_at",
    "status",
    "source",
    "product_url",
    "source_product_id",
    "title",
    "store_id",
    "created_product_id",
    "store_product_url",
    "progress_percent",
    "error_message",
];

/// How far an export is.
enum At {
    Start,
    After(Box<ImportJob>),
    End,
}

/// The table part by part. Rows are read as they are sent; a database that does not
/// answer ends the transfer, so that a part is not taken for the whole.
fn table(
    app: Arc<App>,
    user: User,
    filter: ImportFilter,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send {
    stream::try_unfold(At::Start, move |at| {
        let (app, user, filter) = (app.clone(), user.clone(), filter.clone());
        async move {
            let (mut text, before) = match at {
                At::Start => (csv::line(&COLUMNS.map(str::to_owned)), None),
                At::After(job) => (Vec::new(), Some((job.created_at, job.id))),
                At::End => return Ok(None),
            };
            let rows =
                imports::part(&app, &user, &filter, before, PART).await.map_err(std::io::Error::other)?;
            for (job, url) in &rows {
                text.extend(csv::line(&cells(job, url.as_deref())));
            }
            let is_last = (rows.len() as u64) < PART;
            let next = match rows.into_iter().next_back() {
                Some((job, _)) if !is_last => At::After(Box::new(job)),
                _ => At::End,
            };
            Ok(Some((Bytes::from(text), next)))
        }
    })
}

fn cells(job: &ImportJob, url: Option<&str>) -> [String; 13] {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let product = job.product_data.as_ref().map(RawJson::value).unwrap_or_default();
    let title = product["title"].as_str();
    [
        job.id.to_string(),
        job.created_at.to_rfc3339(),
        job.updated_at.to_rfc3339(),
        job.status().as_str().to_owned(),
        job.source.clone(),
        text(job.source_url.as_deref()),
        text(job.source_product_id.as_deref()),
        text(title),
        job.store_id.map(|id| id.to_string()).unwrap_or_default(),
        job.created_product_id().map(|id| id.to_string()).unwrap_or_default(),
        text(url),
        job.progress_percent.to_string(),
        text(job.error_message()),
    ]
}
