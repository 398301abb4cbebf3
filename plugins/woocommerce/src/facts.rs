//! How the shop reckons: its currency, decimals and weights.

use sourcepilot_sdk::{ErrorKind, Failure};

use crate::amount::WeightUnit;
use crate::body::Facts;
use crate::plan::Plan;
use crate::session::Shop;
use crate::trouble::Trouble;
use crate::wire::{Currency, Setting};

/// Names under which a check hands its findings back through the host.
pub(crate) const CURRENCY: &str = "x-woocommerce.currency";
pub(crate) const DECIMALS: &str = "x-woocommerce.decimals";
pub(crate) const WEIGHT_UNIT: &str = "x-woocommerce.weight-unit";

/// The facts for one plan, and what the merchant should know about them.
#[derive(Debug)]
pub(crate) struct PlanFacts {
    pub(crate) facts: Facts,
    pub(crate) warnings: Vec<String>,
}

/// Find out how the shop reckons, and refuse to write prices of another currency:
/// the API has no currency per product, so 10 USD would become 10 of whatever.
///
/// # Errors
/// When the shop cannot be asked, or reckons in another currency.
pub(crate) fn for_plan(shop: &Shop<'_>, plan: &Plan) -> Result<PlanFacts, Failure> {
    require_currency(shop, &plan.currency)?;
    let mut warnings = Vec::new();
    let mut weight_unit = None;
    if plan.rows.iter().any(|row| row.weight_grams.is_some()) {
        weight_unit = weight_unit_of(shop)?;
        if weight_unit.is_none() {
            warnings
                .push("Weights were left out: the API key may not read the shop's weight unit.".to_owned());
        }
    }
    Ok(PlanFacts { facts: Facts { decimals: decimals(shop)?, weight_unit }, warnings })
}

/// Fail unless the shop reckons in this currency.
///
/// # Errors
/// A sentence naming both currencies, or what kept us from asking.
pub(crate) fn require_currency(shop: &Shop<'_>, wanted: &str) -> Result<(), Failure> {
    let has = currency(shop)?;
    if has.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Failure::new(
        ErrorKind::InvalidInput,
        format!(
            "The shop reckons in {has}, but the prices are in {wanted}. Check the connection again so that \
             the new currency is known."
        ),
    )
    .with_code("currency-mismatch"))
}

/// The shop's currency: asked each time, because a merchant may change it and
/// every price would be wrong.
///
/// # Errors
/// When the shop does not tell and no earlier check knew it.
pub(crate) fn currency(shop: &Shop<'_>) -> Result<String, Failure> {
    let trouble = match shop.get::<Currency>("data/currencies/current", &[("_fields", "code")]) {
        Ok(currency) if currency.code.len() == 3 => return Ok(currency.code.to_ascii_uppercase()),
        Ok(_) => {
            return remembered_currency(shop)
                .ok_or_else(|| Failure::upstream_changed("The shop does not tell its currency."));
        }
        Err(trouble) => trouble,
    };
    let may_not = matches!(&trouble, Trouble::Refused(refusal) if matches!(refusal.status, 403 | 404));
    match remembered_currency(shop).filter(|_| may_not) {
        Some(known) => Ok(known),
        None => Err(shop.read_failure(trouble)),
    }
}

fn remembered_currency(shop: &Shop<'_>) -> Option<String> {
    shop.remembered(CURRENCY).filter(|code| code.len() == 3).map(str::to_ascii_uppercase)
}

/// The decimals of the shop's prices; two when the key may not ask.
///
/// # Errors
/// When the shop cannot be reached.
pub(crate) fn decimals(shop: &Shop<'_>) -> Result<u32, Failure> {
    let known = shop.remembered(DECIMALS).and_then(|text| text.parse::<u32>().ok());
    if let Some(known) = known.filter(|decimals| *decimals <= 8) {
        return Ok(known);
    }
    let asked = setting(shop, "general", "woocommerce_price_num_decimals")?;
    Ok(asked.and_then(|text| text.parse::<u32>().ok()).map_or(2, |decimals| decimals.min(8)))
}

/// The unit of the shop's weights, when the key may ask.
///
/// # Errors
/// When the shop cannot be reached.
pub(crate) fn weight_unit_of(shop: &Shop<'_>) -> Result<Option<WeightUnit>, Failure> {
    if let Some(unit) = shop.remembered(WEIGHT_UNIT).and_then(WeightUnit::parse) {
        return Ok(Some(unit));
    }
    let asked = setting(shop, "products", "woocommerce_weight_unit")?;
    Ok(asked.as_deref().and_then(WeightUnit::parse))
}

/// One setting; nothing when the key may not read it or the shop has none.
///
/// # Errors
/// When the shop cannot be reached.
pub(crate) fn setting(shop: &Shop<'_>, group: &str, id: &str) -> Result<Option<String>, Failure> {
    match shop.get::<Setting>(&format!("settings/{group}/{id}"), &[("_fields", "id,value")]) {
        Ok(setting) => Ok(Some(setting.value).filter(|value| !value.is_empty())),
        Err(Trouble::Refused(refusal)) if refusal.status < 500 && refusal.status != 429 => Ok(None),
        Err(trouble) => Err(shop.read_failure(trouble)),
    }
}
