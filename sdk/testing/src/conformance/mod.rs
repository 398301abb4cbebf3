//! The same questions to every plugin.
//!
//! A plugin's own tests say whether it is right; the suite says whether it behaves:
//! that bad answers of the remote side become failures of the right kind, that
//! nothing a plugin reports is impossible, and that no secret shows up in it.

mod data;
mod faults;
mod report;
mod store;
mod supplier;

use std::collections::BTreeMap;

use sourcepilot_domain::ErrorKind;
use sourcepilot_domain::listing::Listing;
use sourcepilot_plugin_runtime::Kind;

use crate::{Fault, Harness};

pub use report::{Check, Report};

/// What the suite may ask for, beyond what it finds in the manifest.
#[derive(Debug)]
pub struct Conformance<'a> {
    harness: &'a Harness,
    products: Vec<(String, String)>,
    foreign: Vec<String>,
    missing: Option<String>,
    search: Option<String>,
    listing: Option<(String, Listing)>,
    kinds: BTreeMap<Fault, Vec<ErrorKind>>,
}

impl<'a> Conformance<'a> {
    /// A suite for a plugin and its recordings.
    pub fn of(harness: &'a Harness) -> Self {
        let kinds = Fault::ALL.map(|fault| (fault, faults::usual_kinds(fault).to_vec())).into();
        Conformance {
            harness,
            products: Vec::new(),
            foreign: Vec::new(),
            missing: None,
            search: None,
            listing: None,
            kinds,
        }
    }

    /// A supplier's address with its product's id. The product of the first one must
    /// be recorded.
    #[must_use]
    pub fn product(mut self, url: &str, id: &str) -> Self {
        self.products.push((url.into(), id.into()));
        self
    }

    /// An address that the supplier must refuse.
    #[must_use]
    pub fn foreign(mut self, url: &str) -> Self {
        self.foreign.push(url.into());
        self
    }

    /// A product that is recorded as not existing.
    #[must_use]
    pub fn missing(mut self, url: &str) -> Self {
        self.missing = Some(url.into());
        self
    }

    /// Words for which a search is recorded.
    #[must_use]
    pub fn search(mut self, text: &str) -> Self {
        self.search = Some(text.into());
        self
    }

    /// A listing whose creation under the key is recorded.
    #[must_use]
    pub fn listing(mut self, key: &str, listing: Listing) -> Self {
        self.listing = Some((key.into(), listing));
        self
    }

    /// Other kinds than the usual ones for a fault, for a remote side with ways of its
    /// own. Write the reason beside it.
    #[must_use]
    pub fn expect(mut self, fault: Fault, kinds: &[ErrorKind]) -> Self {
        self.kinds.insert(fault, kinds.to_vec());
        self
    }

    /// Asks everything.
    pub async fn run(self) -> Report {
        let mut report = Report::new(self.harness);
        match self.harness.plugin().kind() {
            Kind::Supplier => supplier::run(&self, &mut report).await,
            Kind::Store => store::run(&self, &mut report).await,
        }
        report
    }
}
