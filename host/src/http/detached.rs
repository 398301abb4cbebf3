//! Around every handler: a time limit, faults as answers, and no half-done work.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use tracing::Instrument;

use super::error::ApiError;
use crate::app::App;

/// Run the handler. One that may change something runs in a task of its own: a
/// client that hangs up in the middle stops the answer, not the work.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let limit = app.config.server.request_timeout();
    let changes = !request.method().is_safe();
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    let answer = if changes {
        let task = app.tasks.spawn(work.in_current_span());
        tokio::time::timeout(limit, task)
            .await
            .map(|joined| joined.unwrap_or_else(|_| Err(Box::new("stopped"))))
    } else {
        tokio::time::timeout(limit, work).await
    };
    match answer {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => {
            // The panic itself, with its place, went to the log when it happened.
            tracing::error!("a request ended in a panic");
            ApiError::internal().into_response()
        }
        Err(_elapsed) => {
            ApiError::busy("The answer took too long; try again in a moment.", 5).into_response()
        }
    }
}
