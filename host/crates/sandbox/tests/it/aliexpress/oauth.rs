//! Consent, codes and tokens.

use serde_json::Value;
use sourcepilot_sandbox::{AliExpressConfig, SandboxConfig, demo};
use url::Url;

use crate::util::{Gateway, client, product_fields, world};

fn consenting() -> SandboxConfig {
    let aliexpress = AliExpressConfig { auto_consent: true, ..AliExpressConfig::default() };
    SandboxConfig { aliexpress, ..SandboxConfig::default() }
}

fn consent_url(base: &str, more: &str) -> String {
    let key = demo::ALIEXPRESS_APP_KEY;
    format!(
        "{base}/oauth/authorize?response_type=code&force_auth=true&client_id={key}\
         &redirect_uri=http%3A%2F%2Flocalhost%2Fback%3Fa%3D1&state=s%261{more}"
    )
}

async fn location(url: String) -> Url {
    let response = client().get(url).send().await.expect("an answer");
    assert_eq!(response.status(), 302);
    let location = response.headers()["location"].to_str().expect("text");
    Url::parse(location).expect("an address")
}

fn value(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn consent_gives_a_code_for_a_pair_of_tokens() {
    let world = world(consenting()).await;
    let back = location(consent_url(&world.urls.base, "")).await;
    assert_eq!((value(&back, "a").as_deref(), value(&back, "state").as_deref()), (Some("1"), Some("s&1")));
    let code = value(&back, "code").expect("a code");

    let gateway = Gateway::new(&world);
    let pair = gateway.system("/auth/token/create", &[("code", &code)]).await;
    assert_eq!((&pair["code"], &pair["account_platform"]), (&Value::from("0"), &Value::from("buyerApp")));
    let again = gateway.system("/auth/token/create", &[("code", &code)]).await;
    assert_eq!((&again["code"], &again["type"]), (&Value::from("InvalidCode"), &Value::from("ISV")));

    let mut caller = Gateway::new(&world);
    caller.common.insert("session".into(), pair["access_token"].as_str().expect("a token").into());
    let answer = caller.call("aliexpress.ds.product.get", &product_fields("1005001111222333")).await;
    assert!(answer.get("error_response").is_none(), "{answer}");
}

#[tokio::test]
async fn codes_end_and_a_uuid_spoils_them() {
    let world = world(consenting()).await;
    let gateway = Gateway::new(&world);
    for (wait, fields) in [(181, vec![]), (0, vec![("uuid", "1")])] {
        let code = value(&location(consent_url(&world.urls.base, "")).await, "code").expect("a code");
        world.control().advance_clock(wait);
        let fields: Vec<(&str, &str)> = [("code", code.as_str())].into_iter().chain(fields).collect();
        assert_eq!(gateway.system("/auth/token/create", &fields).await["code"], "InvalidCode");
    }
}

#[tokio::test]
async fn a_refresh_replaces_both_tokens_in_either_spelling_of_the_call() {
    let world = world(SandboxConfig::default()).await;
    let gateway = Gateway::new(&world);
    let first = [("refresh_token", demo::ALIEXPRESS_REFRESH_TOKEN)];
    let pair = gateway.system_by_field("/auth/token/refresh", &first).await;
    assert_eq!(pair["code"], "0", "{pair}");
    let dead = gateway.call("aliexpress.ds.product.get", &product_fields("1005001111222333")).await;
    assert_eq!(dead["error_response"]["code"], "IllegalAccessToken");
    assert_eq!(gateway.system("/auth/token/refresh", &first).await["code"], "IllegalRefreshToken");

    world.control().advance_clock(86_400);
    let mut later = Gateway::new(&world);
    let stamp = later.common.get_mut("timestamp").expect("a timestamp");
    *stamp = (stamp.parse::<i64>().expect("a number") + 86_400_000).to_string();
    let token = pair["refresh_token"].as_str().expect("a token");
    let next = later.system("/auth/token/refresh", &[("refresh_token", token)]).await;
    assert_eq!(next["refresh_token_valid_time"], pair["refresh_token_valid_time"]);
    let left = next["refresh_expires_in"].as_i64().expect("a number");
    assert!((59 * 86_400 - 60..=59 * 86_400).contains(&left), "{left}");
}

#[tokio::test]
async fn a_person_is_asked_and_may_refuse() {
    let world = world(SandboxConfig::default()).await;
    let page = client().get(consent_url(&world.urls.base, "")).send().await.expect("an answer");
    assert_eq!(page.status(), 200);
    assert!(page.text().await.expect("a page").contains("DEMO"));
    let back = location(consent_url(&world.urls.base, "&decision=deny")).await;
    assert_eq!(value(&back, "error").as_deref(), Some("access_denied"));
    let stranger = consent_url(&world.urls.base, "").replace("client_id=5", "client_id=6");
    assert_eq!(client().get(stranger).send().await.expect("an answer").status(), 400);
}
