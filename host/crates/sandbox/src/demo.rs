//! Credentials and addresses of the demo world as it starts by default. They
//! open nothing but this simulator.

use crate::seed::Seeded;

/// App key of the demo AliExpress application.
pub const ALIEXPRESS_APP_KEY: &str = "500001";
/// Its secret.
pub const ALIEXPRESS_APP_SECRET: &str = "demo-app-secret-500001";
/// An access token of the demo buyer account; it does not end by itself.
pub const ALIEXPRESS_ACCESS_TOKEN: &str = "50000900demoAccessToken000000000000000001";
/// The refresh token that belongs to it. Using it replaces both.
pub const ALIEXPRESS_REFRESH_TOKEN: &str = "50001900demoRefreshToken00000000000000001";
/// The name of the demo buyer account.
pub const ALIEXPRESS_ACCOUNT: &str = "demo-buyer@example.org";

/// Path of the language-model gateway below the sandbox's address.
pub const LLM_PATH: &str = "/llm";
/// The key that it accepts.
pub const LLM_GATEWAY_KEY: &str = "demo-gateway-key";
/// Path of the other language model, which speaks Anthropic's Messages API.
pub const ANTHROPIC_PATH: &str = "/anthropic";
/// The key that it accepts.
pub const ANTHROPIC_API_KEY: &str = "sk-ant-demo";

/// API keys of the demo accounts with CJ Dropshipping.
pub const CJ_API_KEYS: [&str; 4] = [
    "CJ1000001@api@demo0000000000000000000000000001",
    "CJ1000002@api@demo0000000000000000000000000002",
    "CJ1000003@api@demo0000000000000000000000000003",
    "CJ1000004@api@demo0000000000000000000000000004",
];
/// The first of them.
pub const CJ_API_KEY: &str = CJ_API_KEYS[0];
/// Products of CJ Dropshipping that show well: a lamp, a shirt and a grinder.
pub const CJ_PRODUCTS: [(&str, u64); 3] = [
    ("reading-lamp", 1_600_000_000_000_000_000),
    ("linen-shirt", 1_600_000_000_000_000_007),
    ("coffee-grinder", 1_600_000_000_000_000_013),
];

/// The key of the demo Stripe account.
pub const STRIPE_SECRET_KEY: &str = "sk_test_demo000000000000000000000001";
/// Its events are signed with it.
pub const STRIPE_WEBHOOK_SECRET: &str = "whsec_demo00000000000000000000000001";
/// What can be paid for there: the pro plan, the enterprise plan, and something else.
pub const STRIPE_PRICES: [&str; 3] = ["price_demo_pro", "price_demo_enterprise", "price_demo_other"];

/// Path of the default shop below the sandbox's address.
pub const SHOP_PATH: &str = "/woocommerce";
/// Consumer key of the default shop, with the right to read and write.
pub const SHOP_CONSUMER_KEY: &str = "ck_demo0000000000000000000000000000000000001";
/// Its secret.
pub const SHOP_CONSUMER_SECRET: &str = "cs_demo0000000000000000000000000000000000001";
/// A second key of the default shop that may only read.
pub const SHOP_READ_ONLY_KEY: &str = "ck_demo0000000000000000000000000000000000002";
/// Its secret.
pub const SHOP_READ_ONLY_SECRET: &str = "cs_demo0000000000000000000000000000000000002";

/// Host of the demo Shopify shop.
pub const SHOPIFY_DOMAIN: &str = "sourcepilot-demo.myshopify.com";
/// The token of its custom app, which does not end.
pub const SHOPIFY_ACCESS_TOKEN: &str = "shpat_demo000000000000000000000000000a";
/// A token of the same shop that may only write products.
pub const SHOPIFY_NARROW_TOKEN: &str = "shpat_demo000000000000000000000000000b";
/// Client ID of an app of the shop's own organisation.
pub const SHOPIFY_CLIENT_ID: &str = "demo0000000000000000000000000001";
/// Its secret.
pub const SHOPIFY_CLIENT_SECRET: &str = "shpss_demo00000000000000000000000001";
/// Client ID of a public app.
pub const SHOPIFY_APP_CLIENT_ID: &str = "demo0000000000000000000000000002";
/// Its secret.
pub const SHOPIFY_APP_CLIENT_SECRET: &str = "shpss_demo00000000000000000000000002";

