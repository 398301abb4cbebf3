use serde_json::{Value, json};
use sourcepilot_sandbox::{FaultAction, FaultRule, ItemChange, Sandbox};

use super::{ADDRESS, PRODUCT, asked, items, only, path, started, watched, world};
use crate::util::{Client, is_moment};

fn set_price(world: &Sandbox, percent: u64) {
    world
        .control()
        .change_item(PRODUCT, ItemChange { price_percent: Some(percent), ..ItemChange::default() });
}

async fn sync(client: &Client) -> Value {
    let tally = client.post_nothing("/price-watches/sync").await.expect(200);
    json!([tally["total_checked"], tally["total_changed"], tally["total_errors"]])
}

#[tokio::test]
async fn the_first_look_remembers_and_later_ones_compare() {
    let app = started(world()).await;
    let (client, world) = (app.user().await, app.world.as_ref().expect("a world"));
    watched(&client, ADDRESS).await;
    assert_eq!(sync(&client).await, json!([1, 0, 0]));
    let first = only(&client).await;
    let price = first["current_price"].as_f64().expect("a price");
    assert!(price > 0.0 && first["last_price"] == first["current_price"], "{first:#}");
    assert_eq!(json!([first["price_changed"], first["currency"]]), json!([false, "USD"]));
    assert!(is_moment(&first["last_checked_at"]) && first["problem"].is_null());

    // Not far enough.
    set_price(world, 105);
    assert_eq!(sync(&client).await, json!([1, 0, 0]));
    let second = only(&client).await;
    assert!(second["current_price"].as_f64() > Some(price), "{second:#}");
    assert_eq!((&second["last_price"], &second["price_changed"]), (&first["last_price"], &json!(false)));

    // Far enough, and told once.
    set_price(world, 130);
    assert_eq!(sync(&client).await, json!([1, 1, 0]));
    let third = only(&client).await;
    assert_eq!((&third["last_price"], &third["price_changed"]), (&first["last_price"], &json!(true)));
    assert!(is_moment(&third["changed_at"]));
    assert_eq!(sync(&client).await, json!([1, 0, 0]));
    let fourth = only(&client).await;
    assert_eq!((&fourth["last_price"], &fourth["price_changed"]), (&third["current_price"], &json!(false)));
    assert_eq!(fourth["changed_at"], third["changed_at"]);

    let history = client.get(&format!("{}/history", path(&fourth))).await.expect(200);
    let seen: Vec<&Value> =
        history["items"].as_array().expect("a list").iter().map(|entry| &entry["price"]).collect();
    assert_eq!(seen, [&third["current_price"], &second["current_price"], &first["current_price"]]);
}

#[tokio::test]
async fn paused_watches_are_not_looked_at() {
    let app = started(world()).await;
    let client = app.user().await;
    let watch = watched(&client, ADDRESS).await;
    client.patch(&path(&watch), &json!({"is_active": false})).await.expect(200);
    assert_eq!(sync(&client).await, json!([0, 0, 0]));
    client.patch(&path(&watch), &json!({"is_active": true})).await.expect(200);
    assert_eq!(sync(&client).await, json!([1, 0, 0]));
}

#[tokio::test]
async fn a_product_is_asked_for_once_however_many_watch_it() {
    let app = started(world()).await;
    let (client, world) = (app.user().await, app.world.as_ref().expect("a world"));
    for _ in 0..5 {
        watched(&client, ADDRESS).await;
    }
    watched(&client, "https://www.aliexpress.com/item/1005001111222605.html").await;
    assert_eq!(sync(&client).await, json!([6, 0, 0]));
    assert_eq!((asked(world, PRODUCT), asked(world, "1005001111222605")), (1, 1));
    assert!(items(&client).await.iter().all(|watch| watch["current_price"].is_number()));
}

