//! Finding the way to the API and past what stands before it.

use serde_json::json;
use sourcepilot_sdk::{Effect, ErrorKind, Store, Upkeep};

use super::fake::{Reply, Seen};
use super::rig::{Rig, lamp};
use crate::WooCommerce;

fn api(seen: &Seen) -> bool {
    seen.url.contains("/wc/v3/")
}

#[test]
fn https_uses_basic_in_the_header_and_nothing_in_the_address() {
    let rig = Rig::new();
    WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
    for seen in rig.shop.seen.borrow().iter() {
        assert_eq!(seen.headers["authorization"], "Basic {{basic:consumer_key:consumer_secret}}");
        assert!(!seen.url.contains("consumer"), "{}", seen.url);
    }
}

#[test]
fn a_stripped_header_is_noticed_once_per_call() {
    let rig = Rig::new();
    rig.shop.fail(99, Reply::error(401, "woocommerce_rest_cannot_view"), |seen| {
        api(seen) && seen.headers.contains_key("authorization")
    });
    WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
    let seen = rig.shop.seen.borrow();
    assert_eq!(seen.iter().filter(|seen| seen.headers.contains_key("authorization")).count(), 1);
    assert!(
        seen[1].url.contains(
            "consumer_key={{credential:consumer_key}}&consumer_secret={{credential:consumer_secret}}"
        )
    );
}

#[test]
fn what_a_check_found_is_used_from_the_first_request() {
    let rig = Rig::new()
        .knowing("x-woocommerce.auth", "query")
        .knowing("x-woocommerce.rest-base", "/index.php/wp-json");
    WooCommerce::find_by_key(&rig.call(), "SP-1").expect("an answer");
    let seen = rig.shop.seen.borrow();
    assert!(seen[0].url.starts_with("https://shop.example/index.php/wp-json/wc/v3/products?"));
    assert!(seen[0].url.contains("consumer_key=") && !seen[0].headers.contains_key("authorization"));
}

#[test]
fn plain_http_is_signed_and_never_carries_the_secret() {
    let rig = Rig::at("http://shop.example/store").knowing("x-woocommerce.auth", "basic");
    WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
    let seen = rig.shop.seen.borrow();
    let signed = rig.signed.borrow();
    assert_eq!(seen.len(), signed.len());
    let mut nonces = std::collections::BTreeSet::new();
    for seen in seen.iter() {
        assert!(!seen.headers.contains_key("authorization") && !seen.url.contains("consumer_secret"));
        assert_eq!(seen.query["oauth_signature"], "AQID");
        assert_eq!(seen.query["oauth_timestamp"], "1795507200");
        assert!(nonces.insert(seen.query["oauth_nonce"].clone()), "a nonce twice");
    }
    assert_eq!((signed[0].key.as_str(), signed[0].key_suffix.as_str()), ("consumer_secret", "&"));
    assert!(
        signed[0].message.starts_with(
            "GET&http%3A%2F%2Fshop.example%2Fstore%2Fwp-json%2Fwc%2Fv3%2Fdata%2Fcurrencies%2Fcurrent&_fields%3Dcode"
        ),
        "{}",
        signed[0].message
    );
}

#[test]
fn a_shop_that_does_not_know_that_it_is_encrypted_is_signed_for_plain_http() {
    let rig = Rig::new();
    rig.shop.fail(99, Reply::error(401, "woocommerce_rest_cannot_view"), |seen| {
        api(seen) && !seen.url.contains("oauth_signature")
    });
    assert!(WooCommerce::find_by_key(&rig.call(), "SP-1").expect("an answer").is_none());
    assert!(rig.signed.borrow()[0].message.starts_with("GET&http%3A%2F%2Fshop.example%2F"));
    assert!(rig.shop.seen.borrow().iter().all(|seen| seen.url.starts_with("https://")));
}

