use serde_json::json;

use super::{ROUNDS, app, at_once, tally};

fn item(n: usize) -> String {
    format!("https://www.aliexpress.com/item/{}.html", 1_005_000_000_000_000 + n)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_imports_at_nine_of_ten_make_one() {
    let app = app(&["aliexpress"]).await;
    for _ in 0..ROUNDS {
        let client = app.user().await;
        let nine: Vec<String> = (0..9).map(item).collect();
        client
            .post("/imports/bulk", &json!({"product_urls": nine, "source": "aliexpress"}))
            .await
            .expect(201);
        let replies =
            at_once(&client, 12, "/imports", &json!({"product_url": item(9), "source": "aliexpress"})).await;
        assert_eq!(tally(&replies, 201, 403), (1, 11));
        assert_eq!(client.get("/imports?limit=1").await.expect(200)["total"], 10);
        assert_eq!(client.get("/usage").await.expect(200)["metrics"][0]["used"], 10);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_imports_fit_wholly_or_not_at_all() {
    let app = app(&["aliexpress"]).await;
    for _ in 0..ROUNDS {
        let client = app.user().await;
        let four: Vec<String> = (0..4).map(item).collect();
        let body = json!({"product_urls": four, "source": "aliexpress"});
        let replies = at_once(&client, 4, "/imports/bulk", &body).await;
        assert_eq!(tally(&replies, 201, 403), (2, 2));
        assert_eq!(client.get("/imports?limit=1").await.expect(200)["total"], 8);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_checkouts_make_one_subscription() {
    let app = app(&[]).await;
    for _ in 0..ROUNDS {
        let client = app.user().await;
        let replies = at_once(&client, 4, "/billing/checkout", &json!({"plan": "pro"})).await;
        assert_eq!(tally(&replies, 201, 400), (1, 3));
        assert_eq!(client.get("/billing/current").await.expect(200)["plan"], "pro");
        client.get("/billing/overview").await.expect(200);
    }
    let made = rows(&app).await;
    assert_eq!(made, ROUNDS as i64);
}

async fn rows(app: &crate::util::TestApp) -> i64 {
    use sea_orm::{ConnectionTrait, Statement};
    let connection = app.app.db.for_engine();
    let sql = "SELECT count(*) AS n FROM subscriptions";
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    connection
        .query_one_raw(statement)
        .await
        .expect("asked")
        .expect("a row")
        .try_get("", "n")
        .expect("a number")
}
