//! Prices: many cases through one function, and what holds for all of them.

use proptest::prelude::*;
use rust_decimal::Decimal;
use sourcepilot_domain::pricing::{
    Cost, PriceRule, PricingError, PricingPolicy, Rate, Rates, StepKind, compare_at, guard, minor_digits,
    price,
};
use sourcepilot_domain::{Currency, Money};

fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').unwrap();
    Money::parse(amount, currency).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn rates() -> Rates {
    let rate = |from: &str, to: &str, rate: &str, date: &str| Rate {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        rate: decimal(rate),
        date: date.parse().unwrap(),
    };
    Rates::new([
        rate("EUR", "USD", "1.10", "2026-11-20"),
        rate("EUR", "USD", "1.25", "2026-11-24"),
        rate("EUR", "JPY", "160", "2026-11-23"),
        rate("EUR", "KWD", "0.35", "2026-11-23"),
        rate("EUR", "ZZZ", "0", "2026-11-23"),
    ])
}

fn made(cost: &str, shop: &str, policy: &PricingPolicy) -> Result<String, PricingError> {
    let cost = Cost { item: money(cost), shipping: None };
    price(&cost, shop.parse().unwrap(), policy, &rates()).map(|priced| priced.price.to_string())
}

fn check(cost: &str, shop: &str, policy: &PricingPolicy, expected: &str) {
    let made = made(cost, shop, policy).unwrap_or_else(|error| error.to_string());
    assert_eq!(made, expected, "{cost} in {shop} by {policy:?}");
}

fn markup(percent: &str) -> PricingPolicy {
    PricingPolicy::markup(decimal(percent))
}

#[test]
fn a_markup_is_added_and_rounded_to_cents() {
    check("10 USD", "USD", &markup("30"), "13.00 USD");
    check("8.19 USD", "USD", &markup("35.5"), "11.10 USD");
    check("0.01 USD", "USD", &markup("0"), "0.01 USD");
    check("3.333 USD", "USD", &markup("100"), "6.67 USD");
}

#[test]
fn the_latest_rate_counts_in_either_direction() {
    check("10 EUR", "USD", &markup("0"), "12.50 USD");
    check("12.50 USD", "EUR", &markup("0"), "10.00 EUR");
}

#[test]
fn a_third_currency_may_stand_between() {
    check("12.50 USD", "JPY", &markup("0"), "1600 JPY");
}

#[test]
fn nothing_is_priced_without_a_rate() {
    check("10 USD", "PLN", &markup("30"), "No exchange rate from USD to PLN is known.");
    check("10 EUR", "ZZZ", &markup("30"), "No exchange rate from EUR to ZZZ is known.");
}

#[test]
fn currencies_have_their_own_smallest_unit() {
    check("10.01 EUR", "JPY", &markup("10"), "1762 JPY");
    check("10 EUR", "KWD", &markup("10.01"), "3.850 KWD");
    let charm = PricingPolicy { charm: Some(decimal("0.99")), ..markup("10") };
    check("10.01 EUR", "JPY", &charm, "1762 JPY");
}

#[test]
fn a_charm_only_raises() {
    let charm = PricingPolicy { charm: Some(decimal("0.99")), ..markup("30") };
    check("10 USD", "USD", &charm, "13.99 USD");
    check("10.764 USD", "USD", &charm, "13.99 USD");
    check("10.77 USD", "USD", &charm, "14.99 USD");
    let zero = PricingPolicy { charm: Some(decimal("0")), ..markup("30") };
    check("10.78 USD", "USD", &zero, "15.00 USD");
}

#[test]
fn prices_can_be_multiples_of_a_step() {
    let step = PricingPolicy { round_to: Some(decimal("0.05")), ..markup("30") };
    check("10.02 USD", "USD", &step, "13.05 USD");
    check("0.001 USD", "USD", &step, "0.05 USD");
    let ten = PricingPolicy { round_to: Some(decimal("10")), floor_percent: decimal("0"), ..markup("0") };
    check("14 USD", "USD", &ten, "20.00 USD");
    check("16 USD", "USD", &ten, "20.00 USD");
}

