use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sourcepilot::service::provisioning;

use crate::util::{Client, TestApp, names};

/// The key of a new service account.
async fn service(app: &TestApp, name: &str) -> Client {
    let made = provisioning::create_service(&app.app, name).await.expect("a service account");
    app.anonymous().with_key(made.secret.expose_secret())
}

fn body(email: &str, id: &str, plan: &str) -> Value {
    json!({"email": email, "external_platform_id": id, "plan": plan, "external_store_id": "s1"})
}

#[tokio::test]
async fn a_platform_makes_an_account_and_gets_a_key_each_time() {
    let app = TestApp::start().await;
    let service = service(&app, "platform").await;
    let first =
        service.post("/auth/provision", &body("anna@example.com", "platform-1", "pro")).await.expect(201);
    assert_eq!(names(&first), ["user_id", "api_key"]);
    let again =
        service.post("/auth/provision/", &body("other@example.com", "platform-1", "free")).await.expect(201);
    assert_eq!(first["user_id"], again["user_id"]);
    assert_ne!(first["api_key"], again["api_key"]);
    for made in [&first, &again] {
        let holder = app.anonymous().with_key(made["api_key"].as_str().expect("a key"));
        let me = holder.get("/auth/me").await.expect(200);
        // Neither the address nor, by default, the plan of what was there changes.
        assert_eq!(
            (&me["email"], &me["plan"], &me["id"]),
            (&json!("anna@example.com"), &json!("pro"), &first["user_id"])
        );
        let keys = holder.get("/api-keys").await.expect(200);
        assert_eq!(keys.as_array().map(Vec::len), Some(2));
        assert_eq!(keys[0]["name"], "Platform Integration (platform)");
        assert_eq!(keys[0]["scopes"], json!(["read", "write", "admin"]));
    }
    service.post("/auth/provision", &body("x@example.com", "platform-1", "enterprise")).await.expect(201);
    let holder = app.anonymous().with_key(first["api_key"].as_str().expect("a key"));
    assert_eq!(holder.get("/auth/me").await.expect(200)["plan"], "enterprise");
}

