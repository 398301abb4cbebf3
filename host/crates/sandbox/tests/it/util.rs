//! Clients that do what the product's plugins do, written independently.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::Sha256;
use sourcepilot_sandbox::{Sandbox, SandboxConfig, ShopConfig, demo, start};

/// A world of its own for each test.
pub(crate) async fn world(config: SandboxConfig) -> Sandbox {
    start(config).await.expect("the demo world starts")
}

/// A world with one shop of this kind, which believes in HTTPS so that Basic works.
pub(crate) async fn world_with(shop: ShopConfig) -> Sandbox {
    world(SandboxConfig { shops: vec![shop], ..SandboxConfig::default() }).await
}

pub(crate) fn behind_proxy() -> ShopConfig {
    ShopConfig { https_behind_proxy: true, ..ShopConfig::default() }
}

pub(crate) fn client() -> Client {
    // Fails when another test was first, which is as good.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.timeout(Duration::from_secs(30)).build().expect("a client")
}

fn mac(secret: &str, message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.chain_update(message.as_bytes()).finalize().into_bytes().to_vec()
}

/// A caller of the AliExpress gateway.
pub(crate) struct Gateway {
    pub(crate) base: String,
    pub(crate) secret: String,
    pub(crate) common: BTreeMap<String, String>,
}

impl Gateway {
    pub(crate) fn new(world: &Sandbox) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let common = [
            ("app_key", demo::ALIEXPRESS_APP_KEY.to_owned()),
            ("sign_method", "sha256".to_owned()),
            ("timestamp", now.as_millis().to_string()),
            ("session", demo::ALIEXPRESS_ACCESS_TOKEN.to_owned()),
        ];
        let common = common.map(|(name, value)| (name.to_owned(), value)).into();
        Self { base: world.urls.base.clone(), secret: demo::ALIEXPRESS_APP_SECRET.to_owned(), common }
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut all = self.common.clone();
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        all.retain(|_, value| !value.is_empty());
        let message = all.iter().fold(path.to_owned(), |message, (name, value)| message + name + value);
        all.entry("sign".to_owned()).or_insert_with(|| hex::encode_upper(mac(&self.secret, &message)));
        all
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        fields: &[(&str, &str)],
    ) -> Result<Response, reqwest::Error> {
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("method", method)]).collect();
        client().post(format!("{}/sync", self.base)).form(&self.form("", &fields)).send().await
    }

    pub(crate) async fn call(&self, method: &str, fields: &[(&str, &str)]) -> Value {
        let response = self.send(method, fields).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["x-sourcepilot-demo"], "1");
        response.json().await.expect("JSON")
    }

    pub(crate) async fn product(&self, id: u64) -> Value {
        self.call("aliexpress.ds.product.get", &product_fields(&id.to_string())).await
    }

    /// Path style.
    pub(crate) async fn system(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let url = format!("{}/rest{path}", self.base);
        client()
            .post(url)
            .form(&self.form(path, fields))
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON")
    }

    /// With the path as a field.
    pub(crate) async fn system_by_field(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("method", path)]).collect();
        let form = self.form(path, &fields);
        let url = format!("{}/rest", self.base);
        client().post(url).form(&form).send().await.expect("an answer").json().await.expect("JSON")
    }
}

pub(crate) fn product_fields(id: &str) -> [(&str, &str); 4] {
    [("product_id", id), ("ship_to_country", "FR"), ("target_currency", "EUR"), ("target_language", "en")]
}

/// A caller of a shop with a key, over what the shop takes for HTTPS.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) home: String,
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Shop {
    pub(crate) fn new(world: &Sandbox) -> Self {
        Self {
            home: world.urls.shops[0].clone(),
            key: demo::SHOP_CONSUMER_KEY.to_owned(),
            secret: demo::SHOP_CONSUMER_SECRET.to_owned(),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/wp-json/wc/v3/{path}", self.home);
        client().request(method, url).basic_auth(&self.key, Some(&self.secret))
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        answer(self.request(method, path).json(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, &body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::PUT, path, &body).await
    }

    /// Creates a product and gives it back.
    pub(crate) async fn made(&self, body: Value) -> Value {
        let (status, product) = self.post("products", body).await;
        assert_eq!(status, 201, "{product}");
        product
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or_else(|_| json!({ "html": text })))
}

/// Status and code of an error.
pub(crate) fn refusal((status, value): (u16, Value)) -> (u16, String) {
    (status, value["code"].as_str().unwrap_or("no code").to_owned())
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn percent(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Parameters of a one-legged OAuth 1.0a request, signed for an address.
pub(crate) fn oauth(
    method: &str,
    url: &str,
    query: &[(&str, &str)],
    (key, secret): (&str, &str),
    (timestamp, nonce): (i64, &str),
) -> Vec<(String, String)> {
    let timestamp = timestamp.to_string();
    let mut all: Vec<(String, String)> = [
        ("oauth_consumer_key", key),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", &timestamp),
        ("oauth_version", "1.0"),
    ]
    .into_iter()
    .chain(query.iter().copied())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    let mut pairs: Vec<String> =
        all.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    pairs.sort();
    let message = format!("{method}&{}&{}", percent(url), percent(&pairs.join("&")));
    all.push(("oauth_signature".to_owned(), STANDARD.encode(mac(&format!("{secret}&"), &message))));
    all
}
