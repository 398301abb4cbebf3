use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::{ADDRESS, app, items, watch, watched};
use crate::util::{is_moment, names};

#[tokio::test]
async fn a_new_watch_has_the_agreed_fields_and_no_price() {
    let app = app().await;
    let client = app.user().await;
    let shop = "0195f3a0-2222-7abc-8def-0123456789ab";
    let body = json!({"product_url": ADDRESS, "source": "aliexpress", "connection_id": shop,
        "threshold_percent": 12.345});
    let watch = client.post("/price-watches", &body).await.expect(201);
    assert_eq!(
        names(&watch)[..16],
        [
            "id",
            "user_id",
            "product_url",
            "source",
            "threshold_percent",
            "connection_id",
            "store_id",
            "is_active",
            "source_product_id",
            "source_url",
            "last_price",
            "current_price",
            "price_changed",
            "last_checked_at",
            "created_at",
            "updated_at"
        ]
    );
    assert_eq!((&watch["connection_id"], &watch["store_id"]), (&shop.into(), &shop.into()));
    assert_eq!(watch["threshold_percent"], 12.35);
    assert_eq!(json!([watch["is_active"], watch["price_changed"]]), json!([true, false]));
    for field in ["last_price", "current_price", "last_checked_at", "problem", "changed_at", "currency"] {
        assert!(watch[field].is_null(), "{field}");
    }
    assert_eq!(watch["source_product_id"], super::PRODUCT);
    assert!(watch["source_url"].as_str().is_some_and(|url| url.contains(super::PRODUCT)));
    assert!(is_moment(&watch["created_at"]));
    assert_eq!(watch["user_id"], client.get("/auth/me").await.expect(200)["id"]);
    assert_eq!(items(&client).await, [watch]);
}

#[tokio::test]
async fn defaults_leniency_and_duplicates() {
    let app = app().await;
    let client = app.user().await;
    let first = watched(&client, ADDRESS).await;
    let second = watched(&client, ADDRESS).await;
    assert_ne!(first["id"], second["id"]);
    assert_eq!((&first["threshold_percent"], &first["store_id"]), (&json!(10.0), &json!(null)));
    assert_eq!(items(&client).await, [second, first]);
    for (body, source) in [
        (json!({"product_url": "", "source": ""}), ""),
        (json!({"product_url": "nothing", "source": "zork", "x": 1}), "zork"),
        (json!({"product_url": ADDRESS, "source": "ali-express", "threshold_percent": "7.5"}), "aliexpress"),
        (json!({"product_url": ADDRESS, "source": "aliexpress", "threshold_percent": 0}), "aliexpress"),
    ] {
        let watch = client.post("/price-watches", &body).await.expect(201);
        assert_eq!(watch["source"], source, "{body}");
    }
}

#[tokio::test]
async fn all_faults_are_told() {
    let app = app().await;
    let client = app.user().await;
    for (body, faults) in [
        (json!({}), vec!["missing body.product_url", "missing body.source"]),
        (
            json!({"product_url": 5, "source": "x".repeat(51), "threshold_percent": -1, "connection_id": ""}),
            vec![
                "string_type body.product_url",
                "string_too_long body.source",
                "greater_than_equal body.threshold_percent",
                "uuid_parsing body.connection_id",
            ],
        ),
        (
            json!({"product_url": "x".repeat(2001), "source": "a\u{0}", "threshold_percent": 1000}),
            vec![
                "string_too_long body.product_url",
                "value_error body.source",
                "less_than_equal body.threshold_percent",
            ],
        ),
        (
            json!({"product_url": "x", "source": "a", "threshold_percent": null}),
            vec!["float_type body.threshold_percent"],
        ),
        (
            json!({"product_url": "x", "source": "a", "threshold_percent": "nan"}),
            vec!["greater_than_equal body.threshold_percent"],
        ),
        (
            json!({"product_url": "x", "source": "a", "threshold_percent": 999.995}),
            vec!["less_than_equal body.threshold_percent"],
        ),
    ] {
        assert_eq!(client.post("/price-watches", &body).await.faults(), faults, "{body}");
    }
    assert_eq!(
        client.get("/price-watches?connection_id=x").await.faults(),
        ["uuid_parsing query.connection_id"]
    );
    assert_eq!(items(&client).await.len(), 0);
}

#[tokio::test]
async fn the_plan_is_never_exceeded_however_many_ask_at_once() {
    let app = app().await;
    let client = app.user().await;
    for n in 0..20 {
        watched(&client, &format!("{ADDRESS}?n={n}")).await;
    }
    let body = watch(ADDRESS);
    let replies = futures::future::join_all((0..12).map(|_| client.post("/price-watches", &body))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 5);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!(
            (reply.status.as_u16(), reply.detail()),
            (403, "Price watch limit reached for free plan. Upgrade your plan for more price watches.")
        );
    }
    let watches = items(&client).await;
    assert_eq!(watches.len(), 25);
    client.delete(&super::path(&watches[0])).await.expect(204);
    watched(&client, ADDRESS).await;
    // Another merchant's plan is another one's.
    watched(&app.user().await, ADDRESS).await;
}

#[tokio::test]
async fn a_repeat_with_the_same_key_makes_no_second_watch() {
    let app = app().await;
    let client = app.user().await;
    let send = |body: &serde_json::Value| {
        let request = Request::post("/api/v1/price-watches")
            .header("content-type", "application/json")
            .header("idempotency-key", "k1")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let client = client.clone();
        async move { client.request(request).await }
    };
    let body = watch(ADDRESS);
    let replies = futures::future::join_all((0..4).map(|_| send(&body))).await;
    let ids: Vec<_> = replies.into_iter().map(|reply| reply.expect(201)["id"].clone()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    assert_eq!(items(&client).await.len(), 1);
    assert_eq!(send(&watch("https://other.example")).await.status, 409);
}
