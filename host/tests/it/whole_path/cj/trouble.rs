//! What goes wrong at the supplier says why, in one sentence for the merchant.

use serde_json::json;
use sourcepilot_sandbox::{FaultAction, FaultRule, special_cj};

use super::super::failed;
use super::{QUERY, open, page, pid, preview};

#[tokio::test]
async fn every_number_of_a_failure_has_a_sentence() {
    let path = open(true).await;
    for (id, status, part) in [
        (special_cj::NOT_FOUND, 400, "no such product"),
        (special_cj::OFF_SHELF, 400, "off sale"),
        (special_cj::OFFLINE, 400, "out of service"),
        (special_cj::NULL_DATA, 400, "no such product"),
        (special_cj::BUSY, 503, "busy"),
        (special_cj::QUOTA_USED, 503, "used up"),
        (special_cj::THROTTLED, 503, "pause"),
        (special_cj::SLOW, 504, "in time"),
        (special_cj::HTML_PAGE, 502, "web page"),
        (special_cj::NO_PRICE, 502, "price"),
    ] {
        let reply = preview(&path.merchant, id).await;
        assert_eq!(reply.status, status, "{id}: {}", reply.text);
        assert!(reply.detail().contains(part) && reply.detail().len() < 300, "{id}: {}", reply.detail());
    }
}

#[tokio::test]
async fn every_fault_of_the_way_has_a_sentence() {
    let path = open(true).await;
    preview(&path.merchant, pid(30)).await.expect(200);
    let status = |status, retry_after| FaultAction::Status { status, body: None, retry_after };
    let cases = [
        (status(403, None), 400, "permit"),
        (status(404, None), 400, "no such thing"),
        (status(429, Some(9)), 503, "pause"),
        (status(429, None), 503, "pause"),
        (status(500, None), 503, "disturbance"),
        (FaultAction::Drop, 503, "connection"),
        (FaultAction::Truncate { bytes: 100 }, 503, "connection"),
        (FaultAction::Html { status: 200 }, 502, "web page"),
        (FaultAction::Huge { bytes: 64 << 20 }, 502, "larger"),
        (
            FaultAction::Redirect { status: 302, location: "http://169.254.169.254/".into() },
            502,
            "another address",
        ),
    ];
    for (number, (action, expected, part)) in cases.into_iter().enumerate() {
        let name = format!("{action:?}");
        path.world().control().add_fault(FaultRule::once(QUERY, action));
        let reply = preview(&path.merchant, pid(31 + number as u64)).await;
        assert_eq!(reply.status, expected, "{name}: {}", reply.text);
        assert!(reply.detail().contains(part) && reply.detail().len() < 300, "{name}: {}", reply.detail());
        if name.contains("Some(9)") {
            assert_eq!(reply.header("retry-after"), Some("9"), "{name}");
        }
        path.world().control().clear_faults();
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_then_told() {
    let path = open(true).await;
    preview(&path.merchant, pid(50)).await.expect(200);
    let refusal = json!({"code": 1_600_001, "result": false, "message": "x", "data": null}).to_string();
    let fault = FaultAction::Status { status: 401, body: Some(refusal), retry_after: None };
    path.world().control().add_fault(FaultRule::once(QUERY, fault.clone()));
    preview(&path.merchant, pid(51)).await.expect(200);
    path.world().control().add_fault(FaultRule::once(QUERY, fault).times(None));
    let job = path.import(json!({"product_url": page(pid(52)), "source": "cjdropship"})).await;
    assert!(failed(&job).ends_with('.'), "{job:#}");
    assert!(path.products().is_empty());
}
