//! A supplier that nobody here has heard of: a component from outside, one entry in
//! the registry, and everything works. No file of the host knows it.

use std::net::SocketAddr;
use std::path::Path as File;

use axum::extract::{Path as Number, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use sourcepilot_test_components::{example, repository};

use super::{Path, completed};
use crate::util::Setup;

const KEY: &str = "the-key-of-seventh";

fn goods() -> Value {
    json!({"number": "A7", "name": "Folding stool", "text": "<p>Oak.</p>", "photos": [], "currency": "EUR", "versions": [
        {"number": "A7-n", "colour": "Natural", "cost": "21.50", "pieces": 12},
        {"number": "A7-b", "colour": "Black", "cost": "23.00", "pieces": 0}]})
}

/// The wholesaler's own API.
async fn wholesaler() -> SocketAddr {
    let knows = |headers: &HeaderMap| headers.get("x-api-key").is_some_and(|key| key == KEY);
    let one = async move |headers: HeaderMap, Number(number): Number<String>| match number.as_str() {
        _ if !knows(&headers) => (StatusCode::UNAUTHORIZED, Json(json!({}))),
        "A7" => (StatusCode::OK, Json(goods())),
        _ => (StatusCode::NOT_FOUND, Json(json!({}))),
    };
    let all = async move |headers: HeaderMap, Query(asked): Query<Value>| match asked["words"].as_str() {
        _ if !knows(&headers) => (StatusCode::UNAUTHORIZED, Json(json!({}))),
        Some("stool") => (StatusCode::OK, Json(json!({"goods": [goods()]}))),
        _ => (StatusCode::OK, Json(json!({"goods": []}))),
    };
    let routes = Router::new().route("/v1/goods", get(all)).route("/v1/goods/{number}", get(one));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

async fn open() -> Path {
    let address = wholesaler().await;
    let entry = format!(
        "[[plugin]]\nid = \"seventh\"\nfile = {:?}\ngrant.hosts = [\"https://api.seventh.example\"]\ngrant.credentials = [\"api_key\"]\n",
        example("seventh").display().to_string()
    );
    let setup = Setup::default()
        .entry(&entry)
        .set("EXCHANGE_RATES", "2026-11-24 EUR/USD=1.10")
        .set("EGRESS_MAP", &format!("https://api.seventh.example=http://{address}"))
        .set("EGRESS_ALLOW_PRIVATE", &address.to_string());
    let path = Path::with(setup).await;
    let key = json!({"api_key": KEY}).as_object().cloned().expect("an object");
    sourcepilot::service::house_accounts::set(&path.app.app, "seventh", key).await.expect("set");
    path
}

const PAGE: &str = "https://seventh.example/goods/A7?from=mail";

#[tokio::test]
async fn search_preview_import_and_prices_work_at_once() {
    let path = open().await;
    let found = path.merchant.get("/products/search?q=stool&source=seventh").await.expect(200);
    assert_eq!(found["products"][0]["title"], "Folding stool", "{found:#}");
    assert_eq!(found["products"][0]["source"], "seventh");

    let preview = path.merchant.post("/products/preview", &json!({"url": PAGE})).await.expect(200);
    assert_eq!((&preview["source"], &preview["price"]), (&json!("seventh"), &json!(21.5)), "{preview:#}");

    path.connect().await;
    let job = path.import(json!({"product_url": PAGE, "source": "seventh"})).await;
    completed(&job);
    let product = path.product();
    assert_eq!((&product["name"], &product["type"]), (&json!("Folding stool"), &json!("variable")));

    let watch = json!({"product_url": PAGE, "source": "seventh", "threshold_percent": 5});
    path.merchant.post("/price-watches", &watch).await.expect(201);
    let synced = path.merchant.post_nothing("/price-watches/sync").await.expect(200);
    assert_eq!((&synced["total_checked"], &synced["total_errors"]), (&json!(1), &json!(0)));
    let watched = path.merchant.get("/price-watches").await;
    assert!(watched.text.contains("21.5"), "{}", watched.text);
}

#[tokio::test]
async fn what_the_supplier_does_not_have_is_said() {
    let path = open().await;
    let reply =
        path.merchant.post("/products/preview", &json!({"url": "https://seventh.example/goods/B8"})).await;
    assert_eq!(reply.status, 400, "{}", reply.text);
    assert!(reply.detail().ends_with('.'), "{}", reply.text);
    assert!(!reply.text.contains(KEY));
}

/// The host, its crates and its settings do not know the seventh supplier.
#[test]
fn no_file_of_the_host_names_it() {
    let host = repository().join("host");
    for place in [
        "src",
        "config.default.toml",
        "crates/plugin-runtime/src",
        "crates/domain/src",
        "crates/egress/src",
        "crates/sandbox/src",
    ] {
        search(&host.join(place));
    }
    search(&repository().join("plugin-registry.toml"));
    search(&repository().join("migrations/src"));
}

#[track_caller]
fn search(place: &File) {
    if place.is_dir() {
        for entry in std::fs::read_dir(place).expect("a folder") {
            search(&entry.expect("an entry").path());
        }
    } else if let Ok(text) = std::fs::read_to_string(place) {
        let text = text.to_lowercase();
        assert!(!text.contains("seventh.example") && !text.contains("\"seventh\""), "{}", place.display());
    }
}
