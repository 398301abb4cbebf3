//! Runs supplier and store plugins: WebAssembly components behind the contract in
//! `wit/`, each call in an instance of its own that can reach nothing but what its
//! manifest asks for *and* an admin granted.
//!
//! ```no_run
//! # async fn example(bytes: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
//! use sourcepilot_egress::{Egress, EgressConfig};
//! use sourcepilot_plugin_runtime::{Call, Grants, Policy, Runtime, RuntimeConfig};
//!
//! let runtime = Runtime::new(RuntimeConfig::default(), Egress::new(EgressConfig::default())?)?;
//! let grants = Grants { hosts: vec!["https://api.example.com".into()], credentials: vec![] };
//! let plugin = runtime.load(bytes, Policy { grants, ..Policy::default() }).await?;
//! if let Some(supplier) = plugin.supplier() {
//!     let found = supplier.parse_url("https://www.example.com/item/1").await?;
//!     println!("{found:?}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What holds here: no user, tenant or job is known to this crate; no value of a
//! secret enters a guest; nothing a guest answers is believed unchecked; a guest
//! cannot outlive its deadline, and what is left of a call is dropped with it.

#![warn(missing_docs)]

mod api;
mod budgets;
mod call;
mod check;
mod config;
mod consent;
mod engine;
mod host;
mod limits;
mod load;
pub mod manifest;
mod plugin;
mod run;
mod runtime;
mod store;
mod supplier;

pub use call::{Call, Catalogue, Outcome, ProgressSink, Usage};
pub use config::{Allocator, RuntimeConfig};
pub use limits::{Ceilings, LimitOverrides, Limits};
pub use load::{LoadError, digest_of};
pub use manifest::{Feature, Kind, Manifest, ManifestError};
pub use plugin::{Grants, Plugin, PluginState, Policy};
pub use runtime::{Runtime, StartError};
pub use sourcepilot_egress::{Captured, Fence, FenceLost};
pub use store::Store;
pub use supplier::Supplier;
pub use tokio_util::sync::CancellationToken;
