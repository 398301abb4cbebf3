//! Whether an account works, and how a merchant connects one.

use sourcepilot_sdk::{Account, ErrorKind, Failure, Grant, Result, credential, encode, warn};

use crate::api::Api;
use crate::catalog::SEARCH;
use crate::params::Params;
use crate::{envelope, search};

const CONSENT_PAGE: &str = "https://api-sg.aliexpress.com/oauth/authorize";

/// Whether the application and the account's token are accepted. The gateway looks
/// at both before it looks for hits, so a strange answer to the search itself is no
/// reason to call the account broken.
pub(crate) fn check(api: &Api<'_>) -> Result<Account> {
    let params = search::params("lamp", 1, 1, api.market());
    let answer = api.business(SEARCH, params)?;
    let found = envelope::business(&answer, SEARCH).and_then(|root| search::chunk(root, api.market()));
    let warnings = match found {
        Ok(_) => Vec::new(),
        Err(failure) => match failure.kind {
            ErrorKind::UpstreamChanged
            | ErrorKind::UnavailableItem
            | ErrorKind::NotFound
            | ErrorKind::Internal => {
                vec![format!("The account is accepted, but a trial search failed: {}", failure.message)]
            }
            _ => return Err(failure),
        },
    };
    Ok(Account { warnings, ..Account::new("aliexpress", "AliExpress buyer account") })
}

/// The page on which a merchant agrees. The host fills the app key in.
pub(crate) fn consent_url(api: &Api<'_>, redirect_uri: &str, state: &str) -> Result<String> {
    api.require_app()?;
    if !matches!(redirect_uri.split_once("://"), Some(("https" | "http", rest)) if !rest.is_empty()) {
        return Err(Failure::invalid_input("The callback has to be an absolute web address."));
    }
    let query = encode::pairs([
        ("response_type", "code"),
        ("force_auth", "true"),
        ("client_id", &credential::value("app_key")),
        ("redirect_uri", redirect_uri),
        ("state", state),
    ]);
    Ok(format!("{CONSENT_PAGE}?{query}"))
}

/// Trade the code for tokens, which the host takes out of the answer. The optional
/// `uuid` of the documentation is never sent: with it every code is refused.
pub(crate) fn exchange_code(api: &Api<'_>) -> Result<Grant> {
    let mut params = Params::default();
    params.set_credential("code", "authorization_code");
    let answer = api.system("/auth/token/create", params)?;
    let root = envelope::system(&answer)?;
    let account_id = root.first_text(&["user_id", "account_id", "seller_id", "havana_id"]);
    let account_label = root.first_text(&["account", "user_nick"]).or_else(|| account_id.clone());
    if root.get("refresh_expires_in").whole() == Some(0) {
        warn!(
            "AliExpress granted access that cannot be renewed; the merchant has to sign in again when it ends"
        );
    }
    Ok(Grant { account_id, account_label, scopes: Vec::new() })
}

/// Trade the refresh token for new tokens, which the host takes out of the answer.
pub(crate) fn renew(api: &Api<'_>) -> Result<()> {
    if !api.call().has_credential("refresh_token") {
        let message = "There is nothing to renew this AliExpress account with: sign in at AliExpress and connect it again.";
        return Err(Failure::unsupported(message));
    }
    let mut params = Params::default();
    params.set_credential("refresh_token", "refresh_token");
    let answer = api.system("/auth/token/refresh", params)?;
    envelope::system(&answer).map(|_| ())
}
