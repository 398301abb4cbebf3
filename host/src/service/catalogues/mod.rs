//! Merchants' catalogues: the products that a merchant supplies for an account with a
//! supplier, by a file, by the address of one, or from a connected shop.
//!
//! Reading what was supplied is the work of the supplier's plugin, in its sandbox;
//! what it makes of it is kept here and handed back to it, call by call, and to no
//! other account. Files and shops are read before any transaction begins.

mod address;
mod feed;
mod freshness;
mod scope;
mod shop;
mod target;

use bytes::Bytes;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId, UserId};
use sourcepilot_domain::{ErrorKind, Failure};

use super::party::{self, Party, unavailable};
use super::supplier_accounts::AccountError;
use crate::app::App;
use crate::db::catalogue_items::{self, CatalogueItem};
use crate::db::catalogues::{self, Catalogue};
use crate::db::supplier_accounts::{self, SupplierAccount};
use crate::plugins::Installed;

pub use address::find_by_address;
pub use feed::LARGEST_FEED;
pub use freshness::{Attempts, freshen};
pub use scope::of_call;
pub use target::notes_for;

/// The code of a refusal that a merchant can lift by supplying a catalogue.
pub const UNSUPPORTED: &str = "capability_unsupported";

/// A file as it was uploaded.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The header's value; empty when there was none.
    pub content_type: String,
    pub body: Bytes,
}

/// From where to read again. Without a shop it is the account's own settings.
#[derive(Clone, Debug, Default)]
pub struct RefreshFrom {
    pub connection: Option<ConnectionId>,
    pub vendor: Option<String>,
    pub tag: Option<String>,
    pub collection: Option<String>,
}

/// A catalogue and some of its products.
#[derive(Clone, Debug)]
pub struct CatalogueView {
    /// `None`: nothing was supplied yet.
    pub catalogue: Option<Catalogue>,
    pub items: Vec<CatalogueItem>,
    pub total: u64,
}

/// An account and the plugin that works from its catalogue.
struct Place {
    account: SupplierAccount,
    supplier: std::sync::Arc<Installed>,
    party: Party,
}

/// Put a file's products in place of what the account had. When nothing of the file
/// can be used, what was there stays.
///
/// # Errors
/// `NotFound`; what the plugin says about the file.
pub async fn upload(
    app: &App,
    user: UserId,
    id: SupplierAccountId,
    upload: Upload,
) -> Result<Catalogue, AccountError> {
    let mut place = place(app, user, id).await?;
    let lock = app.catalogue_attempts.lock(id);
    let _one_at_a_time = lock.lock().await;
    let read = Box::pin(feed::parse(app, &place.supplier, &mut place.party, upload)).await?;
    feed::keep(app, &place.account, None, read).await
}

/// Read the account's feed address or a connected shop again.
///
/// # Errors
/// `NotFound`; what stands in the way of reading, in a sentence.
pub async fn refresh(
    app: &App,
    user: UserId,
    id: SupplierAccountId,
    from: RefreshFrom,
) -> Result<Catalogue, AccountError> {
    let mut place = place(app, user, id).await?;
    let lock = app.catalogue_attempts.lock(id);
    let _one_at_a_time = lock.lock().await;
    Box::pin(freshness::read_again(app, &mut place, from)).await
}

/// What the account has, a page of it.
///
/// # Errors
/// `NotFound`.
pub async fn show(
    app: &App,
    user: UserId,
    id: SupplierAccountId,
    page: (u64, u64),
) -> Result<CatalogueView, AccountError> {
    supplier_accounts::find(&app.db, user, id).await?.ok_or(AccountError::NotFound)?;
    let catalogue = catalogues::find(&app.db, user, id).await?;
    let (items, total) = catalogue_items::search(&app.db, user, id, &[], page).await?;
    Ok(CatalogueView { catalogue, items, total })
}

/// Remove all of it. Without a catalogue there is nothing to do.
///
/// # Errors
/// `NotFound` for the account.
pub async fn remove(app: &App, user: UserId, id: SupplierAccountId) -> Result<(), AccountError> {
    app.db
        .transaction(async move |tx| {
            supplier_accounts::find(&*tx, user, id).await?.ok_or(AccountError::NotFound)?;
            catalogues::delete(&tx, user, id).await?;
            Ok(())
        })
        .await
}

async fn place(app: &App, user: UserId, id: SupplierAccountId) -> Result<Place, AccountError> {
    let account = supplier_accounts::find(&app.db, user, id).await?.ok_or(AccountError::NotFound)?;
    place_of(app, account).await.map_err(AccountError::from)
}

async fn place_of(app: &App, account: SupplierAccount) -> Result<Place, Failure> {
    let supplier = app.plugins.catalogue().supplier(&account.platform).ok_or_else(|| {
        Failure::new(
            ErrorKind::Unsupported,
            format!("The supplier '{}' is not enabled here.", account.platform),
        )
    })?;
    if !supplier.manifest().uses_catalogue() {
        let name = &supplier.manifest().name;
        return Err(Failure::new(
            ErrorKind::Unsupported,
            format!("{name} reads its products itself; an account with it takes no catalogue."),
        ));
    }
    let party = party::of_account(app, &supplier, &account).await?;
    Ok(Place { account, supplier, party })
}

/// Whether an account has anything supplied.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn has_one(app: &App, account: &SupplierAccount) -> Result<bool, Failure> {
    let found = catalogues::find(&app.db, account.user_id, account.id).await;
    Ok(found.map_err(unavailable)?.is_some())
}
