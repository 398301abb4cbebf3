mod input;
pub mod lists;
mod output;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

pub use input::{Bulk, ById, CreateBulk, CreateImport, ListImports};
pub use output::{BulkAnswer, Events, HistoryItem, ImportReport, Job, JobList, RefusedItem};

use super::{Answer, AppState, Authorized, Invalid, Refusal};
use crate::app::App;
use crate::service::import_lists::{self, Report};
use crate::service::{Listing, User, imports, product_links};
use sourcepilot_domain::import_job::ImportJob;

/// Import a product.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", request_body = CreateImport,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key makes no second import")),
    security(("jwt" = [])), responses(
    (status = 201, body = Job), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 422, body = Invalid)))]
pub async fn create(
    State(app): AppState,
    request: Authorized<CreateImport>,
) -> Answer<(StatusCode, Json<Job>)> {
    let Authorized { session, input, once } = request;
    let job = imports::create(&app, &session.user, input.into(), once).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &session.user, job).await?)))
}

/// Import many products: all or none, or, with `partial`, as many as can be.
#[utoipa::path(post, path = "/api/v1/imports/bulk", tag = "imports", request_body = CreateBulk,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key makes no further imports")),
    security(("jwt" = [])), responses(
    (status = 201, body = BulkAnswer), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 422, body = Invalid)))]
pub async fn create_bulk(
    State(app): AppState,
    request: Authorized<CreateBulk>,
) -> Answer<(StatusCode, Json<BulkAnswer>)> {
    let Authorized { session, input, once } = request;
    let request = match Bulk::from(input) {
        Bulk::Whole(request) => request,
        Bulk::Parts(list) => {
            let user = &session.user;
            let report = import_lists::create(&app, user, list, "imports.bulk.partial", once).await?;
            return Ok((StatusCode::CREATED, Json(BulkAnswer::Report(reported(&app, user, report).await?))));
        }
    };
    let jobs = imports::create_bulk(&app, &session.user, request, once).await?;
    Ok((StatusCode::CREATED, Json(BulkAnswer::All(all_shown(&app, &session.user, jobs).await?))))
}

/// The merchant's imports, newest first.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", params(ListImports), security(("jwt" = [])), responses(
    (status = 200, body = JobList), (status = 401, body = Refusal), (status = 422, body = Invalid)))]
pub async fn list(State(app): AppState, request: Authorized<ListImports>) -> Answer<Json<JobList>> {
    let user = request.session.user;
    let page = imports::list(&app, &user, &request.input.into()).await?;
    let Listing { items, total, links } = page;
    Ok(Json(JobList { items: items.into_iter().map(|job| Job::new(job, &links)).collect(), total }))
}

/// One import.
#[utoipa::path(get, path = "/api/v1/imports/{job_id}", tag = "imports", params(("job_id" = uuid::Uuid, Path)),
    security(("jwt" = [])), responses(
    (status = 200, body = Job), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn get(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Job>> {
    let Authorized { session, input, .. } = request;
    let job = imports::get(&app, &session.user, input.id).await?;
    Ok(Json(shown(&app, &session.user, job).await?))
}

/// What happened to an import, oldest first.
#[utoipa::path(get, path = "/api/v1/imports/{job_id}/history", tag = "imports",
    params(("job_id" = uuid::Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = Events), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn history(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Events>> {
    let Authorized { session, input, .. } = request;
    let lines = imports::history(&app, &session.user, input.id).await?;
    Ok(Json(Events { items: lines.into_iter().map(HistoryItem::from).collect() }))
}

/// End an import that waits or runs.
#[utoipa::path(post, path = "/api/v1/imports/{job_id}/cancel", tag = "imports",
    params(("job_id" = uuid::Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = Job), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn cancel(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Job>> {
    let Authorized { session, input, .. } = request;
    let job = imports::cancel(&app, &session.user, input.id).await?;
    Ok(Json(shown(&app, &session.user, job).await?))
}

/// Begin a failed or cancelled import again. It costs no quota.
#[utoipa::path(post, path = "/api/v1/imports/{job_id}/retry", tag = "imports",
    params(("job_id" = uuid::Uuid, Path)), security(("jwt" = [])), responses(
    (status = 200, body = Job), (status = 400, body = Refusal), (status = 401, body = Refusal),
    (status = 404, body = Refusal), (status = 422, body = Invalid)))]
pub async fn retry(State(app): AppState, request: Authorized<ById>) -> Answer<Json<Job>> {
    let Authorized { session, input, .. } = request;
    let job = imports::retry(&app, &session.user, input.id).await?;
    Ok(Json(shown(&app, &session.user, job).await?))
}

async fn shown(app: &App, user: &User, job: ImportJob) -> Answer<Job> {
    let links = product_links::of(app, user.id, std::slice::from_ref(&job)).await?;
    Ok(Job::new(job, &links))
}

async fn reported(app: &App, user: &User, report: Report) -> Answer<ImportReport> {
    let Report { created, refused } = report;
    let refused = refused.into_iter().map(RefusedItem::from).collect();
    Ok(ImportReport { created: all_shown(app, user, created).await?, refused })
}

async fn all_shown(app: &App, user: &User, jobs: Vec<ImportJob>) -> Answer<Vec<Job>> {
    let links = product_links::of(app, user.id, &jobs).await?;
    Ok(jobs.into_iter().map(|job| Job::new(job, &links)).collect())
}
