//! What a component exports, against what its manifest says.

use std::sync::Arc;

use wasmtime::component::InstancePre;

use super::account::Account;
use super::bindings::exports::sourcepilot::plugin as exports;
use super::store::StoreExports;
use super::supplier::SupplierExports;
use crate::api::{Adapter, SERVED};
use crate::host::log::one_line;
use crate::host::state::CallState;
use crate::load::LoadError;
use crate::manifest::{Feature, Kind, Manifest};

/// The interfaces of one component.
struct Probe<'a> {
    pre: &'a InstancePre<CallState>,
    manifest: &'a Manifest,
}

/// Find the adapter's indices.
///
/// # Errors
/// When a required interface or one of its functions is missing, or manifest and
/// component disagree about an optional one.
pub(in crate::api) fn probe(pre: &InstancePre<CallState>, manifest: &Manifest) -> Result<Adapter, LoadError> {
    let probe = Probe { pre, manifest };
    probe.foreign_features()?;
    let account = Account {
        connection: probe.required("connection", exports::connection::GuestIndices::new)?,
        authorization: probe.optional(Feature::Authorization, exports::authorization::GuestIndices::new)?,
        token_renewal: probe.optional(Feature::TokenRenewal, exports::token_renewal::GuestIndices::new)?,
    };
    Ok(match manifest.kind {
        Kind::Supplier => {
            let supplier = SupplierExports {
                account,
                catalog: probe.required("catalog", exports::catalog::GuestIndices::new)?,
                search: probe.optional(Feature::Search, exports::search::GuestIndices::new)?,
                pricing: probe.optional(Feature::Pricing, exports::pricing::GuestIndices::new)?,
                freight: probe.optional(Feature::Freight, exports::freight::GuestIndices::new)?,
                feed: probe.optional(Feature::Feed, exports::feed::GuestIndices::new)?,
            };
            Adapter { supplier: Some(Arc::new(supplier)), store: None }
        }
        Kind::Store => {
            let store = StoreExports {
                account,
                listings: probe.required("listings", exports::listings::GuestIndices::new)?,
                upkeep: probe.optional(Feature::Upkeep, exports::upkeep::GuestIndices::new)?,
                browse: probe.optional(Feature::Browse, exports::browse::GuestIndices::new)?,
            };
            Adapter { supplier: None, store: Some(Arc::new(store)) }
        }
    })
}

type Indices<I> = fn(&InstancePre<CallState>) -> wasmtime::Result<I>;

impl Probe<'_> {
    fn exports(&self, interface: &str) -> bool {
        let name = format!("{}/{interface}@{SERVED}.0", crate::api::PACKAGE);
        self.pre.component().get_export_index(None, &name).is_some()
    }

    fn required<I>(&self, interface: &str, indices: Indices<I>) -> Result<I, LoadError> {
        if !self.exports(interface) {
            return Err(LoadError::Contract(format!(
                "a {} must export `{interface}` of plugin API {SERVED}, and this component does not",
                self.manifest.kind
            )));
        }
        self.complete(interface, indices)
    }

    fn optional<I>(&self, feature: Feature, indices: Indices<I>) -> Result<Option<I>, LoadError> {
        let name = feature.as_str();
        match (self.exports(name), self.manifest.offers(feature)) {
            (false, false) => Ok(None),
            (true, true) => self.complete(name, indices).map(Some),
            (false, true) => Err(LoadError::Features(format!(
                "plugin.toml lists the feature `{name}`, but the component does not export it; remove it from \
                 `features` or register it in the plugin"
            ))),
            (true, false) => Err(undeclared(feature)),
        }
    }

    /// Interfaces of the other side of the trade are a mistake too.
    fn foreign_features(&self) -> Result<(), LoadError> {
        let foreign = Feature::ALL.into_iter().filter(|feature| !feature.fits(self.manifest.kind));
        match foreign.into_iter().find(|feature| self.exports(feature.as_str())) {
            Some(feature) => Err(undeclared(feature)),
            None => Ok(()),
        }
    }

    fn complete<I>(&self, interface: &str, indices: Indices<I>) -> Result<I, LoadError> {
        indices(self.pre).map_err(|error| {
            LoadError::Contract(format!(
                "`{interface}` is not complete: {}; rebuild the plugin with the SDK of plugin API {SERVED}",
                one_line(&format!("{error:#}"), 500)
            ))
        })
    }
}

fn undeclared(feature: Feature) -> LoadError {
    LoadError::Features(format!(
        "the component exports `{feature}`, but plugin.toml does not list it; write it under `features`"
    ))
}
