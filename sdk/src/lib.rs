#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

#[doc(hidden)]
pub mod bindings;

mod call;
pub mod catalogue;
pub mod credential;
pub mod encode;
mod failure;
pub mod fit;
pub mod http;
pub mod json;
pub mod log;
pub mod money;
pub mod pricing;
mod register;
mod store;
mod supplier;
#[cfg(not(target_arch = "wasm32"))]
pub mod test;

pub use crate::bindings::authorization::Grant;
pub use crate::bindings::browse::{Filter, ProductPage};
pub use crate::bindings::catalog::{Availability, Product, ProductRequest, UrlMatch, Variant};
pub use crate::bindings::connection::Account;
pub use crate::bindings::feed::{Item, Parsed, Problem};
pub use crate::bindings::freight::Parcel;
pub use crate::bindings::host::types::{
    Attribute, Context, Effect, ErrorKind, Failure, Money, OptionAxis, ProductRef, ShippingQuote,
    ShopProduct, ShopVariant, Status,
};
pub use crate::bindings::listings::{Listing, ListingVariant, RemoteProduct, RemoteVariant};
pub use crate::bindings::pricing::{Quote, VariantPrice};
pub use crate::bindings::search::{Hit, Page, Query};
pub use crate::bindings::upkeep::{ProductState, VariantChange, VariantState};
pub use crate::call::{Call, Host};
pub use crate::credential::{Algorithm, SignRequest};
pub use crate::store::{Browse, Store, Upkeep};
pub use crate::supplier::{Authorization, Feed, Freight, Pricing, Search, Supplier, TokenRenewal};

/// What every function of a plugin returns: a value, or a [`Failure`] that tells
/// the host what to do next.
pub type Result<T> = std::result::Result<T, Failure>;
