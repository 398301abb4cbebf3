//! The shops' contents in a file, so that a demonstration survives a restart.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::model::Books;
use crate::world::World;

/// How often changes are written.
const EVERY: Duration = Duration::from_secs(1);

#[derive(Serialize, Deserialize)]
struct Snapshot {
    /// By the shop's path.
    shops: BTreeMap<String, Books>,
    /// By the shop's host.
    #[serde(default)]
    shopify: BTreeMap<String, crate::shopify::Books>,
}

/// Reads the file when there is one.
pub(crate) async fn load(world: &World) -> Result<(), String> {
    let Some(path) = &world.config.snapshot else { return Ok(()) };
    let text = match tokio::fs::read(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    let snapshot: Snapshot =
        serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    for (mount, books) in snapshot.shops {
        if let Some(shop) = world.shop(&mount) {
            *shop.books() = books;
        }
    }
    for (domain, books) in snapshot.shopify {
        if let Some(shop) = world.shopify.iter().find(|shop| shop.config.domain == domain) {
            shop.restore(books);
        }
    }
    Ok(())
}

/// Writes the file after changes, and once more at the end.
pub(crate) async fn keep(world: Arc<World>, stop: CancellationToken) {
    let Some(path) = world.config.snapshot.clone() else { return };
    loop {
        let ending = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        let woocommerce =
            world.shops.iter().filter(|shop| shop.changed.swap(false, Ordering::Relaxed)).count();
        let shopify = world.shopify.iter().filter(|shop| shop.take_changed()).count();
        let changed = woocommerce + shopify > 0;
        if changed && let Err(error) = write(&world, &path).await {
            tracing::warn!(%error, "demo world: the snapshot was not written");
        }
        if ending {
            return;
        }
    }
}

async fn write(world: &World, path: &Path) -> std::io::Result<()> {
    let shops = world.shops.iter().map(|shop| (shop.config.mount.clone(), shop.books().clone())).collect();
    let shopify = world.shopify.iter().map(|shop| (shop.config.domain.clone(), shop.to_snapshot())).collect();
    let text = serde_json::to_vec(&Snapshot { shops, shopify })?;
    let beside = path.with_extension("tmp");
    tokio::fs::write(&beside, text).await?;
    tokio::fs::rename(&beside, path).await
}
