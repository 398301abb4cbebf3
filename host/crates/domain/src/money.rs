//! Amounts of money. There is no floating point anywhere.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An ISO 4217 code in upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency in which prices are asked for when nothing else is known.
    pub const USD: Currency = Currency(*b"USD");

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

/// Why a text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three letters.
    #[error("`{0}` is not a currency code such as USD")]
    Currency(String),
    /// Not a plain decimal number.
    #[error("`{0}` is not a decimal amount such as 12.90")]
    Amount(String),
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match *text.as_bytes() {
            [a, b, c] if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Currency([a, b, c].map(|byte| byte.to_ascii_uppercase())))
            }
            _ => Err(MoneyError::Currency(text.chars().take(20).collect())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.as_str().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in units, not in cents.
    pub amount: Decimal,
    /// What it is counted in.
    pub currency: Currency,
}

impl Money {
    /// An amount in a currency.
    #[must_use]
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Money { amount, currency }
    }

    /// Read the contract's form: plain decimal text and a code.
    ///
    /// # Errors
    /// When the amount is not a plain decimal number of at most 28 digits, or the
    /// code is not three letters.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, MoneyError> {
        let plain = !amount.is_empty()
            && amount.len() <= 30
            && amount.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
        let refuse = || MoneyError::Amount(amount.chars().take(40).collect());
        if !plain {
            return Err(refuse());
        }
        Ok(Money { amount: Decimal::from_str(amount).map_err(|_| refuse())?, currency: currency.parse()? })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}
