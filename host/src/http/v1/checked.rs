//! What asking the other side about a connection found.

use serde::Serialize;
use sourcepilot_domain::Failure;
use sourcepilot_domain::product::AccountInfo;
use utoipa::ToSchema;

use crate::http::time::Moment;

/// Whether an account or shop works.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    works: bool,
    /// What is wrong, in one sentence.
    problem: Option<String>,
    /// The other side's own code of the problem.
    problem_code: Option<String>,
    /// The other side's id of the account or shop.
    remote_id: Option<String>,
    /// What people call it.
    label: Option<String>,
    currency: Option<String>,
    /// What should be known although it works.
    warnings: Vec<String>,
    checked_at: Moment,
}

impl Checked {
    pub fn new(found: Result<AccountInfo, Failure>, now: Moment) -> Self {
        match found {
            Ok(info) => Checked {
                works: true,
                problem: None,
                problem_code: None,
                remote_id: Some(info.id),
                label: Some(info.label),
                currency: info.currency.map(|currency| currency.as_str().to_owned()),
                warnings: info.warnings,
                checked_at: now,
            },
            Err(failure) => Checked {
                works: false,
                problem: Some(failure.message),
                problem_code: failure.code,
                remote_id: None,
                label: None,
                currency: None,
                warnings: Vec::new(),
                checked_at: now,
            },
        }
    }
}
