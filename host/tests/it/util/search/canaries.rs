//! Which values are secrets, by where they go in and come out.

use std::collections::BTreeMap;

use serde_json::Value;
use sourcepilot_sandbox::demo;

use super::exchange::Exchange;
use super::issued;
use super::scanner::Canary;

/// Shorter values would be found by chance.
const SHORTEST: usize = 12;
/// Of this masks are made.
const MASK: char = '•';
/// Fields of a request that carry a secret, with everything below them.
const SECRET_FIELDS: [&str; 12] = [
    "password",
    "new_password",
    "current_password",
    "token",
    "access_token",
    "refresh_token",
    "csrf_token",
    "api_key",
    "secret",
    "app_secret",
    "credentials",
    "key",
];
/// Names among credentials that only say whose they are.
const PUBLIC_FIELDS: [&str; 4] = ["app_key", "app_client_id", "client_id", "account"];
/// Parts of an address that are as good as a password.
const SECRET_PARAMETERS: [&str; 2] = ["code", "token"];
/// Settings by the ends of their names.
const SECRET_SETTINGS: [&str; 4] = ["_KEY", "_SECRET", "_PASSWORD", "_TOKEN"];

/// One character, over and over.
fn is_padding(value: &str) -> bool {
    let mut characters = value.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first)
}

/// Secrets by their value, each with the name under which it is told.
#[derive(Clone, Default)]
pub(super) struct Canaries(BTreeMap<String, String>);

impl Canaries {
    /// The demo world's secrets are known to every world.
    pub(super) fn of_the_demo() -> Self {
        let mut known = Canaries::default();
        for (name, value) in [
            ("the demo application's secret", demo::ALIEXPRESS_APP_SECRET),
            ("the demo buyer's access token", demo::ALIEXPRESS_ACCESS_TOKEN),
            ("the demo buyer's refresh token", demo::ALIEXPRESS_REFRESH_TOKEN),
            ("the demo gateway's key", demo::LLM_GATEWAY_KEY),
            ("the demo shop's secret", demo::SHOP_CONSUMER_SECRET),
            ("the demo shop's second secret", demo::SHOP_READ_ONLY_SECRET),
            ("the demo Shopify shop's token", demo::SHOPIFY_ACCESS_TOKEN),
            ("the demo Shopify shop's narrow token", demo::SHOPIFY_NARROW_TOKEN),
            ("the demo Shopify app's secret", demo::SHOPIFY_CLIENT_SECRET),
            ("the demo public app's secret", demo::SHOPIFY_APP_CLIENT_SECRET),
            ("the demo Stripe account's key", demo::STRIPE_SECRET_KEY),
            ("the demo Stripe account's webhook secret", demo::STRIPE_WEBHOOK_SECRET),
        ] {
            known.add(name, value);
        }
        for key in demo::CJ_API_KEYS {
            known.add("a demo CJ account's key", key);
        }
        known
    }

    /// A value that is too short to be told from chance is left out.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        // A masked value that comes back says "as it was"; a padding that a test sends in
        // several fields is nobody's secret.
        if value.contains(MASK) || is_padding(value) {
            return;
        }
        if value.chars().count() >= SHORTEST {
            self.0.entry(value.to_owned()).or_insert_with(|| name.to_owned());
        }
        // The second half of `key:secret` is the secret; it is used alone as well.
        if let Some((key, secret)) = value.split_once(':')
            && !key.contains(' ')
            && secret.chars().count() >= SHORTEST
        {
            self.0.entry(secret.to_owned()).or_insert_with(|| format!("half of {name}"));
        }
    }

    pub(super) fn add_settings<'a>(&mut self, settings: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, value) in settings {
            if SECRET_SETTINGS.iter().any(|end| name.ends_with(end)) {
                // Some take several, the current one first.
                value.split(',').for_each(|value| self.add(name, value));
            }
        }
    }

    /// The password in a database's address.
    pub(super) fn add_database(&mut self, address: &str) {
        let address = url::Url::parse(address).ok();
        if let Some(password) = address.as_ref().and_then(url::Url::password) {
            self.add("the database's password", password);
        }
    }

    /// What somebody sent as a secret, and what was given out as one.
    pub(super) fn add_exchange(&mut self, exchange: &Exchange) {
        let place = format!("{} {}", exchange.method, exchange.path());
        for (name, value) in exchange.credentials() {
            self.add(&format!("`{name}` sent to {place}"), &value);
        }
        for (name, value) in exchange.parameters() {
            if SECRET_PARAMETERS.contains(&name.as_str()) {
                self.add(&format!("`{name}` in the address of {place}"), &value);
            }
        }
        if let Ok(asked) = serde_json::from_slice::<Value>(&exchange.asked()) {
            self.walk(&asked, &place);
        }
        for (name, value) in issued::by(exchange) {
            self.add(&format!("`{name}` issued by {place}"), &value);
        }
    }

    /// Secrets in a request's body.
    fn walk(&mut self, value: &Value, place: &str) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match SECRET_FIELDS.contains(&name.as_str()) {
                        true => self.add_all(value, name, place),
                        false => self.walk(value, place),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|value| self.walk(value, place)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn add_all(&mut self, value: &Value, name: &str, place: &str) {
        match value {
            Value::String(text) => self.add(&format!("`{name}` sent to {place}"), text),
            Value::Array(items) => items.iter().for_each(|value| self.add_all(value, name, place)),
            Value::Object(fields) => fields
                .iter()
                .filter(|(name, _)| !PUBLIC_FIELDS.contains(&name.as_str()))
                .for_each(|(name, value)| self.add_all(value, name, place)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    pub(super) fn into_list(self) -> Vec<Canary> {
        self.0.into_iter().map(|(value, name)| Canary { name, value }).collect()
    }
}
