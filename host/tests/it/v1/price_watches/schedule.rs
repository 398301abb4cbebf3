use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sourcepilot::jobs::watch_schedule::round;
use sourcepilot::service::price_watches::Tally;
use sourcepilot_sandbox::ItemChange;

use super::{ADDRESS, PRODUCT, asked, only, path, started, watched, world};

const KEY: &str = "9f8b1c4d2e6a7f3b5c0d1e2f4a6b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b";

fn tally(checked: u64, changed: u64, errors: u64) -> Tally {
    Tally { checked, changed, errors }
}

#[tokio::test]
async fn everybodys_due_watches_are_looked_at_once() {
    let app = started(world()).await;
    let (one, other) = (app.user().await, app.user().await);
    watched(&one, ADDRESS).await;
    watched(&other, ADDRESS).await;
    assert_eq!(round(&app.app).await.expect("a round"), tally(2, 0, 0));
    assert_eq!(asked(app.world.as_ref().expect("a world"), PRODUCT), 1);
    assert!(only(&one).await["current_price"].is_number());
    assert_eq!(only(&one).await["current_price"], only(&other).await["current_price"]);
    // They are not due again.
    assert_eq!(round(&app.app).await.expect("a round"), tally(0, 0, 0));
}

#[tokio::test]
async fn of_several_hosts_one_is_in_charge() {
    let first = started(world().set("SOURCEPILOT_ENCRYPTION_KEY", KEY)).await;
    let second = world()
        .set("SOURCEPILOT_ENCRYPTION_KEY", KEY)
        .set("DATABASE_URL", first.database_url())
        .start()
        .await;
    watched(&first.user().await, ADDRESS).await;
    let (a, b) = tokio::join!(round(&first.app), round(&second.app));
    let (a, b) = (a.expect("a round"), b.expect("a round"));
    assert_eq!(a.checked + b.checked, 1, "{a:?} {b:?}");
    watched(&first.user().await, ADDRESS).await;
    let (a, b) = (round(&first.app).await.expect("a round"), round(&second.app).await.expect("a round"));
    assert_eq!((a.checked + b.checked, a.errors + b.errors), (1, 0), "{a:?} {b:?}");
}

#[tokio::test]
async fn a_change_is_told_live() {
    let app = started(world()).await;
    let client = app.user().await;
    let watch = watched(&client, ADDRESS).await;
    assert_eq!(round(&app.app).await.expect("a round"), tally(1, 0, 0));
    let request = Request::get("/api/v1/events").body(Body::empty()).expect("a request");
    let mut stream = client.raw(request).await.into_body();
    let change = ItemChange { price_percent: Some(50), ..ItemChange::default() };
    app.world.as_ref().expect("a world").control().change_item(PRODUCT, change);
    // Taken up again, a watch is due at once.
    for active in [false, true] {
        client.patch(&path(&watch), &json!({"is_active": active})).await.expect(200);
    }
    assert_eq!(round(&app.app).await.expect("a round"), tally(1, 1, 0));
    let frame = tokio::time::timeout(Duration::from_secs(5), stream.frame()).await.expect("in time");
    let data = frame.expect("an event").expect("a frame").into_data().expect("data");
    let text = String::from_utf8(data.to_vec()).expect("text");
    assert!(text.contains("event: price_watch"), "{text}");
    let line = text.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
    let data: Value = serde_json::from_str(line).expect("JSON");
    assert_eq!((&data["id"], &data["source"]), (&watch["id"], &json!("aliexpress")));
}