#[test]
fn an_unknown_key_is_tried_in_every_way_and_then_told() {
    let rig = Rig::new();
    rig.shop.fail(99, Reply::error(401, "woocommerce_rest_cannot_view"), api);
    let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("unknown");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::AuthRequired, Effect::None));
    assert_eq!(rig.shop.seen.borrow().len(), 3);
}

#[test]
fn a_wrong_secret_is_not_tried_in_other_ways() {
    let rig = Rig::new();
    rig.shop.fail(99, Reply::error(401, "woocommerce_rest_authentication_error"), api);
    let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("wrong");
    assert_eq!(failure.kind, ErrorKind::AuthRequired);
    assert_eq!(rig.shop.seen.borrow().len(), 1);
}

#[test]
fn a_key_that_was_accepted_before_lacks_a_permission() {
    for code in ["woocommerce_rest_authentication_error", "woocommerce_rest_cannot_create"] {
        let rig = Rig::new();
        rig.shop.fail(9, Reply::error(401, code), |seen| seen.method == "POST");
        let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("read only");
        assert_eq!((failure.kind, failure.effect), (ErrorKind::Forbidden, Effect::None), "{code}");
    }
}

#[test]
fn the_index_php_form_is_found_once_per_call() {
    let rig = Rig::new();
    rig.shop.fail(99, Reply::html(404), |seen| seen.url.starts_with("https://shop.example/wp-json"));
    WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
    let seen = rig.shop.seen.borrow();
    assert_eq!(seen.iter().filter(|seen| !seen.url.contains("/index.php/")).count(), 1);
}

#[test]
fn a_redirect_is_never_followed() {
    let rig = Rig::new();
    rig.shop.fail(
        99,
        Reply::html(301)
            .with("location", "https://www.shop.example/wp-json/wc/v3/products/?consumer_secret=cs_1"),
        |_| true,
    );
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("moved");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::InvalidInput, Effect::None));
    assert!(
        failure.message.contains("https://www.shop.example.") && !failure.message.contains("cs_1"),
        "{failure:?}"
    );
    assert!(rig.shop.seen.borrow().iter().all(|seen| seen.method == "GET"));
}

#[test]
fn a_redirect_within_the_site_is_about_permalinks() {
    let rig = Rig::new();
    let reply = Reply::html(301).with("location", "https://shop.example/wp-json/wc/v3/products/");
    rig.shop.fail(99, reply, |_| true);
    let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("moved");
    assert_eq!(failure.kind, ErrorKind::Unsupported);
    assert!(failure.message.contains("Permalinks"), "{failure:?}");
}

#[test]
fn too_little_time_stops_before_the_next_write() {
    let rig = Rig::new();
    let mut call = rig.call();
    call.context.deadline_ms = 0;
    let failure = WooCommerce::create(&call, "SP-1", lamp()).expect_err("no time");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Timeout, Effect::None));
    assert_eq!(failure.code.as_deref(), Some("to-be-continued"));
    assert!(rig.shop.products.borrow().is_empty());
}

#[test]
fn blocked_methods_travel_as_post() {
    for status in [405, 501] {
        let rig = Rig::new();
        rig.shop.fail(99, Reply::html(status), |seen| matches!(seen.method.as_str(), "PUT" | "DELETE"));
        let made = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
        WooCommerce::remove(&rig.call(), &made.id, "SP-1").expect("removed");
        assert!(rig.shop.products.borrow().is_empty());
        assert_eq!(rig.shop.count("PUT", ""), 1, "noticed once");
    }
}