/// Ids of products that show well: a water bottle, a dress, a coffee grinder and a
/// keyboard with 8 to 24 variants each.
pub const PRODUCT_IDS: [&str; 4] =
    ["1005001111222605", "1005001111222608", "1005001111222333", "1005001111222428"];

/// Addresses of demo products as a merchant would paste them.
#[must_use]
pub fn product_urls() -> Vec<String> {
    PRODUCT_IDS.iter().map(|id| format!("https://www.aliexpress.com/item/{id}.html")).collect()
}

/// A well-formed product id that nobody has used yet in a demonstration,
/// different for each `n` and the same for the same `n`.
#[must_use]
pub fn product_id(n: u64) -> String {
    let mut choices = Seeded::new(n, &["demo product id"]);
    (1_005_000_000_000_000 + choices.below(9_000_000_000)).to_string()
}

/// A shop that a demonstration can connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoShop {
    /// The plugin that serves it.
    pub platform: &'static str,
    /// Its address.
    pub url: String,
    /// The key as merchants paste it.
    pub api_key: String,
}

/// An account with a supplier that a demonstration can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// The plugin that serves it.
    pub platform: &'static str,
    /// Names and values.
    pub credentials: Vec<(&'static str, &'static str)>,
}

/// An account of the demo merchant's own, with what the merchant supplies for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoMerchantAccount {
    /// The plugin that serves it.
    pub platform: &'static str,
    /// What the merchant calls it.
    pub name: &'static str,
    /// Settings of the plugin, by name.
    pub settings: Vec<(&'static str, String)>,
}

/// A product that shows well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoProduct {
    /// The plugin that reads it.
    pub source: &'static str,
    /// Its address.
    pub url: String,
}

/// The shops of the world at this address.
#[must_use]
pub fn shops(base: &str) -> Vec<DemoShop> {
    vec![
        DemoShop {
            platform: "woocommerce",
            url: format!("{base}{SHOP_PATH}"),
            api_key: format!("{SHOP_CONSUMER_KEY}:{SHOP_CONSUMER_SECRET}"),
        },
        DemoShop {
            platform: "shopify",
            url: format!("https://{SHOPIFY_DOMAIN}"),
            api_key: SHOPIFY_ACCESS_TOKEN.to_owned(),
        },
    ]
}

/// The accounts that suppliers of the world accept.
#[must_use]
pub fn accounts() -> Vec<DemoAccount> {
    let cj = DemoAccount { platform: "cjdropship", credentials: vec![("api_key", CJ_API_KEY)] };
    let aliexpress = DemoAccount {
        platform: "aliexpress",
        credentials: vec![
            ("app_key", ALIEXPRESS_APP_KEY),
            ("app_secret", ALIEXPRESS_APP_SECRET),
            ("access_token", ALIEXPRESS_ACCESS_TOKEN),
            ("refresh_token", ALIEXPRESS_REFRESH_TOKEN),
        ],
    };
    vec![aliexpress, cj]
}

/// Accounts that a demonstration adds for its merchant, in the world at this address.
#[must_use]
pub fn merchant_accounts(base: &str) -> Vec<DemoMerchantAccount> {
    vec![DemoMerchantAccount {
        platform: "spocket",
        name: "Demo feed",
        settings: vec![("feed_url", spocket_feed(base))],
    }]
}

/// The address of the Spocket feed as a file of rows; `.json` in place of `.csv` is the
/// same as JSON.
#[must_use]
pub fn spocket_feed(base: &str) -> String {
    format!("{base}{}", crate::spocket::CSV)
}

/// The id of a product of that feed, counted from 0; the first has two variants.
#[must_use]
pub fn spocket_id(number: u64) -> String {
    crate::spocket::product_id(number)
}

/// Products of every supplier of the world at this address.
#[must_use]
pub fn products(base: &str) -> Vec<DemoProduct> {
    let pages =
        ["desk-lamp"].map(|page| DemoProduct { source: "manual", url: format!("{base}/pages/{page}") });
    let spocket = crate::spocket::products(base).into_iter().take(2);
    let spocket = spocket.map(|product| DemoProduct { source: "spocket", url: product.url() });
    let cj = CJ_PRODUCTS.map(|(name, id)| DemoProduct {
        source: "cjdropship",
        url: format!("https://cjdropshipping.com/product/{name}-p-{id}.html"),
    });
    let aliexpress = product_urls().into_iter().map(|url| DemoProduct { source: "aliexpress", url });
    aliexpress.chain(cj).chain(pages).chain(spocket).collect()
}
