use serde_json::{Value, json};
use sourcepilot_sandbox::demo;

use super::{ROUNDS, app, at_once, tally};
use crate::util::{Client, Setup};

fn shop(url: &str) -> Value {
    json!({"store_name": "Shop", "platform": "woocommerce", "store_url": url})
}

async fn shops(client: &Client) -> Vec<Value> {
    client.get("/connections").await.expect(200)["items"].as_array().cloned().expect("a list")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_first_shops_have_one_default() {
    let app = app(&[]).await;
    for _ in 0..ROUNDS {
        let client = app.user().await;
        let bodies: Vec<Value> = (0..4).map(|n| shop(&format!("https://{n}.example"))).collect();
        let tasks: Vec<_> = bodies
            .into_iter()
            .map(|body| {
                let client = client.clone();
                tokio::spawn(async move { client.post("/connections", &body).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("an answer").expect(201);
        }
        let shops = shops(&client).await;
        let defaults = shops.iter().filter(|shop| shop["is_default"] == true).count();
        assert_eq!((shops.len(), defaults), (4, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_times_the_same_shop_is_one() {
    let app = app(&[]).await;
    for _ in 0..ROUNDS {
        let client = app.user().await;
        let replies = at_once(&client, 4, "/connections", &shop("https://same.example")).await;
        assert_eq!(tally(&replies, 201, 409), (1, 3));
        assert_eq!(shops(&client).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_registers_once() {
    let app = app(&[]).await;
    for round in 0..ROUNDS {
        let body = json!({"email": format!("same{round}@example.com"), "password": "correct horse"});
        let replies = at_once(&app.anonymous(), 4, "/auth/register", &body).await;
        assert_eq!(tally(&replies, 201, 409), (1, 3));
        app.anonymous().post("/auth/login", &body).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_previews_of_one_product_are_alike() {
    let app =
        Setup::default().set("RATE_LIMIT_PER_ADDRESS", "0").plugins(&["aliexpress"]).world().start().await;
    let account = json!({
        "app_key": demo::ALIEXPRESS_APP_KEY, "app_secret": demo::ALIEXPRESS_APP_SECRET,
        "access_token": demo::ALIEXPRESS_ACCESS_TOKEN, "refresh_token": demo::ALIEXPRESS_REFRESH_TOKEN,
    });
    let account = account.as_object().cloned().expect("an object");
    sourcepilot::service::house_accounts::set(&app.app, "aliexpress", account).await.expect("set");
    let client = app.user().await;
    for round in 0..ROUNDS {
        let url = format!("https://www.aliexpress.com/item/{}.html", demo::product_id(9000 + round as u64));
        let replies = at_once(&client, 4, "/products/preview", &json!({"url": url})).await;
        assert!(replies.iter().all(|reply| reply.status == replies[0].status), "{url}");
        // Whatever it is, it is not ours to break, and it stays so.
        assert!(matches!(replies[0].status.as_u16(), 200 | 400), "{}", replies[0].text);
        let later = client.post("/products/preview", &json!({"url": url})).await;
        assert_eq!((later.status, &later.text), (replies[0].status, &replies[0].text));
    }
}
