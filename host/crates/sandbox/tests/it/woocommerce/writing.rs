//! Products, variations, pictures, batches, the trash.

use reqwest::Method;
use serde_json::{Value, json};
use sourcepilot_sandbox::SandboxConfig;

use crate::util::{Shop, answer, behind_proxy, refusal, world, world_with};

async fn setting() -> (sourcepilot_sandbox::Sandbox, Shop) {
    let world = world_with(behind_proxy()).await;
    let shop = Shop::new(&world);
    (world, shop)
}

fn media(world: &sourcepilot_sandbox::Sandbox) -> Vec<Value> {
    let shop = world.control().shop("/woocommerce").expect("the shop");
    shop["media"].as_array().cloned().unwrap_or_default()
}

const GOOD: &str = "https://ae01.alicdn.com/kf/Sgood.jpg";

#[tokio::test]
async fn a_draft_gets_its_address_when_it_is_published() {
    let (_world, shop) = setting().await;
    let draft = shop.made(json!({"name": "Reading Lamp (demo)", "status": "draft"})).await;
    assert_eq!(draft["slug"], "");
    assert!(draft["permalink"].as_str().is_some_and(|url| url.ends_with(&format!("p={}", draft["id"]))));
    let path = format!("products/{}", draft["id"]);
    let (_, published) = shop.put(&path, json!({"status": "publish"})).await;
    assert_eq!(published["slug"], "reading-lamp-demo");
    let second = shop.made(json!({"name": "Reading Lamp (demo)"})).await;
    assert_eq!(second["slug"], "reading-lamp-demo-2");
}

#[tokio::test]
async fn a_variable_product_takes_what_it_is_given() {
    let (_world, shop) = setting().await;
    let parent = shop
        .made(json!({"type": "variable", "sku": "P", "attributes": [
            {"name": "Color", "variation": true, "visible": true, "options": ["Red", "Blue"]}]}))
        .await;
    let path = format!("products/{}/variations", parent["id"]);
    let red = json!({"sku": "P-R", "regular_price": "9", "attributes": [{"name": "Color", "option": "Red"}]});
    let (status, done) = shop
        .post(
            &format!("{path}/batch"),
            json!({"create": [
            red,
            // The same choice again, an option nobody listed, a choice nobody has, and no SKU.
            {"sku": "P-R2", "regular_price": "8", "attributes": [{"name": "Color", "option": "Red"}]},
            {"sku": "P-G", "regular_price": "7", "attributes": [{"name": "color", "option": "Green"}]},
            {"regular_price": "12", "attributes": [{"name": "Size", "option": "L"}]},
            {"sku": "p-r", "regular_price": "1"}]}),
        )
        .await;
    assert_eq!(status, 200);
    let made = done["create"].as_array().expect("a list");
    assert_eq!(made[2]["attributes"][0]["option"], "Green");
    assert_eq!((&made[3]["attributes"], &made[3]["sku"]), (&json!([]), &json!("P")));
    assert_eq!(made[4]["error"]["code"], "product_invalid_sku");
    let (_, parent) = shop.get(&format!("products/{}", parent["id"])).await;
    assert_eq!((&parent["price"], parent["variations"].as_array().map(Vec::len)), (&json!("7"), Some(4)));

    // A SKU finds variations too.
    let (_, found) = shop.get("products?sku=P-G").await;
    assert_eq!((&found[0]["type"], &found[0]["parent_id"]), (&json!("variation"), &parent["id"]));
    let (_, updated) = shop
        .post(
            &format!("{path}/batch"),
            json!({"update": [{"id": made[2]["id"], "regular_price": "6", "sale_price": ""}]}),
        )
        .await;
    assert_eq!(updated["update"][0]["regular_price"], "6");
    assert_eq!(
        refusal(shop.get("products/999/variations").await),
        (404, "woocommerce_rest_product_invalid_id".into())
    );
    let (_, gone) =
        shop.send(Method::DELETE, &format!("products/{}?force=true", parent["id"]), &json!({})).await;
    assert_eq!(gone["id"], parent["id"]);
    assert_eq!(shop.get("products?sku=P-G").await.1, json!([]));
}

#[tokio::test]
async fn pictures_are_fetched_at_once_and_never_shared() {
    let (world, shop) = setting().await;
    let product = shop.made(json!({"images": [{"src": GOOD}, {"src": GOOD, "alt": "again"}]})).await;
    let images = product["images"].as_array().expect("a list");
    assert_eq!(images.len(), 2);
    assert_ne!(images[0]["src"], images[1]["src"]);
    let src = images[1]["src"].as_str().expect("text");
    let file = crate::util::client().get(src).send().await.expect("a picture");
    assert_eq!(file.headers()["content-type"], "image/jpeg");
    assert!(file.bytes().await.expect("bytes").starts_with(&[0xff, 0xd8, 0xff]));

    let path = format!("products/{}", product["id"]);
    let (_, one) = shop.put(&path, json!({"images": [{"id": images[1]["id"]}]})).await;
    assert_eq!(one["images"].as_array().map(Vec::len), Some(1));
    let (_, same) = shop.put(&path, json!({"name": "x"})).await;
    assert_eq!(same["images"].as_array().map(Vec::len), Some(1));
    let (_, none) = shop.put(&path, json!({"images": []})).await;
    assert_eq!(none["images"], json!([]));
    assert_eq!(
        refusal(shop.put(&path, json!({"images": [{"id": 4711}]})).await).1,
        "woocommerce_product_invalid_image_id"
    );
    assert_eq!(media(&world).len(), 2);
}

