//! Prices that could be real.
//!
//! Suppliers write placeholders where they have no price: nothing, a million, or a
//! hundred times what the other variants cost.

use rust_decimal::Decimal;
use sourcepilot_domain::product::{Availability, Variant};
use sourcepilot_domain::{Currency, Failure, Money};

use super::bad;

/// Above this a price is a mistake, in a currency of the dollar's size.
const ABSURD_PRICE: i64 = 1_000_000;
/// A variant that costs this many times the cheapest one is a trap listing.
const ABSURD_SPREAD: i64 = 1_000;
/// A price that is this many times the one before it is a trap, and the other way
/// round the one before is an advertisement.
const ABSURD_DISCOUNT: i64 = 100;
/// Less than a hundredth of a cent is nothing.
const DIGITS: u32 = 4;

/// Currencies whose unit is worth less than a hundredth of a dollar, roughly, and
/// those whose unit is worth less than a thousandth.
const SMALL: [&str; 22] = [
    "AMD", "ARS", "BIF", "CLP", "CRC", "DJF", "HUF", "IQD", "ISK", "JPY", "KMF", "KRW", "KZT", "LKR", "MMK",
    "MWK", "NGN", "PKR", "RSD", "RWF", "XAF", "XOF",
];
const TINY: [&str; 13] =
    ["COP", "GNF", "IDR", "IRR", "KHR", "LAK", "LBP", "MGA", "PYG", "TZS", "UGX", "UZS", "VND"];

/// The highest amount that could be a price in this currency.
pub(super) fn highest(currency: Currency) -> Decimal {
    let factor = match currency.as_str() {
        code if TINY.contains(&code) => 1_000,
        code if SMALL.contains(&code) => 100,
        _ => 1,
    };
    Decimal::from(ABSURD_PRICE * factor)
}

/// Refuse a price that no merchant could want.
///
/// # Errors
/// `BadAnswer` with the reason.
pub(in crate::service) fn check_price(price: &Money) -> Result<(), Failure> {
    if is_nothing(price.amount) {
        return Err(without_price());
    }
    if price.amount < Decimal::ZERO {
        return Err(bad("The supplier answers a price below zero."));
    }
    if price.amount > highest(price.currency) {
        return Err(bad(&format!(
            "The supplier asks {price} for a variant. That looks like a placeholder price; the product was not imported."
        )));
    }
    Ok(())
}

/// The variants that have a price; all of them must be believable together.
///
/// # Errors
/// `BadAnswer` with the reason.
pub(super) fn check_variants(variants: Vec<Variant>) -> Result<Vec<Variant>, Failure> {
    let priced: Vec<Variant> =
        variants.into_iter().filter(|variant| !is_nothing(variant.price.amount)).map(rounded).collect();
    for variant in &priced {
        check_price(&variant.price)?;
        if let Some(list) = variant.list_price
            && list.currency == variant.price.currency
            && variant.price.amount > list.amount * Decimal::from(ABSURD_DISCOUNT)
            && !is_nothing(list.amount)
        {
            return Err(bad(&format!(
                "The supplier asks {} for a variant that costs {list} before any discount. That looks like a placeholder price; the product was not imported.",
                variant.price
            )));
        }
    }
    let amounts = || priced.iter().map(|variant| variant.price.amount);
    let (Some(lowest), Some(highest)) = (amounts().min(), amounts().max()) else {
        return Err(without_price());
    };
    if highest > lowest * Decimal::from(ABSURD_SPREAD) {
        return Err(bad(&format!(
            "The supplier's variants cost between {lowest} and {highest}. That looks like a placeholder price; the product was not imported."
        )));
    }
    Ok(priced)
}

/// What was asked before, where it is more than the price and no advertisement.
pub(super) fn list_price(price: Money, list: Option<Money>) -> Option<Money> {
    list.filter(|list| {
        list.currency == price.currency
            && list.amount > price.amount
            && list.amount <= price.amount * Decimal::from(ABSURD_DISCOUNT)
            && list.amount <= highest(list.currency)
    })
}

/// The lowest price of a variant that can be bought. What the supplier states for the
/// whole counts only where it is one of its variants'.
pub(super) fn lowest(variants: &[Variant], stated: Money, availability: Availability) -> Money {
    let is_open = |variant: &&Variant| variant.stock != Some(0) || availability != Availability::Available;
    let cheapest = |variants: &mut dyn Iterator<Item = &Variant>| {
        variants.map(|variant| variant.price).min_by_key(|price| price.amount)
    };
    if variants.iter().any(|variant| variant.price == stated) {
        return stated;
    }
    cheapest(&mut variants.iter().filter(is_open))
        .or_else(|| cheapest(&mut variants.iter()))
        .unwrap_or(stated)
}

/// Up, so that a cost is never taken too low.
fn up(money: Money) -> Money {
    let amount = money.amount.round_dp_with_strategy(DIGITS, rust_decimal::RoundingStrategy::AwayFromZero);
    Money::new(amount, money.currency)
}

fn rounded(mut variant: Variant) -> Variant {
    variant.price = up(variant.price);
    variant.list_price = list_price_kept(&variant).map(up);
    variant
}

/// The list price as it came when it is too low by far, which is refused, or else as
/// far as it means something.
fn list_price_kept(variant: &Variant) -> Option<Money> {
    let far_too_low = variant.list_price.filter(|list| {
        list.currency == variant.price.currency
            && variant.price.amount > list.amount * Decimal::from(ABSURD_DISCOUNT)
            && !is_nothing(list.amount)
    });
    far_too_low.or_else(|| list_price(variant.price, variant.list_price))
}

fn is_nothing(amount: Decimal) -> bool {
    amount.abs() < Decimal::new(1, DIGITS)
}

fn without_price() -> Failure {
    bad("The supplier gives no price for this product, so it cannot be priced for your shop.")
}
