//! The API's description and the API, held against each other. Everything here
//! walks the description, so that a new operation is covered without a new test.

mod access;
mod bounds;
mod document;
mod schema;
mod ssrf;
mod truth;
mod world;

pub use document::{Document, Operation};