#[tokio::test]
async fn one_bad_picture_refuses_everything_and_leaves_the_others_behind() {
    let (world, shop) = setting().await;
    let bad = [
        "https://ae01.alicdn.com/kf/missing.jpg",
        "https://ae01.alicdn.com/kf/notimage.jpg",
        "https://ae01.alicdn.com/kf/Sno-extension",
        "https://ae01.alicdn.com/kf/Sa.avif",
        "https://unknown.invalid/a.jpg",
        "http://10.0.0.1/a.jpg",
        "http://localhost/a.jpg",
        "https://ae01.alicdn.com:8443/a.jpg",
        "//ae01.alicdn.com/kf/a.jpg",
        "file:///a.jpg",
    ];
    for (index, src) in bad.into_iter().enumerate() {
        let body = json!({"sku": "X", "images": [{"src": GOOD}, {"src": src}]});
        assert_eq!(
            refusal(shop.post("products", body).await),
            (400, "woocommerce_product_image_upload_error".into()),
            "{src}"
        );
        let left = media(&world);
        assert_eq!(left.len(), index + 1, "{src}");
        assert!(left.iter().all(|media| media["used"] == false));
    }
    assert_eq!(shop.get("products?sku=X").await.1, json!([]));
    // A query is no hindrance, and a wrong extension is corrected.
    let fine = shop.made(json!({"images": [{"src": "https://ae01.alicdn.com/kf/Sa.jpg_.webp?x=1"}]})).await;
    assert!(fine["images"][0]["src"].as_str().is_some_and(|src| src.ends_with(".jpg")));
}

#[tokio::test]
async fn batches_succeed_even_when_every_item_fails() {
    let (_world, shop) = setting().await;
    let (status, done) = shop
        .post(
            "products/batch",
            json!({"create": [{"regular_price": 5}], "update": [{"id": 999, "name": "x"}], "delete": [998]}),
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(done["create"][0]["error"]["code"], "rest_invalid_param");
    let unknown = json!({"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID.", "data": {"status": 400}});
    assert_eq!(done["update"][0], json!({"id": 999, "error": unknown}));
    assert_eq!(done["delete"][0]["id"], 998);
    let many: Vec<Value> = (0..101).map(|number| json!({"name": number.to_string()})).collect();
    let (status, error) = shop.post("products/batch", json!({"create": many})).await;
    assert_eq!((status, &error["code"]), (413, &json!("woocommerce_rest_request_entity_too_large")));
}

#[tokio::test]
async fn the_trash_keeps_the_sku() {
    let (_world, shop) = setting().await;
    let product = shop.made(json!({"sku": "T", "name": "T (demo)"})).await;
    let path = format!("products/{}", product["id"]);
    let (_, trashed) = shop.send(Method::DELETE, &path, &json!({})).await;
    assert_eq!(trashed["status"], "trash");
    assert_eq!(
        refusal(shop.send(Method::DELETE, &path, &json!({})).await),
        (410, "woocommerce_rest_already_trashed".into())
    );
    let again = shop.post("products", json!({"sku": "T"})).await;
    assert_eq!(refusal(again), (400, "woocommerce_rest_product_not_created".into()));
    for (query, count) in
        [("sku=T", 0), ("sku=T&status=any", 0), ("sku=T&status=trash", 1), ("include_status=trash", 1)]
    {
        let (_, found) = shop.get(&format!("products?{query}")).await;
        assert_eq!(found.as_array().map(Vec::len), Some(count), "{query}");
    }
    let (_, restored) = shop.put(&path, json!({"status": "draft"})).await;
    assert_eq!(restored["status"], "draft");
    shop.send(Method::DELETE, &format!("{path}?force=true"), &json!({})).await;
    shop.made(json!({"sku": "T"})).await;
}

#[tokio::test]
async fn methods_may_be_overridden() {
    let (_world, shop) = setting().await;
    let product = shop.made(json!({"name": "a"})).await;
    let path = format!("products/{}", product["id"]);
    let put =
        shop.request(Method::POST, &path).header("x-http-method-override", "PUT").json(&json!({"name": "b"}));
    assert_eq!(answer(put).await.1["name"], "b");
    let delete =
        shop.request(Method::POST, &format!("{path}?force=true")).header("x-http-method-override", "DELETE");
    assert_eq!(answer(delete).await.0, 200);
    assert_eq!(refusal(shop.get(&path).await), (404, "woocommerce_rest_product_invalid_id".into()));
}

#[tokio::test]
async fn a_snapshot_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = || SandboxConfig {
        snapshot: Some(folder.path().join("world.json")),
        shops: vec![behind_proxy()],
        ..SandboxConfig::default()
    };
    let first = world(config()).await;
    let product = Shop::new(&first).made(json!({"sku": "S", "images": [{"src": GOOD}]})).await;
    first.shutdown().await;
    let second = world(config()).await;
    let (_, found) = Shop::new(&second).get("products?sku=S").await;
    assert_eq!(found[0]["id"], product["id"]);
    second.control().reset();
    assert_eq!(Shop::new(&second).get("products").await.1, json!([]));
}
