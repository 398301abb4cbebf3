//! Products that the merchant supplies, on their way into a shop.

use serde_json::{Value, json};
use sourcepilot_sandbox::{SandboxConfig, ShopConfig, demo};

use super::{Path, completed, failed, texts};
use crate::util::Setup;

/// A merchant with a Spocket account on the demo feed.
async fn open() -> (Path, String) {
    let second = ShopConfig { mount: "/second".into(), ..ShopConfig::default() };
    let world = SandboxConfig { shops: vec![ShopConfig::default(), second], ..SandboxConfig::default() };
    let setup = Setup::default().world_of(world);
    let path = Path::with_plugins(setup, &["aliexpress", "manual", "spocket", "woocommerce"]).await;
    let feed = demo::spocket_feed(&path.world().urls.base);
    let account = json!({"name": "Feed", "platform": "spocket", "settings": {"feed_url": feed}});
    let account = path.merchant.post("/suppliers/accounts", &account).await.expect(201);
    let account = format!("/suppliers/accounts/{}", account["id"].as_str().expect("an id"));
    (path, account)
}

fn item(number: u64) -> Value {
    let url = format!("https://app.spocket.co/product/{}", demo::spocket_id(number));
    json!({"product_url": url, "source": "spocket", "config": {"markup_percent": 50}})
}

#[tokio::test]
async fn a_product_of_a_feed_arrives_with_its_variants_and_the_marked_up_cost() {
    let (path, _) = open().await;
    path.connect().await;
    let job = path.import(item(0)).await;
    completed(&job);
    let product = path.product();
    assert_eq!(product["variations"].as_array().map(Vec::len), Some(2));
    assert_eq!(product["name"], job["product_data"]["title"]);
    for variant in job["product_data"]["variants"].as_array().expect("variants") {
        let (cost, price) =
            (variant["cost"].as_f64().expect("a cost"), variant["price"].as_f64().expect("a price"));
        assert!((price - cost * 1.5).abs() <= 0.0051, "{cost} → {price}");
    }
    // Unknown stock is not tracked; known stock arrives.
    let stocks: Vec<&Value> =
        product["variations"].as_array().into_iter().flatten().map(|one| &one["manage_stock"]).collect();
    assert!(stocks.contains(&&json!(false)) && stocks.contains(&&json!(true)), "{stocks:?}");
    // By its bare id as well, and still one product.
    let again = json!({"product_url": demo::spocket_id(0), "source": "spocket"});
    completed(&path.import(again).await);
    path.product();
}

#[tokio::test]
async fn what_is_not_in_the_catalogue_says_how_to_get_it_there() {
    let (path, account) = open().await;
    path.connect().await;
    let unknown = json!({"product_url": "00000000-0000-4000-8000-000000000000", "source": "spocket"});
    assert!(failed(&path.import(unknown).await).contains("not in your Spocket catalogue"));
    path.merchant.delete(&account).await;
    assert!(failed(&path.import(item(0)).await).contains("upload a CSV or JSON feed"));
}

/// The demo shop, in which stands something that this merchant's account did not make.
async fn filled_shop(path: &Path) -> Value {
    let shop = path.connect().await;
    let somebody = path.app.user().await;
    path.connect_with(&somebody, &path.shop_url(demo::SHOP_PATH), &shop_key()).await;
    let lamp = json!({"title": "Foreign lamp", "price": "24.90", "currency": "USD", "stock": 7});
    let body = json!({
        "product_url": "https://lamps.example.org/1", "source": "manual",
        "config": {"product": lamp, "markup_percent": 0, "tags": ["from spocket"]},
    });
    let job = somebody.post("/imports", &body).await.expect(201);
    completed(&path.end_of(&somebody, &job).await);
    shop
}

fn shop_key() -> String {
    format!("{}:{}", demo::SHOP_CONSUMER_KEY, demo::SHOP_CONSUMER_SECRET)
}

#[tokio::test]
async fn products_of_a_connected_shop_are_read_but_not_put_there_again() {
    let (path, account) = open().await;
    let shop = filled_shop(&path).await;
    // One of our own stands there too; it is not Spocket's.
    completed(&path.import(item(3)).await);
    let from = json!({"connection_id": shop["id"]});
    let read = path.merchant.post(&format!("{account}/catalogue/refresh"), &from).await.expect(200);
    assert_eq!(
        (&read["provided_by"], &read["total"], &read["connection_id"]),
        (&json!("shop"), &json!(1), &shop["id"])
    );
    let shown = path.merchant.get(&format!("{account}/catalogue")).await.expect(200);
    let lamp = &shown["items"][0];
    assert_eq!((&lamp["title"], &lamp["price"]), (&json!("Foreign lamp"), &json!(24.9)));
    let found = path.merchant.get("/products/search?q=foreign&source=spocket").await.expect(200);
    assert_eq!(found["products"][0]["source_url"], lamp["source_url"]);
    let preview = json!({"url": lamp["source_url"]});
    assert_eq!(path.merchant.post("/products/preview", &preview).await.expect(200)["source"], "spocket");

    let body = json!({"product_url": lamp["source_url"], "source": "spocket", "store_id": shop["id"]});
    let refused = path.import(body).await;
    assert!(failed(&refused).contains("already and keeps it up to date there"), "{refused:#}");
    assert_eq!(path.products().len(), 2);

    let tagged = json!({"connection_id": shop["id"], "tag": "from spocket"});
    assert_eq!(
        path.merchant.post(&format!("{account}/catalogue/refresh"), &tagged).await.expect(200)["total"],
        1
    );
    for (from, words) in [
        (json!({"connection_id": shop["id"], "tag": "nothing"}), "no tag"),
        (json!({"connection_id": shop["id"], "vendor": "Northwind"}), "no vendor"),
        (json!({"connection_id": uuid::Uuid::now_v7()}), "not connected"),
    ] {
        let reply = path.merchant.post(&format!("{account}/catalogue/refresh"), &from).await;
        assert!(reply.status == 400 && reply.detail().contains(words), "{words}: {}", reply.text);
    }
}

#[tokio::test]
async fn a_copy_into_another_shop_is_made_with_a_warning() {
    let (path, account) = open().await;
    let shop = filled_shop(&path).await;
    let from = json!({"connection_id": shop["id"]});
    path.merchant.post(&format!("{account}/catalogue/refresh"), &from).await.expect(200);
    let shown = path.merchant.get(&format!("{account}/catalogue")).await.expect(200);
    let other = path.connect_with(&path.merchant, &path.shop_url("/second"), &shop_key()).await;
    let body = json!({
        "product_url": shown["items"][0]["source_url"], "source": "spocket", "store_id": other["id"],
        "config": {"markup_percent": 0},
    });
    let job = path.import(body).await;
    completed(&job);
    let history = format!("/imports/{}/history", job["id"].as_str().expect("an id"));
    let history = path.merchant.get(&history).await.expect(200);
    let done =
        history["items"].as_array().expect("items").iter().find(|entry| entry["action"] == "completed");
    let told = done.expect("its end")["details"]["warnings"].to_string();
    assert!(told.contains("neither update nor fulfil") && told.contains("selling price"), "{told}");
    let second = path.world().control().shop("/second").expect("a shop");
    assert_eq!(texts(&second["products"], "name"), ["Foreign lamp"]);
    assert_eq!(path.products().len(), 1);
}