#[test]
fn pages_are_classified_by_their_status() {
    for (reply, kind) in [
        (Reply::html(200), ErrorKind::UpstreamChanged),
        (Reply::html(401), ErrorKind::AuthRequired),
        (Reply::html(403), ErrorKind::Forbidden),
        (Reply::html(406), ErrorKind::Forbidden),
        (Reply::html(404), ErrorKind::Unsupported),
        (Reply::html(429), ErrorKind::RateLimited),
        (Reply::html(500), ErrorKind::Unavailable),
        (Reply::html(503), ErrorKind::Unavailable),
        (Reply::html(504), ErrorKind::Timeout),
        (Reply::error(404, "rest_no_route"), ErrorKind::Unsupported),
        (Reply::error(429, "too_many"), ErrorKind::RateLimited),
        (Reply::error(400, "rest_invalid_json"), ErrorKind::InvalidInput),
    ] {
        let rig = Rig::new();
        let status = reply.status;
        rig.shop.fail(99, reply, |_| true);
        let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("a page");
        assert_eq!((failure.kind, failure.effect), (kind, Effect::None), "{status}: {failure:?}");
    }
}

#[test]
fn the_stated_pause_is_passed_on() {
    for reply in [Reply::html(503), Reply::error(429, "too_many")] {
        let rig = Rig::new();
        rig.shop.fail(9, reply.with("retry-after", "30"), |_| true);
        let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("a pause");
        assert_eq!(failure.retry_after_ms, Some(30_000));
    }
}

#[test]
fn warnings_before_the_json_are_not_accepted() {
    let rig = Rig::new();
    let mut reply = Reply::json(200, &json!([]));
    reply.body = b"<br />\n<b>Warning</b>: foo\n[]".to_vec();
    rig.shop.fail(9, reply, |_| true);
    let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("no JSON");
    assert_eq!(failure.kind, ErrorKind::UpstreamChanged);
}

#[test]
fn a_success_that_is_a_page_leaves_a_write_unknown() {
    let rig = Rig::new();
    rig.shop.fail(9, Reply::html(200), |seen| seen.method == "POST");
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("a page");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::UpstreamChanged, Effect::Unknown));
}

#[test]
fn refused_fields_are_named() {
    let rig = Rig::new();
    let data = json!({ "status": 400, "params": { "regular_price": "…", "weight": "…" } });
    rig.shop.fail(1, Reply::error_with(400, "rest_invalid_param", &data), |seen| seen.method == "POST");
    let failure = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect_err("refused");
    assert_eq!(failure.kind, ErrorKind::InvalidInput);
    assert!(failure.message.contains("regular_price, weight"), "{failure:?}");
}

#[test]
fn an_address_that_is_none_is_refused_without_a_request() {
    let rig = Rig::at("ftp://shop.example");
    let failure = WooCommerce::find_by_key(&rig.call(), "SP-1").expect_err("no address");
    assert_eq!(failure.kind, ErrorKind::InvalidInput);
    assert!(rig.shop.seen.borrow().is_empty());
}

#[test]
fn later_calls_are_signed_for_the_name_that_the_check_found() {
    let mut rig = Rig::at("http://shop.example");
    let index = json!({ "name": "", "home": "http://www.shop.example/store/", "namespaces": ["wc/v3"] });
    rig.shop.fail(1, Reply::json(200, &index), |seen| seen.path == "/wp-json/");
    rig.extra = WooCommerce::check(&rig.call()).expect("an account").extra;
    rig.signed.borrow_mut().clear();
    let made = WooCommerce::create(&rig.call(), "SP-1", lamp()).expect("a product");
    WooCommerce::read(&rig.call(), &made.id).expect("a state");
    for signed in rig.signed.borrow().iter() {
        let expected = "&http%3A%2F%2Fwww.shop.example%2Fstore%2Fwp-json%2Fwc%2Fv3%2F";
        assert!(signed.message.contains(expected), "{}", signed.message);
    }
    // The requests themselves go where the merchant said.
    assert!(rig.shop.seen.borrow().iter().all(|seen| seen.url.starts_with("http://shop.example/wp-json/")));
}

#[test]
fn a_home_that_is_no_address_is_not_signed_for() {
    let rig = Rig::at("http://shop.example").knowing("x-woocommerce.home", "ftp://x");
    WooCommerce::find_by_key(&rig.call(), "SP-1").expect("an answer");
    assert!(rig.signed.borrow()[0].message.starts_with("GET&http%3A%2F%2Fshop.example%2Fwp-json"));
}