#[test]
fn the_first_rule_that_covers_the_cost_counts() {
    let rule = |up_to: Option<&str>, multiply: &str, add: &str| PriceRule {
        up_to: up_to.map(decimal),
        multiply: decimal(multiply),
        add: decimal(add),
    };
    let rules = vec![rule(Some("5"), "3", "1"), rule(Some("50"), "2", "0")];
    let tiers = PricingPolicy { rules, ..markup("0") };
    check("5 USD", "USD", &tiers, "16.00 USD");
    check("5.01 USD", "USD", &tiers, "10.02 USD");
    check("50.01 USD", "USD", &tiers, "No price rule covers a cost of 50.01 USD.");
}

#[test]
fn the_floor_raises_what_a_rule_made_too_cheap() {
    let loss = PricingPolicy { floor_percent: decimal("5"), ..markup("-50") };
    check("10 USD", "USD", &loss, "10.50 USD");
    let charmed = PricingPolicy { charm: Some(decimal("0.95")), ..loss };
    check("10 USD", "USD", &charmed, "10.95 USD");
    check("10.49 USD", "USD", &charmed, "11.95 USD");
}

#[test]
fn zero_and_less_is_refused_on_both_sides() {
    check("0 USD", "USD", &markup("30"), "The supplier's price of 0 USD is not more than zero.");
    check("-1 USD", "USD", &markup("30"), "The supplier's price of -1 USD is not more than zero.");
    let nothing = PricingPolicy {
        rules: vec![PriceRule { up_to: None, multiply: Decimal::ZERO, add: decimal("-1") }],
        ..markup("0")
    };
    check("10 USD", "USD", &nothing, "The rules give a price of -1 USD, which is not more than zero.");
}

#[test]
fn a_policy_that_makes_no_sense_is_refused() {
    let refused = |policy: PricingPolicy| made("10 USD", "USD", &policy).unwrap_err();
    let base = || markup("0");
    assert_eq!(refused(markup("-101")), PricingError::Policy("multiply"));
    assert_eq!(
        refused(PricingPolicy { round_to: Some(Decimal::ZERO), ..base() }),
        PricingError::Policy("round_to")
    );
    assert_eq!(refused(PricingPolicy { charm: Some(Decimal::ONE), ..base() }), PricingError::Policy("charm"));
    assert_eq!(
        refused(PricingPolicy { floor_percent: decimal("-1"), ..base() }),
        PricingError::Policy("floor_percent")
    );
    assert_eq!(
        refused(PricingPolicy { compare_at_discount: Some(decimal("100")), ..base() }),
        PricingError::Policy("compare_at_discount")
    );
}

#[test]
fn huge_amounts_are_refused_instead_of_wrapping() {
    assert_eq!(
        made("79228162514264337593543950335 USD", "USD", &markup("100")).unwrap_err(),
        PricingError::TooLarge
    );
}

#[test]
fn shipping_counts_when_asked_for() {
    let cost = Cost { item: money("10 EUR"), shipping: Some(money("2.50 USD")) };
    let with = PricingPolicy { include_shipping: true, ..markup("100") };
    let usd = Currency::USD;
    assert_eq!(price(&cost, usd, &with, &rates()).unwrap().price.to_string(), "30.00 USD");
    assert_eq!(price(&cost, usd, &markup("100"), &rates()).unwrap().price.to_string(), "25.00 USD");
    let foreign = Cost { item: money("10 USD"), shipping: Some(money("1 PLN")) };
    assert!(matches!(price(&foreign, usd, &with, &rates()), Err(PricingError::NoRate { .. })));
}

#[test]
fn without_a_shipping_cost_there_is_no_price_that_includes_it() {
    let cost = Cost { item: money("10 USD"), shipping: None };
    let with = PricingPolicy { include_shipping: true, ..markup("100") };
    assert_eq!(price(&cost, Currency::USD, &with, &rates()), Err(PricingError::ShippingUnknown));
    let free = Cost { shipping: Some(money("0 USD")), ..cost };
    assert_eq!(price(&free, Currency::USD, &with, &rates()).unwrap().price.to_string(), "20.00 USD");
}

