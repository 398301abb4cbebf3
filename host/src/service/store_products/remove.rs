//! Taking a product out of its shop again. Only one that carries our key is ever
//! touched.

use serde_json::json;
use sourcepilot_domain::ErrorKind;
use sourcepilot_domain::ids::{StoreProductId, UserId};
use sourcepilot_domain::import_job::HistoryEntry;

use super::shop::Shop;
use super::{StoreProductError, get};
use crate::app::App;
use crate::db::{import_history, imports, store_products};

/// Take it out. One that is not in the shop any more is only forgotten.
///
/// # Errors
/// `NotFound`, or what the shop says.
pub async fn remove(app: &App, user: UserId, id: StoreProductId) -> Result<(), StoreProductError> {
    let product = get(app, user, id).await?;
    let mut shop = Shop::open(app, &product).await?;
    let before = match shop.read(app).await {
        Ok(state) => Some(state),
        Err(failure) if failure.kind == ErrorKind::NotFound => None,
        Err(failure) => return Err(failure.into()),
    };
    if before.is_some() {
        match shop.remove(app).await {
            Ok(()) => {}
            Err(failure) if failure.kind == ErrorKind::NotFound => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let details = json!({"remote_id": product.remote_id, "store_product_id": id, "before": before});
    let entry = HistoryEntry { action: "removed".to_owned(), details };
    let (job, now) = (product.import_job_id, app.now());
    app.db
        .transaction(async move |tx| {
            store_products::forget(&tx, user, id).await?;
            if let Some(job) = job
                && imports::find(&*tx, user, job).await?.is_some()
            {
                import_history::append(&tx, job, &entry, now).await?;
            }
            Ok::<_, crate::db::DbError>(())
        })
        .await?;
    Ok(())
}
