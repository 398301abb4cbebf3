//! A scout has found a product: what scores well is imported by itself.

use serde_json::json;
use sha2::{Digest, Sha256};
use sourcepilot_domain::ids::ImportJobId;
use sourcepilot_domain::import_job::ImportJob;

use super::imports::{self, ImportError, ImportRequest};
use super::once::Once;
use crate::app::App;
use crate::config::ConfigError;
use crate::db::users::User;

/// A product and what it is worth.
#[derive(Clone, Debug)]
pub struct ScoredProduct {
    pub product_url: String,
    /// The id or alias of a supplier; scouts look at other sites, too.
    pub source: String,
    pub score: f64,
    pub product_name: String,
    pub category: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// There is an import, new or of a former call about the same product.
    Imported(ImportJobId),
    /// The score is too low.
    TooLow,
    /// The score is high enough, but this stands in the way. Telling it again does
    /// not help.
    Refused(String),
}

/// Why it could not be decided.
#[derive(Debug, thiserror::Error)]
pub enum ScoredError {
    #[error(transparent)]
    Import(ImportError),
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Import the product if it scores well. For a day, calls about the same product
/// lead to the same import.
///
/// # Errors
/// When the database does not answer.
pub async fn receive(app: &App, user: &User, product: ScoredProduct) -> Result<Outcome, ScoredError> {
    if product.score < app.config.webhooks.score_threshold()? {
        return Ok(Outcome::TooLow);
    }
    let ScoredProduct { product_url, source, score, product_name, category } = product;
    let same =
        Once { key: hex::encode(Sha256::digest(&product_url)), request_hash: "product-scored".to_owned() };
    let config = json!({
        "auto_import": true, "trendscout_score": score, "product_name": product_name, "category": category,
    });
    let source = source_of(app, source, &product_url);
    let request = ImportRequest { product_url, source, store_id: None, config: Some(config) };
    match imports::create_scored(app, user, request, same).await {
        Ok(ImportJob { id, .. }) => Ok(Outcome::Imported(id)),
        Err(refusal @ (ImportError::LimitReached(_) | ImportError::InvalidSource { .. })) => {
            Ok(Outcome::Refused(refusal.to_string()))
        }
        Err(error) => Err(ScoredError::Import(error)),
    }
}

/// The source that is named; of unknown ones the supplier to which the address
/// belongs, else the usual source.
fn source_of(app: &App, named: String, address: &str) -> String {
    let catalogue = app.plugins.catalogue();
    if catalogue.supplier(&named).is_some() {
        return named;
    }
    let special = catalogue
        .suppliers_for(address)
        .into_iter()
        .find(|supplier| !supplier.manifest().claims_any_host())
        .map(|supplier| supplier.id().to_owned());
    special.or_else(|| catalogue.default_source()).unwrap_or(named)
}