#[test]
fn the_derivation_tells_every_step() {
    let policy = PricingPolicy {
        include_shipping: true,
        charm: Some(decimal("0.99")),
        compare_at_discount: Some(decimal("20")),
        ..markup("30")
    };
    let cost = Cost { item: money("8.00 EUR"), shipping: Some(money("1.99 USD")) };
    let priced = price(&cost, Currency::USD, &policy, &rates()).unwrap();
    let told: Vec<String> = priced
        .derivation
        .iter()
        .map(|step| format!("{:?}: {} ({})", step.step, step.amount, step.note))
        .collect();
    assert_eq!(
        told,
        [
            "Cost: 8 EUR (supplier's price)",
            "Currency: 10 USD (1 EUR = 1.25 USD on 2026-11-24)",
            "Shipping: 11.99 USD (plus 1.99 USD shipping)",
            "Rule: 15.587 USD (× 1.3)",
            "Rounding: 15.59 USD (to 0.01)",
            "Charm: 15.99 USD (ending in 0.99)",
        ]
    );
    assert_eq!(priced.compare_at, Some(money("19.99 USD")));
    assert_eq!((priced.cost, priced.floor), (money("11.99 USD"), money("11.99 USD")));
    assert_eq!(priced.derivation.last().map(|step| step.step), Some(StepKind::Charm));
}

#[test]
fn the_crossed_out_price_is_what_the_discount_is_taken_from() {
    let at = |price: &str, discount: &str| compare_at(money(price), Some(decimal(discount))).unwrap();
    assert_eq!(at("80 USD", "20"), Some(money("100.00 USD")));
    assert_eq!(at("19.99 USD", "33"), Some(money("29.84 USD")));
    assert_eq!(at("1000 JPY", "15"), Some(money("1176 JPY")));
    assert_eq!(at("80 USD", "0"), None);
    assert_eq!(at("0.10 USD", "1"), None);
    assert_eq!(compare_at(money("80 USD"), None).unwrap(), None);
}

#[test]
fn the_guard_stands_on_every_path() {
    let floor = money("10.50 USD");
    assert_eq!(guard(money("10.50 USD"), floor), Ok(()));
    assert!(matches!(guard(money("10.49 USD"), floor), Err(PricingError::BelowFloor { .. })));
    assert!(matches!(guard(money("11 EUR"), floor), Err(PricingError::BelowFloor { .. })));
    assert!(matches!(guard(money("0 USD"), money("0 USD")), Err(PricingError::PriceNotPositive(_))));
}

fn amounts() -> impl Strategy<Value = Decimal> {
    (1i64..10_000_000_000, 0u32..6).prop_map(|(units, scale)| Decimal::new(units, scale))
}

proptest! {
    #[test]
    fn every_price_earns_at_least_the_floor(
        item in amounts(),
        shop in prop::sample::select(vec!["USD", "EUR", "JPY", "KWD"]),
        percent in -99i64..1000,
        floor_percent in 0i64..50,
        charm in prop::option::of(0i64..100),
        discount in prop::option::of(0i64..95),
        step in prop::option::of(1i64..1000),
    ) {
        let policy = PricingPolicy {
            round_to: step.map(|step| Decimal::new(step, 2)),
            charm: charm.map(|charm| Decimal::new(charm, 2)),
            floor_percent: Decimal::from(floor_percent),
            compare_at_discount: discount.map(Decimal::from),
            ..PricingPolicy::markup(Decimal::from(percent))
        };
        let shop: Currency = shop.parse().unwrap();
        let cost = Cost { item: Money::new(item, "EUR".parse().unwrap()), shipping: None };
        let priced = price(&cost, shop, &policy, &rates()).unwrap();
        let digits = minor_digits(shop);
        prop_assert!(priced.price.amount > Decimal::ZERO);
        prop_assert!(priced.price.amount >= priced.floor.amount);
        prop_assert!(priced.floor.amount >= priced.cost.amount);
        prop_assert_eq!(priced.price.amount.round_dp(digits), priced.price.amount);
        prop_assert_eq!(priced.derivation.last().unwrap().amount, priced.price);
        if let Some(crossed_out) = priced.compare_at {
            prop_assert!(crossed_out.amount > priced.price.amount);
        }
        prop_assert_eq!(price(&cost, shop, &policy, &rates()).unwrap(), priced);
    }
}
