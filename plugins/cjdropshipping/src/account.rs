//! Whether an account works, and how its tokens are obtained.

use serde_json::{Value, json};
use sourcepilot_sdk::{Account, Call, ErrorKind, Failure, Result};

use crate::api::{Api, NO_KEY, obtain_tokens};
use crate::extras::note;
use crate::node::Node;

/// The interfaces whose calls the manifest counts by the day.
const INTERFACES: [&str; 4] =
    ["/product/query", "/product/listV2", "/product/stock/getInventoryByPid", "/logistic/freightCalculate"];
/// Calls a day and interface of an account that CJ has not verified.
const UNVERIFIED: u64 = 1000;
/// CJ's number for quotas that are counted by the day.
const PER_DAY: u64 = 4;

/// Whether the token is accepted, and what the account may do.
pub(crate) fn check(api: &Api<'_>) -> Result<Account> {
    let data = api.get("/setting/get", &[])?;
    let answer = Node::new(&data);
    let setting = answer.get("setting");
    let id = answer.get("openId").text().unwrap_or_else(|| "cjdropship".to_owned());
    let label = answer.get("openName").text().unwrap_or_else(|| "CJ Dropshipping account".to_owned());
    let mut extra = Vec::new();
    if let Some(rate) = setting.get("qpsLimit").whole().filter(|rate| *rate > 0) {
        extra.push(note("requests-per-second", rate.to_string()));
    }
    if let Some(level) = answer.get("root").text() {
        extra.push(note("level", level));
    }
    let is_verified = answer.get("root").text().as_deref() != Some("NO_PERMISSION");
    extra.extend(INTERFACES.iter().filter_map(|path| {
        let limit = per_day(setting.get("quotaLimits"), path).or((!is_verified).then_some(UNVERIFIED))?;
        Some(note(&format!("calls-per-day.{}", path.rsplit('/').next()?), limit.to_string()))
    }));
    let quotas = quotas(setting.get("quotaLimits"));
    if quotas != json!([]) {
        extra.push(note("quotas", quotas.to_string()));
    }
    Ok(Account {
        currency: Some("USD".to_owned()),
        warnings: warnings(answer),
        extra,
        ..Account::new(id, label)
    })
}

fn warnings(answer: Node<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    if answer.get("isSandbox").flag() == Some(true) {
        warnings
            .push("This is a test account of CJ Dropshipping: its orders are not carried out.".to_owned());
    }
    if answer.get("root").text().as_deref() == Some("NO_PERMISSION") {
        warnings.push("CJ Dropshipping gives this account no permissions: verify it at CJ.".to_owned());
    }
    warnings
}

/// The number of calls that an interface takes in a day, where the settings limit it.
fn per_day(list: Node<'_>, path: &str) -> Option<u64> {
    let concerns = |quota: &Node<'_>| {
        quota.get("quotaType").whole() == Some(PER_DAY)
            && quota.get("quotaUrl").text().is_some_and(|url| url.trim_end_matches('/').ends_with(path))
    };
    let limits = list.list().into_iter().filter(concerns).filter_map(|quota| quota.get("quotaLimit").whole());
    limits.filter(|limit| *limit > 0).min()
}

fn quotas(list: Node<'_>) -> Value {
    let quota = |quota: Node<'_>| {
        Some(json!({
            "url": quota.get("quotaUrl").text()?,
            "limit": quota.get("quotaLimit").text()?,
            "per": window(quota.get("quotaType").whole()),
        }))
    };
    Value::Array(list.list().into_iter().filter_map(quota).take(50).collect())
}

fn window(kind: Option<u64>) -> &'static str {
    match kind {
        Some(0) => "total",
        Some(1) => "year",
        Some(2) => "quarter",
        Some(3) => "month",
        Some(PER_DAY) => "day",
        Some(5) => "hour",
        _ => "unknown",
    }
}

/// Obtain new tokens: with the refresh token, and with the key where there is none or
/// it has ended.
pub(crate) fn renew(call: &Call) -> Result<()> {
    let has_key = call.has_credential("api_key");
    if call.has_credential("refresh_token") {
        match obtain_tokens(call, "refreshAccessToken", "refreshToken", "refresh_token") {
            Err(failure) if failure.kind == ErrorKind::AuthRequired && has_key => {}
            ended => return ended,
        }
    }
    if !has_key {
        return Err(Failure::auth_required(NO_KEY));
    }
    obtain_tokens(call, "getAccessToken", "apiKey", "api_key")
}
