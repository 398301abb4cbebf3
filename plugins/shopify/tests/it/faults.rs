use std::time::Duration;

use sourcepilot_domain::listing::{Listing, ListingStatus};
use sourcepilot_domain::{Effect, ErrorKind};
use sourcepilot_sandbox::{FaultAction, FaultRule};

use crate::rig::{Rig, lamp};

fn status(status: u16, body: Option<&str>, retry_after: Option<u64>) -> FaultAction {
    FaultAction::Status { status, body: body.map(str::to_owned), retry_after }
}

/// What goes wrong, its kind, and a part of the sentence for the merchant.
fn table() -> Vec<(&'static str, FaultAction, ErrorKind, &'static str)> {
    let invalid =
        "{\"errors\":\"[API] Invalid API key or access token (unrecognized login or wrong password)\"}";
    let expiring = "{\"errors\":\"Non-expiring access tokens are no longer accepted\"}";
    let denied = "{\"errors\":[{\"message\":\"Access denied for productSet field.\",\"path\":[\"productSet\"],\"extensions\":{\"code\":\"ACCESS_DENIED\"}}],\"data\":null}";
    let inactive =
        "{\"errors\":[{\"message\":\"shop is inactive\",\"extensions\":{\"code\":\"SHOP_INACTIVE\"}}]}";
    let internal = "{\"errors\":[{\"message\":\"Internal error. Looks like something went wrong on our end.\",\"extensions\":{\"code\":\"INTERNAL_SERVER_ERROR\"}}]}";
    let unknown_field = "{\"errors\":[{\"message\":\"Field 'x' doesn't exist on type 'Shop'\",\"extensions\":{\"code\":\"undefinedField\"}}]}";
    vec![
        (
            "401",
            status(401, Some(invalid), None),
            ErrorKind::AuthRequired,
            "does not accept the access token",
        ),
        ("402", status(402, None, None), ErrorKind::Forbidden, "frozen"),
        ("403", status(403, Some("{\"errors\":\"no\"}"), None), ErrorKind::Forbidden, "write_products"),
        ("403 token without end", status(403, Some(expiring), None), ErrorKind::Forbidden, "without an end"),
        (
            "404",
            status(404, Some("{\"errors\":\"Not Found\"}"), None),
            ErrorKind::NotFound,
            "no Shopify shop",
        ),
        ("423", status(423, None, None), ErrorKind::Forbidden, "locked"),
        ("429 with Retry-After", status(429, None, Some(9)), ErrorKind::RateLimited, "pause"),
        ("429", status(429, None, None), ErrorKind::RateLimited, "pause"),
        ("430", status(430, None, None), ErrorKind::Forbidden, "attack"),
        ("500", status(500, None, None), ErrorKind::Unavailable, "disturbance"),
        ("502 page", FaultAction::Html { status: 502 }, ErrorKind::Unavailable, "disturbance"),
        ("time-out", FaultAction::Timeout { ms: 4000 }, ErrorKind::Timeout, "did not answer"),
        ("cut", FaultAction::Drop, ErrorKind::Unavailable, "broke"),
        ("truncated JSON", FaultAction::Truncate { bytes: 40 }, ErrorKind::Unavailable, "broke"),
        ("broken JSON", FaultAction::Garbage, ErrorKind::UpstreamChanged, "not understood"),
        ("HTML", FaultAction::Html { status: 200 }, ErrorKind::UpstreamChanged, "web page"),
        ("huge body", FaultAction::Huge { bytes: 20 << 20 }, ErrorKind::Limit, "larger"),
        (
            "redirect",
            FaultAction::Redirect { status: 301, location: "https://other.myshopify.com/".into() },
            ErrorKind::UpstreamChanged,
            "renamed",
        ),
        ("access denied", status(200, Some(denied), None), ErrorKind::Forbidden, "may not do this"),
        ("inactive", status(200, Some(inactive), None), ErrorKind::Forbidden, "not active"),
        ("internal", status(200, Some(internal), None), ErrorKind::Unavailable, "disturbance"),
        (
            "unknown field",
            status(200, Some(unknown_field), None),
            ErrorKind::UpstreamChanged,
            "plugin may need an update",
        ),
    ]
}

