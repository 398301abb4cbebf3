use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{ADDRESS, app, import};
use crate::util::{is_moment, names};

#[tokio::test]
async fn a_new_import_is_pending_and_has_the_agreed_fields() {
    let app = app().await;
    let client = app.user().await;
    let config = json!({"markup_percent": 30, "tags": ["a"], "zork": {"x": [1, null]}});
    let body = json!({"product_url": ADDRESS, "source": "aliexpress", "config": config, "store_id": null});
    let job = client.post("/imports", &body).await.expect(201);
    assert_eq!(
        names(&job)[..14],
        [
            "id",
            "user_id",
            "store_id",
            "source",
            "product_url",
            "source_product_id",
            "status",
            "product_data",
            "config",
            "error_message",
            "created_product_id",
            "progress_percent",
            "created_at",
            "updated_at"
        ]
    );
    assert_eq!((&job["status"], &job["progress_percent"]), (&"pending".into(), &0.into()));
    assert_eq!((&job["config"], &job["product_url"]), (&config, &ADDRESS.into()));
    assert!(is_moment(&job["created_at"]) && job["store_id"].is_null() && job.get("source_url").is_none());
    assert_eq!(job["user_id"], client.get("/auth/me").await.expect(200)["id"]);
}

#[tokio::test]
async fn an_unknown_source_is_refused_with_those_there_are() {
    let app = app().await;
    let client = app.user().await;
    let reply = client.post("/imports", &json!({"product_url": ADDRESS, "source": "zork"})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (400, "Invalid source 'zork'. Valid sources: aliexpress, manual")
    );
    let long = "z".repeat(300);
    let reply = client.post("/imports", &json!({"product_url": ADDRESS, "source": long})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (400, format!("Invalid source '{long}'. Valid sources: aliexpress, manual").as_str())
    );
}

#[tokio::test]
async fn the_plan_is_checked_before_the_source() {
    let app = app().await;
    let client = app.user().await;
    let replies = futures::future::join_all((0..12).map(|n| {
        let body = import(&format!("{ADDRESS}?n={n}"));
        let client = client.clone();
        async move { client.post("/imports", &body).await }
    }))
    .await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 10);
    let refused = client.post("/imports", &json!({"product_url": ADDRESS, "source": "zork"})).await;
    assert_eq!(
        (refused.status.as_u16(), refused.detail()),
        (403, "Import limit reached for free plan. Upgrade your plan for more imports.")
    );
    assert_eq!(client.get("/imports?limit=100").await.expect(200)["total"], 10);
}

#[tokio::test]
async fn many_at_once_are_all_made_or_none() {
    let app = app().await;
    let client = app.user().await;
    let bulk = |count: usize| {
        let urls: Vec<String> = (0..count).map(|n| format!("{ADDRESS}?n={}", n / 2)).collect();
        json!({"product_urls": urls, "source": "aliexpress", "config": {"tags": ["x"]}})
    };
    let jobs = client.post("/imports/bulk", &bulk(4)).await.expect(201);
    let urls: Vec<&Value> = jobs.as_array().expect("a list").iter().map(|job| &job["product_url"]).collect();
    assert_eq!(json!(urls), bulk(4)["product_urls"]);
    assert_eq!(client.post("/imports/bulk", &bulk(7)).await.status, 403);
    let mut wrong = bulk(2);
    wrong["source"] = json!("zork");
    assert_eq!(client.post("/imports/bulk", &wrong).await.status, 400);
    assert_eq!(client.get("/imports").await.expect(200)["total"], 4);
    assert_eq!(client.post("/imports/bulk", &bulk(6)).await.status, 201);
}

#[tokio::test]
async fn all_faults_are_told() {
    let app = app().await;
    let client = app.user().await;
    for (body, faults) in [
        (json!({}), vec!["missing body.product_url", "missing body.source"]),
        (
            json!({"product_url": "", "source": 1, "store_id": "x", "config": []}),
            vec![
                "string_too_short body.product_url",
                "string_type body.source",
                "uuid_parsing body.store_id",
                "dict_type body.config",
            ],
        ),
        (
            json!({"product_url": "x".repeat(2001), "source": "aliexpress"}),
            vec!["string_too_long body.product_url"],
        ),
        (json!({"product_url": "a\u{0}b", "source": "aliexpress"}), vec!["value_error body.product_url"]),
        (
            json!({"product_url": "a", "source": "aliexpress", "config": {"k\u{0}": 1}}),
            vec!["value_error body.config"],
        ),
    ] {
        assert_eq!(client.post("/imports", &body).await.faults(), faults, "{body}");
    }
    for (urls, faults) in [
        (json!([]), vec!["too_short body.product_urls"]),
        (json!(vec!["x"; 51]), vec!["too_long body.product_urls"]),
        (
            json!(["x", 1, "y".repeat(2001)]),
            vec!["string_type body.product_urls.1", "string_too_long body.product_urls.2"],
        ),
        (json!("x"), vec!["list_type body.product_urls"]),
    ] {
        let body = json!({"product_urls": urls, "source": "aliexpress"});
        assert_eq!(client.post("/imports/bulk", &body).await.faults(), faults, "{body}");
    }
}

#[tokio::test]
async fn a_repeat_with_the_same_key_makes_no_second_import() {
    let app = app().await;
    let client = app.user().await;
    let post = async |key: &str, body: Value| {
        let request = Request::post("/api/v1/imports").header("idempotency-key", key);
        client.request(request.body(Body::from(body.to_string())).expect("a request")).await
    };
    let first = post("a", import(ADDRESS)).await.expect(201);
    assert_eq!(post("a", import(ADDRESS)).await.expect(201)["id"], first["id"]);
    assert_ne!(post("b", import(ADDRESS)).await.expect(201)["id"], first["id"]);
    assert_eq!(post("a", import("https://www.aliexpress.com/item/1.html")).await.status, 409);
    assert_eq!(post(&"k".repeat(256), import(ADDRESS)).await.status, 400);
    assert_eq!(client.get("/imports").await.expect(200)["total"], 2);
}
