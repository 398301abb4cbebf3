//! The API's description and its viewers.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use crate::util::{Reply, TestApp};

async fn get(app: &TestApp, path: &str) -> Reply {
    app.anonymous().request(Request::get(path).body(Body::empty()).expect("a request")).await
}

fn described() -> Value {
    serde_json::from_str(&sourcepilot::http::openapi::json().expect("written")).expect("JSON")
}

#[test]
fn the_committed_description_is_fresh() {
    let committed = include_str!("../../openapi.json");
    assert!(
        committed == sourcepilot::http::openapi::json().expect("written"),
        "host/openapi.json is not what the handlers say; run `make generate`"
    );
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let description = described();
    let text = description.to_string();
    let references: BTreeSet<&str> =
        text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(references.len() > 10);
    for reference in references {
        assert!(description.pointer(reference).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn every_described_operation_is_served() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let description = described();
    let paths = description["paths"].as_object().expect("paths");
    for (path, operations) in paths {
        let address: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        let address = address.join("/");
        for method in operations.as_object().expect("operations").keys() {
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&address);
            let reply = client.request(request.body(Body::empty()).expect("a request")).await;
            assert!(!matches!(reply.status.as_u16(), 404 | 405 | 500), "{method} {path}: {}", reply.status);
            // What is described as protected is, and nothing else.
            let is_protected = operations[method].get("security").is_some();
            assert_eq!(is_protected, reply.status == 401, "{method} {path}: {}", reply.status);
        }
    }
}

#[tokio::test]
async fn the_viewers_load_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    for path in ["/docs", "/redoc"] {
        let page = get(&app, path).await;
        assert_eq!(page.status, 200);
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'self'; ") && !policy.contains("script-src"), "{policy}");
        let parts: Vec<&str> =
            page.text.split(['"']).filter(|part| part.starts_with('/') || part.starts_with("http")).collect();
        assert!(parts.len() >= 4, "{parts:?}");
        for part in parts {
            let asset = get(&app, part).await;
            assert!(asset.status == 200 && !asset.text.is_empty(), "{part}");
        }
        assert!(!page.text.contains("<style") && !page.text.contains("onload="));
    }
    assert_eq!(get(&app, "/docs/assets/../Cargo.toml").await.status, 404);
    let described = get(&app, "/openapi.json").await;
    assert_eq!(described.header("content-type"), Some("application/json"));
    assert_eq!(described.body["info"]["title"], "SourcePilot");
}
