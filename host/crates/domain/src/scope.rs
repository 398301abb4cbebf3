//! What an API key may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A right that a key can have. `admin` includes `write`, and `write` includes
/// `read`; `provision` stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Look at everything of the account.
    Read,
    /// Change things as well.
    Write,
    /// Also what concerns money and the account itself.
    Admin,
    /// Make accounts for others: for service accounts only.
    Provision,
}

impl Scope {
    /// All of them, the weakest first.
    pub const ALL: [Scope; 4] = [Scope::Read, Scope::Write, Scope::Admin, Scope::Provision];

    /// The name used in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Admin => "admin",
            Scope::Provision => "provision",
        }
    }

    /// Whether who has this scope may do what `needed` allows.
    #[must_use]
    pub fn covers(self, needed: Scope) -> bool {
        match (self, needed) {
            (Scope::Provision, _) | (_, Scope::Provision) => self == needed,
            (Scope::Admin, _) => true,
            (Scope::Write, _) => needed != Scope::Admin,
            (Scope::Read, _) => needed == Scope::Read,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no scope of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such scope")]
pub struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(UnknownScope)
    }
}

/// The scopes of a key as they were asked for: any words, in their order, doubles
/// kept. Words that name no scope grant nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(pub Vec<String>);

impl Scopes {
    /// A list of real ones.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        Scopes(scopes.iter().map(|scope| scope.as_str().to_owned()).collect())
    }

    /// Whether one of them covers what is needed.
    #[must_use]
    pub fn allow(&self, needed: Scope) -> bool {
        self.known().any(|scope| scope.covers(needed))
    }

    /// The first of them that `other` does not cover.
    #[must_use]
    pub fn beyond(&self, other: &Scopes) -> Option<Scope> {
        self.known().find(|scope| !other.allow(*scope))
    }

    fn known(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().filter_map(|word| word.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(words: &[&str]) -> Scopes {
        Scopes(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn each_scope_covers_the_weaker_ones_and_provision_stands_alone() {
        use Scope::{Admin, Provision, Read, Write};
        for (has, covered) in [
            (Read, vec![Read]),
            (Write, vec![Read, Write]),
            (Admin, vec![Read, Write, Admin]),
            (Provision, vec![Provision]),
        ] {
            let found: Vec<Scope> = Scope::ALL.into_iter().filter(|needed| has.covers(*needed)).collect();
            assert_eq!(found, covered, "{has}");
        }
    }

    #[test]
    fn words_that_name_no_scope_grant_nothing() {
        let none = scopes(&["", "READ", "read ", "*", "imports:write", "all"]);
        assert!(Scope::ALL.into_iter().all(|needed| !none.allow(needed)));
        assert!(scopes(&["zork", "read"]).allow(Scope::Read));
        assert!(!scopes(&["read"]).allow(Scope::Write));
    }

    #[test]
    fn what_a_key_does_not_have_it_cannot_give() {
        let own = scopes(&["write"]);
        assert_eq!(scopes(&["read", "zork", "write"]).beyond(&own), None);
        assert_eq!(scopes(&["read", "admin"]).beyond(&own), Some(Scope::Admin));
        assert_eq!(scopes(&["provision"]).beyond(&scopes(&["admin"])), Some(Scope::Provision));
    }
}
