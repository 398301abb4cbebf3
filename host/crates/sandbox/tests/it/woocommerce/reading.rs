//! Lists, pages, the site's own reports.

use serde_json::json;

use crate::util::{Shop, behind_proxy, client, refusal, world_with};

async fn setting() -> (sourcepilot_sandbox::Sandbox, Shop) {
    let world = world_with(behind_proxy()).await;
    let shop = Shop::new(&world);
    (world, shop)
}

#[tokio::test]
async fn lists_come_in_pages() {
    let (_world, shop) = setting().await;
    for number in 0..5 {
        shop.made(json!({"name": format!("N{number} (demo)"), "sku": format!("S{number}"), "status": if number == 0 { "draft" } else { "publish" }})).await;
    }
    let response =
        shop.request(reqwest::Method::GET, "products?per_page=2&page=2").send().await.expect("an answer");
    let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
    assert_eq!((header("x-wp-total"), header("x-wp-totalpages")), ("5".into(), "3".into()));
    assert!(header("link").contains("page=1>; rel=\"prev\"") && header("link").contains("rel=\"next\""));
    for (query, count) in [
        ("sku=S1,S3", 2),
        ("sku=s2", 1),
        ("search=n3", 1),
        ("search_sku=S", 5),
        ("status=draft", 1),
        ("exclude_status=draft", 4),
        ("per_page=2&offset=4", 1),
        ("slug=n1-demo", 1),
        ("modified_after=2099-01-01T00:00:00", 0),
    ] {
        let (_, found) = shop.get(&format!("products?{query}")).await;
        assert_eq!(found.as_array().map(Vec::len), Some(count), "{query}");
    }
    let (_, names) = shop.get("products?_fields=sku&order=asc").await;
    assert_eq!(names[0], json!({"sku": "S0"}));
    for wrong in ["per_page=101", "per_page=0", "page=x", "status=live"] {
        assert_eq!(
            refusal(shop.get(&format!("products?{wrong}")).await),
            (400, "rest_invalid_param".into()),
            "{wrong}"
        );
    }
    assert_eq!(refusal(shop.get("nothing").await), (404, "rest_no_route".into()));
}

#[tokio::test]
async fn the_site_says_what_it_is() {
    let (_world, shop) = setting().await;
    let index: serde_json::Value = client()
        .get(format!("{}/wp-json/", shop.home))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(index["home"], shop.home.as_str());
    assert!(index["name"].as_str().is_some_and(|name| name.contains("(demo)")));
    assert!(index["namespaces"].as_array().is_some_and(|all| all.contains(&json!("wc/v3"))));
    assert_eq!(shop.get("data/currencies/current").await.1["code"], "USD");
    let (_, status) = shop.get("system_status").await;
    assert_eq!(status["settings"]["number_of_decimals"], 2);
    assert_eq!(status["environment"]["version"], "9.9.5");
    let (_, unit) = shop.get("settings/products/woocommerce_weight_unit?_fields=id,value").await;
    assert_eq!(unit, json!({"id": "woocommerce_weight_unit", "value": "kg"}));
    assert_eq!(
        refusal(shop.get("settings/products/none").await),
        (404, "rest_setting_setting_invalid".into())
    );
    let (_, schema) = shop.send(reqwest::Method::OPTIONS, "products", &json!({})).await;
    assert_eq!(schema["schema"]["properties"]["regular_price"]["type"], "string");
}
