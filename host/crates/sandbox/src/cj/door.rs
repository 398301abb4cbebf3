//! What every request is checked for, and which function answers it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::refusal::{self, Refusal, success};
use super::{freight, product, search, stock};
use crate::reply;
use crate::world::World;

/// What a function answers with.
pub(super) enum Answer {
    Data(Value),
    Other(Response),
}

/// One request, taken apart.
pub(super) struct Asked<'a> {
    pub(super) world: &'a World,
    pub(super) query: &'a HashMap<String, String>,
    pub(super) body: Value,
}

impl Asked<'_> {
    /// A parameter that is there.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

pub(super) async fn answer(
    State(world): State<Arc<World>>,
    Path(path): Path<String>,
    method: Method,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let asked = Asked { world: &world, query: &query, body };
    let id = world.cj.request_id();
    match answered(&asked, &method, &path, &headers).await {
        Ok(Answer::Data(data)) => reply::json(StatusCode::OK, &success(&path, data, &id)),
        Ok(Answer::Other(response)) => response,
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::OK);
            reply::json(status, &refusal.body(&id))
        }
    }
}

async fn answered(
    asked: &Asked<'_>,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<Answer, Refusal> {
    if let Some(kind) = path.strip_prefix("authentication/") {
        need(method, &Method::POST)?;
        return token(asked, kind, headers).map(Answer::Data);
    }
    let (cj, now) = (&asked.world.cj, asked.world.clock.now());
    let account = cj.tokens.account(bearer(headers)?, now)?;
    if let Some(most) = cj.rate()
        && !cj.throttle.pass(&format!("account {account}"), now, TimeDelta::seconds(1), most as usize)
    {
        return Err(refusal::TOO_MANY);
    }
    let verb = if path == "logistic/freightCalculate" { Method::POST } else { Method::GET };
    match path {
        "setting/get"
        | "product/listV2"
        | "product/query"
        | "product/variant/query"
        | "product/variant/queryByVid"
        | "product/stock/queryByVid"
        | "product/stock/queryBySku"
        | "product/stock/getInventoryByPid"
        | "logistic/freightCalculate" => need(method, &verb)?,
        _ => return Err(refusal::PATH),
    }
    match path {
        "setting/get" => Ok(Answer::Data(setting(asked, account))),
        "product/listV2" => search::answer(asked).map(Answer::Data),
        "product/query" => product::query(asked).await,
        "product/variant/query" => product::variants(asked).map(Answer::Data),
        "product/variant/queryByVid" => product::variant_by_vid(asked).map(Answer::Data),
        "product/stock/queryByVid" => stock::by_vid(asked).map(Answer::Data),
        "product/stock/queryBySku" => stock::by_sku(asked).map(Answer::Data),
        "product/stock/getInventoryByPid" => stock::by_pid(asked).map(Answer::Data),
        _ => freight::answer(asked).map(Answer::Data),
    }
}

fn need(method: &Method, wanted: &Method) -> Result<(), Refusal> {
    if method == wanted { Ok(()) } else { Err(refusal::VERB) }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let value = headers.get("cj-access-token").and_then(|value| value.to_str().ok());
    value.filter(|token| !token.is_empty()).ok_or(refusal::NO_TOKEN)
}

/// The token calls, which are counted by what is sent.
fn token(asked: &Asked<'_>, kind: &str, headers: &HeaderMap) -> Result<Value, Refusal> {
    let (cj, config, now) = (&asked.world.cj, &asked.world.config.cj, asked.world.clock.now());
    let member = |name: &str| asked.body.get(name).and_then(Value::as_str).ok_or(refusal::BODY);
    let counted = |key: &str, window, most| {
        let allowed = !config.token_limits || cj.throttle.pass(&format!("{kind} {key}"), now, window, most);
        if allowed { Ok(()) } else { Err(refusal::TOO_MANY) }
    };
    match kind {
        "getAccessToken" => {
            let key = member("apiKey")?;
            counted(key, TimeDelta::minutes(5), 1)?;
            cj.tokens.by_key(config, key, now)
        }
        "refreshAccessToken" => {
            let token = member("refreshToken")?;
            counted(token, TimeDelta::minutes(1), 5)?;
            cj.tokens.by_refresh(token, now)
        }
        "logout" => {
            let account = cj.tokens.account(bearer(headers)?, now)?;
            cj.tokens.leave(account);
            Ok(json!(true))
        }
        _ => Err(refusal::PATH),
    }
}

fn setting(asked: &Asked<'_>, account: usize) -> Value {
    json!({
        "openId": 123_450_001 + account,
        "openName": format!("Demo account {} (demo)", account + 1),
        "openEmail": "demo-buyer@example.org",
        "setting": {
            "quotaLimits": [{"quotaUrl": "/product/listV2", "quotaLimit": 1000, "quotaType": 4}],
            "qpsLimit": asked.world.config.cj.requests_per_second,
        },
        "callback": {"product": {"type": "CANCEL", "urls": []}},
        "root": "GENERAL",
        "isSandbox": false,
    })
}
