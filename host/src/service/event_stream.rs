//! Following what happens, live.

use sourcepilot_domain::ids::UserId;

use crate::app::App;
pub use crate::cluster::events::{Event, EventId, Subscription};

/// Why there is no stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many open event streams; close one first")]
pub struct StreamError;

/// Follow the merchant's events, from a place on if it is still known.
///
/// # Errors
/// When the merchant has too many streams open.
pub fn follow(app: &App, user: UserId, after: Option<EventId>) -> Result<Subscription, StreamError> {
    app.events.subscribe(user, after, app.config.limits.event_streams_per_user).ok_or(StreamError)
}
