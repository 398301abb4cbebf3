use serde_json::{Value, json};

use super::{ADDRESS, NOBODY, app, id, imported};
use crate::util::{is_moment, names};

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("a list").iter().map(id).collect()
}

#[tokio::test]
async fn the_newest_come_first_a_part_at_a_time() {
    let app = app().await;
    let client = app.user().await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.insert(0, id(&imported(&client, &format!("{ADDRESS}?n={n}")).await).to_owned());
    }
    let all = client.get("/imports?page=3&per_page=1").await.expect(200);
    assert_eq!((names(&all), &all["total"]), (vec!["items", "total"], &5.into()));
    assert_eq!(ids(&all), made);
    let part = client.get("/imports?skip=1&limit=2").await.expect(200);
    assert_eq!((ids(&part), &part["total"]), (vec![made[1].as_str(), made[2].as_str()], &5.into()));
    let past = client.get(&format!("/imports?skip={}", "9".repeat(40))).await.expect(200);
    assert_eq!(past, json!({"items": [], "total": 5}));
}

#[tokio::test]
async fn by_status_and_shop() {
    let app = app().await;
    let client = app.user().await;
    let store = "0195f3a0-1111-7abc-8def-0123456789ab";
    let body = json!({"product_url": ADDRESS, "source": "manual", "store_id": store.to_uppercase()});
    let with_store = client.post("/imports", &body).await.expect(201);
    assert_eq!(with_store["store_id"], store);
    let cancelled = imported(&client, ADDRESS).await;
    client.post_nothing(&format!("/imports/{}/cancel", id(&cancelled))).await.expect(200);
    let total =
        async |query: &str| client.get(&format!("/imports?{query}")).await.expect(200)["total"].clone();
    assert_eq!(total("status=pending").await, 1);
    assert_eq!(total("status=cancelled").await, 1);
    assert_eq!(total("status=completed").await, 0);
    assert_eq!(total("status=").await, 2);
    assert_eq!(total(&format!("store_id={store}")).await, 1);
    assert_eq!(total(&format!("store_id={store}&status=cancelled")).await, 0);
}

#[tokio::test]
async fn wrong_filters_are_told_together() {
    let app = app().await;
    let client = app.user().await;
    let reply = client.get("/imports?skip=-1&limit=101&store_id=x&status=Pending").await;
    assert_eq!(
        reply.faults(),
        [
            "greater_than_equal query.skip",
            "less_than_equal query.limit",
            "uuid_parsing query.store_id",
            "enum query.status"
        ]
    );
    assert_eq!(
        reply.body["detail"][3]["msg"],
        "Input should be 'pending', 'running', 'completed', 'failed' or 'cancelled'"
    );
}

#[tokio::test]
async fn one_import_and_its_history() {
    let app = app().await;
    let client = app.user().await;
    let job = imported(&client, ADDRESS).await;
    let path = format!("/imports/{}", id(&job));
    assert_eq!(client.get(&path).await.expect(200), job);
    client.post_nothing(&format!("{path}/cancel")).await.expect(200);
    let history = client.get(&format!("{path}/history")).await.expect(200);
    let entries = history["items"].as_array().expect("a list");
    assert_eq!(names(&entries[0]), ["id", "action", "details", "created_at"]);
    assert!(is_moment(&entries[0]["created_at"]));
    let told: Vec<Value> = entries.iter().map(|entry| json!([entry["action"], entry["details"]])).collect();
    assert_eq!(
        json!(told),
        json!([
            ["created", {"source_url": ADDRESS, "source": "aliexpress"}],
            ["cancelled", {"previous_status": "pending"}]
        ])
    );
}

#[tokio::test]
async fn imports_of_others_do_not_exist() {
    let app = app().await;
    let job = imported(&app.user().await, ADDRESS).await;
    let stranger = app.user().await;
    for path in [format!("/imports/{}", id(&job)), NOBODY.to_owned()] {
        for reply in [
            stranger.get(&path).await,
            stranger.get(&format!("{path}/history")).await,
            stranger.post_nothing(&format!("{path}/cancel")).await,
            stranger.post_nothing(&format!("{path}/retry")).await,
        ] {
            assert_eq!((reply.status.as_u16(), reply.detail()), (404, "Import job not found"));
        }
    }
    assert_eq!(stranger.get("/imports/abc").await.faults(), ["uuid_parsing path.job_id"]);
}
