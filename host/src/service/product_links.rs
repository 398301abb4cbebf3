//! Where imported products stand in the merchant's shops.

use std::collections::HashMap;

use sourcepilot_domain::ids::{StoreProductId, UserId};
use sourcepilot_domain::import_job::ImportJob;

use crate::app::App;
use crate::db::{DbError, product_links};

/// The addresses, in the shops, of the products that these imports made.
///
/// # Errors
/// When the database does not answer.
pub async fn of(
    app: &App,
    user: UserId,
    jobs: &[ImportJob],
) -> Result<HashMap<StoreProductId, String>, DbError> {
    let products: Vec<StoreProductId> = jobs.iter().filter_map(ImportJob::created_product_id).collect();
    if products.is_empty() {
        return Ok(HashMap::new());
    }
    product_links::find(&app.db, user, &products).await
}
