//! The shop in which a product stands.

use std::sync::Arc;
use std::time::Duration;

use sourcepilot_domain::listing::{ListingStatus, ProductState, VariantChange, VariantState};
use sourcepilot_domain::{Currency, ErrorKind, Failure};
use sourcepilot_plugin_runtime::manifest::Feature;

use crate::app::App;
use crate::db::connections::{self, Connection};
use crate::db::store_products::StoreProduct;
use crate::plugins::Installed;
use crate::service::calls::{Circumstances, call};
use crate::service::checks;
use crate::service::party::{self, Party, unavailable};
use crate::service::suppliers::looking;

/// Left of the time for an answer for everything but the shop.
const MARGIN: Duration = Duration::from_secs(5);

/// What it takes to speak about one product with its shop.
pub(super) struct Shop {
    plugin: Arc<Installed>,
    party: Party,
    connection: Connection,
    circumstances: Circumstances,
    remote_id: String,
    key: String,
}

impl Shop {
    pub async fn open(app: &App, product: &StoreProduct) -> Result<Shop, Failure> {
        let found = connections::find(&app.db, product.user_id, product.connection_id).await;
        let connection = found.map_err(unavailable)?.ok_or_else(|| {
            Failure::new(
                ErrorKind::NotFound,
                "The shop in which this product stands is not connected any more. Connect it again first.",
            )
        })?;
        let platform = &connection.platform;
        let plugin = app.plugins.catalogue().store(platform).ok_or_else(|| checks::no_plugin(platform))?;
        if !plugin.plugin.offers(Feature::Upkeep) {
            let name = &plugin.manifest().name;
            let sentence = format!("The plugin for {name} cannot change products that are in the shop.");
            return Err(Failure::new(ErrorKind::Unsupported, sentence));
        }
        let party = party::of_connection(app, &plugin, &connection).await?;
        let longest = app.config.server.request_timeout();
        let deadline = longest.saturating_sub(MARGIN).max(MARGIN);
        let circumstances = Circumstances { deadline, ..looking(app) };
        let (remote_id, key) = (product.remote_id.clone(), product.external_key.clone());
        Ok(Shop { plugin, party, connection, circumstances, remote_id, key })
    }

    /// In which the shop reckons.
    pub fn currency(&self) -> Currency {
        self.connection.facts.currency.unwrap_or(self.circumstances.currency)
    }

    pub async fn read(&mut self, app: &App) -> Result<ProductState, Failure> {
        let store = self.store()?;
        let id = &self.remote_id;
        call(app, &self.plugin, &mut self.party, &self.circumstances, |call| store.read(call, id.clone()))
            .await
    }

    pub async fn set_status(&mut self, app: &App, status: ListingStatus) -> Result<(), Failure> {
        let store = self.store()?;
        let id = &self.remote_id;
        call(app, &self.plugin, &mut self.party, &self.circumstances, |call| {
            store.set_status(call, id.clone(), status)
        })
        .await
    }

    pub async fn change_variants(
        &mut self,
        app: &App,
        changes: &[VariantChange],
    ) -> Result<Vec<Result<VariantState, Failure>>, Failure> {
        let store = self.store()?;
        let id = &self.remote_id;
        call(app, &self.plugin, &mut self.party, &self.circumstances, |call| {
            store.change_variants(call, id.clone(), changes.to_vec())
        })
        .await
    }

    pub async fn remove(&mut self, app: &App) -> Result<(), Failure> {
        let store = self.store()?;
        let (id, key) = (&self.remote_id, &self.key);
        call(app, &self.plugin, &mut self.party, &self.circumstances, |call| {
            store.remove(call, id.clone(), key.clone())
        })
        .await
    }

    fn store(&self) -> Result<sourcepilot_plugin_runtime::Store, Failure> {
        self.plugin.plugin.store().ok_or_else(|| checks::no_plugin(&self.connection.platform))
    }
}
