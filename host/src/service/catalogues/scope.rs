//! What a plugin sees of a catalogue during one call: that of the call's account.

use std::sync::Arc;

use async_trait::async_trait;
use sourcepilot_domain::Failure;
use sourcepilot_domain::catalogue::{CatalogueEntry, CataloguePage, CatalogueSummary, search_words};
use sourcepilot_domain::ids::{SupplierAccountId, UserId};
use sourcepilot_plugin_runtime::Catalogue as Reachable;

use crate::app::App;
use crate::db::Db;
use crate::db::catalogue_items::{self, CatalogueItem};
use crate::db::catalogues::{self, Catalogue};
use crate::plugins::Installed;
use crate::service::party::{Keeper, Party, unavailable};

/// The catalogue of the party's account, for a plugin that works from one.
pub fn of_call(app: &App, supplier: &Installed, party: &Party) -> Option<Arc<dyn Reachable>> {
    match party.keeper {
        Keeper::Supplier(user, account) if supplier.manifest().uses_catalogue() => {
            Some(Arc::new(OfAccount { db: app.db.clone(), user, account }))
        }
        _ => None,
    }
}

struct OfAccount {
    db: Db,
    user: UserId,
    account: SupplierAccountId,
}

impl OfAccount {
    async fn catalogue(&self) -> Result<Option<Catalogue>, Failure> {
        catalogues::find(&self.db, self.user, self.account).await.map_err(unavailable)
    }
}

#[async_trait]
impl Reachable for OfAccount {
    async fn describe(&self) -> Result<Option<CatalogueSummary>, Failure> {
        Ok(self.catalogue().await?.map(|catalogue| CatalogueSummary {
            entries: catalogue.entries,
            source: catalogue.source,
            observed_at: catalogue.observed_at,
        }))
    }

    async fn find(&self, text: &str, page: u32, page_size: u32) -> Result<CataloguePage, Failure> {
        let Some(catalogue) = self.catalogue().await? else { return Ok(CataloguePage::default()) };
        let skip = u64::from(page.saturating_sub(1)) * u64::from(page_size);
        let cut = (skip, u64::from(page_size));
        let words = search_words(text);
        let found = catalogue_items::search(&self.db, self.user, self.account, &words, cut).await;
        let (items, total) = found.map_err(unavailable)?;
        Ok(CataloguePage { entries: items.into_iter().map(|item| entry(item, &catalogue)).collect(), total })
    }

    async fn get(&self, ids: &[String]) -> Result<Vec<Option<CatalogueEntry>>, Failure> {
        let Some(catalogue) = self.catalogue().await? else { return Ok(vec![None; ids.len()]) };
        let found =
            catalogue_items::get(&self.db, self.user, self.account, ids).await.map_err(unavailable)?;
        Ok(found.into_iter().map(|item| item.map(|item| entry(item, &catalogue))).collect())
    }
}

fn entry(item: CatalogueItem, catalogue: &Catalogue) -> CatalogueEntry {
    CatalogueEntry {
        id: item.id,
        document: item.document,
        source: catalogue.source,
        observed_at: catalogue.observed_at,
    }
}
