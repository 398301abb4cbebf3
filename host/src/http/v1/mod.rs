//! Version 1 of the API, one file per noun, named as in the addresses.

pub mod admin;
pub mod ai;
pub mod api_keys;
pub mod auth;
pub mod billing;
pub mod catalogues;
mod checked;
pub mod connections;
pub mod consent;
pub mod events;
pub mod health;
pub mod images;
pub mod imports;
pub mod plugins;
pub mod price_watches;
pub mod products;
pub mod store_products;
pub mod suppliers;
pub mod usage;
pub mod webhooks;

use std::sync::Arc;

use axum::extract::State;

use super::error::{ApiError, Invalid, Refusal};
use super::extract::{Authorized, Nothing, Valid};
use crate::app::App;

/// What every handler gets first.
type AppState = State<Arc<App>>;
/// What every handler answers.
type Answer<T> = Result<T, ApiError>;
