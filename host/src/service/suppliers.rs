//! Reading from suppliers: which one knows an address, and its product, through
//! the cache.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::product::{Product, ProductRef, SearchPage, SearchQuery, UrlMatch};
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_plugin_runtime::manifest::Feature;
use url::Url;

use super::calls::{Circumstances, call};
use super::party::{Party, for_supplier};
use super::{catalogues, intake, product_cache};
use crate::app::App;
use crate::db::product_cache::CacheKey;
use crate::plugins::Installed;

/// How old a preview may be: the contract's 24 hours.
pub const PREVIEW_AGE: TimeDelta = TimeDelta::hours(24);
/// How old the cost of an import may be.
pub const IMPORT_AGE: TimeDelta = TimeDelta::minutes(15);
/// What a look at one product of a supplier may take.
pub const READ_DEADLINE: Duration = Duration::from_secs(30);

/// A supplier and the product that an address names.
#[derive(Clone, Debug)]
pub struct Found {
    pub supplier: Arc<Installed>,
    pub reference: ProductRef,
}

/// The usual circumstances of looking at a supplier.
pub fn looking(app: &App) -> Circumstances {
    let pricing = &app.config.pricing;
    Circumstances {
        locale: pricing.locale.clone(),
        currency: pricing.currency,
        country: pricing.country.clone(),
        deadline: READ_DEADLINE,
        fence: None,
        progress: None,
        cancelled: None,
    }
}

/// Which product of which supplier an address names. With `source` only that
/// supplier is asked.
///
/// # Errors
/// `InvalidInput` or `Unsupported` with a sentence that says which addresses are
/// known.
pub async fn find(
    app: &App,
    user: UserId,
    address: &str,
    source: Option<&Arc<Installed>>,
    circumstances: &Circumstances,
) -> Result<Found, Failure> {
    let candidates = match source {
        Some(supplier) => vec![supplier.clone()],
        None => app.plugins.catalogue().suppliers_for(address),
    };
    if source.is_none_or(|source| source.manifest().uses_catalogue())
        && !candidates.iter().any(|supplier| claims(supplier, address))
        && let Some(found) = catalogues::find_by_address(app, user, address).await?
        && source.is_none_or(|source| source.id() == found.supplier.id())
    {
        return Ok(found);
    }
    let mut refusal = None;
    for supplier in candidates {
        match read_address(app, user, &supplier, address, circumstances).await {
            Ok(reference) => return Ok(Found { supplier, reference }),
            Err(failure) if failure.kind == ErrorKind::Unsupported => refusal = refusal.or(Some(failure)),
            Err(failure) => return Err(failure),
        }
    }
    Err(refusal.unwrap_or_else(|| {
        let known = app.plugins.catalogue().source_ids().join(", ");
        Failure::new(
            ErrorKind::Unsupported,
            format!("No supplier knows this address. Known suppliers: {known}."),
        )
    }))
}

/// The product that an address names, when the address itself tells: nobody is
/// asked.
pub async fn recognise(supplier: &Installed, address: &str) -> Option<ProductRef> {
    match supplier.plugin.supplier()?.parse_url(address).await {
        Ok(UrlMatch::Product(reference)) => Some(reference),
        Ok(UrlMatch::Indirect(_)) | Err(_) => None,
    }
}

/// Whether the address is of a host that the supplier names as its own.
pub fn claims(supplier: &Installed, address: &str) -> bool {
    let url = Url::parse(address).ok();
    url.is_some_and(|url| url.host_str().is_some_and(|host| supplier.manifest().claims_host(host)))
}

async fn read_address(
    app: &App,
    user: UserId,
    supplier: &Arc<Installed>,
    address: &str,
    circumstances: &Circumstances,
) -> Result<ProductRef, Failure> {
    let plugin = supplier.plugin.supplier().ok_or_else(|| not_a(supplier, "supplier"))?;
    match plugin.parse_url(address).await? {
        UrlMatch::Product(reference) => Ok(reference),
        UrlMatch::Indirect(url) => {
            let mut party = for_supplier(app, user, supplier).await?;
            call(app, supplier, &mut party, circumstances, |call| plugin.resolve_url(call, &url)).await
        }
    }
}

/// A product, at most `age` old. Many who ask for the same at once cause one call.
///
/// # Errors
/// What the supplier or the intake says.
pub async fn product(
    app: &App,
    user: UserId,
    found: &Found,
    entry: Option<Value>,
    age: TimeDelta,
    circumstances: &Circumstances,
) -> Result<Arc<Product>, Failure> {
    let party = for_supplier(app, user, &found.supplier).await?;
    // What a merchant supplies stands in our own database, and may change at any time.
    if entry.is_some() || found.supplier.manifest().uses_catalogue() {
        return fetch(app, found, party, entry, circumstances).await.map(Arc::new);
    }
    let place = CacheKey {
        plugin: found.supplier.id().to_owned(),
        source_product_id: found.reference.id.clone(),
        context: cache_context(&found.supplier, &party, circumstances),
    };
    let key = product_cache::Key { place, plugin_version: found.supplier.digest.clone() };
    let fetch = Box::pin(fetch(app, found, party, None, circumstances));
    Box::pin(product_cache::get_or_fetch(app, key, age, fetch)).await
}

async fn fetch(
    app: &App,
    found: &Found,
    mut party: Party,
    entry: Option<Value>,
    circumstances: &Circumstances,
) -> Result<Product, Failure> {
    let supplier = &found.supplier;
    let plugin = supplier.plugin.supplier().ok_or_else(|| not_a(supplier, "supplier"))?;
    let product = call(app, supplier, &mut party, circumstances, |call| {
        plugin.get_product(call, found.reference.clone(), entry.clone())
    })
    .await?;
    intake::take_in(app.egress.config(), product)
}

/// Search a supplier by words.
///
/// # Errors
/// What the supplier says; `Unsupported` when it has no search.
pub async fn search(
    app: &App,
    user: UserId,
    supplier: &Arc<Installed>,
    query: SearchQuery,
) -> Result<SearchPage, Failure> {
    let plugin = supplier.plugin.supplier().ok_or_else(|| not_a(supplier, "supplier"))?;
    if !supplier.plugin.offers(Feature::Search) {
        let name = &supplier.manifest().name;
        let sentence = format!("{name} has no catalogue to search. Paste the address of a product instead.");
        let mut failure = Failure::new(ErrorKind::Unsupported, sentence);
        failure.code = Some("capability_unsupported".to_owned());
        return Err(failure);
    }
    let mut party = for_supplier(app, user, supplier).await?;
    let page =
        call(app, supplier, &mut party, &looking(app), |call| plugin.find(call, query.clone())).await?;
    Ok(intake::take_in_page(app.egress.config(), page))
}

/// Everything besides the product that an answer depends on. Prices depend on the
/// account behind the token, so accounts never share an entry.
pub(super) fn cache_context(supplier: &Installed, party: &Party, circumstances: &Circumstances) -> String {
    let text = format!(
        "{}|{}|{}|{}|{}",
        party.pool_key(supplier.id()),
        circumstances.currency,
        circumstances.country,
        circumstances.locale,
        party.settings
    );
    hex::encode(&Sha256::digest(text)[..16])
}

fn not_a(plugin: &Installed, what: &str) -> Failure {
    Failure::new(ErrorKind::Unsupported, format!("{} is not a {what}.", plugin.manifest().name))
}
