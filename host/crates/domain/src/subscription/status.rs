use std::fmt;

/// The stage of a subscription, by the payment provider's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubscriptionStatus {
    /// The first payment is still missing.
    Incomplete,
    /// The first payment never came.
    IncompleteExpired,
    /// In force, not paid for yet.
    Trialing,
    /// In force.
    Active,
    /// A later payment is late; the provider goes on trying.
    PastDue,
    /// Ended.
    Canceled,
    /// A later payment did not come; the provider has given up trying.
    Unpaid,
    /// The trial ended without a way to pay.
    Paused,
    /// A word that is not known.
    Unknown,
}

impl SubscriptionStatus {
    /// All of them.
    pub const ALL: [SubscriptionStatus; 9] = [
        SubscriptionStatus::Incomplete,
        SubscriptionStatus::IncompleteExpired,
        SubscriptionStatus::Trialing,
        SubscriptionStatus::Active,
        SubscriptionStatus::PastDue,
        SubscriptionStatus::Canceled,
        SubscriptionStatus::Unpaid,
        SubscriptionStatus::Paused,
        SubscriptionStatus::Unknown,
    ];

    /// The provider's word, `unknown` for those that are not known.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SubscriptionStatus::Incomplete => "incomplete",
            SubscriptionStatus::IncompleteExpired => "incomplete_expired",
            SubscriptionStatus::Trialing => "trialing",
            SubscriptionStatus::Active => "active",
            SubscriptionStatus::PastDue => "past_due",
            SubscriptionStatus::Canceled => "canceled",
            SubscriptionStatus::Unpaid => "unpaid",
            SubscriptionStatus::Paused => "paused",
            SubscriptionStatus::Unknown => "unknown",
        }
    }

    /// From the provider's word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        SubscriptionStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == word)
            .unwrap_or(SubscriptionStatus::Unknown)
    }

    /// The HTTP API's word. Its clients know six: what has expired counts as
    /// cancelled, what is paused as unpaid, what is not known as incomplete.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            SubscriptionStatus::IncompleteExpired => "canceled",
            SubscriptionStatus::Paused => "unpaid",
            SubscriptionStatus::Unknown => "incomplete",
            other => other.as_str(),
        }
    }

    /// Whether it is in force.
    #[must_use]
    pub fn grants(self) -> bool {
        matches!(self, SubscriptionStatus::Trialing | SubscriptionStatus::Active)
    }

    /// Whether it leaves what was granted before.
    #[must_use]
    pub fn keeps(self) -> bool {
        matches!(
            self,
            SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid | SubscriptionStatus::Incomplete
        )
    }

    /// Whether a user with such a subscription, and no other, falls back to the free
    /// plan.
    #[must_use]
    pub fn takes_away(self) -> bool {
        !self.grants() && !self.keeps()
    }

    /// Whether it can never be in force again.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, SubscriptionStatus::Canceled | SubscriptionStatus::IncompleteExpired)
    }

    /// Whether a second one beside it would be paid for twice.
    #[must_use]
    pub fn is_live(self) -> bool {
        self.grants() || self == SubscriptionStatus::PastDue
    }
}

impl fmt::Display for SubscriptionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_there_and_back_and_unknown_ones_give_nothing() {
        for status in SubscriptionStatus::ALL {
            assert_eq!(SubscriptionStatus::of(status.as_str()), status);
        }
        for word in ["", "ACTIVE", "active ", "zork"] {
            let status = SubscriptionStatus::of(word);
            assert_eq!(status, SubscriptionStatus::Unknown, "{word}");
            assert!(!status.grants() && !status.keeps());
        }
    }

    #[test]
    fn clients_see_the_six_words_that_they_know() {
        let six = ["active", "trialing", "past_due", "canceled", "unpaid", "incomplete"];
        for status in SubscriptionStatus::ALL {
            assert!(six.contains(&status.wire()), "{status}");
        }
    }
}
