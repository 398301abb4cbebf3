use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use sourcepilot_domain::ids::{ConnectionId, PriceWatchId, UserId};
use sourcepilot_domain::price_watch::WatchedPrice;
use utoipa::ToSchema;

use crate::http::time::Moment;
use crate::service::price_watches::Tally;
use crate::service::{PriceWatch, SeenPrice};

/// A watched price.
#[derive(Debug, Serialize, ToSchema)]
pub struct Watch {
    #[schema(value_type = Uuid)]
    id: PriceWatchId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    product_url: Option<String>,
    /// The supplier's id.
    source: String,
    threshold_percent: f64,
    #[schema(value_type = Option<Uuid>)]
    connection_id: Option<ConnectionId>,
    /// The same as `connection_id`.
    #[schema(value_type = Option<Uuid>)]
    store_id: Option<ConnectionId>,
    /// Whether it is looked at.
    is_active: bool,
    source_product_id: Option<String>,
    /// The supplier's own address of the product.
    source_url: Option<String>,
    /// The price that `current_price` was compared with.
    last_price: Option<f64>,
    current_price: Option<f64>,
    /// Whether the last look found a change of at least the threshold.
    price_changed: bool,
    last_checked_at: Option<Moment>,
    created_at: Moment,
    updated_at: Moment,
    /// In which the prices are counted.
    #[schema(value_type = Option<String>)]
    currency: Option<String>,
    /// When such a change was found last.
    changed_at: Option<Moment>,
    /// Why the last look failed.
    problem: Option<String>,
}

impl From<PriceWatch> for Watch {
    fn from(watch: PriceWatch) -> Self {
        let PriceWatch {
            id,
            user_id,
            store_id,
            product_url,
            source,
            threshold,
            is_active,
            source_product_id,
            source_url,
            price: WatchedPrice { last, current, currency, changed },
            changed_at,
            last_checked_at,
            problem,
            failures: _,
            due_at: _,
            created_at,
            updated_at,
        } = watch;
        Watch {
            id,
            user_id,
            product_url: Some(product_url),
            source,
            threshold_percent: threshold.percent(),
            connection_id: store_id,
            store_id,
            is_active,
            source_product_id,
            source_url,
            last_price: last.and_then(|price| price.to_f64()),
            current_price: current.and_then(|price| price.to_f64()),
            price_changed: changed,
            last_checked_at: last_checked_at.map(Moment),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
            currency: currency.map(|currency| currency.as_str().to_owned()),
            changed_at: changed_at.map(Moment),
            problem,
        }
    }
}

/// The merchant's watches.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchList {
    pub items: Vec<Watch>,
    pub total: usize,
}

/// What came of looking at prices.
#[derive(Debug, Serialize, ToSchema)]
pub struct Synced {
    /// How many watches were looked at.
    total_checked: u64,
    /// How many prices moved by their threshold.
    total_changed: u64,
    /// How many prices could not be read; each watch tells its problem.
    total_errors: u64,
}

impl From<Tally> for Synced {
    fn from(tally: Tally) -> Self {
        let Tally { checked, changed, errors } = tally;
        Synced { total_checked: checked, total_changed: changed, total_errors: errors }
    }
}

/// The prices that a watch has seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Prices {
    pub items: Vec<Price>,
}

/// A price that was another one than before.
#[derive(Debug, Serialize, ToSchema)]
pub struct Price {
    price: f64,
    currency: String,
    /// Whether the product could be bought, when the supplier tells.
    in_stock: Option<bool>,
    observed_at: Moment,
}

impl From<SeenPrice> for Price {
    fn from(seen: SeenPrice) -> Self {
        let SeenPrice { id: _, price, in_stock, observed_at } = seen;
        Price {
            price: number(price.amount),
            currency: price.currency.as_str().to_owned(),
            in_stock,
            observed_at: observed_at.into(),
        }
    }
}

fn number(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}

/// The columns of a table of watches.
pub const COLUMNS: [&str; 14] = [
    "id",
    "created_at",
    "source",
    "product_url",
    "source_product_id",
    "connection_id",
    "threshold_percent",
    "is_active",
    "currency",
    "last_price",
    "current_price",
    "price_changed",
    "last_checked_at",
    "problem",
];

/// A watch as a row of that table.
pub fn cells(watch: &PriceWatch) -> [String; 14] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let price = |price: Option<Decimal>| price.map(|price| price.to_string()).unwrap_or_default();
    let WatchedPrice { last, current, currency, changed } = watch.price;
    [
        watch.id.to_string(),
        watch.created_at.to_rfc3339(),
        watch.source.clone(),
        watch.product_url.clone(),
        text(&watch.source_product_id),
        watch.store_id.map(|id| id.to_string()).unwrap_or_default(),
        watch.threshold.percent().to_string(),
        watch.is_active.to_string(),
        currency.map(|currency| currency.as_str().to_owned()).unwrap_or_default(),
        price(last),
        price(current),
        changed.to_string(),
        watch.last_checked_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        text(&watch.problem),
    ]
}
