//! What a merchant has to know before a product of a catalogue goes into a shop.

use sourcepilot_domain::catalogue::CatalogueSource;
use sourcepilot_domain::ids::{ConnectionId, UserId};
use sourcepilot_domain::product::Product;
use sourcepilot_domain::{ErrorKind, Failure};

use crate::app::App;
use crate::db::catalogue_items;
use crate::db::catalogues;
use crate::db::connections::Connection;
use crate::plugins::Installed;
use crate::service::party::{self, Keeper, unavailable};

/// An attribute of a product with this name is a sentence for the merchant.
const WARNING: &str = "warning";

/// Sentences for the merchant about putting this product into this shop.
///
/// # Errors
/// `Conflict` when the product was read out of the very same shop.
pub async fn notes_for(
    app: &App,
    user: UserId,
    supplier: &Installed,
    product: &Product,
    shop: &Connection,
) -> Result<Vec<String>, Failure> {
    let warnings = product.extra.iter().filter(|attribute| attribute.name == WARNING);
    let mut notes: Vec<String> = warnings.map(|attribute| attribute.value.clone()).collect();
    let Some(home) = home(app, user, supplier, &product.reference.id).await? else { return Ok(notes) };
    let name = &supplier.manifest().name;
    if home.as_ref().is_some_and(|home| *home == shop.id) {
        return Err(Failure::new(
            ErrorKind::Conflict,
            format!(
                "{name} has put this product into “{}” already and keeps it up to date there; importing it again would \
                 make a second one. Choose another shop.",
                shop.store_name
            ),
        ));
    }
    notes.push(format!("This is a copy: {name} will neither update nor fulfil it in this shop."));
    Ok(notes)
}

/// The shop out of which a product was read; `None` when it came another way. The
/// inner value is missing when the shop is not known any more.
async fn home(
    app: &App,
    user: UserId,
    supplier: &Installed,
    product: &str,
) -> Result<Option<Option<ConnectionId>>, Failure> {
    if !supplier.manifest().uses_catalogue() {
        return Ok(None);
    }
    let Keeper::Supplier(user, account) = party::for_supplier(app, user, supplier).await?.keeper else {
        return Ok(None);
    };
    let catalogue = catalogues::find(&app.db, user, account).await.map_err(unavailable)?;
    let Some(catalogue) = catalogue.filter(|known| known.source == CatalogueSource::Shop) else {
        return Ok(None);
    };
    let ids = [product.to_owned()];
    let found = catalogue_items::get(&app.db, user, account, &ids).await.map_err(unavailable)?;
    Ok(found.into_iter().flatten().next().map(|_| catalogue.connection_id))
}