#[tokio::test]
async fn a_price_that_was_just_read_is_not_asked_for_again() {
    let app = started(world().set("WATCH_FRESH_SECONDS", "60")).await;
    let (one, other) = (app.user().await, app.user().await);
    watched(&one, ADDRESS).await;
    watched(&other, ADDRESS).await;
    assert_eq!(sync(&one).await, json!([1, 0, 0]));
    assert_eq!(sync(&other).await, json!([1, 0, 0]));
    assert_eq!(sync(&one).await, json!([1, 0, 0]));
    assert_eq!(asked(app.world.as_ref().expect("a world"), PRODUCT), 1);
    assert_eq!(only(&one).await["current_price"], only(&other).await["current_price"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_counted_and_explained() {
    let app = started(world()).await;
    let client = app.user().await;
    for (url, source) in [
        (ADDRESS, "zork"),
        ("https://www.aliexpress.com/about-us", "aliexpress"),
        ("", "aliexpress"),
        (ADDRESS, "aliexpress"),
    ] {
        client.post("/price-watches", &json!({"product_url": url, "source": source})).await.expect(201);
    }
    assert_eq!(sync(&client).await, json!([4, 0, 3]));
    let watches = items(&client).await;
    assert!(watches[0]["problem"].is_null() && watches[0]["current_price"].is_number());
    for watch in &watches[1..] {
        let problem = watch["problem"].as_str().unwrap_or_default();
        assert!(problem.ends_with('.') || problem.ends_with('…'), "{watch:#}");
        assert!(watch["current_price"].is_null() && watch["last_checked_at"].is_null());
    }
    assert!(watches[3]["problem"].as_str().is_some_and(|text| text.contains("'zork'")));
}

#[tokio::test]
async fn a_supplier_that_is_down_is_not_asked_for_every_product() {
    let app = started(world()).await;
    let (client, world) = (app.user().await, app.world.as_ref().expect("a world"));
    for n in 0..25 {
        watched(&client, &format!("https://www.aliexpress.com/item/{}.html", 1_005_001_111_222_300_u64 + n))
            .await;
    }
    world.control().add_fault(
        FaultRule::once("/sync", FaultAction::Status { status: 503, body: None, retry_after: None })
            .times(None),
    );
    assert_eq!(sync(&client).await, json!([25, 0, 25]));
    world.control().clear_faults();
    assert_eq!(sync(&client).await, json!([25, 0, 0]));
    assert!(items(&client).await.iter().all(|watch| watch["problem"].is_null()));
}

#[tokio::test]
async fn a_page_without_a_price_interface_is_read_whole() {
    let app = started(world()).await;
    let client = app.user().await;
    let url = format!("{}/pages/desk-lamp", app.world.as_ref().expect("a world").urls.base);
    client.post("/price-watches", &json!({"product_url": url, "source": "manual"})).await.expect(201);
    assert_eq!(sync(&client).await, json!([1, 0, 0]), "{:#}", only(&client).await);
    assert!(only(&client).await["current_price"].as_f64() > Some(0.0));
}

#[tokio::test]
async fn a_page_that_is_down_says_nothing_of_other_pages() {
    let app = started(world()).await;
    let (one, other) = (app.user().await, app.user().await);
    let world = app.world.as_ref().expect("a world");
    let pages = ["desk-lamp", "mug", "poster"].map(|page| format!("{}/pages/{page}", world.urls.base));
    for url in &pages {
        for client in [&one, &other] {
            client.post("/price-watches", &json!({"product_url": url, "source": "manual"})).await.expect(201);
        }
    }
    // Whichever is asked for first.
    for (action, down) in [503, 403, 429].into_iter().zip(["desk-lamp", "mug", "poster"]) {
        let refusal = FaultAction::Status { status: action, body: None, retry_after: None };
        world.control().add_fault(FaultRule::once(&format!("/pages/{down}"), refusal).times(None));
        assert_eq!(sync(&one).await, json!([3, 0, 1]), "{down}");
        for watch in items(&one).await {
            let is_down = watch["product_url"].as_str().is_some_and(|url| url.ends_with(down));
            assert_eq!(watch["problem"].is_null(), !is_down, "{watch:#}");
        }
        world.control().clear_faults();
    }
    assert!(items(&other).await.iter().all(|watch| watch["problem"].is_null()));
}
