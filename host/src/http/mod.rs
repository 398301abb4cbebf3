//! The HTTP API: requests become calls of services, results become answers.

mod auth;
mod body;
mod cors;
pub mod dashboard;
mod detached;
mod docs;
mod error;
mod extract;
mod headers;
mod limits;
mod log;
pub mod openapi;
mod prepare;
pub mod router;
mod time;
pub mod v1;
mod validate;
