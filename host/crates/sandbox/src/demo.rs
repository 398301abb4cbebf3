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
