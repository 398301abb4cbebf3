//! Products that we put into merchants' shops: seeing them, changing them, taking
//! them out again.

mod change;
mod remove;
mod shop;

use sourcepilot_domain::Failure;
use sourcepilot_domain::ids::{ConnectionId, StoreProductId, UserId};
use sourcepilot_domain::listing::ProductState;
use sourcepilot_domain::listing_change::ChangeError;

pub use change::{Changed, change};
pub use remove::remove;

use crate::app::App;
use crate::db::imports::Page;
use crate::db::store_product_changes::{self, StoreProductChange};
use crate::db::store_products::{self, StoreProduct};
use crate::db::{DbError, Rule};

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum StoreProductError {
    #[error("Store product not found")]
    NotFound,
    #[error("Another change of this product is under way; try again when it has ended.")]
    Busy,
    #[error("Nothing to change: send `status`, `variants`, or both.")]
    Nothing,
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error("{0}")]
    Failed(Failure),
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for StoreProductError {
    fn from(error: DbError) -> Self {
        if error.breaks(Rule::StoreProductChangeSent) {
            StoreProductError::Busy
        } else {
            StoreProductError::Db(error)
        }
    }
}

impl From<Failure> for StoreProductError {
    fn from(failure: Failure) -> Self {
        StoreProductError::Failed(failure)
    }
}

/// The merchant's products in shops, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &App,
    user: UserId,
    connection: Option<ConnectionId>,
    skip: u64,
    limit: u64,
) -> Result<Page<StoreProduct>, StoreProductError> {
    Ok(store_products::list(&app.db, user, connection, skip, limit).await?)
}

/// One of them, as we remember it.
///
/// # Errors
/// `NotFound`.
pub async fn get(app: &App, user: UserId, id: StoreProductId) -> Result<StoreProduct, StoreProductError> {
    store_products::find(&app.db, user, id).await?.ok_or(StoreProductError::NotFound)
}

/// One of them, as it is in the shop now.
///
/// # Errors
/// `NotFound`, or what the shop says.
pub async fn state(app: &App, user: UserId, id: StoreProductId) -> Result<ProductState, StoreProductError> {
    let product = get(app, user, id).await?;
    Ok(shop::Shop::open(app, &product).await?.read(app).await?)
}

/// What was changed on one of them, newest first.
///
/// # Errors
/// `NotFound`.
pub async fn changes(
    app: &App,
    user: UserId,
    id: StoreProductId,
) -> Result<Vec<StoreProductChange>, StoreProductError> {
    get(app, user, id).await?;
    Ok(store_product_changes::list(&app.db, user, id, store_product_changes::KEEP).await?)
}
