//! The installation's own account with a supplier, for merchants who have
//! connected none. Only the administrator sets it.

use serde_json::{Map, Value};
use sourcepilot_domain::ids::HouseAccountId;

use super::credentials::Credentials;
use crate::app::App;
use crate::db::seal::SealError;
use crate::db::{DbError, Slot, house_accounts};

/// Why a house account was not set.
#[derive(Debug, thiserror::Error)]
pub enum HouseAccountError {
    #[error("There is no supplier '{name}'. Enabled suppliers: {}.", known.join(", "))]
    NoSupplier { name: String, known: Vec<String> },
    #[error("{supplier} knows no credential '{name}'. It knows: {}.", known.join(", "))]
    NoCredential { supplier: String, name: String, known: Vec<String> },
    #[error("the credentials cannot be encrypted: {0}")]
    Seal(#[from] SealError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Set the house account of a supplier, in place of an earlier one.
///
/// # Errors
/// When the supplier or one of the credentials does not exist.
pub async fn set(app: &App, supplier: &str, values: Map<String, Value>) -> Result<(), HouseAccountError> {
    let catalogue = app.plugins.catalogue();
    // Shops have none of their own, but what the installation supplies for everybody.
    let installed = catalogue.supplier(supplier).or_else(|| catalogue.store(supplier)).ok_or_else(|| {
        HouseAccountError::NoSupplier { name: supplier.to_owned(), known: catalogue.source_ids() }
    })?;
    let manifest = installed.manifest();
    if let Some(name) = values.keys().find(|name| manifest.credential(name).is_none()) {
        return Err(HouseAccountError::NoCredential {
            supplier: manifest.name.clone(),
            name: name.clone(),
            known: manifest.credentials.iter().map(|credential| credential.name.clone()).collect(),
        });
    }
    let id = HouseAccountId::generate();
    let sealed = app.keys.seal_json(Slot::HouseAccount(id), &Credentials::from_input(values))?;
    let (platform, now) = (manifest.id.clone(), app.now());
    app.db
        .transaction(async move |tx| {
            house_accounts::delete(&tx, &platform).await?;
            house_accounts::create(&tx, id, &platform, sealed, None, now).await
        })
        .await?;
    Ok(())
}

/// Which suppliers have a house account.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App) -> Result<Vec<house_accounts::HouseAccount>, HouseAccountError> {
    Ok(house_accounts::list(&app.db).await?)
}
