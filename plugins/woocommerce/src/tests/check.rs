//! The connection test.

use serde_json::json;
use sourcepilot_sdk::{Account, ErrorKind, Store};

use super::fake::Reply;
use super::rig::Rig;
use crate::WooCommerce;

fn extra<'a>(account: &'a Account, name: &str) -> Option<&'a str> {
    account.extra.iter().find(|entry| entry.name == name).map(|entry| entry.value.as_str())
}

#[test]
fn a_good_shop_tells_everything_that_later_calls_need() {
    let rig = Rig::new();
    let account = WooCommerce::check(&rig.call()).expect("an account");
    assert_eq!((account.id.as_str(), account.label.as_str()), ("shop.example", "Tom & Co"));
    assert_eq!((account.currency.as_deref(), account.canonical_url.as_deref()), (Some("EUR"), None));
    assert_eq!(account.warnings, Vec::<String>::new());
    for (name, value) in [
        ("x-woocommerce.auth", "basic"),
        ("x-woocommerce.rest-base", "/wp-json"),
        ("x-woocommerce.currency", "EUR"),
        ("x-woocommerce.decimals", "2"),
        ("x-woocommerce.weight-unit", "kg"),
        ("x-woocommerce.version", "9.9.5"),
    ] {
        assert_eq!(extra(&account, name), Some(value), "{name}");
    }
    assert_eq!(rig.steps()[0], "GET /wp-json/");
    assert!(!rig.shop.seen.borrow()[0].headers.contains_key("authorization"), "discovery is public");
}

#[test]
fn the_name_that_the_shop_has_for_itself_is_adopted() {
    let rig = Rig::at("https://shop.example");
    let index = json!({ "name": "", "home": "https://www.shop.example/", "namespaces": ["wc/v3"] });
    rig.shop.fail(1, Reply::json(200, &index), |seen| seen.path == "/wp-json/");
    let account = WooCommerce::check(&rig.call()).expect("an account");
    assert_eq!(account.canonical_url.as_deref(), Some("https://www.shop.example"));
    assert_eq!(account.label, "www.shop.example");
    assert!(account.warnings[0].contains("https://www.shop.example"));
    assert_eq!(extra(&account, "x-woocommerce.home"), Some("https://www.shop.example"));
}

#[test]
fn signatures_name_the_shop_as_it_names_itself() {
    let rig = Rig::at("http://shop.example");
    let index = json!({ "name": "S", "home": "https://www.shop.example", "namespaces": ["wc/v3"] });
    rig.shop.fail(1, Reply::json(200, &index), |seen| seen.path == "/wp-json/");
    WooCommerce::check(&rig.call()).expect("an account");
    assert!(rig.signed.borrow()[0].message.starts_with("GET&http%3A%2F%2Fwww.shop.example%2Fwp-json"));
}

#[test]
fn a_shop_in_a_folder_keeps_it() {
    let rig = Rig::at("https://shop.example/store/");
    let account = WooCommerce::check(&rig.call()).expect("an account");
    assert_eq!(account.id, "shop.example/store");
    assert!(
        rig.shop.seen.borrow().iter().all(|seen| seen.url.starts_with("https://shop.example/store/wp-json/"))
    );
}

#[test]
fn plain_permalinks_are_told_as_such() {
    let rig = Rig::new();
    rig.shop.fail(1, Reply::json(200, &json!({ "namespaces": ["wc/v3"] })), |seen| {
        seen.query.contains_key("rest_route")
    });
    rig.shop.fail(99, Reply::html(200), |_| true);
    let failure = WooCommerce::check(&rig.call()).expect_err("plain");
    assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::Unsupported, Some("plain-permalinks")));
    assert!(failure.message.contains("Permalinks"));
    let seen = rig.shop.seen.borrow();
    let probe = seen.iter().find(|seen| seen.query.contains_key("rest_route")).expect("a probe");
    assert_eq!(probe.query["_fields"], "namespaces", "the whole index is large");
}

