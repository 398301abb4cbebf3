use serde_json::json;
use sourcepilot_sandbox::{FaultAction, FaultRule, demo};

use super::{app, preview};
use crate::util::{TestApp, names};

#[tokio::test]
async fn a_merchant_without_an_account_sees_a_product() {
    let app = app().await;
    let client = app.user().await;
    let url = demo::product_urls().swap_remove(0);
    let product = preview(&client, &url).await.expect(200);
    assert_eq!(
        names(&product),
        [
            "title",
            "price",
            "currency",
            "images",
            "variants",
            "source",
            "source_url",
            "source_product_id",
            "supplier_name",
            "rating",
            "order_count",
            "shipping_info"
        ]
    );
    assert_eq!((&product["source"], &product["source_url"]), (&"aliexpress".into(), &url.as_str().into()));
    assert!(product["price"].as_f64().is_some_and(|price| price > 0.0), "{product}");
    assert!(product["title"].as_str().is_some_and(|title| title.contains("(demo)")));
    assert!(product["variants"][0]["options"].as_array().is_some_and(|options| !options.is_empty()));
    assert_eq!(preview(&client, &url).await.expect(200), product);
}

#[tokio::test]
async fn many_who_look_at_the_same_product_ask_the_supplier_once() {
    let app = app().await;
    let client = app.user().await;
    let url = demo::product_urls().swap_remove(1);
    let replies = futures::future::join_all((0..6).map(|_| preview(&client, &url))).await;
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    let world = app.world.as_ref().expect("a world");
    let product_calls = |log: Vec<sourcepilot_sandbox::LogEntry>| {
        log.iter().filter(|entry| format!("{entry:?}").contains("ds.product.get")).count()
    };
    let calls = product_calls(world.control().requests(0));
    assert_eq!(calls, 1, "one call however many look");
}

#[tokio::test]
async fn addresses_that_lead_nowhere_say_why() {
    let app = app().await;
    let client = app.user().await;
    for url in ["ftp://x.example", "HTTPS://www.aliexpress.com/item/1.html", "aliexpress.com/item/1"] {
        let reply = preview(&client, url).await;
        assert_eq!(
            (reply.status.as_u16(), reply.detail()),
            (400, "Invalid URL: must start with http:// or https://")
        );
    }
    let reply = preview(&client, "https://www.aliexpress.com/p/some-page.html").await;
    assert_eq!(reply.status, 400, "{}", reply.text);
    let body = json!({"url": ""});
    assert_eq!(client.post("/products/preview", &body).await.faults(), ["string_too_short body.url"]);
}

#[tokio::test]
async fn private_addresses_are_not_looked_at() {
    let app = app().await;
    let client = app.user().await;
    for url in [
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/x",
        "http://10.0.0.1/",
    ] {
        let reply = preview(&client, url).await;
        assert!(reply.status.is_client_error(), "{url}: {} {}", reply.status, reply.text);
    }
}

/// A wrong address is the caller's fault; a supplier's outage is not.
#[tokio::test]
async fn a_website_that_does_not_answer_is_a_wrong_address() {
    let app = app().await;
    let client = app.user().await;
    let reply = preview(&client, "https://unknown.invalid/p/1").await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (400, "unknown.invalid cannot be reached. Check the address.")
    );
    app.world
        .as_ref()
        .expect("a world")
        .control()
        .add_fault(FaultRule::once("/sync", FaultAction::Drop).times(None));
    let reply = preview(&client, "https://www.aliexpress.com/item/1005001111222777.html").await;
    assert_eq!(reply.status, 503, "{}", reply.text);
}

#[tokio::test]
async fn without_any_supplier_there_is_a_sentence() {
    let app = TestApp::start().await;
    let reply = preview(&app.user().await, "https://www.aliexpress.com/item/1.html").await;
    assert_eq!(reply.status, 400);
    assert!(reply.detail().contains("No supplier knows this address"), "{}", reply.text);
}
