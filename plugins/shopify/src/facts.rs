//! What a check finds out about a shop; it comes back to later calls and saves them
//! the asking.

use serde_json::{Value, json};
use sourcepilot_sdk::{Attribute, Effect, Failure};

use crate::api::{Shop, with_entries};
use crate::documents::{self, IMPORT_KEY, NAMESPACE};
use crate::read::reads;
use crate::text::global_id;
use crate::trouble;
use crate::wire::{List, Verdict};

/// The currency of every price.
pub(crate) const CURRENCY: &str = "x-shopify.currency";
/// Where stock is counted; `none` when the token may not see locations.
pub(crate) const LOCATION: &str = "x-shopify.location";
/// The online store; `none` when the token may not publish.
pub(crate) const PUBLICATION: &str = "x-shopify.publication";
/// `ready` once keys are unique in the shop.
pub(crate) const KEYS: &str = "x-shopify.keys";

const NONE: &str = "none";
const READY: &str = "ready";

/// What creating and changing products needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) currency: String,
    pub(crate) location: Option<String>,
    pub(crate) publication: Option<String>,
}

#[derive(Debug)]
pub(crate) struct FactsData {
    pub(crate) shop: ShopData,
    pub(crate) current_app_installation: Option<Installation>,
    metafield_definitions: Option<List<Definition>>,
    location: Option<Location>,
    publications: Option<List<Publication>>,
}
reads!(FactsData { shop = "shop", current_app_installation = "currentAppInstallation", metafield_definitions = "metafieldDefinitions", location = "location", publications = "publications" });

#[derive(Debug)]
pub(crate) struct ShopData {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) myshopify_domain: String,
    pub(crate) currency_code: String,
}
reads!(ShopData { id = "id", name = "name", myshopify_domain = "myshopifyDomain", currency_code = "currencyCode" });

#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) access_scopes: Vec<Scope>,
}
reads!(Installation { access_scopes = "accessScopes" });

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) handle: String,
}
reads!(Scope { handle = "handle" });

#[derive(Debug)]
struct Definition {
    kind: DefinitionType,
}
reads!(Definition { kind = "type" });

#[derive(Debug)]
struct DefinitionType {
    name: String,
}
reads!(DefinitionType { name = "name" });

#[derive(Debug)]
struct Location {
    id: String,
    is_active: bool,
}
reads!(Location { id = "id", is_active = "isActive" });

#[derive(Debug)]
struct Publication {
    id: String,
    name: String,
    catalog: Option<Catalog>,
}
reads!(Publication { id = "id", name = "name", catalog = "catalog" });

#[derive(Debug)]
struct Catalog {
    title: String,
}
reads!(Catalog { title = "title" });

impl Publication {
    fn is_online_store(&self) -> bool {
        let is = |text: &str| text.eq_ignore_ascii_case("online store");
        is(&self.name) || self.catalog.as_ref().is_some_and(|catalog| is(&catalog.title))
    }
}

impl FactsData {
    pub(crate) fn facts(&self, shop: &Shop<'_>) -> Facts {
        let first = self.location.as_ref().filter(|place| place.is_active).map(|place| place.id.clone());
        Facts {
            currency: self.shop.currency_code.clone(),
            location: chosen_location(shop).or(first),
            publication: self
                .publications
                .iter()
                .flat_map(|list| &list.nodes)
                .find(|publication| publication.is_online_store())
                .map(|publication| publication.id.clone()),
        }
    }
}

/// The location that the merchant chose.
fn chosen_location(shop: &Shop<'_>) -> Option<String> {
    let settings: Value = shop.call().settings().ok()?;
    global_id("Location", settings["location_id"].as_str()?)
}

impl Facts {
    /// As a check found them, or by asking now.
    ///
    /// # Errors
    /// Failures of the requests.
    pub(crate) fn of(shop: &Shop<'_>) -> Result<Facts, Failure> {
        match Facts::remembered(shop) {
            Some(facts) => Ok(facts),
            None => Ok(ask(shop)?.facts(shop)),
        }
    }

