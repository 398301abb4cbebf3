//! What a demo world is made of.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::control::faults::FaultRule;
use crate::demo;
use crate::stripe::StripeConfig;

/// Everything that can be chosen when the demo world starts.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The address under which others reach it, without a trailing slash. Without it, the address it listens on.
    pub public_base_url: Option<String>,
    /// The same seed gives the same catalogue.
    pub seed: u64,
    /// How long every answer takes at least.
    pub latency: Latency,
    /// Faults that wait from the start.
    pub faults: Vec<FaultRule>,
    /// The supplier's gateway.
    pub aliexpress: AliExpressConfig,
    /// The API of CJ Dropshipping.
    pub cj: CjConfig,
    /// The payment provider.
    pub stripe: StripeConfig,
    /// The shops, each below its own path.
    pub shops: Vec<ShopConfig>,
    /// Shopify shops, told apart by their host names.
    pub shopify: Vec<ShopifyConfig>,
    /// A file that keeps the shops over a restart.
    pub snapshot: Option<PathBuf>,
    /// How long a picture with `slow` in its name takes.
    pub slow_image: Duration,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_base_url: None,
            seed: 1,
            latency: Latency::NONE,
            faults: Vec::new(),
            aliexpress: AliExpressConfig::default(),
            cj: CjConfig::default(),
            stripe: StripeConfig::default(),
            shops: vec![ShopConfig::default()],
            shopify: vec![ShopifyConfig::default()],
            snapshot: None,
            slow_image: Duration::from_secs(5),
        }
    }
}

/// Added waiting, evenly spread between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// Milliseconds at least.
    pub min_ms: u64,
    /// Milliseconds at most.
    pub max_ms: u64,
}

impl Latency {
    /// As fast as it goes.
    pub const NONE: Latency = Latency { min_ms: 0, max_ms: 0 };
}

/// The AliExpress gateway.
#[derive(Clone, Debug)]
pub struct AliExpressConfig {
    /// The application's key.
    pub app_key: String,
    /// The application's secret, with which every call is signed.
    pub app_secret: String,
    /// A token that is valid from the start and does not end.
    pub access_token: String,
    /// The refresh token that belongs to it.
    pub refresh_token: String,
    /// Calls per second and app before `ApiCallLimit`; unlimited when absent.
    pub calls_per_second: Option<u32>,
    /// How long a ban lasts, in seconds, as the error text says.
    pub ban_seconds: u64,
    /// Consent is given without asking.
    pub auto_consent: bool,
    /// Life of a new access token, in seconds.
    pub access_token_seconds: i64,
    /// Life of a new refresh token, in seconds.
    pub refresh_token_seconds: i64,
    /// How long the slow product takes.
    pub slow: Duration,
    /// How often the price of the moving product changes, in seconds.
    pub price_step_seconds: i64,
}

impl Default for AliExpressConfig {
    fn default() -> Self {
        Self {
            app_key: demo::ALIEXPRESS_APP_KEY.to_owned(),
            app_secret: demo::ALIEXPRESS_APP_SECRET.to_owned(),
            access_token: demo::ALIEXPRESS_ACCESS_TOKEN.to_owned(),
            refresh_token: demo::ALIEXPRESS_REFRESH_TOKEN.to_owned(),
            calls_per_second: None,
            ban_seconds: 1,
            auto_consent: false,
            access_token_seconds: 30 * 86_400,
            refresh_token_seconds: 60 * 86_400,
            slow: Duration::from_secs(8),
            price_step_seconds: 60,
        }
    }
}

/// The API of CJ Dropshipping.
#[derive(Clone, Debug)]
pub struct CjConfig {
    /// Keys that are accepted, one for each account.
    pub api_keys: Vec<String>,
    /// What a check of an account says it may do. Whether it is enforced is for
    /// [`Control::limit_cj`](crate::Control::limit_cj) to say.
    pub requests_per_second: u32,
    /// Whether token calls are counted: one with a key in five minutes, five renewals
    /// in one.
    pub token_limits: bool,
}

impl Default for CjConfig {
    fn default() -> Self {
        let api_keys = demo::CJ_API_KEYS.map(str::to_owned).into();
        Self { api_keys, requests_per_second: 1, token_limits: true }
    }
}

/// What a key of a shop may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRights {
    /// Only look.
    Read,
    /// Only change.
    Write,
    /// Both.
    ReadWrite,
}

/// A key of a shop.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// `ck_...`
    pub consumer_key: String,
    /// `cs_...`
    pub consumer_secret: String,
    /// What it may do.
    pub rights: KeyRights,
}

/// How a WordPress site writes its addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permalinks {
    /// `/product/name/`
    Pretty,
    /// `/index.php/product/name/`
    Index,
    /// `/?p=12`; the REST API is then out of reach for keys.
    Plain,
}

