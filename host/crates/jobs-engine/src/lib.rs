#![warn(missing_docs)]
#![doc = include_str!("../README.md")]

mod backoff;
mod claim;
mod config;
mod error;
mod handler;
mod job;
mod lease;
mod queue;
mod rescue;
mod running;
mod sql;
mod wakeups;
mod worker;

pub use backoff::Backoff;
pub use config::EngineConfig;
pub use error::{EngineError, SettleError};
pub use handler::{Handler, HandlerError, JobContext, Registry, Verdict};
pub use job::{Enqueued, Job, JobId, JobState, Lane, NewJob, StateCount};
pub use lease::{Lease, Settlement};
pub use queue::Queue;
pub use wakeups::{LocalWakeups, Signal, Wakeups};
pub use worker::Worker;
