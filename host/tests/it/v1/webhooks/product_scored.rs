use serde_json::{Value, json};

use crate::util::{Client, Setup, TestApp, names};

const ADDRESS: &str = "https://www.aliexpress.com/item/1005001111222333.html";

async fn app() -> TestApp {
    Setup::default().plugins(&["aliexpress", "manual"]).start().await
}

fn scored(score: impl Into<Value>) -> Value {
    let score: Value = score.into();
    json!({"product_url": ADDRESS, "source": "aliexpress", "score": score, "product_name": "Bottle"})
}

async fn send(client: &Client, body: &Value) -> Value {
    client.post("/webhooks/product-scored", body).await.expect(200)
}

#[tokio::test]
async fn a_product_that_scores_well_is_imported() {
    let app = app().await;
    let client = app.user().await;
    let mut body = scored(json!(92.5));
    body["category"] = json!("Kitchen");
    let answer = send(&client, &body).await;
    assert_eq!(names(&answer), ["status", "import_triggered", "import_job_id", "score"]);
    assert_eq!(
        json!([answer["status"], answer["import_triggered"], answer["score"]]),
        json!(["accepted", true, 92.5])
    );
    let path = format!("/imports/{}", answer["import_job_id"].as_str().expect("an id"));
    let job = client.get(&path).await.expect(200);
    assert_eq!(
        job["config"],
        json!({"auto_import": true, "trendscout_score": 92.5, "product_name": "Bottle", "category": "Kitchen"})
    );
    assert_eq!(
        json!([job["status"], job["source"], job["store_id"]]),
        json!(["pending", "aliexpress", null])
    );
    assert_eq!(job["product_url"], ADDRESS);
    let history = client.get(&format!("{path}/history")).await.expect(200);
    assert_eq!(history["items"][0]["action"], "created");
    let queued = app.app.queue.count().await.expect("counted");
    assert_eq!(queued.iter().map(|count| count.number).sum::<u64>(), 1);
}

#[tokio::test]
async fn below_the_threshold_nothing_happens() {
    let app = app().await;
    let client = app.user().await;
    for score in [json!(49.999), json!(-5), json!(0), json!("49")] {
        let answer = send(&client, &scored(score)).await;
        assert_eq!(names(&answer), ["status", "import_triggered", "score"]);
        assert_eq!(answer["import_triggered"], false);
    }
    assert_eq!(client.get("/imports").await.expect(200)["total"], 0);
    let answer = client.post("/webhooks/product-scored", &scored(json!(50))).await;
    assert!(answer.text.contains("\"score\":50.0"), "{}", answer.text);
    assert_eq!(answer.expect(200)["import_triggered"], true);
}

#[tokio::test]
async fn the_threshold_is_a_setting() {
    let app =
        Setup::default().plugins(&["aliexpress"]).set("AUTO_IMPORT_SCORE_THRESHOLD", "80.5").start().await;
    let client = app.user().await;
    assert_eq!(send(&client, &scored(json!(80))).await["import_triggered"], false);
    assert_eq!(send(&client, &scored(json!(80.5))).await["import_triggered"], true);
}

#[tokio::test]
async fn repeats_lead_to_the_same_import_even_at_the_same_time() {
    let app = app().await;
    let (client, other) = (app.user().await, app.user().await);
    let body = scored(json!(90));
    let answers = futures::future::join_all((0..8).map(|_| send(&client, &body))).await;
    assert!(
        answers.windows(2).all(|pair| pair[0]["import_job_id"] == pair[1]["import_job_id"]),
        "{answers:?}"
    );
    // Another score or name is still the same product.
    let mut again = scored(json!(55));
    again["product_name"] = json!("Another name");
    assert_eq!(send(&client, &again).await["import_job_id"], answers[0]["import_job_id"]);
    assert_eq!(client.get("/imports").await.expect(200)["total"], 1);
    // For somebody else it is another import.
    assert_ne!(send(&other, &body).await["import_job_id"], answers[0]["import_job_id"]);
}

#[tokio::test]
async fn the_plan_is_respected_without_an_error() {
    let app = app().await;
    let client = app.user().await;
    for n in 0..10 {
        let mut body = scored(json!(90));
        body["product_url"] = json!(format!("{ADDRESS}?n={n}"));
        assert_eq!(send(&client, &body).await["import_triggered"], true);
    }
    let answer = send(&client, &scored(json!(90))).await;
    assert_eq!(names(&answer), ["status", "import_triggered", "score", "reason"]);
    assert_eq!(answer["reason"], "Import limit reached for free plan. Upgrade your plan for more imports.");
    assert_eq!(client.get("/imports").await.expect(200)["total"], 10);
    // Nothing is remembered of the refusal.
    assert_eq!(send(&client, &scored(json!(90))).await["import_triggered"], false);
}

#[tokio::test]
async fn an_unknown_source_is_guessed() {
    let app = app().await;
    let client = app.user().await;
    for (url, source) in [(ADDRESS, "google_trends"), ("https://blog.example/x", "reddit"), ("text", "x")] {
        let mut body = scored(json!(90));
        (body["product_url"], body["source"]) = (json!(url), json!(source));
        let id = send(&client, &body).await["import_job_id"].clone();
        let job = client.get(&format!("/imports/{}", id.as_str().expect("an id"))).await.expect(200);
        assert_eq!(job["source"], "aliexpress", "{url}");
    }
    let mut body = scored(json!(90));
    (body["product_url"], body["source"]) = (json!("https://blog.example/y"), json!("manual"));
    let id = send(&client, &body).await["import_job_id"].clone();
    assert_eq!(
        client.get(&format!("/imports/{}", id.as_str().expect("an id"))).await.body["source"],
        "manual"
    );
}

#[tokio::test]
async fn all_faults_are_told() {
    let app = app().await;
    let client = app.user().await;
    for (body, faults) in [
        (
            json!({}),
            vec![
                "missing body.product_url",
                "missing body.source",
                "missing body.score",
                "missing body.product_name",
            ],
        ),
        (
            json!({"product_url": "", "source": "", "score": "NaN", "product_name": "", "category": 1}),
            vec![
                "string_too_short body.product_url",
                "string_too_short body.source",
                "finite_number body.score",
                "string_too_short body.product_name",
                "string_type body.category",
            ],
        ),
        (
            json!({"product_url": "x".repeat(2001), "source": "x".repeat(256), "score": "inf", "product_name": "a\u{0}"}),
            vec![
                "string_too_long body.product_url",
                "string_too_long body.source",
                "finite_number body.score",
                "value_error body.product_name",
            ],
        ),
    ] {
        assert_eq!(client.post("/webhooks/product-scored", &body).await.faults(), faults, "{body}");
    }
    let reply = app.anonymous().post("/webhooks/product-scored", &scored(json!(90))).await;
    assert_eq!((reply.status.as_u16(), reply.detail()), (401, "Not authenticated"));
}
