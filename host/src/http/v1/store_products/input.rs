use rust_decimal::Decimal;
use sourcepilot_domain::ids::{ConnectionId, StoreProductId};
use sourcepilot_domain::listing::ListingStatus;
use sourcepilot_domain::listing_change::{VariantWish, Wish};
use utoipa::{IntoParams, ToSchema};

use crate::http::validate::{Body, Input, Reader};

/// As many as the largest shops take for one product.
const MOST_VARIANTS: usize = 2048;
const MOST_IN_STOCK: u32 = 1_000_000_000;
const STATUSES: [ListingStatus; 2] = [ListingStatus::Draft, ListingStatus::Active];

/// Which products to show.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListStoreProducts {
    /// How many of the newest to leave out.
    #[param(minimum = 0, default = 0)]
    pub skip: u64,
    /// How many to show.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: u64,
    /// Only in this shop.
    #[param(value_type = Option<uuid::Uuid>)]
    pub connection_id: Option<ConnectionId>,
}

impl Input for ListStoreProducts {
    fn read(reader: &mut Reader) -> Option<Self> {
        let skip = reader.query("skip").integer(0..=i128::MAX, 0);
        let limit = reader.query("limit").integer(1..=100, 20);
        let connection_id = reader.query("connection_id").optional_uuid();
        Some(ListStoreProducts {
            skip: u64::try_from(skip?).unwrap_or(u64::MAX),
            limit: u64::try_from(limit?).unwrap_or(20),
            connection_id: connection_id?.map(ConnectionId),
        })
    }
}

/// One product in a shop.
#[derive(Debug)]
pub struct ById {
    pub id: StoreProductId,
}

impl Input for ById {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("product_id").uuid().map(|id| ById { id: StoreProductId(id) })
    }
}

/// `active` shows a product to buyers, `draft` hides it.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described; the values are those of `ListingStatus`")]
pub enum Visibility {
    Draft,
    Active,
}

/// A change of a product in its shop; what is absent or null stays.
#[derive(Debug, ToSchema)]
pub struct ChangeStoreProduct {
    #[schema(ignore)]
    pub id: StoreProductId,
    #[schema(value_type = Option<Visibility>)]
    status: Option<ListingStatus>,
    /// Variants to be changed.
    #[schema(max_items = 2048)]
    variants: Vec<StoreVariantChange>,
}

/// A change of one variant; what is absent or null stays.
#[derive(Debug, ToSchema)]
pub struct StoreVariantChange {
    #[schema(min_length = 1, max_length = 255)]
    sku: String,
    /// In the shop's currency; above zero and not below what covers the cost.
    #[schema(value_type = Option<f64>, example = 19.9)]
    price: Option<Decimal>,
    /// The crossed-out price, above the price; 0 takes it away.
    #[schema(value_type = Option<f64>, example = 24.9)]
    compare_at_price: Option<Decimal>,
    #[schema(maximum = 1_000_000_000)]
    stock: Option<u32>,
}

impl Input for ChangeStoreProduct {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("product_id").uuid();
        let status = reader.body("status").optional_choice(&STATUSES, |status| match status {
            ListingStatus::Draft => "draft",
            ListingStatus::Active => "active",
        });
        let variants = reader.body("variants").items(0..=MOST_VARIANTS, StoreVariantChange::read);
        Some(ChangeStoreProduct { id: StoreProductId(id?), status: status?, variants: variants? })
    }
}

impl StoreVariantChange {
    fn read(reader: &mut Reader) -> Option<Self> {
        let sku = reader.body("sku").text(1..=255);
        let price = reader.body("price").optional_amount();
        let compare_at_price = reader.body("compare_at_price").optional_amount();
        let stock = reader.body("stock").optional_count(0..=MOST_IN_STOCK);
        Some(StoreVariantChange {
            sku: sku?,
            price: price?,
            compare_at_price: compare_at_price?,
            stock: stock?,
        })
    }
}

impl From<ChangeStoreProduct> for Wish {
    fn from(input: ChangeStoreProduct) -> Self {
        let ChangeStoreProduct { id: _, status, variants } = input;
        let variants = variants
            .into_iter()
            .map(|StoreVariantChange { sku, price, compare_at_price, stock }| VariantWish {
                sku,
                price,
                compare_at: compare_at_price,
                stock,
            })
            .collect();
        Wish { status, variants }
    }
}
