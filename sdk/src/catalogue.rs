//! What the merchant supplied for the account of the running call.
//!
//! Only for suppliers whose manifest says `catalogue = true`; the host refuses to load
//! another plugin that uses this module.

use std::rc::Rc;

pub use crate::bindings::catalogue::{Entry, EntryPage, Source, Summary};
use crate::{Call, Result};

/// A catalogue that can be asked. Components ask the host's; tests bring their own.
pub trait Catalogue {
    /// How it is; `None` when the merchant has supplied nothing yet.
    ///
    /// # Errors
    /// `unavailable` when the host's store does not answer.
    fn describe(&self) -> Result<Option<Summary>>;

    /// The entries that hold every word of `text`; all of them without words. `page`
    /// counts from 1; at most 100 per page.
    ///
    /// # Errors
    /// `unsupported` when there is no catalogue; `unavailable`.
    fn find(&self, text: &str, page: u32, page_size: u32) -> Result<EntryPage>;

    /// One answer per id, in the same order; at most 200.
    ///
    /// # Errors
    /// `unsupported` when there is no catalogue; `unavailable`.
    fn get(&self, ids: &[String]) -> Result<Vec<Option<Entry>>>;
}

/// The catalogue of a call.
pub fn of(call: &Call) -> Rc<dyn Catalogue> {
    call.own_catalogue().unwrap_or_else(|| Rc::new(HostCatalogue))
}

/// The host's.
#[derive(Clone, Copy, Debug)]
struct HostCatalogue;

#[cfg(target_arch = "wasm32")]
impl Catalogue for HostCatalogue {
    fn describe(&self) -> Result<Option<Summary>> {
        crate::bindings::catalogue::describe()
    }
    fn find(&self, text: &str, page: u32, page_size: u32) -> Result<EntryPage> {
        crate::bindings::catalogue::find(text, page, page_size)
    }
    fn get(&self, ids: &[String]) -> Result<Vec<Option<Entry>>> {
        crate::bindings::catalogue::get(ids)
    }
}

/// Outside a component there is no host: nothing was supplied.
#[cfg(not(target_arch = "wasm32"))]
impl Catalogue for HostCatalogue {
    fn describe(&self) -> Result<Option<Summary>> {
        Ok(None)
    }
    fn find(&self, _: &str, _: u32, _: u32) -> Result<EntryPage> {
        Err(crate::Failure::unsupported("No catalogue belongs to this call."))
    }
    fn get(&self, _: &[String]) -> Result<Vec<Option<Entry>>> {
        Err(crate::Failure::unsupported("No catalogue belongs to this call."))
    }
}
