//! That the search sees its places, and that what it finds fails the test.

use serde_json::json;

use crate::util::TestApp;

const SECRET: &str = "canary-that-somebody-wrote-down-4711";
/// Not a secret: what must be seen.
const MARKER: &str = "marker-of-a-shop-that-is-no-secret-7391";

/// A merchant enters a secret where one belongs, and the marker where none does.
async fn shop(app: &TestApp, name: &str) {
    let shop =
        json!({"store_name": name, "platform": "b", "store_url": "https://a.example", "api_key": SECRET});
    app.user().await.post("/connections", &shop).await.expect(201);
}

#[tokio::test]
async fn every_place_is_seen() {
    let app = TestApp::start().await;
    shop(&app, MARKER).await;
    tracing::trace!(target: "sourcepilot::marker", "marker-in-the-log-8264");
    app.anonymous().get("/marker-in-an-address-5519").await;
    let outcome = app.search.outcome();
    assert_eq!(outcome.found, Vec::<String>::new());
    assert!(outcome.sees("database", MARKER) || outcome.sees("table ", MARKER), "the database");
    assert!(outcome.sees("answer of POST /api/v1/connections", MARKER), "answers");
    assert!(outcome.sees("the log", "marker-in-the-log-8264"), "the log");
    assert!(outcome.sees("the log", "marker-in-an-address-5519"), "what requests log");
    assert!(outcome.sees("answer of GET", "content-security-policy"), "headers");
    assert!(!outcome.sees("answer", "marker-that-is-nowhere-2288"));
}

#[tokio::test]
async fn a_secret_is_found_in_database_log_and_answers() {
    let app = TestApp::start().await;
    // As if the shop's name were not known to be readable by everybody.
    shop(&app, SECRET).await;
    tracing::info!(target: "sourcepilot::teeth", "connecting with {SECRET}");
    let found = app.search.outcome().found;
    for place in ["the log: ", "answer of POST /api/v1/connections: "] {
        assert!(found.iter().any(|line| line.starts_with(place)), "{place}{found:#?}");
    }
    assert!(
        found.iter().any(|line| line.starts_with("database") || line.starts_with("table ")),
        "{found:#?}"
    );
    for line in &found {
        assert!(line.contains("`api_key` sent to POST /api/v1/connections"), "{line}");
        assert!(!line.contains(SECRET), "a secret was told");
    }
}

#[tokio::test]
async fn what_was_issued_is_a_secret_everywhere_else() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let key = client.post("/api-keys", &json!({"name": "a"})).await.expect(201);
    let key = key["key"].as_str().expect("a key");
    client.post("/api-keys", &json!({"name": key})).await.expect(201);
    let found = app.search.outcome().found;
    let named = |line: &String| line.contains("`key` issued by POST /api/v1/api-keys");
    assert!(!found.is_empty() && found.iter().all(named), "{found:#?}");
    assert!(found.iter().any(|line| line.starts_with("answer of POST /api/v1/api-keys")), "{found:#?}");
}

#[tokio::test]
async fn a_world_with_a_secret_somewhere_fails_its_test() {
    let test = tokio::spawn(async {
        let app = TestApp::start().await;
        shop(&app, SECRET).await;
    });
    let failure = test.await.expect_err("it fails").into_panic();
    let told = failure.downcast_ref::<String>().expect("a text");
    assert!(told.starts_with("secrets were found where none may be:"), "{told}");
    assert!(told.contains("`api_key` sent to POST /api/v1/connections") && !told.contains(SECRET), "{told}");
}

#[tokio::test]
async fn a_test_that_fails_already_is_left_alone() {
    let test = tokio::spawn(async {
        let app = TestApp::start().await;
        shop(&app, SECRET).await;
        panic!("for a reason of its own");
    });
    let failure = test.await.expect_err("it fails").into_panic();
    assert_eq!(failure.downcast_ref::<&str>(), Some(&"for a reason of its own"));
}
