//! When a watched price counts as changed, and when it is looked at next.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Currency, Money};

/// By how much a price has to move before the merchant is told, in hundredths of
/// a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threshold(u32);

impl Threshold {
    /// The largest one there is, in percent.
    pub const LARGEST_PERCENT: f64 = 999.99;

    /// From percent, rounded half up to two decimals. `None` when it is negative,
    /// no number, or larger than there is.
    #[must_use]
    pub fn from_percent(percent: f64) -> Option<Self> {
        // The shortest text of a number is what its sender wrote.
        let exact: Decimal =
            if (0.0..1e-6).contains(&percent) { Decimal::ZERO } else { percent.to_string().parse().ok()? };
        let rounded = (exact * Decimal::ONE_HUNDRED)
            .round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        u32::try_from(rounded).ok().and_then(Self::from_hundredths)
    }

    /// From hundredths of a percent, as they are stored.
    #[must_use]
    pub fn from_hundredths(hundredths: u32) -> Option<Self> {
        (hundredths <= 99_999).then_some(Threshold(hundredths))
    }

    /// As it is stored.
    #[must_use]
    pub fn hundredths(self) -> u32 {
        self.0
    }

    /// In percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Whether a price that went from `old` to `new` has moved that far. The same
    /// price has not moved, whatever the threshold.
    #[must_use]
    pub fn is_reached(self, old: Decimal, new: Decimal) -> bool {
        if old == new {
            return false;
        }
        // Without division, so that nothing is rounded: |new - old| / |old| >= t / 10 000.
        let moved = (new - old).abs().checked_mul(Decimal::from(10_000));
        let allowed = old.abs().checked_mul(Decimal::from(self.0));
        match (moved, allowed) {
            (Some(moved), Some(allowed)) => moved >= allowed,
            _ => true,
        }
    }
}

/// What a watch knows about prices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchedPrice {
    /// The price that later ones are compared with.
    pub last: Option<Decimal>,
    /// What was seen last.
    pub current: Option<Decimal>,
    /// In which both are counted.
    pub currency: Option<Currency>,
    /// Whether the last look found a change.
    pub changed: bool,
}

impl WatchedPrice {
    /// After another look.
    ///
    /// The first price is only remembered. After that, prices are compared with
    /// the remembered one until they have moved far enough: small steps add up.
    /// Once a change was told, the new price is the one to compare with. A price in
    /// another currency cannot be compared and counts as the first one.
    #[must_use]
    pub fn observe(self, seen: Money, threshold: Threshold) -> Self {
        let comparable = self.currency == Some(seen.currency);
        let remembered = if self.changed { self.current } else { self.last };
        let Some(last) = remembered.filter(|_| comparable) else {
            return WatchedPrice {
                last: Some(seen.amount),
                current: Some(seen.amount),
                currency: Some(seen.currency),
                changed: false,
            };
        };
        WatchedPrice {
            last: Some(last),
            current: Some(seen.amount),
            currency: Some(seen.currency),
            changed: threshold.is_reached(last, seen.amount),
        }
    }
}

/// After a failed look the next one comes this soon, then after twice the time.
const FIRST_RETRY: TimeDelta = TimeDelta::minutes(5);

/// When a product is looked at next: once per interval, each product at a time of
/// its own, so that all products together are spread evenly and everybody who
/// watches the same one is served by the same look. `product` is what tells
/// products apart.
#[must_use]
pub fn next_look(now: DateTime<Utc>, interval: TimeDelta, product: &str) -> DateTime<Utc> {
    let length = interval.num_seconds().max(60);
    let phase = i64::try_from(hash(product) % length.unsigned_abs()).unwrap_or(0);
    // At least half an interval from now, so that a look just made is not repeated.
    let earliest = now.timestamp() + length / 2;
    let wait = (phase - earliest).rem_euclid(length);
    DateTime::from_timestamp(earliest + wait, 0).unwrap_or(now + interval)
}

/// When a product is looked at again after `failures` failed looks in a row. The
/// supplier may have said how long to wait at least.
#[must_use]
pub fn next_try(
    now: DateTime<Utc>,
    interval: TimeDelta,
    product: &str,
    failures: u32,
    told: Option<TimeDelta>,
) -> DateTime<Utc> {
    let doubled = FIRST_RETRY.checked_mul(1 << failures.saturating_sub(1).min(16)).unwrap_or(interval);
    let soon = now + doubled.min(interval);
    let planned = next_look(now, interval, product);
    let next = soon.min(planned);
    told.map_or(next, |told| next.max(now + told.min(TimeDelta::days(2))))
}

