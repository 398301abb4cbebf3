//! The HTTP API: requests become calls of services, results become answers.

pub mod access;
pub mod auth;
pub mod body;
pub mod cookie;
pub mod cors;
pub mod csv;
pub mod dashboard;
pub mod description;
pub mod detached;
pub mod docs;
pub mod error;
pub mod extract;
pub mod file;
pub mod files;
pub mod headers;
pub mod idempotency;
pub mod limits;
pub mod log;
pub mod openapi;
pub mod prepare;
pub mod router;
pub mod sender;
pub mod time;
pub mod v1;
pub mod validate;