#[test]
fn index_php_permalinks_work_with_a_remark() {
    let rig = Rig::new();
    rig.shop.fail(99, Reply::html(404), |seen| seen.url.starts_with("https://shop.example/wp-json"));
    let account = WooCommerce::check(&rig.call()).expect("an account");
    assert_eq!(extra(&account, "x-woocommerce.rest-base"), Some("/index.php/wp-json"));
    assert_eq!(account.warnings.len(), 1);
}

#[test]
fn a_site_that_is_no_shop_is_told_apart_from_no_site() {
    let rig = Rig::new();
    rig.shop.fail(1, Reply::json(200, &json!({ "namespaces": ["wp/v2"] })), |_| true);
    let failure = WooCommerce::check(&rig.call()).expect_err("no shop");
    assert!(failure.message.contains("WooCommerce is installed"), "{failure:?}");
    let rig = Rig::new();
    rig.shop.fail(99, Reply::html(404), |_| true);
    let failure = WooCommerce::check(&rig.call()).expect_err("no site");
    assert_eq!(failure.kind, ErrorKind::Unsupported);
}

#[test]
fn a_key_that_may_only_read_is_refused() {
    let rig = Rig::new();
    rig.shop
        .fail(1, Reply::error(401, "woocommerce_rest_authentication_error"), |seen| seen.method == "POST");
    let failure = WooCommerce::check(&rig.call()).expect_err("read only");
    assert_eq!(failure.kind, ErrorKind::Forbidden);
    assert!(failure.message.contains("Read/Write"));
}

#[test]
fn a_key_of_a_weak_user_is_refused() {
    let rig = Rig::new();
    rig.shop.fail(1, Reply::error(403, "woocommerce_rest_cannot_batch"), |seen| seen.method == "POST");
    assert_eq!(WooCommerce::check(&rig.call()).expect_err("weak").kind, ErrorKind::Forbidden);
}

#[test]
fn a_wrong_key_is_an_authentication_failure() {
    for code in ["woocommerce_rest_authentication_error", "woocommerce_rest_cannot_view"] {
        let rig = Rig::new();
        rig.shop.fail(9, Reply::error(401, code), |seen| seen.url.contains("/wc/v3/"));
        assert_eq!(WooCommerce::check(&rig.call()).expect_err("wrong").kind, ErrorKind::AuthRequired);
    }
}

#[test]
fn a_status_page_that_is_forbidden_or_slow_is_not_needed() {
    for reply in [Some(Reply::error(403, "woocommerce_rest_cannot_view")), Some(Reply::html(504)), None] {
        let rig = Rig::new();
        match reply {
            Some(reply) => rig.shop.fail(1, reply, |seen| seen.path == "system_status"),
            None => rig.shop.lose(false, |seen| seen.path == "system_status"),
        }
        let account = WooCommerce::check(&rig.call()).expect("an account");
        assert_eq!(extra(&account, "x-woocommerce.decimals"), Some("2"));
        assert_eq!(extra(&account, "x-woocommerce.version"), None);
    }
}

#[test]
fn what_is_not_as_it_should_be_is_told() {
    let rig = Rig::at("http://shop.example");
    let status = json!({ "environment": { "version": "8.4.0" }, "settings": { "number_of_decimals": 0 } });
    rig.shop.fail(1, Reply::json(200, &status), |seen| seen.path == "system_status");
    let account = WooCommerce::check(&rig.call()).expect("an account");
    assert_eq!(extra(&account, "x-woocommerce.auth"), Some("oauth1"));
    assert_eq!(extra(&account, "x-woocommerce.decimals"), Some("0"));
    assert!(account.warnings[0].contains("without encryption") && account.warnings[1].contains("8.4.0"));
    let rig = Rig::new();
    rig.shop.fail(99, Reply::error(401, "woocommerce_rest_cannot_view"), |seen| {
        seen.headers.contains_key("authorization")
    });
    let account = WooCommerce::check(&rig.call()).expect("an account");
    assert_eq!(extra(&account, "x-woocommerce.auth"), Some("query"));
    assert_eq!(account.warnings.len(), 1);
}
