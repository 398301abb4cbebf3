//! Tokens by client ID and secret, by consent, and by refresh token.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use super::{Shop, shop_of, unknown_shop};
use crate::reply::{self, escape};
use crate::world::World;

/// Life of a token by client ID and secret, in seconds.
const DAY: i64 = 86_399;
/// Life of a token of a public app, in seconds.
const HOUR: i64 = 3600;
/// Life of its refresh token, in seconds.
const REFRESH: i64 = 7_776_000;

/// `POST /admin/oauth/access_token`
pub(super) async fn token(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(shop) = shop_of(&world, &headers) else { return unknown_shop() };
    let fields = fields(&headers, &body);
    match grant(&shop, &fields, world.clock.now()) {
        Ok(answer) => reply::json(StatusCode::OK, &answer),
        Err(error) => reply::json(
            StatusCode::BAD_REQUEST,
            &json!({"error": error, "error_description": "The request was refused."}),
        ),
    }
}

fn fields(headers: &HeaderMap, body: &[u8]) -> HashMap<String, String> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return url::form_urlencoded::parse(body).into_owned().collect();
    }
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let members = value.as_object().into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

fn grant(shop: &Shop, fields: &HashMap<String, String>, now: DateTime<Utc>) -> Result<Value, &'static str> {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let is = |id: &str, secret: &str| field("client_id") == id && field("client_secret") == secret;
    let config = &shop.config;
    let own = is(&config.client_id, &config.client_secret);
    let public = is(&config.app_client_id, &config.app_client_secret);
    let scope = config.scopes.join(",");
    match field("grant_type") {
        "client_credentials" if own => {
            let token = shop.tokens.issued().access_until(now + TimeDelta::seconds(DAY));
            Ok(json!({"access_token": token, "scope": scope, "expires_in": DAY}))
        }
        "client_credentials" if public => Err("shop_not_permitted"),
        "refresh_token" if public => {
            let lives =
                shop.tokens.issued().refresh.remove(field("refresh_token")).is_some_and(|end| end > now);
            if lives { Ok(pair(shop, &scope, now)) } else { Err("invalid_grant") }
        }
        "" if public && !field("code").is_empty() => {
            let lives = shop.tokens.issued().codes.remove(field("code")).is_some_and(|end| end > now);
            if !lives {
                return Err("invalid_request");
            }
            if field("expiring") == "1" { Ok(pair(shop, &scope, now)) } else { Err("invalid_request") }
        }
        _ if own || public => Err("unsupported_grant_type"),
        _ => Err("invalid_client"),
    }
}

/// A new pair: the old refresh token is used up.
fn pair(shop: &Shop, scope: &str, now: DateTime<Utc>) -> Value {
    let mut issued = shop.tokens.issued();
    let access = issued.access_until(now + TimeDelta::seconds(HOUR));
    let refresh = issued.next("shprt");
    issued.refresh.insert(refresh.clone(), now + TimeDelta::seconds(REFRESH));
    json!({
        "access_token": access, "scope": scope, "expires_in": HOUR,
        "refresh_token": refresh, "refresh_token_expires_in": REFRESH,
    })
}

/// `GET /admin/oauth/authorize`: asks, or sends the browser back with a code.
pub(super) async fn authorize(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let Some(shop) = shop_of(&world, &headers) else { return unknown_shop() };
    let value = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let back = Url::parse(value("redirect_uri")).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(mut back) = back.filter(|_| value("client_id") == shop.config.app_client_id) else {
        return reply::html(
            StatusCode::BAD_REQUEST,
            "<h1>Oauth error (demo)</h1><p>The app or its callback is not known.</p>",
        );
    };
    match value("decision") {
        "install" => {
            let code = shop.tokens.issued().code(world.clock.now());
            let (domain, at) = (shop.config.domain.as_str(), world.clock.now().timestamp().to_string());
            let answer =
                [("code", code.as_str()), ("shop", domain), ("state", value("state")), ("timestamp", &at)];
            let hmac = proof(&shop.config.app_client_secret, &answer);
            back.query_pairs_mut().append_pair("hmac", &hmac).extend_pairs(answer);
            reply::redirect(StatusCode::FOUND, back.as_str())
        }
        "cancel" => {
            back.query_pairs_mut().extend_pairs([("error", "access_denied"), ("state", value("state"))]);
            reply::redirect(StatusCode::FOUND, back.as_str())
        }
        _ => reply::html(StatusCode::OK, consent_page(&shop, &query)),
    }
}

/// The hash over the answer's parameters, which come sorted by name.
fn proof(secret: &str, answer: &[(&str, &str)]) -> String {
    let message = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(answer).finish();
    match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(message.as_bytes());
            hex::encode(mac.finalize().into_bytes())
        }
        Err(_) => String::new(),
    }
}

fn consent_page(shop: &Shop, query: &HashMap<String, String>) -> String {
    let fields: String = ["client_id", "scope", "redirect_uri", "state"]
        .iter()
        .filter_map(|name| query.get(*name).map(|value| (name, value)))
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value)))
        .collect();
    let scopes = query.get("scope").map(String::as_str).unwrap_or_default().replace(',', ", ");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Install app (demo)</title></head>\
         <body style=\"font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto\"><p><b>DEMO</b></p>\
         <h1>Install the app in {}?</h1><p>It asks for: {}</p>\
         <form method=\"get\" action=\"/admin/oauth/authorize\">{fields}\
         <button name=\"decision\" value=\"install\">Install</button> \
         <button name=\"decision\" value=\"cancel\">Cancel</button></form></body></html>",
        escape(&shop.config.name),
        escape(&scopes)
    )
}
