use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{ADDRESS, app, imported};
use crate::util::{Client, Reply};

async fn send(client: &Client, query: &str, kind: &str, key: Option<&str>, table: &str) -> Reply {
    let request = Request::post(format!("/api/v1/imports/csv{query}")).header("content-type", kind);
    let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
    client.request(request.body(Body::from(table.to_owned())).expect("a request")).await
}

fn places(report: &Value) -> Vec<(u64, String)> {
    let refused = report["refused"].as_array().expect("a list").iter();
    refused
        .map(|entry| {
            let reason = entry["reason"].as_str().expect("a reason").to_owned();
            (entry["position"].as_u64().expect("a place"), reason)
        })
        .collect()
}

#[tokio::test]
async fn a_list_may_be_taken_in_part() {
    let app = app().await;
    let client = app.user().await;
    let urls =
        json!([ADDRESS, "", 5, "ftp://x", format!("{ADDRESS}?b"), "x".repeat(2001), "https://a\u{0}b"]);
    let body =
        json!({"product_urls": urls, "source": "aliexpress", "partial": true, "config": {"tags": ["a"]}});
    let report = client.post("/imports/bulk", &body).await.expect(201);
    let made: Vec<&Value> =
        report["created"].as_array().expect("a list").iter().map(|job| &job["product_url"]).collect();
    assert_eq!(json!(made), json!([ADDRESS, format!("{ADDRESS}?b")]));
    assert_eq!(report["created"][0]["config"], json!({"tags": ["a"]}));
    assert_eq!(places(&report).iter().map(|(place, _)| *place).collect::<Vec<_>>(), [2, 3, 4, 6, 7]);
    // Without it, and by default, it is all or none, as ever.
    let body = json!({"product_urls": [ADDRESS, "ftp://x"], "source": "aliexpress"});
    assert!(client.post("/imports/bulk", &body).await.expect(201).is_array());
    let body = json!({"product_urls": [ADDRESS], "source": "zork"});
    assert_eq!(client.post("/imports/bulk", &body).await.status, 400);
    let report = client.post("/imports/bulk?partial=true", &body).await.expect(201);
    assert!(places(&report)[0].1.starts_with("Invalid source 'zork'. Valid sources: "));
    assert_eq!(client.post("/imports/bulk?partial=x", &body).await.faults(), ["bool_parsing query.partial"]);
}

#[tokio::test]
async fn a_list_goes_as_far_as_the_plan() {
    let app = app().await;
    let client = app.user().await;
    let urls: Vec<String> = (0..8).map(|n| format!("{ADDRESS}?n={n}")).collect();
    let body = json!({"product_urls": urls, "source": "aliexpress", "partial": true});
    let replies = futures::future::join_all((0..3).map(|_| client.post("/imports/bulk", &body))).await;
    let mut made = 0;
    for reply in replies {
        let report = reply.expect(201);
        made += report["created"].as_array().expect("a list").len();
        assert!(
            places(&report)
                .iter()
                .all(|(_, reason)| reason.starts_with("Import limit reached for free plan."))
        );
    }
    assert_eq!((made, client.get("/imports").await.expect(200)["total"].as_u64()), (10, Some(10)));
}

#[tokio::test]
async fn a_table_is_imported_line_by_line() {
    let app = app().await;
    let client = app.user().await;
    let table = format!(
        "product_url;source\r\n{ADDRESS};\r\nhttps://shop.example/p;manual\r\n=1+1;manual\r\n{ADDRESS};zork\r\n"
    );
    let report = send(&client, "", "text/csv; charset=utf-8", Some("k"), &table).await.expect(201);
    let made: Vec<&Value> =
        report["created"].as_array().expect("a list").iter().map(|job| &job["source"]).collect();
    assert_eq!(json!(made), json!(["aliexpress", "manual"]));
    assert_eq!(places(&report).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5]);
    // A repeat makes nothing; another table under the same name is refused.
    let again = send(&client, "", "text/csv; charset=utf-8", Some("k"), &table).await.expect(201);
    assert_eq!(again, report);
    assert_eq!(send(&client, "", "text/csv", Some("k"), ADDRESS).await.status, 409);
    assert_eq!(client.get("/imports").await.expect(200)["total"], 2);
    let usual =
        send(&client, "?source=manual", "text/plain", None, "https://b.example/1\n").await.expect(201);
    assert_eq!(usual["created"][0]["source"], "manual");
    for (kind, table, status) in [
        ("application/json", "[]", 415),
        ("text/csv", "", 400),
        ("text/csv", "product_url\n", 400),
        ("text/csv", &"https://a.example\n".repeat(501), 400),
    ] {
        assert_eq!(send(&client, "", kind, None, table).await.status, status, "{kind}");
    }
    assert_eq!(send(&app.anonymous(), "", "text/csv", None, ADDRESS).await.status, 401);
}

#[tokio::test]
async fn all_imports_can_be_taken_away_as_a_table() {
    let app = app().await;
    let (client, other) = (app.user().await, app.user().await);
    imported(&other, ADDRESS).await;
    let formula = imported(&client, "=HYPERLINK(\"http://evil.example\")").await;
    let job = imported(&client, ADDRESS).await;
    client.post_nothing(&format!("/imports/{}/cancel", super::id(&job))).await.expect(200);
    let reply = client.get("/imports/export.csv").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(reply.header("content-disposition"), Some("attachment; filename=\"imports.csv\""));
    let lines: Vec<&str> = reply.text.lines().collect();
    assert_eq!(lines.len(), 3, "{}", reply.text);
    assert!(lines[0].starts_with("id,created_at,updated_at,status,source,product_url,"));
    assert!(lines[1].starts_with(super::id(&job)) && lines[1].contains(",cancelled,aliexpress,"));
    assert!(lines[2].starts_with(super::id(&formula)) && lines[2].contains("\"'=HYPERLINK"));
    let filtered = client.get("/imports/export.csv?status=pending").await;
    assert_eq!(filtered.text.lines().count(), 2);
    assert_eq!(client.get("/imports/export.csv?status=zork").await.faults(), ["enum query.status"]);
}

#[tokio::test]
async fn a_list_of_twenty_costs_two_queries() {
    let app = app().await;
    let client = app.user().await;
    let plan = "UPDATE users SET plan = 'enterprise'";
    sea_orm::ConnectionTrait::execute_unprepared(&app.app.db.for_engine(), plan).await.expect("updated");
    let urls: Vec<String> = (0..25).map(|n| format!("{ADDRESS}?n={n}")).collect();
    client.post("/imports/bulk", &json!({"product_urls": urls, "source": "aliexpress"})).await.expect(201);
    let before = app.app.db.statements();
    let list = client.get("/imports?limit=20").await.expect(200);
    let sent = app.app.db.statements() - before;
    assert_eq!((list["items"].as_array().map(Vec::len), list["total"].as_u64()), (Some(20), Some(25)));
    // Who asks, and the list with its total and its links.
    assert_eq!(sent, 2);
    // Past the end the total stands.
    let past = client.get("/imports?skip=30").await.expect(200);
    assert_eq!(past, json!({"items": [], "total": 25}));
    let begun = std::time::Instant::now();
    for _ in 0..50 {
        client.get("/imports?limit=20").await.expect(200);
    }
    eprintln!("a list of 20 imports: {} statements, {:?} each in this build", sent, begun.elapsed() / 50);
}
