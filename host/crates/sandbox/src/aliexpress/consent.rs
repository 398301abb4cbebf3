//! The page on which a merchant allows an app to use the account.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use url::Url;

use crate::reply::{self, escape};
use crate::world::World;

/// `/oauth/authorize`: asks, or sends the browser back with a code.
pub(super) async fn authorize(
    State(world): State<Arc<World>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let value = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if value("response_type") != "code" || value("client_id") != world.config.aliexpress.app_key {
        return refused("The app is not known, or the request is not for a code.");
    }
    let Some(back) =
        Url::parse(value("redirect_uri")).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    else {
        return refused("The callback address is not valid.");
    };
    match value("decision") {
        "deny" => send_back(back, &[("error", "access_denied"), ("state", value("state"))]),
        "allow" => allowed(&world, back, value("state")),
        _ if world.config.aliexpress.auto_consent => allowed(&world, back, value("state")),
        _ => reply::html(StatusCode::OK, page(&query)),
    }
}

fn allowed(world: &World, back: Url, state: &str) -> Response {
    let code = world.aliexpress.tokens.code(world.clock.now());
    send_back(back, &[("code", &code), ("state", state)])
}

fn send_back(mut back: Url, answers: &[(&str, &str)]) -> Response {
    back.query_pairs_mut().extend_pairs(answers);
    reply::redirect(StatusCode::FOUND, back.as_str())
}

fn refused(why: &str) -> Response {
    reply::html(
        StatusCode::BAD_REQUEST,
        format!("<h1>Authorization failed (demo)</h1><p>{}</p>", escape(why)),
    )
}

fn page(query: &HashMap<String, String>) -> String {
    let names = ["response_type", "client_id", "redirect_uri", "state", "force_auth"];
    let fields: String = names
        .iter()
        .filter_map(|name| query.get(*name).map(|value| (name, value)))
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value)))
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Authorization (demo)</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <style>body{{font:16px/1.5 system-ui,sans-serif;background:#f4f4f6;display:grid;place-items:center;min-height:90vh}}\
         main{{background:#fff;padding:2rem;border-radius:12px;max-width:26rem;box-shadow:0 2px 12px #0002}}\
         b{{background:#ffd54a;padding:.1rem .5rem;border-radius:4px}}\
         button{{font:inherit;padding:.6rem 1.4rem;border-radius:8px;border:1px solid #bbb;margin-right:.6rem;cursor:pointer}}\
         button[value=allow]{{background:#c62828;border-color:#c62828;color:#fff}}</style></head><body><main>\
         <p><b>DEMO</b></p><h1>Allow this app?</h1>\
         <p>It asks to read products, prices and delivery in the name of <strong>{}</strong>.</p>\
         <form method=\"get\" action=\"/oauth/authorize\">{fields}\
         <button name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></form></main></body></html>",
        crate::demo::ALIEXPRESS_ACCOUNT
    )
}
