//! The supplier's gateway.

mod catalogue;
mod gateway;
mod oauth;
mod special;