/// FNV-1a: the same on every host and in every release.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    fn usd(text: &str) -> Money {
        Money::new(decimal(text), Currency::USD)
    }

    #[test]
    fn thresholds_have_two_decimals() {
        for (percent, hundredths) in [
            (0.0, Some(0)),
            (10.0, Some(1000)),
            (12.345, Some(1235)),
            (12.344, Some(1234)),
            (0.005, Some(1)),
            (1e-9, Some(0)),
            (999.99, Some(99_999)),
            (999.995, None),
            (1000.0, None),
            (-0.1, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
            (1e300, None),
        ] {
            assert_eq!(Threshold::from_percent(percent).map(Threshold::hundredths), hundredths, "{percent}");
        }
    }

    /// A series of prices and after which of them the flag stands.
    fn check(percent: f64, series: &[(&str, bool, &str)]) {
        let threshold = Threshold::from_percent(percent).expect("a threshold");
        let mut state = WatchedPrice::default();
        for (price, flag, last) in series {
            state = state.observe(usd(price), threshold);
            assert_eq!(
                (state.changed, state.last, state.current),
                (*flag, Some(decimal(last)), Some(decimal(price))),
                "{price} of {series:?}"
            );
        }
    }

    #[test]
    fn the_flag_stands_when_the_threshold_is_reached() {
        check(10.0, &[("10.00", false, "10.00"), ("10.00", false, "10.00"), ("10.99", false, "10.00")]);
        check(10.0, &[("10.00", false, "10.00"), ("11.00", true, "10.00"), ("11.00", false, "11.00")]);
        check(10.0, &[("10.00", false, "10.00"), ("9.00", true, "10.00"), ("9.50", false, "9.00")]);
    }

    #[test]
    fn small_steps_add_up() {
        let steps =
            [("10", false, "10"), ("10.6", false, "10"), ("11.2", true, "10"), ("11.8", false, "11.2")];
        check(10.0, &steps);
    }

    #[test]
    fn with_no_threshold_every_change_counts_but_none_is_none() {
        check(0.0, &[("10", false, "10"), ("10.0", false, "10"), ("10.01", true, "10")]);
        check(0.0, &[("0", false, "0"), ("0", false, "0"), ("1", true, "0")]);
    }

    #[test]
    fn another_currency_begins_anew() {
        let threshold = Threshold::from_percent(1.0).expect("a threshold");
        let euro = Money::new(decimal("99"), "EUR".parse().expect("a currency"));
        let state = WatchedPrice::default().observe(usd("10"), threshold).observe(euro, threshold);
        assert_eq!((state.changed, state.last), (false, Some(decimal("99"))));
    }

    #[test]
    fn looks_are_spread_and_each_product_keeps_its_time() {
        let interval = TimeDelta::hours(6);
        let start: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().expect("a moment");
        let mut buckets = [0_u32; 6];
        for n in 0..600 {
            let product = format!("aliexpress|{n}");
            let first = next_look(start, interval, &product);
            assert!(first - start >= interval / 2 && first - start <= interval + interval / 2);
            assert_eq!(next_look(first, interval, &product), first + interval);
            buckets[usize::try_from(first.timestamp().rem_euclid(21_600) / 3600).expect("small")] += 1;
        }
        assert!(buckets.iter().all(|count| (60..=140).contains(count)), "{buckets:?}");
    }

    #[test]
    fn failures_are_tried_again_sooner_but_not_too_soon() {
        let (now, interval) = (DateTime::<Utc>::UNIX_EPOCH, TimeDelta::hours(6));
        let wait = |failures, told| next_try(now, interval, "x", failures, told) - now;
        assert_eq!(wait(1, None), TimeDelta::minutes(5));
        assert_eq!(wait(3, None), TimeDelta::minutes(20));
        assert!(wait(30, None) <= interval + interval / 2);
        assert_eq!(wait(1, Some(TimeDelta::hours(1))), TimeDelta::hours(1));
        assert_eq!(wait(1, Some(TimeDelta::days(900))), TimeDelta::days(2));
    }
}
