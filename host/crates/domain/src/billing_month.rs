//! The calendar month, in UTC, in which things are counted against a plan.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// A calendar month in UTC. It has nothing to do with the payment provider's
/// period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BillingMonth {
    first: NaiveDate,
}

/// The text is not a month such as `2026-11`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a month such as 2026-11")]
pub struct NotAMonth(String);

impl BillingMonth {
    /// The month that holds this moment.
    #[must_use]
    pub fn of(now: DateTime<Utc>) -> Self {
        let today = now.date_naive();
        BillingMonth { first: today.with_day(1).unwrap_or(today) }
    }

    /// Its first day: `period_start` of the HTTP API.
    #[must_use]
    pub fn start(self) -> NaiveDate {
        self.first
    }

    /// The first day after it: `period_end` of the HTTP API.
    #[must_use]
    pub fn end(self) -> NaiveDate {
        self.next().first
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Self {
        let first = self.first.checked_add_months(chrono::Months::new(1)).unwrap_or(self.first);
        BillingMonth { first }
    }

    /// Whether this moment lies in it.
    #[must_use]
    pub fn contains(self, moment: DateTime<Utc>) -> bool {
        BillingMonth::of(moment) == self
    }
}

impl fmt::Display for BillingMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

impl FromStr for BillingMonth {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let refuse = || NotAMonth(text.chars().take(20).collect());
        let (year, month) = text.split_once('-').ok_or_else(refuse)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(refuse());
        }
        let year = year.parse().map_err(|_| refuse())?;
        let month = month.parse().map_err(|_| refuse())?;
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| BillingMonth { first }).ok_or_else(refuse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month_of(moment: &str) -> BillingMonth {
        BillingMonth::of(moment.parse().unwrap())
    }

    #[test]
    fn a_month_is_half_open() {
        let november = month_of("2026-11-30T23:59:59.999999Z");
        assert_eq!(november.to_string(), "2026-11");
        assert_eq!(november.start().to_string(), "2026-11-01");
        assert_eq!(november.end().to_string(), "2026-12-01");
        assert!(november.contains("2026-11-01T00:00:00Z".parse().unwrap()));
        assert!(!november.contains("2026-12-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn the_year_turns() {
        let december = month_of("2026-12-15T12:00:00Z");
        assert_eq!(december.end().to_string(), "2027-01-01");
        assert_eq!(december.next().to_string(), "2027-01");
    }

    #[test]
    fn an_offset_counts_by_its_utc_moment() {
        assert_eq!(month_of("2026-12-01T00:30:00+01:00").to_string(), "2026-11");
    }

    #[test]
    fn text_goes_there_and_back() {
        for text in ["2026-11", "2024-02", "1999-12"] {
            assert_eq!(text.parse::<BillingMonth>().unwrap().to_string(), text);
        }
        for text in ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "abcd-ef"] {
            assert!(text.parse::<BillingMonth>().is_err(), "{text}");
        }
    }
}
