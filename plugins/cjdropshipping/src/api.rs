//! Requests to the API: a token in a header, JSON in both directions.

use std::time::Duration;

use serde_json::Value;
use sourcepilot_sdk::http::Request;
use sourcepilot_sdk::{Call, Failure, Result, credential};

use crate::envelope;
use crate::market::Market;

const BASE: &str = "https://developers.cjdropshipping.com/api2.0/v1";
const TIMEOUT: Duration = Duration::from_secs(25);
/// Said whenever nothing is there to ask with.
pub(crate) const NO_KEY: &str =
    "Enter the API key of your CJ Dropshipping account: at CJ under My CJ, Authorization, API.";

/// One call's way to the API.
#[derive(Debug)]
pub(crate) struct Api<'a> {
    call: &'a Call,
    market: Market,
}

impl<'a> Api<'a> {
    pub(crate) fn new(call: &'a Call) -> Result<Self> {
        let market = Market::new(&call.settings()?, &call.context);
        Ok(Api { call, market })
    }

    pub(crate) fn call(&self) -> &Call {
        self.call
    }

    pub(crate) fn market(&self) -> &Market {
        &self.market
    }

    /// Ask for something.
    pub(crate) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        let request = Request::get(format!("{BASE}{path}"));
        let request = query.iter().fold(request, |request, (name, value)| request.query(name, value));
        self.send(request)
    }

    /// Ask for something that wants a body; it changes nothing.
    pub(crate) fn ask(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(Request::post(format!("{BASE}{path}")).json(body).read_only())
    }

    fn send(&self, request: Request) -> Result<Value> {
        // Without a token the host obtains one with the key and asks again.
        if !self.call.has_credential("access_token") {
            return Err(Failure::auth_required(NO_KEY));
        }
        let token = credential::value("access_token");
        let patience = self.call.patience(TIMEOUT);
        envelope::data(&request.header("cj-access-token", token).timeout(patience).send(&self.call.http)?)
    }
}

/// Ask the token service with a secret that only the host knows. The tokens are taken
/// out of the answer before it comes here.
pub(crate) fn obtain_tokens(call: &Call, path: &str, member: &str, secret: &str) -> Result<()> {
    let body = serde_json::json!({ member: credential::value(secret) });
    let request = Request::post(format!("{BASE}/authentication/{path}")).json(&body).timeout(TIMEOUT);
    let data = envelope::data(&request.send(&call.http)?)?;
    match data.get("accessToken").and_then(Value::as_str) {
        Some(token) if !token.is_empty() => Ok(()),
        _ => Err(Failure::upstream_changed("CJ Dropshipping granted access without a token.")),
    }
}
