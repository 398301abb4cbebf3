#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod conformance;
mod fault;
mod harness;
mod recording;
mod replay;

pub use conformance::{Conformance, Report};
pub use fault::Fault;
pub use harness::{Harness, HarnessBuilder, SetupError};
pub use recording::{Answer, Exchange, Expected, Recording};
pub use replay::Seen;
pub use sourcepilot_domain as domain;
pub use sourcepilot_plugin_runtime as runtime;
