//! From what a product costs to what it is sold for.
//!
//! One calculation for preview, import and re-pricing: cost, currency, shipping,
//! rule, rounding, charm, floor. It answers the price together with every step, and
//! there is no way to a price that is zero, below the floor, or made with a rate
//! that is not known.

mod rates;

pub use rates::{Rate, Rates};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::{Currency, Money};

/// How a cost becomes a price: multiplied, then something added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRule {
    /// For costs up to and including this; any cost when absent.
    pub up_to: Option<Decimal>,
    /// By how much the cost is multiplied.
    pub multiply: Decimal,
    /// What is added then, in the shop's currency.
    pub add: Decimal,
}

/// How prices are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingPolicy {
    /// The first rule that the cost falls under counts.
    pub rules: Vec<PriceRule>,
    /// Whether the supplier's shipping is part of the cost. There is no price then while
    /// it is not known.
    pub include_shipping: bool,
    /// Prices are multiples of this; of the currency's smallest unit when absent.
    pub round_to: Option<Decimal>,
    /// The part behind the point that prices shall end in, such as `0.99`. Prices
    /// are only raised to it. Without effect in currencies that have no cents.
    pub charm: Option<Decimal>,
    /// The price is at least the cost plus this many percent.
    pub floor_percent: Decimal,
    /// How many percent below the crossed-out price the price shall look.
    pub compare_at_discount: Option<Decimal>,
}

impl PricingPolicy {
    /// Cost plus this many percent, never below the cost.
    #[must_use]
    pub fn markup(percent: Decimal) -> Self {
        let multiply = Decimal::ONE + percent / Decimal::ONE_HUNDRED;
        PricingPolicy {
            rules: vec![PriceRule { up_to: None, multiply, add: Decimal::ZERO }],
            include_shipping: false,
            round_to: None,
            charm: None,
            floor_percent: Decimal::ZERO,
            compare_at_discount: None,
        }
    }
}

/// What the merchant pays for one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// For the piece itself.
    pub item: Money,
    /// For sending it; unknown when absent.
    pub shipping: Option<Money>,
}

/// One step of a calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// What the supplier asks.
    Cost,
    /// In the shop's currency.
    Currency,
    /// With shipping.
    Shipping,
    /// After the rule.
    Rule,
    /// Rounded.
    Rounding,
    /// With the wished ending.
    Charm,
    /// Raised to the floor.
    Floor,
}

/// The amount after a step, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceStep {
    /// Which step.
    pub step: StepKind,
    /// The amount after it.
    pub amount: Money,
    /// In words.
    pub note: String,
}

/// A price and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// What buyers pay.
    pub price: Money,
    /// Crossed out; more than `price`.
    pub compare_at: Option<Money>,
    /// What the merchant pays, in the shop's currency.
    pub cost: Money,
    /// The lowest price that is allowed.
    pub floor: Money,
    /// Every step that changed something, and the first.
    pub derivation: Vec<PriceStep>,
}

/// Why there is no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// No rate is known.
    #[error("No exchange rate from {from} to {to} is known.")]
    NoRate {
        /// The supplier's currency.
        from: Currency,
        /// The shop's currency.
        to: Currency,
    },
    /// The supplier asks nothing, or less.
    #[error("The supplier's price of {0} is not more than zero.")]
    CostNotPositive(Money),
    /// The result is nothing, or less.
    #[error("The rules give a price of {0}, which is not more than zero.")]
    PriceNotPositive(Money),
    /// A price that somebody else made lies below the floor.
    #[error("The price of {price} is below the floor of {floor}.")]
    BelowFloor {
        /// The price.
        price: Money,
        /// The lowest that is allowed.
        floor: Money,
    },
    /// Shipping is to be part of the cost, and nobody knows what it costs.
    #[error("The supplier names no shipping cost, and shipping is to be part of the price.")]
    ShippingUnknown,
    /// No rule is meant for this cost.
    #[error("No price rule covers a cost of {0}.")]
    NoRule(Money),
    /// A number of the policy makes no sense.
    #[error("The pricing setting {0} is out of range.")]
    Policy(&'static str),
    /// The amounts are too large to be reckoned with.
    #[error("The amounts are too large.")]
    TooLarge,
}

