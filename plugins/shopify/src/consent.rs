//! Tokens: consent by the merchant, the trade of a code, and renewal. The host takes
//! the tokens out of the answers before they arrive here.
//!
//! Three kinds of app exist. One made in a shop's admin has a token without end. One of
//! the merchant's own organisation gets a token for 24 hours by client ID and secret,
//! and asks again. A public app gets, by consent, a token for an hour and a refresh
//! token that is replaced each time.

use serde_json::Value;
use sourcepilot_sdk::http::{Request, Response};
use sourcepilot_sdk::{Call, Effect, Failure, Grant, credential, encode};

use crate::address::ShopName;
use crate::trouble;

/// What a public app asks the merchant for.
const SCOPES: &str = "write_products,read_locations,write_inventory,read_publications,write_publications";

const APP_ID: &str = "app_client_id";
const APP_SECRET: &str = "app_client_secret";
const OWN_ID: &str = "client_id";
const OWN_SECRET: &str = "client_secret";
const REFRESH: &str = "refresh_token";
const CODE: &str = "authorization_code";

/// The page on which a merchant agrees. The host fills the client ID in.
///
/// # Errors
/// `unsupported` when the installation has no public app.
pub(crate) fn consent_url(call: &Call, redirect_uri: &str, state: &str) -> Result<String, Failure> {
    let shop = name(call)?;
    require_app(call)?;
    let query = encode::pairs([
        ("client_id", credential::value(APP_ID).as_str()),
        ("scope", SCOPES),
        ("redirect_uri", redirect_uri),
        ("state", state),
    ]);
    Ok(format!("{}/admin/oauth/authorize?{query}", shop.origin()))
}

/// Trade the code for a token that ends and a refresh token.
///
/// # Errors
/// `auth-required` when the code is not accepted.
pub(crate) fn exchange_code(call: &Call) -> Result<Grant, Failure> {
    let shop = name(call)?;
    require_app(call)?;
    let answer = ask(
        call,
        &shop,
        &[
            ("client_id", credential::value(APP_ID)),
            ("client_secret", credential::value(APP_SECRET)),
            ("code", credential::value(CODE)),
            ("expiring", "1".to_owned()),
        ],
    )?;
    let scopes = answer["scope"]
        .as_str()
        .unwrap_or_default()
        .split(',')
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    Ok(Grant { account_id: None, account_label: Some(shop.as_str().to_owned()), scopes })
}

/// Get a new token, by whatever the connection has for it.
///
/// # Errors
/// `auth-required` when it has nothing, or Shopify does not accept it.
pub(crate) fn renew(call: &Call) -> Result<(), Failure> {
    let shop = name(call)?;
    let has = |names: &[&str]| names.iter().all(|name| call.has_credential(name));
    let value = credential::value;
    let pairs = if has(&[REFRESH, APP_ID, APP_SECRET]) {
        vec![
            ("client_id", value(APP_ID)),
            ("client_secret", value(APP_SECRET)),
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", value(REFRESH)),
        ]
    } else if has(&[OWN_ID, OWN_SECRET]) {
        vec![
            ("client_id", value(OWN_ID)),
            ("client_secret", value(OWN_SECRET)),
            ("grant_type", "client_credentials".to_owned()),
        ]
    } else {
        return Err(Failure::auth_required(
            "Shopify does not accept the access token, and there is nothing to renew it with: enter a new one, or \
             client ID and secret, or connect the shop by consent.",
        ));
    };
    ask(call, &shop, &pairs).map(|_| ())
}

/// Tokens are not products: asking for one again does no harm.
fn ask(call: &Call, shop: &ShopName, pairs: &[(&str, String)]) -> Result<Value, Failure> {
    let request = Request::post(format!("{}/admin/oauth/access_token", shop.origin()))
        .header("accept", "application/json")
        .form(pairs.iter().map(|(name, value)| (*name, value)))
        .read_only();
    let response = request.send(&call.http)?;
    if !response.is_success() {
        return Err(refused(&response));
    }
    let answer: Value = response.json()?;
    if answer["access_token"].as_str().is_none_or(str::is_empty) {
        return Err(Failure::upstream_changed("Shopify answered without a token.").effect(Effect::None));
    }
    Ok(answer)
}

fn refused(response: &Response) -> Failure {
    let body: Value = response.json().unwrap_or_default();
    let error = body["error"].as_str().unwrap_or_default();
    let sentence = match (response.status(), error) {
        (400 | 401 | 403, "invalid_client" | "application_cannot_be_found") => {
            "Shopify does not know this client ID and secret: copy both again from the Dev Dashboard."
        }
        (400 | 401 | 403, "app_not_installed" | "shop_not_permitted") => {
            "The app is not installed in this shop, or belongs to another organisation: install it from the Dev \
             Dashboard, then check the connection again."
        }
        (400 | 401 | 403, _) => "Shopify does not accept the consent any more: connect the shop again.",
        _ => return trouble::of_status(response),
    };
    let failure = Failure::auth_required(sentence);
    if error.is_empty() { failure } else { failure.with_code(error) }
}

fn name(call: &Call) -> Result<ShopName, Failure> {
    ShopName::parse(call.context.base_url.as_deref().unwrap_or_default())
}

fn require_app(call: &Call) -> Result<(), Failure> {
    if call.has_credential(APP_ID) && call.has_credential(APP_SECRET) {
        return Ok(());
    }
    Err(Failure::unsupported(
        "This installation has no Shopify app of its own, so consent is not possible. Enter an access token, or the \
         client ID and secret of an app of yours.",
    )
    .with_code("no-app"))
}
