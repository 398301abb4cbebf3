use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use chrono::{DateTime, Utc};
use futures::stream::{self, Stream, StreamExt};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::{Answer, AppState, Authorized, Refusal};
use crate::http::validate::{Input, Reader};
use crate::service::event_stream::{self, Event, EventId, Subscription};

/// From where on.
#[derive(Clone, Copy, Debug)]
pub struct Follow {
    after: Option<EventId>,
}

impl Input for Follow {
    fn read(reader: &mut Reader) -> Option<Self> {
        // A place that is not understood counts as one that is not known any more.
        let after = reader.header("last-event-id").and_then(|text| text.parse().ok());
        Some(Follow { after })
    }
}

/// What happens to the merchant's imports, live, as server-sent events.
///
/// The event `import` carries `id`, `status`, `progress_percent`, `message` and
/// `error_message`. The event `plan` carries the `plan` that the merchant has now. The
/// event `price_watch` says that a watched price has moved by its threshold, `platform`
/// that the platform told something of the merchant's. The event `reset` says that
/// events were missed and lists should be read again. The stream ends with the access token.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", security(("jwt" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "Begin after this event")), responses(
    (status = 200, content_type = "text/event-stream", body = String), (status = 401, body = Refusal),
    (status = 429, body = Refusal)))]
pub async fn follow(
    State(app): AppState,
    request: Authorized<Follow>,
) -> Answer<Sse<impl Stream<Item = Result<SseEvent, Infallible>>>> {
    let Authorized { session, input, .. } = request;
    let Subscription { missed, gap, next } = event_stream::follow(&app, session.user.id, input.after)?;
    let first = gap.then(reset).into_iter().chain(missed.iter().map(shown));
    let rest = BroadcastStream::new(next).map(|event| match event {
        Ok(event) => shown(&event),
        Err(BroadcastStreamRecvError::Lagged(_)) => reset(),
    });
    let events = stream::iter(first.collect::<Vec<_>>()).chain(rest).map(Ok);
    let end = until(session.ends_at, app.now());
    let stopping = app.stopping.clone();
    let events = events.take_until(async move {
        tokio::select! {
            () = tokio::time::sleep(end) => {}
            () = stopping.cancelled() => {}
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

fn shown(event: &Event) -> SseEvent {
    SseEvent::default().id(event.id.to_string()).event(event.name).data(event.data.to_string())
}

fn reset() -> SseEvent {
    SseEvent::default().event("reset").data("{}")
}

fn until(end: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (end - now).to_std().unwrap_or_default()
}