/// How many digits the currency has behind the point (ISO 4217).
#[must_use]
pub fn minor_digits(currency: Currency) -> u32 {
    match currency.as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// The price of one piece in the shop's currency.
///
/// # Errors
/// When a rate, a rule or the shipping cost is missing, the cost or the price is not more
/// than zero, the policy makes no sense, or the amounts are too large.
pub fn price(
    cost: &Cost,
    shop: Currency,
    policy: &PricingPolicy,
    rates: &Rates,
) -> Result<Priced, PricingError> {
    check(policy)?;
    let mut derivation = Derivation { currency: shop, steps: Vec::new() };
    let landed = landed_cost(cost, shop, policy, rates, &mut derivation)?;
    let ruled = apply_rule(landed, policy, &mut derivation)?;
    if ruled <= Decimal::ZERO {
        return Err(PricingError::PriceNotPositive(Money::new(ruled, shop)));
    }
    let rounded = round(ruled, shop, policy, &mut derivation)?;
    let charmed = apply_charm(rounded, shop, policy, &mut derivation)?;
    let floor = floor_of(landed, shop, policy)?;
    let price = whole(raise_to(floor, charmed, shop, policy, &mut derivation)?, shop);
    let floor = whole(floor, shop);
    guard(price, floor)?;
    Ok(Priced {
        price,
        compare_at: compare_at(price, policy.compare_at_discount)?,
        cost: whole(up(landed, minor_digits(shop)), shop),
        floor,
        derivation: derivation.steps,
    })
}

/// Whether a price, wherever it comes from, may be written into a shop.
///
/// # Errors
/// When it is not more than zero or lies below the floor.
pub fn guard(price: Money, floor: Money) -> Result<(), PricingError> {
    if price.amount <= Decimal::ZERO {
        return Err(PricingError::PriceNotPositive(price));
    }
    if price.currency != floor.currency || price.amount < floor.amount {
        return Err(PricingError::BelowFloor { price, floor });
    }
    Ok(())
}

/// The crossed-out price from which `price` is `discount` percent off:
/// price ÷ (1 − discount/100). None for a discount of zero.
///
/// # Errors
/// When the discount is not between 0 and 100, or the amounts are too large.
pub fn compare_at(price: Money, discount: Option<Decimal>) -> Result<Option<Money>, PricingError> {
    let Some(discount) = discount.filter(|discount| !discount.is_zero()) else { return Ok(None) };
    if discount < Decimal::ZERO || discount >= Decimal::ONE_HUNDRED {
        return Err(PricingError::Policy("compare_at_discount"));
    }
    let share = Decimal::ONE - discount / Decimal::ONE_HUNDRED;
    let amount = price.amount.checked_div(share).ok_or(PricingError::TooLarge)?;
    let digits = minor_digits(price.currency);
    let nearest = amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    // A discount too small to be seen shows no crossed-out price.
    Ok((nearest > price.amount).then(|| whole(nearest, price.currency)))
}

struct Derivation {
    currency: Currency,
    steps: Vec<PriceStep>,
}

impl Derivation {
    fn add(&mut self, step: StepKind, amount: Decimal, note: impl Into<String>) {
        let amount = Money::new(amount.normalize(), self.currency);
        self.steps.push(PriceStep { step, amount, note: note.into() });
    }
}

fn check(policy: &PricingPolicy) -> Result<(), PricingError> {
    let PricingPolicy { rules, include_shipping: _, round_to, charm, floor_percent, compare_at_discount: _ } =
        policy;
    if rules.iter().any(|rule| rule.multiply < Decimal::ZERO) {
        return Err(PricingError::Policy("multiply"));
    }
    if round_to.is_some_and(|step| step <= Decimal::ZERO) {
        return Err(PricingError::Policy("round_to"));
    }
    if charm.is_some_and(|charm| charm < Decimal::ZERO || charm >= Decimal::ONE) {
        return Err(PricingError::Policy("charm"));
    }
    if *floor_percent < Decimal::ZERO {
        return Err(PricingError::Policy("floor_percent"));
    }
    Ok(())
}

fn landed_cost(
    cost: &Cost,
    shop: Currency,
    policy: &PricingPolicy,
    rates: &Rates,
    derivation: &mut Derivation,
) -> Result<Decimal, PricingError> {
    let Cost { item, shipping } = cost;
    if item.amount <= Decimal::ZERO {
        return Err(PricingError::CostNotPositive(*item));
    }
    let amount = Money::new(item.amount.normalize(), item.currency);
    derivation.steps.push(PriceStep { step: StepKind::Cost, amount, note: "supplier's price".to_owned() });
    let (mut landed, note) = convert(*item, shop, rates)?;
    if let Some(note) = note {
        derivation.add(StepKind::Currency, landed, note);
    }
    if policy.include_shipping {
        let shipping = shipping.ok_or(PricingError::ShippingUnknown)?;
        if shipping.amount < Decimal::ZERO {
            return Err(PricingError::CostNotPositive(shipping));
        }
        let (added, _) = convert(shipping, shop, rates)?;
        landed = landed.checked_add(added).ok_or(PricingError::TooLarge)?;
        derivation.add(StepKind::Shipping, landed, format!("plus {shipping} shipping"));
    }
    Ok(landed)
}

fn convert(money: Money, to: Currency, rates: &Rates) -> Result<(Decimal, Option<String>), PricingError> {
    if money.currency == to {
        return Ok((money.amount, None));
    }
    let rate = rates.between(money.currency, to).ok_or(PricingError::NoRate { from: money.currency, to })?;
    let amount = money.amount.checked_mul(rate.rate).ok_or(PricingError::TooLarge)?;
    let note = format!(
        "1 {} = {} {to} on {}",
        money.currency,
        rate.rate.round_sf(8).unwrap_or(rate.rate).normalize(),
        rate.date
    );
    Ok((amount, Some(note)))
}

fn apply_rule(
    landed: Decimal,
    policy: &PricingPolicy,
    derivation: &mut Derivation,
) -> Result<Decimal, PricingError> {
    let rule = policy
        .rules
        .iter()
        .find(|rule| rule.up_to.is_none_or(|limit| landed <= limit))
        .ok_or_else(|| PricingError::NoRule(Money::new(landed, derivation.currency)))?;
    let ruled = landed
        .checked_mul(rule.multiply)
        .and_then(|amount| amount.checked_add(rule.add))
        .ok_or(PricingError::TooLarge)?;
    let mut note = format!("× {}", rule.multiply.normalize());
    if !rule.add.is_zero() {
        note.push_str(&format!(" + {}", rule.add.normalize()));
    }
    derivation.add(StepKind::Rule, ruled, note);
    Ok(ruled)
}

fn round(
    amount: Decimal,
    shop: Currency,
    policy: &PricingPolicy,
    derivation: &mut Derivation,
) -> Result<Decimal, PricingError> {
    let digits = minor_digits(shop);
    let step = step_of(policy, digits);
    let steps = amount.checked_div(step).ok_or(PricingError::TooLarge)?;
    // Something always costs at least one step.
    let steps = steps.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).max(Decimal::ONE);
    let rounded = steps.checked_mul(step).ok_or(PricingError::TooLarge)?;
    let rounded = rounded.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    if rounded != amount {
        derivation.add(StepKind::Rounding, rounded, format!("to {}", step.normalize()));
    }
    Ok(rounded)
}

