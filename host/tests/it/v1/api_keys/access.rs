//! The scopes that the API's description names are the ones that are asked for, for
//! every operation that takes a key.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use sourcepilot_domain::scope::{Scope, Scopes};

use super::holder;
use crate::util::{Client, TestApp};

/// The status that a key's holder gets; the fields are all missing.
async fn status(client: &Client, method: &str, path: &str) -> u16 {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
    let address: Vec<&str> = parts.collect();
    let request = Request::builder().method(method.to_uppercase().as_str()).uri(address.join("/"));
    client.raw(request.body(Body::empty()).expect("a request")).await.status().as_u16()
}

#[tokio::test]
async fn every_operation_asks_for_the_scope_that_is_described() {
    let app = TestApp::start().await;
    let owner = app.user().await;
    let described: Value =
        serde_json::from_str(&sourcepilot::http::openapi::json().expect("written")).expect("JSON");
    let mut checked = 0;
    for scopes in [vec![], vec!["zork"], vec!["read"], vec!["write"], vec!["admin"]] {
        let client = holder(&app, &owner, &scopes).await;
        let has = Scopes(scopes.iter().map(|scope| (*scope).to_owned()).collect());
        for (path, operations) in described["paths"].as_object().expect("paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                // These ask for more than a scope.
                if path.starts_with("/api/v1/admin/") {
                    continue;
                }
                let Some(security) = operation["security"].as_array() else { continue };
                // A signature over the body opens these, and nothing else.
                if security.iter().any(|one| one.get("platform_signature").is_some()) {
                    continue;
                }
                let needed = operation.get("x-required-scope").and_then(Value::as_str);
                let keys: Vec<&Value> = security.iter().filter_map(|one| one.get("api_key")).collect();
                assert_eq!(
                    keys.first().map(|scopes| &scopes[0]),
                    needed.map(Value::from).as_ref(),
                    "{method} {path}"
                );
                let needed = needed.map(|word| word.parse::<Scope>().expect("a scope"));
                let may = needed.is_some_and(|needed| has.allow(needed));
                let found = status(&client, method, path).await;
                assert_eq!(found == 403, !may, "{method} {path} with {scopes:?}: {found}");
                assert!(found != 401 && found != 500, "{method} {path} with {scopes:?}: {found}");
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "{checked}");
}