#[tokio::test]
async fn an_account_with_the_address_is_linked_and_keeps_its_password() {
    let app = TestApp::start().await;
    let login = json!({"email": "anna@example.com", "password": "correct horse"});
    let tokens = app.anonymous().post("/auth/register", &login).await.expect(201);
    let me = app.anonymous().with_token(tokens["access_token"].as_str().expect("a token"));
    let service = service(&app, "platform").await;
    let mut request = body("anna@EXAMPLE.com", "p1", "free");
    request["password"] = json!("another one");
    let made = service.post("/auth/provision", &request).await.expect(201);
    assert_eq!(made["user_id"], me.get("/auth/me").await.expect(200)["id"]);
    app.anonymous().post("/auth/login", &login).await.expect(200);
    // A new account has the password that was sent, or none.
    let new = json!({"email": "ben@example.com", "external_platform_id": "p2", "password": "correct horse"});
    service.post("/auth/provision", &new).await.expect(201);
    let login = json!({"email": "ben@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/login", &login).await.expect(200);
}

#[tokio::test]
async fn the_platforms_own_names_are_understood() {
    let app = TestApp::start().await;
    let service = service(&app, "platform").await;
    for (number, (tier, plan)) in
        [("free", "free"), ("starter", "free"), ("growth", "pro"), ("pro", "pro")].iter().enumerate()
    {
        let request = json!({"email": format!("u{number}@example.com"), "platform_user_id": format!("p{number}"),
            "tier": tier, "store_id": null});
        let made = service.post("/auth/provision", &request).await.expect(201);
        let holder = app.anonymous().with_key(made["api_key"].as_str().expect("a key"));
        assert_eq!(holder.get("/auth/me").await.expect(200)["plan"], *plan, "{tier}");
    }
}

#[tokio::test]
async fn nobody_else_may() {
    let app = TestApp::start().await;
    let victim = json!({"email": "victim@example.com", "password": "correct horse"});
    app.anonymous().post("/auth/register", &victim).await.expect(201);
    let request = body("victim@example.com", "p1", "enterprise");
    let client = app.user().await;
    let refused = client.post("/auth/provision", &request).await;
    assert!(
        refused.status == 403 && refused.detail().starts_with("Only a service account"),
        "{}",
        refused.text
    );
    for scopes in [json!(["read", "write", "admin"]), json!(["provision"])] {
        let key = client.post("/api-keys", &json!({"name": "a", "scopes": scopes})).await.expect(201);
        let holder = app.anonymous().with_key(key["key"].as_str().expect("a key"));
        assert_eq!(holder.post("/auth/provision", &request).await.status, 403, "{scopes}");
    }
    for client in
        [app.anonymous(), app.anonymous().with_token("nonsense"), app.anonymous().with_key("nonsense")]
    {
        let reply = client.post("/auth/provision", &json!({})).await;
        assert_eq!(
            (reply.status.as_u16(), reply.detail()),
            (401, "Not authenticated. Provide a Bearer token or X-API-Key.")
        );
        assert!(reply.header("www-authenticate").is_none());
    }
}

#[tokio::test]
async fn a_service_account_does_nothing_else_and_takes_over_nothing_of_the_operator() {
    let app = TestApp::start().await;
    let service = service(&app, "platform").await;
    assert_eq!(service.get("/auth/me").await.status, 403);
    assert_eq!(service.post("/api-keys", &json!({"name": "a"})).await.status, 403);
    let password = secrecy::SecretString::from("correct horse");
    let plan = sourcepilot_domain::plan::Plan::Free;
    sourcepilot::service::auth::create_user(&app.app, "root@example.com".into(), password, plan, true)
        .await
        .expect("made");
    let reply = service.post("/auth/provision", &body("root@example.com", "p1", "free")).await;
    assert!(reply.status == 403 && reply.detail().contains("operator"), "{}", reply.text);
    let reply =
        service.post("/auth/provision", &body("platform@service-account.invalid", "p1", "free")).await;
    assert_eq!(reply.faults(), ["value_error body.email"]);
    // A bad token is passed over when there is a good key.
    let both = service.with_token("nonsense");
    both.post("/auth/provision", &body("anna@example.com", "p2", "free")).await.expect(201);
}

#[tokio::test]
async fn all_faults_are_told() {
    let app = TestApp::start().await;
    let service = service(&app, "platform").await;
    for (request, faults) in [
        (json!({}), vec!["missing body.email", "missing body.external_platform_id"]),
        (
            json!({"email": "x", "plan": null, "external_platform_id": ""}),
            vec!["value_error body.email", "enum body.plan", "string_too_short body.external_platform_id"],
        ),
        (
            json!({"email": "a@example.com", "plan": "starter", "external_platform_id": "x".repeat(256)}),
            vec!["enum body.plan", "string_too_long body.external_platform_id"],
        ),
        (
            json!({"email": "a@example.com", "tier": "gold", "platform_user_id": 5}),
            vec!["enum body.tier", "string_type body.platform_user_id"],
        ),
    ] {
        assert_eq!(service.post("/auth/provision", &request).await.faults(), faults, "{request}");
    }
}

#[tokio::test]
async fn of_parallel_requests_for_one_id_one_account_comes() {
    let app = TestApp::start().await;
    let service = service(&app, "platform").await;
    for round in 0..5 {
        let id = format!("race-{round}");
        // Different addresses, so that only the platform's id tells that they are one.
        let requests = (0..8).map(|number| body(&format!("r{round}n{number}@example.com"), &id, "free"));
        let requests: Vec<Value> = requests.collect();
        let replies = futures::future::join_all(
            requests.iter().map(|request| service.post("/auth/provision", request)),
        )
        .await;
        let ids: std::collections::BTreeSet<String> =
            replies.into_iter().map(|reply| reply.expect(201)["user_id"].to_string()).collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
    }
    let service_name = provisioning::create_service(&app.app, "platform").await;
    assert!(service_name.is_err_and(|error| error.to_string().contains("exists already")));
    assert!(provisioning::create_service(&app.app, "not a name").await.is_err());
}
