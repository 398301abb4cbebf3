use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use sourcepilot_domain::raw_json::RawJson;

/// JSON as text like [`JsonText`](super::JsonText), not taken apart on the way out.
#[derive(Clone, Debug, PartialEq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct RawText(pub RawJson);

impl fmt::Display for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RawText {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        text.parse().map(RawText)
    }
}
