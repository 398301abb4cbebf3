use serde_json::json;

use super::{ADDRESS, NOBODY, app, items, only, path, started, watched, world};

#[tokio::test]
async fn a_watch_can_be_paused_changed_and_removed() {
    let app = app().await;
    let client = app.user().await;
    let watch = watched(&client, ADDRESS).await;
    let path = path(&watch);
    let paused = client.patch(&path, &json!({"is_active": false})).await.expect(200);
    assert_eq!(json!([paused["is_active"], paused["threshold_percent"]]), json!([false, 10.0]));
    let changed = client.put(&path, &json!({"threshold_percent": 2.5, "is_active": null})).await.expect(200);
    assert_eq!(json!([changed["is_active"], changed["threshold_percent"]]), json!([false, 2.5]));
    assert_eq!(only(&client).await, changed);
    assert_eq!(
        client.patch(&path, &json!({"threshold_percent": -1, "is_active": "perhaps"})).await.faults(),
        ["bool_parsing body.is_active", "greater_than_equal body.threshold_percent"]
    );
    let gone = client.delete(&path).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    assert_eq!(client.delete(&path).await.detail(), "Price watch not found");
    assert_eq!(items(&client).await.len(), 0);
}

#[tokio::test]
async fn a_single_watch_is_not_read() {
    let app = app().await;
    let client = app.user().await;
    let watch = watched(&client, ADDRESS).await;
    assert_eq!(client.get(&path(&watch)).await.status, 405);
}

#[tokio::test]
async fn watches_are_listed_by_shop() {
    let app = app().await;
    let client = app.user().await;
    let shop = "0195f3a0-2222-7abc-8def-0123456789ab";
    let body = json!({"product_url": ADDRESS, "source": "aliexpress", "connection_id": shop});
    let mine = client.post("/price-watches", &body).await.expect(201);
    watched(&client, ADDRESS).await;
    let list = client.get(&format!("/price-watches?connection_id={shop}")).await.expect(200);
    assert_eq!(list, json!({"items": [mine], "total": 1}));
}

#[tokio::test]
async fn watches_of_others_do_not_exist() {
    let app = started(world()).await;
    let owner = app.user().await;
    let path = path(&watched(&owner, ADDRESS).await);
    let stranger = app.user().await;
    assert_eq!(items(&stranger).await.len(), 0);
    for path in [path.as_str(), NOBODY] {
        for reply in [
            stranger.delete(path).await,
            stranger.patch(path, &json!({"is_active": false})).await,
            stranger.get(&format!("{path}/history")).await,
        ] {
            assert_eq!((reply.status.as_u16(), reply.detail()), (404, "Price watch not found"));
        }
    }
    // Nor are they looked at.
    let tally = stranger.post_nothing("/price-watches/sync").await.expect(200);
    assert_eq!(tally, json!({"total_checked": 0, "total_changed": 0, "total_errors": 0}));
    assert!(only(&owner).await["last_checked_at"].is_null());
}

#[tokio::test]
async fn watches_can_be_taken_away_as_a_table() {
    let app = app().await;
    let client = app.user().await;
    watched(&client, ADDRESS).await;
    let body = json!({"product_url": "@SUM(1)", "source": "-x", "threshold_percent": 2.5});
    client.post("/price-watches", &body).await.expect(201);
    let reply = client.get("/price-watches/export.csv").await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    let lines: Vec<&str> = reply.text.lines().collect();
    assert_eq!(lines.len(), 3, "{}", reply.text);
    assert!(lines[1].contains(",'-x,'@SUM(1),,,2.5,true,,,,false,,"), "{}", lines[1]);
    assert!(lines[2].contains(ADDRESS));
}