fn apply_charm(
    amount: Decimal,
    shop: Currency,
    policy: &PricingPolicy,
    derivation: &mut Derivation,
) -> Result<Decimal, PricingError> {
    let digits = minor_digits(shop);
    let Some(charm) = policy.charm.filter(|_| digits > 0) else { return Ok(amount) };
    let ending = charm.round_dp_with_strategy(digits, RoundingStrategy::ToZero);
    let mut charmed = amount.floor().checked_add(ending).ok_or(PricingError::TooLarge)?;
    if charmed < amount {
        charmed = charmed.checked_add(Decimal::ONE).ok_or(PricingError::TooLarge)?;
    }
    if charmed != amount {
        derivation.add(StepKind::Charm, charmed, format!("ending in {}", ending.normalize()));
    }
    Ok(charmed)
}

fn floor_of(landed: Decimal, shop: Currency, policy: &PricingPolicy) -> Result<Decimal, PricingError> {
    let share = (policy.floor_percent / Decimal::ONE_HUNDRED)
        .checked_add(Decimal::ONE)
        .ok_or(PricingError::TooLarge)?;
    let floor = landed.checked_mul(share).ok_or(PricingError::TooLarge)?;
    Ok(up(floor, minor_digits(shop)))
}

fn raise_to(
    floor: Decimal,
    amount: Decimal,
    shop: Currency,
    policy: &PricingPolicy,
    derivation: &mut Derivation,
) -> Result<Decimal, PricingError> {
    if amount >= floor {
        return Ok(amount);
    }
    let digits = minor_digits(shop);
    let step = step_of(policy, digits);
    let steps = floor.checked_div(step).ok_or(PricingError::TooLarge)?.ceil();
    let raised = up(steps.checked_mul(step).ok_or(PricingError::TooLarge)?, digits);
    derivation.add(StepKind::Floor, raised, format!("cost plus {} %", policy.floor_percent.normalize()));
    apply_charm(raised, shop, policy, derivation)
}

/// What prices are multiples of.
fn step_of(policy: &PricingPolicy, digits: u32) -> Decimal {
    policy.round_to.map_or(smallest(digits), |step| step.max(smallest(digits)))
}

/// Written with as many digits as the currency has.
fn whole(mut amount: Decimal, currency: Currency) -> Money {
    amount.rescale(minor_digits(currency));
    Money::new(amount, currency)
}

fn smallest(digits: u32) -> Decimal {
    Decimal::new(1, digits)
}

fn up(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::ToPositiveInfinity)
}
