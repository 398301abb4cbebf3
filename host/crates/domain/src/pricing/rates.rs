use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Currency;

/// What one unit of a currency was worth in another on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// One unit of this ...
    pub from: Currency,
    /// ... is worth, in this,
    pub to: Currency,
    /// this many. More than zero.
    pub rate: Decimal,
    /// When.
    pub date: NaiveDate,
}

/// The rates that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rates(Vec<Rate>);

impl Rates {
    /// A set of rates. Those that are not more than zero are left out.
    #[must_use]
    pub fn new(rates: impl IntoIterator<Item = Rate>) -> Self {
        Rates(rates.into_iter().filter(|rate| rate.rate > Decimal::ZERO).collect())
    }

    /// The latest rate between two currencies: given, the other way round, or by
    /// way of one third currency (then its date is the older one of both).
    #[must_use]
    pub fn between(&self, from: Currency, to: Currency) -> Option<Rate> {
        self.direct(from, to).or_else(|| {
            let mut found: Option<Rate> = None;
            for middle in self.0.iter().flat_map(|rate| [rate.from, rate.to]) {
                let (Some(first), Some(second)) = (self.direct(from, middle), self.direct(middle, to)) else {
                    continue;
                };
                let Some(rate) = first.rate.checked_mul(second.rate) else { continue };
                let date = first.date.min(second.date);
                if found.is_none_or(|known| known.date < date) {
                    found = Some(Rate { from, to, rate, date });
                }
            }
            found
        })
    }

    fn direct(&self, from: Currency, to: Currency) -> Option<Rate> {
        let given = self.0.iter().filter(|rate| rate.from == from && rate.to == to).copied();
        let turned = self.0.iter().filter(|rate| rate.from == to && rate.to == from).filter_map(|rate| {
            Some(Rate { from, to, rate: Decimal::ONE.checked_div(rate.rate)?, date: rate.date })
        });
        // `max_by_key` keeps the last of equals: a given rate before a turned one.
        turned.chain(given).max_by_key(|rate| rate.date)
    }
}
