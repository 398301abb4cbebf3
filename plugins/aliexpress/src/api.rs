//! Requests to the gateway: signed, sent as forms, answered with JSON.

use std::time::Duration;

use serde_json::Value;
use sourcepilot_sdk::http::{Request, Response};
use sourcepilot_sdk::{Algorithm, Call, Failure, Result, SignRequest};

use crate::market::Market;
use crate::node::Node;
use crate::params::{Params, upper_hex};

const BUSINESS: &str = "https://api-sg.aliexpress.com/sync";
const SYSTEM: &str = "https://api-sg.aliexpress.com/rest";
/// The gateway's own clients wait this long for an answer.
const TIMEOUT: Duration = Duration::from_secs(25);

/// One call's way to the gateway.
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

    /// Ask a business method in the name of the merchant. It changes nothing there.
    pub(crate) fn business(&self, method: &str, mut params: Params) -> Result<Value> {
        self.require("access_token", "Connect an AliExpress account first: sign in at AliExpress.")?;
        // The official clients name the token this way; the documentation has a second name.
        params.set_credential("session", "access_token").set("method", method);
        // An empty path: the name of a business method is a parameter like any other.
        let form = self.signed("", params)?;
        answer(&post(BUSINESS, form).timeout(self.call.patience(TIMEOUT)).read_only().send(&self.call.http)?)
    }

    /// Ask the token service. What it does cannot be undone, so an answer that gets
    /// lost may have used the code or the token up.
    pub(crate) fn system(&self, path: &str, params: Params) -> Result<Value> {
        let form = self.signed(path, params)?;
        answer(&post(&format!("{SYSTEM}{path}"), form).send(&self.call.http)?)
    }

    /// The form with the common parameters and the signature over all of it.
    fn signed(&self, path: &str, mut params: Params) -> Result<String> {
        self.require_app()?;
        params
            .set_credential("app_key", "app_key")
            .set("timestamp", self.call.context.now_unix_ms.to_string())
            .set("sign_method", "sha256");
        let request = SignRequest::new("app_secret", Algorithm::HmacSha256, params.message(path));
        let signature = self.call.sign(&request)?;
        params.set("sign", upper_hex(&signature));
        Ok(params.form())
    }

    /// Whether the installation has what every call needs.
    pub(crate) fn require_app(&self) -> Result<()> {
        let missing =
            "This installation has no AliExpress app key and app secret: an administrator has to enter them.";
        self.require("app_key", missing)?;
        self.require("app_secret", missing)
    }

    fn require(&self, credential: &str, otherwise: &str) -> Result<()> {
        if self.call.has_credential(credential) { Ok(()) } else { Err(Failure::auth_required(otherwise)) }
    }
}

fn post(url: &str, form: String) -> Request {
    Request::post(url).body("application/x-www-form-urlencoded; charset=utf-8", form).timeout(TIMEOUT)
}

/// The JSON of an answer. The gateway says 200 to nearly everything; where it says
/// something else, a failure in the body is worth more than the status.
fn answer(response: &Response) -> Result<Value> {
    if response.is_success() {
        return response.json();
    }
    let failure = response.failure();
    match response.json::<Value>() {
        Ok(value) if Node::new(&value).get("error_response").exists() => Ok(value),
        _ => Err(failure),
    }
}

/// Where a short link redirects to, asked for without any credential. A page that
/// refuses to show itself redirects nowhere; a disturbance is a failure.
pub(crate) fn redirect_of(call: &Call, link: &str) -> Result<Option<String>> {
    let response = Request::get(link).timeout(TIMEOUT).send(&call.http)?;
    match response.status() {
        429 | 500.. => Err(response.failure()),
        _ => Ok(response.redirect()),
    }
}
