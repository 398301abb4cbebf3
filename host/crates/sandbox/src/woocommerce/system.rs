//! What the site says about itself.

use serde_json::{Value, json};

use super::Shop;
use super::error::ApiError;

/// Versions that the shop claims to run.
const WOOCOMMERCE: &str = "9.9.5";
const WORDPRESS: &str = "6.8.12";

/// The index of the REST API, for everybody.
pub(super) fn index(shop: &Shop) -> Value {
    json!({
        "name": shop.config.name,
        "description": "A shop of the demo world",
        "url": shop.home,
        "home": shop.home,
        "gmt_offset": "0",
        "timezone_string": "UTC",
        "namespaces": ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wc/store", "wc/store/v1", "wp/v2"],
        "authentication": [],
        "routes": {},
    })
}

/// The shop's currency.
pub(super) fn currency(shop: &Shop) -> Value {
    let code = &shop.config.currency;
    json!({"code": code, "name": code, "symbol": symbol(code), "_links": {}})
}

/// The system report, shortened to what connectors read.
pub(super) fn status(shop: &Shop) -> Value {
    json!({
        "environment": {
            "home_url": shop.home,
            "site_url": shop.home,
            "version": WOOCOMMERCE,
            "wp_version": WORDPRESS,
            "wp_multisite": false,
            "wp_memory_limit": 268_435_456,
            "wp_debug_mode": false,
            "language": "en_US",
            "server_info": "sourcepilot-sandbox (demo)",
            "php_version": "8.2.36",
            "php_post_max_size": 67_108_864,
            "php_max_execution_time": 30,
            "php_max_input_vars": 1000,
            "max_upload_size": 67_108_864,
        },
        "settings": {
            "api_enabled": false,
            "force_ssl": false,
            "currency": shop.config.currency,
            "currency_symbol": symbol(&shop.config.currency),
            "currency_position": "left",
            "thousand_separator": ",",
            "decimal_separator": ".",
            "number_of_decimals": shop.config.decimals,
        },
        "security": {"secure_connection": shop.config.https_behind_proxy, "hide_errors": true},
        "active_plugins": [],
    })
}

/// The settings of a group that connectors ask for.
fn group(shop: &Shop, group: &str) -> Option<Vec<(&'static str, String)>> {
    match group {
        "general" => Some(vec![
            ("woocommerce_currency", shop.config.currency.clone()),
            ("woocommerce_price_num_decimals", shop.config.decimals.to_string()),
            ("woocommerce_price_decimal_sep", ".".to_owned()),
            ("woocommerce_price_thousand_sep", ",".to_owned()),
            ("woocommerce_default_country", "US:CA".to_owned()),
        ]),
        "products" => Some(vec![
            ("woocommerce_weight_unit", "kg".to_owned()),
            ("woocommerce_dimension_unit", "cm".to_owned()),
            ("woocommerce_manage_stock", "yes".to_owned()),
        ]),
        _ => None,
    }
}

/// All settings of a group, or one of them.
pub(super) fn settings(shop: &Shop, name: &str, id: Option<&str>) -> Result<Value, ApiError> {
    let unknown =
        |what: &str| ApiError::new(404, &format!("rest_setting_{what}_invalid"), "Invalid setting.");
    let all = group(shop, name).ok_or_else(|| unknown("setting_group"))?;
    let shown =
        |(id, value): &(&str, String)| json!({"id": id, "type": "text", "value": value, "group_id": name});
    match id {
        None => Ok(all.iter().map(shown).collect()),
        Some(id) => all.iter().find(|(known, _)| *known == id).map(shown).ok_or_else(|| unknown("setting")),
    }
}

/// The sign of a currency, as an HTML entity where WooCommerce has one.
pub(super) fn symbol(code: &str) -> &'static str {
    match code {
        "USD" | "CAD" | "AUD" | "NZD" | "MXN" => "&#36;",
        "EUR" => "&euro;",
        "GBP" => "&pound;",
        "JPY" | "CNY" => "&yen;",
        "PLN" => "&#122;&#322;",
        "CHF" => "&#67;&#72;&#70;",
        _ => "",
    }
}
