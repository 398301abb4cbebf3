//! Ordinary product pages.
use crate::world::World;
use axum::Router;
use std::sync::Arc;
pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
}