/// Behaviours that make retries dangerous.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShopRaces {
    /// Of a hundred creations, how many succeed while the answer is an error 500.
    pub created_but_error_percent: u8,
    /// Of a hundred creations, how many succeed while the connection is cut.
    pub created_but_dropped_percent: u8,
    /// As in old versions: two simultaneous creations may both get one SKU.
    pub racy_sku_check: bool,
}

/// One WordPress site with WooCommerce.
#[derive(Clone, Debug)]
pub struct ShopConfig {
    /// Path below the sandbox's address, such as `/woocommerce`; empty for the root.
    pub mount: String,
    /// The shop's name.
    pub name: String,
    /// The address the site believes it has; derived from the sandbox's when absent.
    pub home: Option<String>,
    /// ISO code of its currency.
    pub currency: String,
    /// Decimals of its prices.
    pub decimals: u32,
    /// Its keys.
    pub keys: Vec<ApiKey>,
    /// How it writes addresses.
    pub permalinks: Permalinks,
    /// The site believes that every request came over HTTPS, as behind a proxy that ends TLS.
    pub https_behind_proxy: bool,
    /// The `Authorization` header never arrives, as on some hosts.
    pub strips_authorization: bool,
    /// Requests per minute before an HTML page with status 429; unlimited when absent.
    pub calls_per_minute: Option<u32>,
    /// How long saving one product takes.
    pub save_time: Duration,
    /// Behaviours that make retries dangerous.
    pub races: ShopRaces,
}

impl Default for ShopConfig {
    fn default() -> Self {
        Self {
            mount: demo::SHOP_PATH.to_owned(),
            name: "Harbour Street Goods (demo)".to_owned(),
            home: None,
            currency: "USD".to_owned(),
            decimals: 2,
            keys: vec![
                ApiKey {
                    consumer_key: demo::SHOP_CONSUMER_KEY.to_owned(),
                    consumer_secret: demo::SHOP_CONSUMER_SECRET.to_owned(),
                    rights: KeyRights::ReadWrite,
                },
                ApiKey {
                    consumer_key: demo::SHOP_READ_ONLY_KEY.to_owned(),
                    consumer_secret: demo::SHOP_READ_ONLY_SECRET.to_owned(),
                    rights: KeyRights::Read,
                },
            ],
            permalinks: Permalinks::Pretty,
            https_behind_proxy: false,
            strips_authorization: false,
            calls_per_minute: None,
            save_time: Duration::ZERO,
            races: ShopRaces::default(),
        }
    }
}

/// One Shopify shop.
#[derive(Clone, Debug)]
pub struct ShopifyConfig {
    /// Its host, which ends in `.myshopify.com`.
    pub domain: String,
    /// The shop's name.
    pub name: String,
    /// ISO code of its currency.
    pub currency: String,
    /// The token of a custom app, which does not end.
    pub access_token: String,
    /// What its tokens may do.
    pub scopes: Vec<String>,
    /// A token that may only write products.
    pub narrow_token: String,
    /// Client ID of an app of the merchant's own organisation.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Client ID of a public app.
    pub app_client_id: String,
    /// Its secret.
    pub app_client_secret: String,
    /// How many points the allowance holds.
    pub points: f64,
    /// How many come back per second.
    pub points_per_second: f64,
    /// Variants per product.
    pub max_variants: usize,
    /// How long fetching a picture takes.
    pub media_time: Duration,
    /// How long making a product asynchronously takes.
    pub operation_time: Duration,
}

impl Default for ShopifyConfig {
    fn default() -> Self {
        let scopes = [
            "write_products",
            "read_locations",
            "write_inventory",
            "read_publications",
            "write_publications",
        ];
        Self {
            domain: demo::SHOPIFY_DOMAIN.to_owned(),
            name: "Harbour Street Studio (demo)".to_owned(),
            currency: "USD".to_owned(),
            access_token: demo::SHOPIFY_ACCESS_TOKEN.to_owned(),
            scopes: scopes.map(str::to_owned).into(),
            narrow_token: demo::SHOPIFY_NARROW_TOKEN.to_owned(),
            client_id: demo::SHOPIFY_CLIENT_ID.to_owned(),
            client_secret: demo::SHOPIFY_CLIENT_SECRET.to_owned(),
            app_client_id: demo::SHOPIFY_APP_CLIENT_ID.to_owned(),
            app_client_secret: demo::SHOPIFY_APP_CLIENT_SECRET.to_owned(),
            points: 2000.0,
            points_per_second: 100.0,
            max_variants: 2048,
            media_time: Duration::from_millis(300),
            operation_time: Duration::from_millis(800),
        }
    }
}
