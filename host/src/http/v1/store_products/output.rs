use serde::Serialize;
use serde_json::{Value, json};
use sourcepilot_domain::Money;
use sourcepilot_domain::ids::{ConnectionId, ImportJobId, StoreProductId, UserId};
use sourcepilot_domain::listing::{ListingStatus, ProductState, VariantState};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::time::Moment;
use crate::service;
use crate::service::pricing::number;

/// A product that stands in one of the merchant's shops.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreProduct {
    /// The `created_product_id` of its import.
    #[schema(value_type = Uuid)]
    id: StoreProductId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// The shop.
    #[schema(value_type = Uuid)]
    connection_id: ConnectionId,
    /// The import that put it there, as long as it is kept.
    #[schema(value_type = Option<Uuid>)]
    import_id: Option<ImportJobId>,
    /// The supplier's id.
    source: String,
    source_product_id: String,
    source_url: Option<String>,
    title: String,
    /// What it can be found by in the shop.
    sku: String,
    /// The shop's id.
    remote_id: String,
    /// Where a buyer sees it.
    remote_url: Option<String>,
    /// Where the merchant edits it.
    remote_admin_url: Option<String>,
    /// For each variant: `key` (its SKU), `remote_id` (the shop's id), `source_id`
    /// (the supplier's id).
    #[schema(value_type = Vec<Object>)]
    variants: Value,
    created_at: Moment,
    updated_at: Moment,
}

impl From<service::StoreProduct> for StoreProduct {
    fn from(product: service::StoreProduct) -> Self {
        let service::StoreProduct {
            id,
            user_id,
            connection_id,
            import_job_id,
            source,
            source_product_id,
            source_url,
            title,
            external_key,
            remote_id,
            remote_url,
            remote_admin_url,
            variants,
            created_at,
            updated_at,
        } = product;
        StoreProduct {
            id,
            user_id,
            connection_id,
            import_id: import_job_id,
            source,
            source_product_id,
            source_url,
            title,
            sku: external_key,
            remote_id,
            remote_url,
            remote_admin_url,
            variants,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// A part of the merchant's products in shops.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreProductList {
    pub items: Vec<StoreProduct>,
    /// How many there are with this filter.
    pub total: u64,
}

/// How a product is in its shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreProductState {
    /// The shop's id.
    remote_id: String,
    #[schema(value_type = String, example = "draft")]
    status: ListingStatus,
    title: String,
    /// Where a buyer sees it.
    url: Option<String>,
    variants: Vec<StoreVariantState>,
    /// What the shop did not accept of a change, in sentences.
    problems: Vec<String>,
}

/// How a variant is in its shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreVariantState {
    sku: Option<String>,
    /// The shop's id.
    remote_id: String,
    #[schema(value_type = Option<f64>)]
    price: Value,
    /// The crossed-out price.
    #[schema(value_type = Option<f64>)]
    compare_at_price: Value,
    currency: Option<String>,
    /// Null when the shop does not count.
    stock: Option<u32>,
}

impl StoreProductState {
    pub fn new(state: ProductState, problems: Vec<String>) -> Self {
        let ProductState { id, status, title, url, variants } = state;
        let variants = variants.into_iter().map(StoreVariantState::from).collect();
        StoreProductState { remote_id: id, status, title, url, variants, problems }
    }
}

impl From<VariantState> for StoreVariantState {
    fn from(variant: VariantState) -> Self {
        let VariantState { id, key, price, compare_at, stock } = variant;
        let amount = |money: Option<Money>| money.map_or(Value::Null, |money| number(money.amount));
        StoreVariantState {
            sku: key,
            remote_id: id,
            currency: price.map(|price| price.currency.as_str().to_owned()),
            price: amount(price),
            compare_at_price: amount(compare_at),
            stock,
        }
    }
}

/// What was changed on a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreProductChanges {
    items: Vec<StoreProductChange>,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreProductChange {
    id: Uuid,
    /// `sent`, `confirmed`, `failed` or `unknown`.
    #[schema(example = "confirmed")]
    status: &'static str,
    /// What was asked for.
    #[schema(value_type = Object)]
    wanted: Value,
    /// How the product was before.
    #[schema(value_type = Object)]
    before: Value,
    /// How it was afterwards, when that could be read.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// What went wrong, in sentences.
    problem: Option<String>,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Vec<service::StoreProductChange>> for StoreProductChanges {
    fn from(changes: Vec<service::StoreProductChange>) -> Self {
        StoreProductChanges { items: changes.into_iter().map(StoreProductChange::from).collect() }
    }
}

impl From<service::StoreProductChange> for StoreProductChange {
    fn from(change: service::StoreProductChange) -> Self {
        let service::StoreProductChange {
            id,
            status,
            wanted,
            before,
            after,
            problem,
            created_at,
            updated_at,
        } = change;
        StoreProductChange {
            id,
            status: status.as_str(),
            wanted,
            before: shown(&before),
            after: after.as_ref().map(shown),
            problem,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// A kept image in the form of [`StoreProductState`].
fn shown(image: &Value) -> Value {
    match serde_json::from_value::<ProductState>(image.clone()) {
        Ok(state) => json!(StoreProductState::new(state, Vec::new())),
        Err(_) => image.clone(),
    }
}