    fn remembered(shop: &Shop<'_>) -> Option<Facts> {
        let known =
            |name| shop.remembered(name).map(|value| Some(value.to_owned()).filter(|value| value != NONE));
        let ready = shop.remembered(KEYS)? == READY;
        let (currency, location, publication) =
            (shop.remembered(CURRENCY)?, known(LOCATION)?, known(PUBLICATION)?);
        let location = chosen_location(shop).or(location);
        ready.then(|| Facts { currency: currency.to_owned(), location, publication })
    }

    /// Fail unless the shop still reckons as it did when it was checked: a merchant may
    /// change the currency, and 10 USD would become 10 of whatever.
    ///
    /// # Errors
    /// A sentence naming both currencies.
    pub(crate) fn require_currency(&self, now: &str) -> Result<(), Failure> {
        if now == self.currency {
            return Ok(());
        }
        Err(Failure::invalid_input(format!(
            "The shop reckons in {now} now, and prices were made in {}. Check the connection again so that the new \
             currency is known.",
            self.currency
        ))
        .with_code("currency"))
    }

    /// For the host to keep.
    pub(crate) fn to_attributes(&self) -> Vec<Attribute> {
        let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| NONE.to_owned());
        vec![
            Attribute::new(CURRENCY, &self.currency),
            Attribute::new(LOCATION, or_none(&self.location)),
            Attribute::new(PUBLICATION, or_none(&self.publication)),
            Attribute::new(KEYS, READY),
        ]
    }
}

/// Ask the shop for everything at once, and make keys unique in it if they are not.
///
/// # Errors
/// Failures of the requests.
pub(crate) fn ask(shop: &Shop<'_>) -> Result<FactsData, Failure> {
    let data = ask_for(shop)?;
    let known = data.metafield_definitions.iter().flat_map(|list| &list.nodes).next();
    match known {
        Some(definition) if definition.kind.name == "id" => {}
        Some(definition) => {
            return Err(Failure::unsupported(format!(
                "The shop has product entries named {NAMESPACE}.{IMPORT_KEY} of another type ({}). Remove that \
                 definition under Settings, Custom data, Products, then check the connection again.",
                definition.kind.name
            ))
            .with_code("foreign-definition"));
        }
        None => define(shop)?,
    }
    Ok(data)
}

/// A token that may not see publications gets no data at all when asked for them: the
/// schema promises them. Then it is asked without.
fn ask_for(shop: &Shop<'_>) -> Result<FactsData, Failure> {
    let variables = |publications: bool| with_entries(json!({ "withPublications": publications }));
    let document = documents::facts();
    match shop.ask_partial::<FactsData>(&document, &variables(true)) {
        Ok(answer) => Ok(answer.data),
        Err(failure) if failure.code.as_deref() == Some("ACCESS_DENIED") => {
            shop.ask_partial(&document, &variables(false)).map(|answer| answer.data)
        }
        Err(failure) => Err(failure),
    }
}

/// Define the entry with the key. Several calls may do so at once: one wins, and for
/// the others it is taken.
fn define(shop: &Shop<'_>) -> Result<(), Failure> {
    struct Data {
        metafield_definition_create: Option<Verdict>,
    }
    reads!(Data { metafield_definition_create = "metafieldDefinitionCreate" });
    let definition = json!({
        "definition": {
            "name": "SourcePilot import key",
            "description": "Which import made this product. Removing it lets a repeated import make a second one.",
            "namespace": NAMESPACE, "key": IMPORT_KEY, "type": "id", "ownerType": "PRODUCT",
        }
    });
    let data: Data = shop.ask(&documents::define_key(), &definition)?;
    let errors = data.metafield_definition_create.map(|created| created.user_errors).unwrap_or_default();
    let refused = errors.iter().any(|error| error.code.as_deref() != Some("TAKEN"));
    // A definition does not touch a product.
    if refused { Err(trouble::of_user_errors(&errors).effect(Effect::None)) } else { Ok(()) }
}
