//! Keys, signatures and permalinks.

use reqwest::Method;
use serde_json::json;
use sourcepilot_sandbox::{Permalinks, Sandbox, SandboxConfig, ShopConfig, demo};

use crate::util::{Shop, answer, behind_proxy, client, oauth, percent, refusal, world, world_with};

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("a date")
}

const KEY: (&str, &str) = (demo::SHOP_CONSUMER_KEY, demo::SHOP_CONSUMER_SECRET);

async fn signed(
    world: &Sandbox,
    method: &str,
    path: &str,
    query: &[(&str, &str)],
    stamp: (i64, &str),
) -> (u16, String) {
    let url = format!("{}/wp-json/wc/v3/{path}", world.urls.shops[0]);
    let parameters = oauth(method, &url, query, KEY, stamp);
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    refusal(answer(client().request(method, url).query(&parameters).json(&json!({}))).await)
}

#[tokio::test]
async fn over_plain_http_only_signatures_count() {
    let world = world(SandboxConfig::default()).await;
    let shop = Shop::new(&world);
    assert_eq!(refusal(shop.get("products").await), (401, "woocommerce_rest_cannot_view".into()));
    assert_eq!(
        refusal(shop.post("products", json!({})).await),
        (401, "woocommerce_rest_cannot_create".into())
    );
    let keys = format!("products?consumer_key={}&consumer_secret={}", KEY.0, KEY.1);
    let url = format!("{}/wp-json/wc/v3/{keys}", shop.home);
    assert_eq!(refusal(answer(client().get(url)).await).0, 401);

    assert_eq!(signed(&world, "GET", "products", &[], (now(), "n1")).await.0, 200);
    let query = [("per_page", "5"), ("search", "a b&c"), ("include[]", "1")];
    assert_eq!(signed(&world, "GET", "products", &query, (now(), "n2")).await.0, 200);
    assert_eq!(signed(&world, "POST", "products/batch", &[], (now(), "n3")).await.0, 200);
}

#[tokio::test]
async fn signatures_are_checked_to_the_letter() {
    let world = world(SandboxConfig::default()).await;
    let wrong = (401, "woocommerce_rest_authentication_error".to_owned());
    let url = format!("{}/wp-json/wc/v3/products", world.urls.shops[0]);
    let send = async |parameters: Vec<(String, String)>| {
        let (status, value) = answer(client().get(&url).query(&parameters)).await;
        (status, value["message"].as_str().unwrap_or_default().to_owned())
    };
    // Made for another scheme, another method, another secret, and with a query that was not signed.
    let https = oauth("GET", &url.replace("http://", "https://"), &[], KEY, (now(), "a"));
    assert_eq!(send(https).await.1, "Invalid signature - provided signature does not match.");
    let post = oauth("POST", &url, &[], KEY, (now(), "b"));
    assert_eq!(send(post).await.0, 401);
    let secret = oauth("GET", &url, &[], (KEY.0, "cs_other"), (now(), "c"));
    assert_eq!(send(secret).await.1, "Invalid signature - provided signature does not match.");
    let mut more = oauth("GET", &url, &[], KEY, (now(), "d"));
    more.push(("page".into(), "1".into()));
    assert_eq!(send(more).await.0, 401);
    assert_eq!(
        send(oauth("GET", &url, &[], ("ck_none", "x"), (now(), "e"))).await.1,
        "Consumer key is invalid."
    );
    let mut less = oauth("GET", &url, &[], KEY, (now(), "f"));
    less.retain(|(name, _)| name != "oauth_nonce");
    assert_eq!(send(less).await.1, "Missing OAuth parameter(s): oauth_nonce");
    assert_eq!(send(oauth("GET", &url, &[], KEY, (now() - 1000, "g"))).await.1, "Invalid timestamp.");

    let stamp = (now(), "once");
    assert_eq!(signed(&world, "GET", "products", &[], stamp).await.0, 200);
    assert_eq!(signed(&world, "GET", "products", &[], stamp).await, wrong);
    // A nonce belongs to its second.
    assert_eq!(signed(&world, "GET", "products", &[], (stamp.0 - 1, "once")).await.0, 200);
}

