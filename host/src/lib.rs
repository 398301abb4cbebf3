//! SourcePilot: from a supplier's product page to a product in the merchant's shop.
//!
//! * [`cli`]: commands; what runs in a process.
//! * [`config`]: settings and which of them must not run together.
//! * [`app`]: what the parts share.
//! * [`http`]: requests become calls of services, results become answers.
//! * [`service`]: use cases; transactions begin and end here.
//! * [`jobs`]: what workers run, another kind of handler.
//! * [`queue`]: what is put into the queue, and how.
//! * [`db`]: the only place that knows tables.
//! * [`plugins`]: from the registry to suppliers and shops that can be called.
//! * [`gateway`]: services that the operator has chosen.
//! * [`cluster`]: what hosts share while they run.
//!
//! Who may import whom is checked by `tests/it/tidy.rs`.

pub mod app;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod db;
pub mod gateway;
pub mod http;
pub mod jobs;
pub mod plugins;
pub mod queue;
pub mod service;
