//! `sourcepilot:plugin@0.1`.

mod account;
#[allow(
    clippy::allow_attributes,
    unreachable_pub,
    missing_debug_implementations,
    dead_code,
    unsafe_code,
    unused_qualifications,
    missing_docs,
    reason = "generated"
)]
mod bindings;
mod catalogue;
mod from_feed;
mod from_search;
mod from_shop;
mod host;
mod into_domain;
mod into_wit;
mod probe;
mod store;
mod supplier;

use wasmtime::component::{HasSelf, Linker};

use crate::host::state::CallState;

pub(super) use probe::probe;

/// Link the host's side.
pub(super) fn add_to_linker(linker: &mut Linker<CallState>) -> wasmtime::Result<()> {
    bindings::Everything::add_to_linker::<_, HasSelf<CallState>>(linker, |state| state)
}