#[tokio::test]
async fn the_signature_may_stand_in_the_header() {
    let world = world(SandboxConfig::default()).await;
    let url = format!("{}/wp-json/wc/v3/products", world.urls.shops[0]);
    let parameters = oauth("POST", &url, &[], KEY, (now(), "h"));
    let list: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}=\"{}\"", percent(name), percent(value))).collect();
    let header = format!("OAuth {}", list.join(", "));
    let request = client().post(&url).header("authorization", header).json(&json!({"name": "Signed (demo)"}));
    assert_eq!(answer(request).await.0, 201);
}

#[tokio::test]
async fn each_mistake_with_a_key_has_its_answer() {
    let world = world_with(behind_proxy()).await;
    let good = Shop::new(&world);
    assert_eq!(good.get("products").await.0, 200);
    let error = |code: &str| (401, format!("woocommerce_rest_{code}"));
    let unknown = Shop { key: "ck_none".into(), ..good.clone() };
    assert_eq!(refusal(unknown.get("products").await), error("cannot_view"));
    assert_eq!(refusal(unknown.post("products", json!({})).await), error("cannot_create"));
    assert_eq!(refusal(unknown.put("products/1", json!({})).await), error("cannot_edit"));
    assert_eq!(refusal(unknown.post("products/batch", json!({})).await), error("cannot_batch"));
    let secret = Shop { secret: "cs_none".into(), ..good.clone() };
    let (status, value) = secret.get("products").await;
    assert_eq!((status, &value["message"]), (401, &json!("Consumer secret is invalid.")));

    let read_only = Shop {
        key: demo::SHOP_READ_ONLY_KEY.into(),
        secret: demo::SHOP_READ_ONLY_SECRET.into(),
        ..good.clone()
    };
    assert_eq!(read_only.get("products").await.0, 200);
    assert_eq!(refusal(read_only.post("products/batch", json!({})).await), error("authentication_error"));
    // The probe that changes nothing.
    assert_eq!(good.post("products/batch", json!({})).await, (200, json!([])));
}

#[tokio::test]
async fn a_host_that_strips_the_header_takes_keys_in_the_query() {
    let config = ShopConfig { strips_authorization: true, ..ShopConfig::default() };
    let world = world_with(config).await;
    let shop = Shop::new(&world);
    let https = |request: reqwest::RequestBuilder| request.header("x-forwarded-proto", "https");
    assert_eq!(refusal(answer(https(shop.request(Method::GET, "products"))).await).0, 401);
    let query = [("consumer_key", KEY.0), ("consumer_secret", KEY.1)];
    let url = format!("{}/wp-json/wc/v3/products", shop.home);
    assert_eq!(answer(https(client().get(url).query(&query))).await.0, 200);
}

#[tokio::test]
async fn permalinks_decide_where_the_api_is() {
    for (permalinks, pretty, index) in
        [(Permalinks::Pretty, 200, 200), (Permalinks::Index, 200, 200), (Permalinks::Plain, 301, 301)]
    {
        let world = world_with(ShopConfig { permalinks, ..behind_proxy() }).await;
        let shop = Shop::new(&world);
        let get = async |path: &str| {
            let url = format!("{}{path}", shop.home);
            let response =
                client().get(url).basic_auth(&shop.key, Some(&shop.secret)).send().await.expect("an answer");
            let html = response.headers()["content-type"].to_str().is_ok_and(|kind| kind.contains("html"));
            (response.status().as_u16(), html)
        };
        assert_eq!(get("/wp-json/wc/v3/products").await, (pretty, pretty == 301), "{permalinks:?}");
        assert_eq!(get("/index.php/wp-json/wc/v3/products").await.0, index, "{permalinks:?}");
        assert_eq!(get("/?rest_route=/wc/v3/products").await, (401, false), "{permalinks:?}");
        assert_eq!(get("/?rest_route=/").await, (200, false), "{permalinks:?}");
    }
}
