//! Changing a product in a shop: read how it is, write down what is about to
//! happen, do it, read how it is now.

use std::collections::HashMap;

use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sourcepilot_domain::ids::{StoreProductId, UserId};
use sourcepilot_domain::listing::{ListingStatus, ProductState, VariantChange};
use sourcepilot_domain::listing_change::{self, Wish};
use sourcepilot_domain::raw_json::RawJson;
use sourcepilot_domain::{Effect, Failure};

use super::shop::Shop;
use super::{StoreProductError, get};
use crate::app::App;
use crate::db::imports;
use crate::db::store_product_changes::{self, ChangeStatus};
use crate::db::store_products::StoreProduct;

/// After this time a change that has not ended was left behind by a dead process.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// What came of a change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// How the product is now.
    pub state: ProductState,
    /// What the shop did not accept, in sentences.
    pub problems: Vec<String>,
}

/// Change a product in its shop. What the shop refuses in part is said in
/// [`Changed::problems`].
///
/// # Errors
/// When nothing was done, with the reason; or the outcome stayed unknown.
pub async fn change(
    app: &App,
    user: UserId,
    id: StoreProductId,
    wish: Wish,
) -> Result<Changed, StoreProductError> {
    let product = get(app, user, id).await?;
    if wish.status.is_none() && wish.variants.is_empty() {
        return Err(StoreProductError::Nothing);
    }
    let mut shop = Shop::open(app, &product).await?;
    let before = shop.read(app).await?;
    let floors = floors(app, &product).await?;
    let changes =
        listing_change::changes(&before, &wish.variants, shop.currency(), |sku| floors.get(sku).copied())?;
    let status = wish.status.filter(|status| *status != before.status);
    let record = begin(app, &product, &wish, &before).await?;
    let done = send(app, &mut shop, status, &changes).await;
    let after = shop.read(app).await.ok();
    let (end, answer) = judge(done, after, status, &changes);
    let written = write_end(app, record, end, &answer).await;
    written.and(answer)
}

async fn send(
    app: &App,
    shop: &mut Shop,
    status: Option<ListingStatus>,
    changes: &[VariantChange],
) -> Result<Vec<Failure>, Failure> {
    let mut refused = Vec::new();
    if !changes.is_empty() {
        let results = shop.change_variants(app, changes).await?;
        refused.extend(results.into_iter().filter_map(Result::err));
    }
    if let Some(status) = status {
        match shop.set_status(app, status).await {
            Ok(()) => {}
            Err(failure) if changes.is_empty() => return Err(failure),
            // The variants are changed; that must not get lost.
            Err(failure) => refused.push(failure),
        }
    }
    Ok(refused)
}

/// What is read back counts for more than what was answered.
fn judge(
    done: Result<Vec<Failure>, Failure>,
    after: Option<ProductState>,
    status: Option<ListingStatus>,
    changes: &[VariantChange],
) -> (ChangeStatus, Result<Changed, StoreProductError>) {
    match (done, after) {
        (_, Some(state)) if listing_change::granted(&state, status, changes) => {
            (ChangeStatus::Confirmed, Ok(Changed { state, problems: Vec::new() }))
        }
        (Ok(refused), Some(state)) => {
            let mut problems: Vec<String> = refused.into_iter().map(|failure| failure.message).collect();
            if problems.is_empty() {
                problems.push("The shop accepted the change but shows other values now.".to_owned());
            }
            (ChangeStatus::Failed, Ok(Changed { state, problems }))
        }
        (Err(failure), Some(_)) => (ChangeStatus::Failed, Err(failure.into())),
        (Err(failure), None) if failure.effect == Effect::None => (ChangeStatus::Failed, Err(failure.into())),
        (Err(failure), None) => (ChangeStatus::Unknown, Err(failure.into())),
        (Ok(_), None) => (ChangeStatus::Unknown, Err(StoreProductError::Failed(unread()))),
    }
}

fn unread() -> Failure {
    Failure::new(
        sourcepilot_domain::ErrorKind::Unavailable,
        "The change was sent, but the shop did not say how the product is now. Look at it in a moment.",
    )
}

async fn begin(
    app: &App,
    product: &StoreProduct,
    wish: &Wish,
    before: &ProductState,
) -> Result<uuid::Uuid, StoreProductError> {
    let (user, id, now) = (product.user_id, product.id, app.now());
    let (wanted, before) = (wanted(wish), json!(before));
    let begun = app
        .db
        .transaction(async move |tx| {
            store_product_changes::begin(&tx, user, id, wanted.clone(), before.clone(), PATIENCE, now).await
        })
        .await?;
    begun.ok_or(StoreProductError::Busy)
}

async fn write_end(
    app: &App,
    record: uuid::Uuid,
    end: ChangeStatus,
    answer: &Result<Changed, StoreProductError>,
) -> Result<(), StoreProductError> {
    let (after, problem) = match answer {
        Ok(changed) => {
            let problem = (!changed.problems.is_empty()).then(|| changed.problems.join(" "));
            (Some(json!(changed.state)), problem)
        }
        Err(error) => (None, Some(error.to_string())),
    };
    let now = app.now();
    app.db
        .transaction(async move |tx| {
            store_product_changes::end(&tx, record, end, after.clone(), problem.clone(), now).await
        })
        .await?;
    Ok(())
}

fn wanted(wish: &Wish) -> Value {
    let variants: Vec<Value> = wish
        .variants
        .iter()
        .map(|variant| {
            json!({
                "sku": variant.sku, "price": variant.price,
                "compare_at_price": variant.compare_at, "stock": variant.stock,
            })
        })
        .collect();
    json!({ "status": wish.status, "variants": variants })
}

/// The lowest price of each variant whose cost is known from its import, in the
/// shop's currency.
async fn floors(app: &App, product: &StoreProduct) -> Result<HashMap<String, Decimal>, StoreProductError> {
    let Some(job) = product.import_job_id else { return Ok(HashMap::new()) };
    let Some(job) = imports::find(&app.db, product.user_id, job).await? else { return Ok(HashMap::new()) };
    let percent = app.config.pricing.floor_percent;
    let read = job.product_data.as_ref().map(RawJson::value).unwrap_or_default();
    let variants = read["variants"].as_array();
    let floor = |variant: &Value| {
        let cost: Decimal = variant["cost"].as_number()?.to_string().parse().ok()?;
        let floor = cost * (Decimal::ONE + percent / Decimal::ONE_HUNDRED);
        Some((variant["sku"].as_str()?.to_owned(), floor.round_dp(4)))
    };
    Ok(variants.into_iter().flatten().filter_map(floor).collect())
}
