//! Plans and what they allow.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a merchant has subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// Without payment.
    Free,
    /// For one shop in earnest.
    Pro,
    /// Without limits.
    Enterprise,
}

/// How many of something; there may be no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// At most this many.
    AtMost(u32),
    /// Any number.
    Unlimited,
}

impl Allowance {
    /// Whether `wanted` more fit beside `used`.
    #[must_use]
    pub fn admits(self, used: u64, wanted: u64) -> bool {
        match self {
            Allowance::AtMost(most) => used.saturating_add(wanted) <= u64::from(most),
            Allowance::Unlimited => true,
        }
    }

    /// The HTTP API's form, in which −1 stands for "no bound".
    #[must_use]
    pub fn wire(self) -> i64 {
        match self {
            Allowance::AtMost(most) => i64::from(most),
            Allowance::Unlimited => -1,
        }
    }
}

/// What a plan costs and allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanTerms {
    /// For people.
    pub name: &'static str,
    /// US cents a month.
    pub price_monthly_cents: u32,
    /// Imports a month.
    pub max_items: Allowance,
    /// Price watches at a time.
    pub max_secondary: Allowance,
    /// Days without payment at the beginning.
    pub trial_days: u32,
    /// Whether the API may be used with keys.
    pub api_access: bool,
}

impl Plan {
    /// All of them, cheapest first.
    pub const ALL: [Plan; 3] = [Plan::Free, Plan::Pro, Plan::Enterprise];

    /// The name used in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Plan::Free => "free",
            Plan::Pro => "pro",
            Plan::Enterprise => "enterprise",
        }
    }

    /// What it costs and allows.
    #[must_use]
    pub fn terms(self) -> PlanTerms {
        use Allowance::{AtMost, Unlimited};
        let (name, price_monthly_cents, max_items, max_secondary, trial_days, api_access) = match self {
            Plan::Free => ("Free", 0, AtMost(10), AtMost(25), 0, false),
            Plan::Pro => ("Pro", 2900, AtMost(100), AtMost(500), 14, true),
            Plan::Enterprise => ("Enterprise", 9900, Unlimited, Unlimited, 14, true),
        };
        PlanTerms { name, price_monthly_cents, max_items, max_secondary, trial_days, api_access }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no plan of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a plan")]
pub struct UnknownPlan(String);

impl FromStr for Plan {
    type Err = UnknownPlan;

    fn from_str(text: &str) -> Result<Self, UnknownPlan> {
        Plan::ALL
            .into_iter()
            .find(|plan| plan.as_str() == text)
            .ok_or_else(|| UnknownPlan(text.chars().take(40).collect()))
    }
}

/// The merchant's plan does not allow that many imports this month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Import limit reached for {plan} plan. Upgrade your plan for more imports.")]
pub struct ImportLimitReached {
    /// The plan that is used up.
    pub plan: Plan,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_are_those_of_the_price_list() {
        let wire = |plan: Plan| {
            let terms = plan.terms();
            (
                terms.price_monthly_cents,
                terms.max_items.wire(),
                terms.max_secondary.wire(),
                terms.trial_days,
                terms.api_access,
            )
        };
        assert_eq!(wire(Plan::Free), (0, 10, 25, 0, false));
        assert_eq!(wire(Plan::Pro), (2900, 100, 500, 14, true));
        assert_eq!(wire(Plan::Enterprise), (9900, -1, -1, 14, true));
    }

    #[test]
    fn an_allowance_counts_what_is_wanted() {
        let ten = Allowance::AtMost(10);
        assert!(ten.admits(9, 1));
        assert!(!ten.admits(10, 1));
        assert!(!ten.admits(9, 2));
        assert!(!ten.admits(u64::MAX, 1));
        assert!(Allowance::Unlimited.admits(u64::MAX, u64::MAX));
    }

    #[test]
    fn names_go_there_and_back() {
        for plan in Plan::ALL {
            assert_eq!(plan.as_str().parse::<Plan>().unwrap(), plan);
            assert_eq!(serde_json::to_value(plan).unwrap(), plan.as_str());
        }
        assert!("Free".parse::<Plan>().is_err());
    }

    #[test]
    fn the_refusal_is_the_agreed_sentence() {
        assert_eq!(
            ImportLimitReached { plan: Plan::Free }.to_string(),
            "Import limit reached for free plan. Upgrade your plan for more imports."
        );
    }
}