#[tokio::test]
async fn every_fault_has_its_kind_and_its_sentence() {
    for document in ["query Begin", "mutation ProductSet"] {
        for (name, action, kind, part) in table() {
            let rig = Rig::new().await.checked().await;
            let rule = FaultRule::once("/admin/api", action).containing(document).times(None);
            rig.world.control().add_fault(rule);
            let call = sourcepilot_plugin_runtime::Call { deadline: Duration::from_secs(3), ..rig.call() };
            let failure = rig.store().create(call, "k".into(), lamp(rig.base())).await.result;
            let failure = failure.expect_err(name);
            eprintln!("{document}, {name}: {:?}, {:?}: {}", failure.kind, failure.effect, failure.message);
            assert_eq!(failure.kind, kind, "{document}, {name}: {failure:?}");
            assert!(failure.message.contains(part), "{document}, {name}: {failure:?}");
            if name == "429 with Retry-After" {
                assert_eq!(failure.retry_after, Some(Duration::from_secs(9)));
            }
            rig.world.control().clear_faults();
            let shop = rig.shop();
            // What is lost on the way back may have been done; then it is said.
            let made = shop["products"].as_array().map_or(0, Vec::len);
            assert!(made == 0 || (made == 1 && failure.effect != Effect::None), "{document}, {name}: {made}");
        }
    }
}

#[tokio::test]
async fn a_long_lack_of_allowance_is_told_with_the_time_it_takes() {
    let rig = Rig::new().await.checked().await;
    let throttled = "{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"}}],\"extensions\":{\"cost\":{\"requestedQueryCost\":900,\"actualQueryCost\":null,\"throttleStatus\":{\"maximumAvailable\":1000.0,\"currentlyAvailable\":0,\"restoreRate\":10.0}}}}";
    let rule =
        FaultRule::once("/admin/api", status(200, Some(throttled), None)).containing("mutation ProductSet");
    rig.world.control().add_fault(rule);
    let failure =
        rig.store().create(rig.call(), "k".into(), lamp(rig.base())).await.result.expect_err("throttled");
    assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::RateLimited, Some("THROTTLED")));
    assert_eq!(failure.retry_after, Some(Duration::from_secs(99)));
}

/// What Shopify answers when the allowance lacks 600 points and gains so many a second.
fn lacking(rate: f64) -> FaultAction {
    let body = format!(
        "{{\"errors\":[{{\"message\":\"Throttled\",\"extensions\":{{\"code\":\"THROTTLED\"}}}}],\"extensions\":{{\"cost\":{{\"requestedQueryCost\":600,\"actualQueryCost\":null,\"throttleStatus\":{{\"maximumAvailable\":1000.0,\"currentlyAvailable\":0,\"restoreRate\":{rate}}}}}}}}}"
    );
    status(200, Some(&body), None)
}

#[tokio::test]
async fn a_short_wait_is_made_at_once_and_a_longer_one_is_the_hosts() {
    let rig = Rig::new().await.checked().await;
    let listing = || Listing { status: ListingStatus::Active, ..lamp(rig.base()) };
    let throttle = |document: &str, rate: f64| {
        rig.world.control().add_fault(FaultRule::once("/admin/api", lacking(rate)).containing(document));
    };
    throttle("query Begin", 100.0);
    let failure =
        rig.store().create(rig.call(), "k".into(), listing()).await.result.expect_err("six seconds");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::RateLimited, Effect::None));
    assert_eq!(failure.retry_after, Some(Duration::from_millis(6600)));
    // Two seconds before anything is written, and six once the product is under way.
    throttle("query Begin", 300.0);
    throttle("mutation Finish", 100.0);
    rig.create("k", listing()).await;
    assert_eq!(rig.product()["status"], "ACTIVE");
}

#[tokio::test]
async fn a_refusal_inside_a_success_is_a_failure_without_effect() {
    let rig = Rig::new().await.checked().await;
    let mut listing = lamp(rig.base());
    listing.tags = vec!["x".into()];
    let refused = "{\"data\":{\"productSet\":{\"product\":null,\"productSetOperation\":null,\"userErrors\":[{\"code\":\"PRODUCT_SUSPENDED\",\"field\":[\"input\"],\"message\":\"Suspended\"}]}}}";
    rig.world.control().add_fault(
        FaultRule::once("/admin/api", status(200, Some(refused), None)).containing("mutation ProductSet"),
    );
    let failure = rig.store().create(rig.call(), "k".into(), listing).await.result.expect_err("refused");
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Forbidden, Effect::None));
    assert_eq!(failure.code.as_deref(), Some("PRODUCT_SUSPENDED"));
}

#[tokio::test]
async fn no_request_goes_to_an_address_that_is_not_shopifys() {
    let rig = Rig::new().await.checked().await;
    for address in
        ["https://evil.example", "http://sourcepilot-demo.myshopify.com", "https://a.b.myshopify.com"]
    {
        let call = sourcepilot_plugin_runtime::Call { base_url: Some(address.into()), ..rig.call() };
        let failure = rig.store().check(call).await.result.expect_err("not a shop");
        assert_eq!(failure.kind, ErrorKind::InvalidInput, "{failure:?}");
    }
    assert!(rig.sent().is_empty());
}
