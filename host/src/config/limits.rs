use serde::Deserialize;

/// How much one caller may ask; zero means no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    pub per_address_per_minute: u32,
    pub login_attempts_per_account: u32,
    pub account_requests_per_address: u32,
    pub event_streams_per_user: usize,
}
