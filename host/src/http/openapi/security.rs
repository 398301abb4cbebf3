//! Which credentials open which operation.

use std::str::FromStr;

use axum::http::Method;
use serde_json::Value;
use sourcepilot_domain::scope::Scope;
use utoipa::Modify;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};

use crate::http::access::Needs;

const TOKEN: &str = "jwt";
const KEY: &str = "api_key";
const COOKIE: &str = "session";
/// The platform's events are signed, and nothing else opens them.
const PLATFORM: &str = "platform_signature";
/// The scope that a key needs. Handlers that need another one than their method says
/// give it from `Input::NEEDS`; where no key is accepted it is missing.
const REQUIRED_SCOPE: &str = "x-required-scope";

/// Names the credentials, and adds keys with the scope they need to every operation
/// that takes a token.
pub struct Credentials;

impl Modify for Credentials {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let key = ApiKeyValue::with_description("X-API-Key", "Made with `POST /api/v1/api-keys`");
        let components = api.components.get_or_insert_default();
        components.add_security_scheme(TOKEN, SecurityScheme::Http(token));
        let session = ApiKeyValue::with_description(
            "sourcepilot_session",
            "Set by `POST /api/v1/auth/session`; over https its name begins with `__Host-`. Everything but GET also needs the header `X-CSRF-Token`",
        );
        components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        let signature = ApiKeyValue::with_description(
            "X-Platform-Signature",
            "`sha256=` and the hexadecimal HMAC-SHA256 of the body with PLATFORM_WEBHOOK_SECRET",
        );
        let signature = SecurityScheme::ApiKey(ApiKey::Header(signature));
        components.add_security_scheme(PLATFORM, signature);
        components.add_security_scheme(KEY, SecurityScheme::ApiKey(ApiKey::Header(key)));
        for path in api.paths.paths.values_mut() {
            for (method, operation) in operations(path) {
                complete(&method, operation);
            }
        }
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = path;
    [
        (Method::GET, get),
        (Method::PUT, put),
        (Method::POST, post),
        (Method::DELETE, delete),
        (Method::PATCH, patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn complete(method: &Method, operation: &mut Operation) {
    let Some(security) = &mut operation.security else { return };
    if !security.contains(&SecurityRequirement::new(TOKEN, Vec::<String>::new())) {
        return;
    }
    let mut extensions = operation.extensions.take().unwrap_or_default();
    let needs = match extensions.remove(REQUIRED_SCOPE) {
        None => Needs::ByMethod,
        Some(Value::String(word)) => Scope::from_str(&word).map_or(Needs::ByMethod, Needs::Scope),
        Some(_) => Needs::Login,
    };
    security.push(SecurityRequirement::new::<_, [&str; 0], _>(COOKIE, []));
    if let Some(scope) = needs.scope(method) {
        security.push(SecurityRequirement::new(KEY, [scope.as_str()]));
        let stated = ExtensionsBuilder::new().add(REQUIRED_SCOPE, scope.as_str()).build();
        extensions.merge(stated);
    }
    operation.extensions = (!extensions.is_empty()).then_some(extensions);
}
