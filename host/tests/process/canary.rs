//! A run of the real program in which every secret is a canary: none may be found in
//! the database, in the log at its most talkative, or in an answer.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use serde_json::{Map, Value, json};
use sourcepilot_sandbox::demo;

use super::canary_run::{PASSWORD, PLUGINS, Run};
use super::scanner::{Canary, Scanner};

/// Not secrets: what must be found, so that the search is known to see its places.
const PLANTED_NAME: &str = "planted-in-the-database-7391";
const PLANTED_PATH: &str = "planted-in-the-log-8264";

/// The credentials of an account that its supplier will not accept.
fn wrong_account() -> Map<String, Value> {
    demo::accounts()
        .remove(0)
        .credentials
        .into_iter()
        .map(|(name, _)| (name.to_owned(), format!("canary-{name}-of-a-supplier-0123456789").into()))
        .collect()
}

/// Everything that merchants do, with secrets at every place that takes one.
async fn furnish(run: &mut Run) -> String {
    let email = "canary@example.com";
    let body = json!({"email": email, "password": PASSWORD});
    let tokens = run.json("POST", "/api/v1/auth/register", None, Some(&body)).await;
    run.secret("access token", &tokens["access_token"]);
    run.secret("refresh token", &tokens["refresh_token"]);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let renewed = run.json("POST", "/api/v1/auth/refresh", None, Some(&refresh)).await;
    run.secret("access token", &renewed["access_token"]);
    run.secret("refresh token", &renewed["refresh_token"]);
    let wrong = json!({"email": email, "password": format!("{PASSWORD}-wrong")});
    run.json("POST", "/api/v1/auth/login", None, Some(&wrong)).await;
    run.json("POST", "/api/v1/auth/login", None, Some(&json!({"password": PASSWORD}))).await;
    run.json("POST", "/api/v1/auth/register", None, Some(&json!({"email": 1, "password": PASSWORD}))).await;
    run.json("POST", "/api/v1/auth/forgot-password?email=canary%40example.com", None, None).await;
    let login = run.login(email, PASSWORD).await;
    let token = Some(login.as_str());

    let key =
        run.json("POST", "/api/v1/api-keys", token, Some(&json!({"name": "k", "scopes": ["read"]}))).await;
    run.secret("API key", &key["key"]);
    if let Some(key) = key["key"].as_str() {
        run.send("GET", "/api/v1/imports", &[("x-api-key", key)], None).await;
        run.send("POST", "/api/v1/imports", &[("x-api-key", key)], Some(&json!({}))).await;
    }

    let credentials = wrong_account();
    for (name, value) in &credentials {
        run.secret(name, value);
    }
    let shop = demo::shops(&run.world.urls.base).remove(0);
    let good = json!({"store_name": PLANTED_NAME, "platform": shop.platform, "store_url": shop.url, "api_key": shop.api_key});
    let good = run.json("POST", "/api/v1/connections", token, Some(&good)).await;
    let check =
        format!("/api/v1/connections/{}/check", good["id"].as_str().unwrap_or_else(|| panic!("{good}")));
    assert_eq!(run.json("POST", &check, token, None).await["works"], true);
    let bad_key = "ck_canary0000000000000000000000000001:cs_canary0000000000000000000000000002";
    run.secret("a shop's key", &bad_key.into());
    run.secret("half of a shop's key", &"cs_canary0000000000000000000000000002".into());
    let bad = json!({"store_name": "Bad", "platform": shop.platform, "store_url": format!("{}/", shop.url), "api_key": bad_key});
    let bad = run.json("POST", "/api/v1/connections", token, Some(&bad)).await;
    let check =
        format!("/api/v1/connections/{}/check", bad["id"].as_str().unwrap_or_else(|| panic!("{bad}")));
    run.json("POST", &check, token, None).await;
    let account =
        json!({"name": "Mine", "platform": demo::accounts()[0].platform, "credentials": credentials});
    let account = run.json("POST", "/api/v1/suppliers/accounts", token, Some(&account)).await;
    let check = format!(
        "/api/v1/suppliers/accounts/{}/check",
        account["id"].as_str().unwrap_or_else(|| panic!("{account}"))
    );
    run.json("POST", &check, token, None).await;

    let products = demo::products(&run.world.urls.base);
    for product in products.into_iter().filter(|product| PLUGINS.contains(&product.source)) {
        let body = json!({"product_url": product.url, "source": product.source});
        let job = run.json("POST", "/api/v1/imports", token, Some(&body)).await;
        let path = format!("/api/v1/imports/{}", job["id"].as_str().unwrap_or_else(|| panic!("{job}")));
        for _ in 0..300 {
            let job = run.json("GET", &path, token, None).await;
            if !["pending", "running"].contains(&job["status"].as_str().unwrap_or_default()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    login
}

/// Every operation that is described, once as it should be and once with secrets where
/// they do not belong.
async fn drive(run: &mut Run, token: &str) -> usize {
    let document = run.json("GET", "/openapi.json", None, None).await;
    let mut called = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            // Afterwards the token would open nothing.
            let id = operation["operationId"].as_str().unwrap_or_default();
            if id.contains("logout") || id.contains("change_password") || id.starts_with("auth_delete") {
                continue;
            }
            let mut address = path.clone();
            while let (Some(from), Some(to)) = (address.find('{'), address.find('}')) {
                address.replace_range(from..=to, "0195f3a0-1111-7abc-8def-0123456789ab");
            }
            let query: Vec<String> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
                .map(|parameter| {
                    let value = parameter["example"]
                        .as_str()
                        .map_or_else(|| parameter["example"].to_string(), str::to_owned);
                    let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                    format!("{}={value}", parameter["name"].as_str().unwrap_or_default())
                })
                .collect();
            let address = if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) };
            let example = operation.pointer("/requestBody/content/application~1json/example");
            run.json(method, &address, Some(token), example).await;
            if let Some(fields) = example.and_then(Value::as_object) {
                let secrets: Map<String, Value> = fields
                    .iter()
                    .map(|(name, value)| {
                        let is_secret = ["password", "token", "secret", "api_key", "credentials"]
                            .iter()
                            .any(|word| name.contains(word));
                        (name.clone(), if is_secret { json!([PASSWORD]) } else { value.clone() })
                    })
                    .collect();
                run.json(method, &address, Some(token), Some(&Value::Object(secrets))).await;
            }
            called += 1;
        }
    }
    called
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_found_anywhere() {
    let mut run = Run::start().await;
    let token = furnish(&mut run).await;
    let called = drive(&mut run, &token).await;
    for path in ["/metrics", "/api/v1/metrics", &format!("/api/v1/{PLANTED_PATH}")] {
        run.json("GET", path, Some(&token), None).await;
    }
    let scanner = Scanner::new(&run.canaries);
    let database = run.database().await;
    // Ended in order: what was still in memory is written.
    Command::new("kill").args(["-TERM", &run.child.id().to_string()]).status().expect("a signal");
    run.child.wait().expect("an end");
    let files = run.files();

    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut size = 0;
    for (place, bytes) in database.iter().chain(&files).chain(&run.answers) {
        size += bytes.len();
        let hits = scanner.find(bytes);
        if !hits.is_empty() {
            found.entry(place.clone()).or_default().extend(hits);
        }
    }
    eprintln!(
        "{} canaries, {called} operations, {} answers, {} places, {} MiB: {} places with a secret",
        run.canaries.len(),
        run.answers.len(),
        database.len() + files.len(),
        size >> 20,
        found.len()
    );
    let told: Vec<String> =
        found.iter().map(|(place, hits)| format!("{place}: {} times, {}", hits.len(), hits[0])).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(called >= 35 && run.canaries.len() >= 20, "{called} operations, {} canaries", run.canaries.len());

    // The search sees what is there.
    let sees = |places: &[(String, Vec<u8>)], text: &str| {
        let scanner = Scanner::new(&[Canary { name: "planted".into(), value: text.into() }]);
        places.iter().any(|(_, bytes)| !scanner.find(bytes).is_empty())
    };
    assert!(sees(&database, PLANTED_NAME), "the database is searched");
    assert!(sees(&run.answers, PLANTED_NAME), "answers are searched");
    assert!(sees(&files, PLANTED_PATH), "the log is searched");
}
