//! Products as suppliers answered them: one upstream call however many ask, and
//! the answer kept for a day.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::future::Cache;
use sourcepilot_domain::Failure;
use sourcepilot_domain::product::Product;

use super::party::unavailable;
use super::suppliers::PREVIEW_AGE;
use crate::app::App;
use crate::db::product_cache::{self, CacheKey, CachedProduct};

/// What an answer depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub place: CacheKey,
    /// Another version of the plugin may read the same answer differently.
    pub plugin_version: String,
}

#[derive(Clone, Debug)]
struct Fresh {
    product: Arc<Product>,
    fetched_at: DateTime<Utc>,
}

/// Products that were asked for a moment ago, which is also where askers of the
/// same product meet.
#[derive(Clone, Debug)]
pub struct RecentProducts(Cache<Key, Fresh>);

impl Default for RecentProducts {
    fn default() -> Self {
        RecentProducts(Cache::builder().max_capacity(500).time_to_live(Duration::from_secs(600)).build())
    }
}

/// The product, at most `age` old: from memory, from the database, or from
/// `fetch`. Failures are never kept.
///
/// # Errors
/// What `fetch` says; everybody who waited gets the same.
pub async fn get_or_fetch(
    app: &App,
    key: Key,
    age: TimeDelta,
    fetch: impl Future<Output = Result<Product, Failure>>,
) -> Result<Arc<Product>, Failure> {
    let oldest = app.now() - age;
    let recent = &app.recent_products.0;
    if recent.get(&key).await.is_some_and(|known| known.fetched_at < oldest) {
        recent.invalidate(&key).await;
    }
    let found = recent.try_get_with(key.clone(), async {
        match stored(app, &key, oldest).await? {
            Some(fresh) => Ok(fresh),
            None => keep(app, &key, fetch.await?).await,
        }
    });
    match found.await {
        Ok(fresh) => Ok(fresh.product),
        Err(failure) => Err(Failure::clone(&failure)),
    }
}

async fn stored(app: &App, key: &Key, oldest: DateTime<Utc>) -> Result<Option<Fresh>, Failure> {
    let cached = product_cache::get(&app.db, &key.place, app.now()).await.map_err(unavailable)?;
    let usable =
        cached.filter(|cached| cached.fetched_at >= oldest && cached.plugin_version == key.plugin_version);
    Ok(usable.and_then(|cached| {
        // A product that an older host wrote in another form is simply read again.
        let product = serde_json::from_value(cached.product).ok()?;
        Some(Fresh { product: Arc::new(product), fetched_at: cached.fetched_at })
    }))
}

async fn keep(app: &App, key: &Key, product: Product) -> Result<Fresh, Failure> {
    let now = app.now();
    let written = match serde_json::to_value(&product) {
        Ok(json) => {
            let cached = CachedProduct {
                product: json,
                plugin_version: key.plugin_version.clone(),
                fetched_at: now,
                expires_at: now + PREVIEW_AGE,
            };
            let place = key.place.clone();
            app.db.transaction(async move |tx| product_cache::put(&tx, &place, cached).await).await
        }
        Err(error) => {
            tracing::error!(%error, "a product cannot be written as JSON");
            Ok(())
        }
    };
    if let Err(error) = written {
        // The answer is good all the same; the next asker asks the supplier again.
        tracing::warn!(%error, "a product was not kept");
    }
    Ok(Fresh { product: Arc::new(product), fetched_at: now })
}
