//! The product that an address names because it stands in the merchant's catalogue.

use sha2::{Digest, Sha256};
use sourcepilot_domain::Failure;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::product::ProductRef;
use url::Url;

use crate::app::App;
use crate::db::{catalogue_items, supplier_accounts};
use crate::service::party::unavailable;
use crate::service::suppliers::Found;

/// The digest of an address in its usual form: scheme and fragment do not count, nor
/// does a slash at the end. `None` for what is no web address.
pub(super) fn key(address: &str) -> Option<String> {
    let mut url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_fragment(None);
    let text = url.as_str().split_once("://")?.1.trim_end_matches('/').to_owned();
    Some(hex::encode(Sha256::digest(text)))
}

/// Look an address up in the merchant's catalogues. Only for addresses that no
/// supplier claims as its own.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_address(app: &App, user: UserId, address: &str) -> Result<Option<Found>, Failure> {
    let installed = app.plugins.catalogue();
    if !installed.installed().iter().any(|plugin| plugin.manifest().uses_catalogue()) {
        return Ok(None);
    }
    let Some(key) = key(address) else { return Ok(None) };
    let found = catalogue_items::by_address(&app.db, user, &key).await.map_err(unavailable)?;
    let Some((account, item)) = found else { return Ok(None) };
    let account = supplier_accounts::find(&app.db, user, account).await.map_err(unavailable)?;
    let supplier =
        account.filter(|account| account.is_active).and_then(|account| installed.supplier(&account.platform));
    Ok(supplier.map(|supplier| Found {
        supplier,
        reference: ProductRef { id: item.id, url: item.url, variant: None },
    }))
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn one_page_has_one_key() {
        let one = key("https://shop.example/p/lamp").expect("a key");
        for same in ["http://SHOP.example/p/lamp/", " https://shop.example:443/p/lamp#reviews"] {
            assert_eq!(key(same).as_deref(), Some(one.as_str()), "{same}");
        }
        for other in ["https://shop.example/p/lamp?id=2", "https://shop.example/P/lamp"] {
            assert_ne!(key(other).as_deref(), Some(one.as_str()), "{other}");
        }
        for none in ["lamp", "ftp://shop.example/p/lamp", ""] {
            assert_eq!(key(none), None, "{none}");
        }
    }
}
