//! What is left of a token answer once the tokens have been taken out.

use serde::{Deserialize, Serialize};

/// The consent that a merchant gave on the remote side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantInfo {
    /// The remote side's id of the account or shop.
    pub account_id: Option<String>,
    /// What a merchant would call it.
    pub account_label: Option<String>,
    /// What was granted.
    pub scopes: Vec<String>,
}
