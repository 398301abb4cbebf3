//! The built component in the real runtime, and the simulated shop behind the real
//! egress.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rust_decimal::Decimal;
use secrecy::SecretString;
use serde_json::Value;
use sourcepilot_domain::listing::{Listing, ListingStatus, ListingVariant, RemoteProduct};
use sourcepilot_domain::product::{AccountInfo, Attribute, OptionAxis};
use sourcepilot_domain::{Currency, Money};
use sourcepilot_egress::{Egress, EgressConfig};
use sourcepilot_plugin_runtime::{
    Call, Ceilings, Grants, Manifest, Plugin, Policy, Runtime, RuntimeConfig, Store,
};
use sourcepilot_sandbox::{Sandbox, SandboxConfig, ShopifyConfig, demo};

pub struct Rig {
    pub world: Sandbox,
    plugin: Arc<Plugin>,
    token: String,
    facts: Vec<Attribute>,
    calls: AtomicU32,
}

impl Rig {
    pub async fn new() -> Rig {
        Rig::with(ShopifyConfig::default()).await
    }

    pub async fn with(shop: ShopifyConfig) -> Rig {
        let config = SandboxConfig { shopify: vec![shop], ..SandboxConfig::default() };
        let world = sourcepilot_sandbox::start(config).await.expect("a world");
        let egress = Egress::new(EgressConfig {
            allow_private: EgressConfig::parse_allow_private(&world.allow_private()).expect("an address"),
            map: EgressConfig::parse_map(&world.egress_map()).expect("a map"),
            ..EgressConfig::default()
        })
        .expect("a way out");
        let bytes = std::fs::read(sourcepilot_test_components::plugin("shopify")).expect("the component");
        let manifest = Manifest::from_component(&bytes).expect("a manifest");
        let policy = Policy { grants: Grants::as_asked(&manifest), ..Policy::default() };
        // As the host allows.
        let ceilings = Ceilings { call_ceiling: Duration::from_secs(300), ..Ceilings::default() };
        let runtime =
            Runtime::new(RuntimeConfig { ceilings, ..RuntimeConfig::default() }, egress).expect("a runtime");
        let plugin = runtime.load(bytes, policy).await.expect("a plugin");
        let token = demo::SHOPIFY_ACCESS_TOKEN.to_owned();
        Rig { world, plugin, token, facts: Vec::new(), calls: AtomicU32::new(0) }
    }

    /// Every further call has this token.
    pub fn token(mut self, token: &str) -> Rig {
        self.token = token.to_owned();
        self
    }

    /// Check the connection and remember what it found, as the host does.
    pub async fn checked(mut self) -> Rig {
        self.facts = self.check().await.extra;
        self.world.control().clear_requests();
        self
    }

    /// Every further call has this finding of an earlier check.
    pub fn remembering(mut self, name: &str, value: &str) -> Rig {
        self.facts.retain(|fact| fact.name != name);
        self.facts.push(attribute(name, value));
        self
    }

    pub async fn check(&self) -> AccountInfo {
        self.store().check(self.call()).await.result.expect("it works")
    }

    pub fn store(&self) -> Store {
        self.plugin.store().expect("a store")
    }

    pub fn call(&self) -> Call {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        Call {
            pool_key: "shop".into(),
            base_url: Some(format!("https://{}", demo::SHOPIFY_DOMAIN)),
            credentials: BTreeMap::from([(
                "access_token".to_owned(),
                SecretString::from(self.token.as_str()),
            )]),
            extra: self.facts.clone(),
            deadline: Duration::from_secs(120),
            ..Call::new(format!("call-{number}"), chrono::Utc::now())
        }
    }

    pub async fn create(&self, key: &str, listing: Listing) -> RemoteProduct {
        self.store().create(self.call(), key.to_owned(), listing).await.result.expect("a product")
    }

    pub fn shop(&self) -> Value {
        self.world.control().shopify(demo::SHOPIFY_DOMAIN).expect("a shop")
    }

    /// The one product in the shop.
    #[track_caller]
    pub fn product(&self) -> Value {
        let shop = self.shop();
        let products = shop["products"].as_array().expect("products");
        assert_eq!(products.len(), 1, "{products:#?}");
        products[0].clone()
    }

    /// Names of the documents that were sent, in order.
    pub fn sent(&self) -> Vec<String> {
        let entries = self.world.control().requests(0);
        entries
            .iter()
            .map(|entry| {
                let at = entry.body.find("\"operationName\":\"").map(|at| at + 17);
                at.map_or_else(
                    || entry.path.clone(),
                    |at| entry.body[at..].split('"').next().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }

    pub fn base(&self) -> &str {
        &self.world.urls.base
    }
}

pub fn usd(amount: &str) -> Money {
    Money::new(amount.parse::<Decimal>().expect("an amount"), Currency::USD)
}

pub fn attribute(name: &str, value: impl Into<String>) -> Attribute {
    Attribute { name: name.into(), value: value.into() }
}

/// A product of one variant, with two pictures.
pub fn lamp(base: &str) -> Listing {
    Listing {
        title: "Lamp <b>&</b> shade (demo)".into(),
        description_html: Some("<p>Warm <em>light</em>.</p>".into()),
        status: ListingStatus::Draft,
        options: Vec::new(),
        variants: vec![ListingVariant {
            key: "SP-1-V".into(),
            options: Vec::new(),
            price: usd("19.90"),
            compare_at: Some(usd("25.00")),
            cost: Some(usd("7.10")),
            stock: Some(5),
            image: None,
            weight_grams: Some(250),
            barcode: Some("4006381333931".into()),
        }],
        images: ["a", "b"].map(|name| format!("{base}/images/{name}.jpg")).into(),
        categories: vec!["Home & Garden".into()],
        tags: vec!["summer".into(), "light, warm".into()],
        vendor: Some("ACME".into()),
        extra: Vec::new(),
    }
}

/// A product with so many colours in so many sizes and finishes; each colour has its picture.
pub fn shirt(base: &str, colours: usize, sizes: usize, finishes: usize) -> Listing {
    let name = |axis: &str, at: usize| format!("{axis} {at:03}");
    let mut variants = Vec::new();
    for colour in 0..colours {
        for size in 0..sizes {
            for finish in 0..finishes {
                let number = variants.len();
                let price = Decimal::new(1000 + i64::try_from(number).expect("small"), 2);
                variants.push(ListingVariant {
                    key: format!("SP-2-{number}"),
                    options: vec![
                        attribute("Colour", name("Colour", colour)),
                        attribute("Size", name("Size", size)),
                        attribute("Finish", name("Finish", finish)),
                    ],
                    price: Money::new(price, Currency::USD),
                    compare_at: (number % 2 == 0).then(|| Money::new(price * Decimal::TWO, Currency::USD)),
                    cost: None,
                    stock: Some(u32::try_from(number % 50).expect("small")),
                    image: Some(format!("{base}/images/colour-{colour}.jpg")),
                    weight_grams: None,
                    barcode: None,
                });
            }
        }
    }
    let axis = |axis: &str, count: usize| OptionAxis {
        name: axis.into(),
        values: (0..count).map(|at| name(axis, at)).collect(),
    };
    Listing {
        title: "Shirt (demo)".into(),
        options: vec![axis("Colour", colours), axis("Size", sizes), axis("Finish", finishes)],
        images: std::iter::once(format!("{base}/images/main.jpg"))
            .chain((0..colours).map(|at| format!("{base}/images/colour-{at}.jpg")))
            .collect(),
        variants,
        ..lamp(base)
    }
}
