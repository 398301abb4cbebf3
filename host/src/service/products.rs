//! Looking at suppliers' products: search and preview.

use std::sync::Arc;

use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::product::{Product, SearchPage, SearchQuery};
use sourcepilot_domain::{ErrorKind, Failure};

use super::suppliers::{self, Found, PREVIEW_AGE, looking};
use crate::app::App;

/// Why a look at a product failed.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// There is no such source; the ids that exist, sorted.
    #[error("Invalid source '{source_id}'. Valid sources: {}", known.join(", "))]
    InvalidSource { source_id: String, known: Vec<String> },
    /// A page that no supplier names as its own, and that could not be read.
    #[error("{0}")]
    UnknownPage(String),
    /// The supplier, its plugin, or the host said no.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// A product as it was found.
#[derive(Clone, Debug)]
pub struct Preview {
    pub source: String,
    pub product: Arc<Product>,
}

/// The id of a source by id or alias.
///
/// # Errors
/// `InvalidSource` with the ids that exist.
pub fn source_id(app: &App, name: &str) -> Result<String, ProductError> {
    let catalogue = app.plugins.catalogue();
    match catalogue.supplier(name) {
        Some(supplier) => Ok(supplier.id().to_owned()),
        None => {
            Err(ProductError::InvalidSource { source_id: name.to_owned(), known: catalogue.source_ids() })
        }
    }
}

/// The product behind an address.
///
/// # Errors
/// What stands in the way, in a sentence for the merchant.
pub async fn preview(app: &App, user: UserId, url: &str) -> Result<Preview, ProductError> {
    let circumstances = looking(app);
    let found = suppliers::find(app, user, url, None, &circumstances).await?;
    let product = suppliers::product(app, user, &found, None, PREVIEW_AGE, &circumstances)
        .await
        .map_err(|failure| why(&found, url, failure))?;
    Ok(Preview { source: found.supplier.id().to_owned(), product })
}

/// A website that does not answer, or answers what nobody can use, is a supplier's
/// fault when it is a supplier's, and a wrong address when it is anybody's: coming back
/// later helps only in the first case.
fn why(found: &Found, url: &str, failure: Failure) -> ProductError {
    let of_the_page = matches!(
        failure.kind,
        ErrorKind::Unavailable
            | ErrorKind::Timeout
            | ErrorKind::Denied
            | ErrorKind::UpstreamChanged
            | ErrorKind::BadAnswer
    );
    match of_the_page && !suppliers::claims(&found.supplier, url) {
        true => ProductError::UnknownPage(format!("{} Check the address.", failure.message)),
        false => ProductError::Failed(failure),
    }
}

/// Search a source by words; without one, the first that the registry lists.
///
/// # Errors
/// `InvalidSource`, or what the supplier says.
pub async fn search(
    app: &App,
    user: UserId,
    source: Option<&str>,
    query: SearchQuery,
) -> Result<(String, SearchPage), ProductError> {
    let catalogue = app.plugins.catalogue();
    let name = match source.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => catalogue.default_source().unwrap_or_default(),
    };
    let Some(supplier) = catalogue.supplier(&name) else {
        return Err(ProductError::InvalidSource { source_id: name, known: catalogue.source_ids() });
    };
    let page = suppliers::search(app, user, &supplier, query).await?;
    Ok((supplier.id().to_owned(), page))
}
