//! Requests to the supplier or shop.
//!
//! A plugin builds a [`Request`] and sends it through the [`Client`] of its
//! [`Call`](crate::Call). Redirects are not followed: the answer shows them. Every
//! request passes the host, which checks the address, fills in credentials and
//! limits time and size.
//!
//! ```
//! # use sourcepilot_sdk::{Call, Result, credential, http::Request};
//! # #[derive(serde::Deserialize)] struct Item { name: String }
//! fn item(call: &Call, id: &str) -> Result<Item> {
//!     Request::get(format!("https://api.acme.example/v1/items/{id}"))
//!         .query("currency", &call.context.currency)
//!         .header("authorization", format!("Bearer {}", credential::value("token")))
//!         .send(&call.http)?
//!         .success()?
//!         .json()
//! }
//! ```

mod address;
mod client;
mod date;
mod request;
mod response;
mod send_error;
mod status;
#[cfg(target_arch = "wasm32")]
mod wasi;

pub use address::join;
pub use client::{Client, Transport, transport_fn};
pub use request::{Method, Request};
pub use response::Response;
pub use send_error::{Reason, SendError};
pub use status::failure_for_status;
#[cfg(target_arch = "wasm32")]
pub use wasi::WasiTransport;
