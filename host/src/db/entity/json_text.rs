use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde_json::Value;

/// JSON as text, so that it comes back as it was sent on both databases.
#[derive(Clone, Debug, PartialEq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct JsonText(pub Value);

impl fmt::Display for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for JsonText {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(JsonText)
    }
}
