//! The rules of SourcePilot without any input or output: money, products, prices,
//! plans, life cycles. It compiles without tokio, axum, SeaORM and wasmtime; time
//! and chance are arguments.

pub mod billing_month;
pub mod catalogue;
pub mod external_key;
pub mod failure;
pub mod grant;
pub mod ids;
pub mod import_config;
pub mod import_job;
pub mod listing;
pub mod listing_change;
pub mod listing_plan;
pub mod money;
pub mod plan;
pub mod price_watch;
pub mod pricing;
pub mod product;
pub mod raw_json;
pub mod scope;
pub mod subscription;
pub mod text;

pub use failure::{Effect, ErrorKind, Failure};
pub use money::{Currency, Money};
