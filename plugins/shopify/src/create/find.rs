//! What is in the shop before anything is written.

use serde_json::{Value, json};
use sourcepilot_sdk::{Failure, RemoteProduct};

use super::{Build, report};
use crate::api::{Shop, with_entries};
use crate::documents;
use crate::facts::Facts;
use crate::plan::{MAX_VARIANTS, Plan};
use crate::read::{Read, reads};
use crate::wire::{Id, List, Product, Variant};

/// Variants per page: as many as the API gives.
const PAGE: usize = 250;

/// The answer to the first question.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) product: Option<Product>,
    /// The currency in which the shop reckons now.
    pub(super) currency: String,
    pub(super) max_variants: usize,
    /// Ids by the places of the plan's collections.
    pub(super) collections: Vec<Option<String>>,
}

#[derive(Debug)]
struct Data {
    shop: Limits,
    product_by_identifier: Option<Product>,
    /// The collections are in here, as `c0`, `c1` and so on.
    whole: Value,
}
impl Read for Data {
    fn read(value: &Value) -> Option<Self> {
        Some(Data {
            shop: Read::read(&value["shop"])?,
            product_by_identifier: Read::read(&value["productByIdentifier"])?,
            whole: value.clone(),
        })
    }
}

#[derive(Debug)]
struct Limits {
    currency_code: String,
    resource_limits: Option<ResourceLimits>,
}
reads!(Limits { currency_code = "currencyCode", resource_limits = "resourceLimits" });

#[derive(Debug)]
struct ResourceLimits {
    max_product_variants: usize,
}
reads!(ResourceLimits { max_product_variants = "maxProductVariants" });

/// Ask for the product and the collections at once.
///
/// # Errors
/// Failures of the request.
pub(super) fn begin(shop: &Shop<'_>, plan: &Plan) -> Result<Begun, Failure> {
    let wanted = if wants_collections(shop) { plan.collections.as_slice() } else { &[] };
    let mut variables = with_entries(json!({ "value": plan.key }));
    for (at, collection) in wanted.iter().enumerate() {
        variables[format!("h{at}")] = collection.handle.clone().into();
    }
    let data: Data = shop.ask(&documents::begin(wanted.len()), &variables)?;
    let id_at = |at: usize| Id::read(&data.whole[format!("c{at}")]);
    Ok(Begun {
        collections: (0..wanted.len()).map(|at| id_at(at).map(|found| found.id)).collect(),
        currency: data.shop.currency_code,
        max_variants: data.shop.resource_limits.map_or(MAX_VARIANTS, |limits| limits.max_product_variants),
        product: data.product_by_identifier.filter(|product| product.is_ours(&plan.key)),
    })
}

fn wants_collections(shop: &Shop<'_>) -> bool {
    let settings: Value = shop.call().settings().unwrap_or_default();
    settings["create_collections"].as_bool().unwrap_or(true)
}

/// The product made with the key, whether complete or not.
///
/// # Errors
/// Failures of the requests.
pub(crate) fn find_by_key(shop: &Shop<'_>, key: &str) -> Result<Option<RemoteProduct>, Failure> {
    // Without the definition the question itself may be refused.
    Facts::of(shop)?;
    let data: Data = shop.ask(&documents::begin(0), &with_entries(json!({ "value": key })))?;
    let Some(product) = data.product_by_identifier.filter(|product| product.is_ours(key)) else {
        return Ok(None);
    };
    let whole = read_whole(shop, &product.id, false)?;
    Ok(Some(report::remote_product(shop, &whole, Vec::new())))
}

impl Build<'_> {
    /// The product with all its variants and pictures.
    pub(super) fn read_whole(&self, id: &str) -> Result<Product, Failure> {
        read_whole(self.shop, id, true)
    }

    /// A product that was complete before this call.
    pub(super) fn report_as_it_is(&mut self, product: &Product) -> Result<RemoteProduct, Failure> {
        let whole = read_whole(self.shop, &product.id, false)?;
        Ok(report::remote_product(self.shop, &whole, Vec::new()))
    }
}

fn read_whole(shop: &Shop<'_>, id: &str, with_media: bool) -> Result<Product, Failure> {
    struct Page {
        product: Option<Product>,
    }
    reads!(Page { product = "product" });
    let mut whole: Option<Product> = None;
    let mut after: Option<String> = None;
    loop {
        let is_first = whole.is_none();
        let variables = with_entries(json!({
            "id": id, "first": PAGE, "after": after, "media": crate::plan::MAX_MEDIA,
            "withMedia": with_media && is_first,
        }));
        let page: Page = shop.ask(&documents::variants(), &variables)?;
        let mut page = page.product.ok_or_else(gone)?;
        let List { nodes, page_info }: List<Variant> = std::mem::take(&mut page.variants);
        let product = whole.get_or_insert(page);
        product.variants.nodes.extend(nodes);
        let cursor = page_info.end_cursor.filter(|_| page_info.has_next_page);
        match cursor {
            Some(cursor) if product.variants.nodes.len() < 2 * MAX_VARIANTS => after = Some(cursor),
            _ => break,
        }
    }
    whole.ok_or_else(gone)
}

fn gone() -> Failure {
    Failure::not_found("The product was removed from the shop meanwhile.")
}
