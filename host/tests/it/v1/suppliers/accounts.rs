use serde_json::{Value, json};

use crate::util::{TestApp, is_moment, names};

const PATH: &str = "/suppliers/accounts";

fn account(name: &str, platform: &str) -> Value {
    json!({"name": name, "platform": platform, "credentials": {"app_key": "500001", "app_secret": "very-secret-value-1234"}})
}

#[tokio::test]
async fn credentials_come_back_masked() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let made = client.post(PATH, &account("Main", "aliexpress")).await;
    assert!(!made.text.contains("very-secret") && !made.text.contains("500001"), "{}", made.text);
    let made = made.expect(201);
    assert_eq!(
        names(&made)[..9],
        [
            "id",
            "user_id",
            "name",
            "platform",
            "credentials",
            "is_active",
            "last_synced_at",
            "created_at",
            "updated_at"
        ]
    );
    assert_eq!(names(&made["credentials"]), ["app_key", "app_secret"]);
    assert!(is_moment(&made["created_at"]) && made["is_active"] == true && made["last_synced_at"].is_null());
    let none = client.post(PATH, &json!({"name": "None", "platform": "manual"})).await.expect(201);
    assert_eq!(none["credentials"], Value::Null);
}

#[tokio::test]
async fn masked_values_that_come_back_change_nothing() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let made = client.post(PATH, &account("Main", "aliexpress")).await.expect(201);
    let path = format!("{PATH}/{}", made["id"].as_str().expect("an id"));
    let mut credentials = made["credentials"].clone();
    credentials["app_key"] = json!("600002-another-long-key");
    let changed = client.put(&path, &json!({"credentials": credentials})).await.expect(200);
    assert_eq!(changed["credentials"]["app_secret"], made["credentials"]["app_secret"]);
    assert_ne!(changed["credentials"]["app_key"], made["credentials"]["app_key"]);
    let off = client.put(&path, &json!({"is_active": false, "name": null})).await.expect(200);
    assert_eq!((&off["is_active"], &off["name"]), (&false.into(), &"Main".into()));
}

#[tokio::test]
async fn name_and_platform_together_are_unique() {
    let app = TestApp::start().await;
    let client = app.user().await;
    client.post(PATH, &account("S", "aliexpress")).await.expect(201);
    let sentence = "Supplier account with name 'S' and platform 'aliexpress' already exists.";
    let again = client.post(PATH, &account("S", "aliexpress")).await;
    assert_eq!((again.status.as_u16(), again.detail()), (400, sentence));
    let other = client.post(PATH, &account("S", "spocket")).await.expect(201);
    let path = format!("{PATH}/{}", other["id"].as_str().expect("an id"));
    let renamed = client.put(&path, &json!({"platform": "aliexpress"})).await;
    assert_eq!((renamed.status.as_u16(), renamed.detail()), (400, sentence));
    app.user().await.post(PATH, &account("S", "aliexpress")).await.expect(201);
}

#[tokio::test]
async fn the_list_goes_by_platform_then_name() {
    let app = TestApp::start().await;
    let client = app.user().await;
    for (name, platform) in [("b", "spocket"), ("z", "aliexpress"), ("a", "aliexpress")] {
        client.post(PATH, &account(name, platform)).await.expect(201);
    }
    let list = client.get(PATH).await.expect(200);
    let order: Vec<String> = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| {
            format!("{}/{}", item["platform"].as_str().unwrap_or("-"), item["name"].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(order, ["aliexpress/a", "aliexpress/z", "spocket/b"]);
    assert_eq!(names(&list), ["items"]);
}

#[tokio::test]
async fn accounts_of_others_do_not_exist() {
    let app = TestApp::start().await;
    let owner = app.user().await;
    let made = owner.post(PATH, &account("Main", "aliexpress")).await.expect(201);
    let path = format!("{PATH}/{}", made["id"].as_str().expect("an id"));
    let stranger = app.user().await;
    for reply in [
        stranger.put(&path, &json!({"name": "x"})).await,
        stranger.delete(&path).await,
        stranger.post_nothing(&format!("{path}/check")).await,
    ] {
        assert_eq!((reply.status.as_u16(), reply.detail()), (404, "Supplier account not found"));
    }
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.expect(404);
}

#[tokio::test]
async fn all_faults_are_told_without_secrets() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let cases = [
        (
            json!({"credentials": {"app_secret": "very-secret"}}),
            vec!["missing body.name", "missing body.platform"],
        ),
        (
            json!({"name": "", "platform": 1, "credentials": "very-secret"}),
            vec!["string_too_short body.name", "string_type body.platform", "dict_type body.credentials"],
        ),
        (json!({"name": "a", "platform": "p".repeat(101)}), vec!["string_too_long body.platform"]),
        (
            json!({"name": "a", "platform": "p", "credentials": {"k": "very-secret\u{0}"}}),
            vec!["value_error body.credentials"],
        ),
    ];
    for (body, faults) in cases {
        let reply = client.post(PATH, &body).await;
        assert_eq!(reply.faults(), faults, "{body}");
        assert!(!reply.text.contains("very-secret"), "{}", reply.text);
    }
}
