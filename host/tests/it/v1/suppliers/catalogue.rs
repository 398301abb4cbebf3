//! What merchants supply for an account: uploading, reading again, showing, removing.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use sourcepilot_sandbox::demo;

use crate::util::{Client, Reply, Setup, TestApp, is_moment, names};

const U: &str = "3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f";
const HEADER: &str = "source_url,title,cost,price,currency,stock,option1_name,option1_value,shipping\n";

async fn start() -> TestApp {
    Setup::default().plugins(&["spocket", "manual"]).world().start().await
}

fn feed(rows: &[&str]) -> String {
    format!("{HEADER}{}\n", rows.join("\n"))
}

fn runner() -> String {
    let page = format!("https://app.spocket.co/product/{U}");
    feed(&[
        &format!("{page},Linen Runner,11.40,24.90,USD,,Colour,Grey,US:4.50:3-7"),
        &format!("{page},Linen Runner,11.80,24.90,USD,12,Colour,Sand,"),
    ])
}

async fn account(client: &Client, settings: Value) -> String {
    let body = json!({"name": "Mine", "platform": "spocket", "settings": settings});
    let made = client.post("/suppliers/accounts", &body).await.expect(201);
    format!("/suppliers/accounts/{}", made["id"].as_str().expect("an id"))
}

async fn put(client: &Client, path: &str, content_type: &str, body: impl Into<Body>) -> Reply {
    let request = Request::builder()
        .method(Method::PUT)
        .uri(format!("/api/v1{path}/catalogue"))
        .header("content-type", content_type)
        .body(body.into());
    client.request(request.expect("a request")).await
}

#[tokio::test]
async fn an_uploaded_feed_is_searched_previewed_and_shown() {
    let app = start().await;
    let client = app.user().await;
    let path = account(&client, json!({})).await;
    let empty = client.get(&format!("{path}/catalogue")).await.expect(200);
    assert_eq!((&empty["catalogue"], &empty["total"]), (&Value::Null, &json!(0)));

    let kept = put(&client, &path, "text/csv", runner()).await.expect(200);
    assert_eq!(
        names(&kept),
        ["provided_by", "connection_id", "observed_at", "total", "problems", "problem_count"]
    );
    assert_eq!(
        (&kept["provided_by"], &kept["total"], &kept["problem_count"]),
        (&json!("feed"), &json!(1), &json!(0))
    );
    assert!(is_moment(&kept["observed_at"]));
    let shown = client.get(&format!("{path}/catalogue?limit=1")).await.expect(200);
    assert_eq!(shown["items"][0]["source_product_id"], U);
    assert_eq!((&shown["items"][0]["price"], &shown["items"][0]["currency"]), (&json!(11.4), &json!("USD")));

    let found = client.get("/products/search?q=linen&source=spocket").await.expect(200);
    assert_eq!((&found["total"], &found["products"][0]["source_product_id"]), (&json!(1), &json!(U)));
    assert_eq!(found["products"][0]["shipping_cost"], json!(4.5));
    let none = client.get("/products/search?q=chair&source=spocket").await.expect(200);
    assert_eq!((&none["total"], none["products"].as_array().map(Vec::len)), (&json!(0), Some(0)));

    let url = json!({"url": format!("https://app.spocket.co/product/{U}?ref=search")});
    let preview = client.post("/products/preview", &url).await.expect(200);
    assert_eq!(
        (&preview["title"], &preview["price"], &preview["source"]),
        (&json!("Linen Runner"), &json!(11.4), &json!("spocket"))
    );
    assert_eq!(preview["variants"][0], json!({"name": "Colour", "options": ["Grey", "Sand"]}));

    // A new feed takes the place of the old one at once; nothing of it is kept in between.
    let other = runner().replace("11.40", "12.40").replace("11.80", "12.80");
    put(&client, &path, "text/csv", other).await.expect(200);
    assert_eq!(client.post("/products/preview", &url).await.expect(200)["price"], json!(12.4));

    assert_eq!(client.delete(&format!("{path}/catalogue")).await.status, 204);
    assert_eq!(client.delete(&format!("{path}/catalogue")).await.status, 204);
    let gone = client.post("/products/preview", &url).await;
    assert_eq!((gone.status.as_u16(), &gone.body["code"]), (400, &json!("capability_unsupported")));
}

#[tokio::test]
async fn without_a_catalogue_the_refusal_has_a_code_and_says_how_to_get_one() {
    let app = start().await;
    let client = app.user().await;
    let url = json!({"url": format!("https://app.spocket.co/product/{U}")});
    for reply in [
        client.get("/products/search?q=lamp&source=spocket").await,
        client.post("/products/preview", &url).await,
    ] {
        assert_eq!((reply.status.as_u16(), &reply.body["code"]), (400, &json!("capability_unsupported")));
        assert!(reply.detail().contains("upload a CSV or JSON feed"), "{}", reply.text);
    }
    let path = account(&client, json!({})).await;
    let check = client.post_nothing(&format!("{path}/check")).await.expect(200);
    assert_eq!(check["works"], true);
    let nowhere = client.post_nothing(&format!("{path}/catalogue/refresh")).await;
    assert_eq!(nowhere.status, 400);
    assert!(nowhere.detail().contains("feed address"), "{}", nowhere.text);
}

#[tokio::test]
async fn bad_rows_are_told_and_a_useless_file_changes_nothing() {
    let app = start().await;
    let client = app.user().await;
    let path = account(&client, json!({})).await;
    let mixed = format!("{}https://app.spocket.co/product/x,Nameless,1,,USD,,,,\n", runner());
    let kept = put(&client, &path, "text/csv", mixed).await.expect(200);
    assert_eq!(
        (&kept["total"], &kept["problem_count"], &kept["problems"][0]["line"]),
        (&json!(2), &json!(0), &Value::Null)
    );
    for (content_type, body, words) in [
        ("text/csv", "a,b\n1,2\n".to_owned(), "no column `title`"),
        ("text/csv", HEADER.to_owned(), "It holds no products"),
        ("text/csv", feed(&[",Nameless,1,,USD,,,,"]), "line 2"),
        ("application/json", "{\"products\": [".to_owned(), "no JSON"),
        ("text/html", "<html></html>".to_owned(), "web page"),
        ("text/csv", String::new(), "empty"),
    ] {
        let reply = put(&client, &path, content_type, body).await;
        assert_eq!(reply.status, 400, "{}", reply.text);
        assert!(reply.detail().contains(words), "{words}: {}", reply.text);
    }
    assert_eq!(client.get(&format!("{path}/catalogue")).await.expect(200)["total"], 2);
    let huge = put(&client, &path, "text/csv", vec![b'x'; (16 << 20) + 1]).await;
    assert_eq!(huge.status, 413, "{}", huge.text);
    let manual = json!({"name": "Pages", "platform": "manual"});
    let manual = client.post("/suppliers/accounts", &manual).await.expect(201);
    let manual = format!("/suppliers/accounts/{}", manual["id"].as_str().expect("an id"));
    let refused = put(&client, &manual, "text/csv", runner()).await;
    assert!(refused.status == 400 && refused.detail().contains("takes no catalogue"), "{}", refused.text);
}

#[tokio::test]
async fn a_feed_address_is_read_when_it_is_needed_and_on_request() {
    let app = start().await;
    let client = app.user().await;
    let base = app.world.as_ref().expect("a world").urls.base.clone();
    for form in ["feed.csv", "feed.json", "moved.csv"] {
        let path = account_named(&client, form, json!({"feed_url": format!("{base}/spocket/{form}")})).await;
        let read = client.post_nothing(&format!("{path}/catalogue/refresh")).await.expect(200);
        assert_eq!((&read["total"], &read["problem_count"]), (&json!(24), &json!(0)), "{form}");
        client.delete(&path).await;
    }
    account_named(&client, "Fresh", json!({"feed_url": demo::spocket_feed(&base)})).await;
    let world = app.world.as_ref().expect("a world");
    world.control().clear_requests();
    // Nobody has read it yet; the first who asks does, the others use what it found.
    let asked = (0..4).map(|_| client.get("/products/search?q=lamp&source=spocket"));
    for reply in futures::future::join_all(asked).await {
        assert!(reply.expect(200)["total"].as_u64().is_some_and(|total| total >= 3));
    }
    let reads = world.control().requests(0).iter().filter(|entry| entry.path.contains("/spocket/")).count();
    assert_eq!(reads, 1);
}

async fn account_named(client: &Client, name: &str, settings: Value) -> String {
    let body = json!({"name": name, "platform": "spocket", "settings": settings});
    let made = client.post("/suppliers/accounts", &body).await.expect(201);
    format!("/suppliers/accounts/{}", made["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_feed_address_leads_nowhere_private() {
    let app = start().await;
    let client = app.user().await;
    let base = app.world.as_ref().expect("a world").urls.base.clone();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("set");
    let port = listener.local_addr().expect("an address").port();
    let path = account(&client, json!({})).await;
    for address in [
        format!("http://127.0.0.1:{port}/feed.csv"),
        format!("http://localhost:{port}/feed.csv"),
        format!("http://[::1]:{port}/feed.csv"),
        format!("http://2130706433:{port}/feed.csv"),
        format!("http://0x7f.1:{port}/feed.csv"),
        format!("http://0:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/feed.csv".to_owned(),
        "http://[fd00::1]/feed.csv".to_owned(),
        "http://[::ffff:10.0.0.1]/".to_owned(),
        format!("{base}/spocket/inwards.csv"),
        "file:///etc/passwd".to_owned(),
        "ftp://feeds.example.com/feed.csv".to_owned(),
        "https://user:secret@feeds.example.com/feed.csv".to_owned(),
        "data:text/csv,title".to_owned(),
        "feed.csv".to_owned(),
    ] {
        let settings = json!({"settings": {"feed_url": address}});
        client.put(&path, &settings).await.expect(200);
        let reply = client.post_nothing(&format!("{path}/catalogue/refresh")).await;
        assert!(matches!(reply.status.as_u16(), 400 | 502 | 503 | 504), "{address}: {}", reply.text);
        assert!(!reply.text.contains("secret") && !reply.text.contains("root:"), "{}", reply.text);
    }
    assert!(listener.accept().is_err(), "a connection came in");
    client
        .put(&path, &json!({"settings": {"feed_url": format!("{base}/spocket/login.csv")}}))
        .await
        .expect(200);
    let page = client.post_nothing(&format!("{path}/catalogue/refresh")).await;
    assert!(page.status == 400 && page.detail().contains("web page"), "{}", page.text);
}

#[tokio::test]
async fn catalogues_are_private() {
    let app = start().await;
    let (owner, stranger) = (app.user().await, app.user().await);
    let path = account(&owner, json!({})).await;
    put(&owner, &path, "text/csv", runner()).await.expect(200);
    let unknown = format!("/suppliers/accounts/{}", uuid::Uuid::now_v7());
    let ask = async |client: &Client, path: &str| {
        [
            client.get(&format!("{path}/catalogue")).await,
            put(client, path, "text/csv", runner()).await,
            client.post_nothing(&format!("{path}/catalogue/refresh")).await,
            client.delete(&format!("{path}/catalogue")).await,
        ]
    };
    let (foreign, missing) = (ask(&stranger, &path).await, ask(&stranger, &unknown).await);
    for (foreign, missing) in foreign.iter().zip(&missing) {
        assert_eq!(foreign.status, 404, "{}", foreign.text);
        assert_eq!((foreign.status, &foreign.text), (missing.status, &missing.text));
    }
    assert_eq!(owner.get(&format!("{path}/catalogue")).await.expect(200)["total"], 1);
    // Nor does it show through a product that both could name.
    account(&stranger, json!({})).await;
    let url = json!({"url": format!("https://app.spocket.co/product/{U}")});
    assert_eq!(stranger.post("/products/preview", &url).await.status, 400);
    assert_eq!(app.anonymous().get(&format!("{path}/catalogue")).await.status, 401);
    assert_eq!(put(&app.anonymous(), &path, "text/csv", runner()).await.status, 401);
    // A key that may only read uploads nothing, whatever its size.
    let key = json!({"name": "Reader", "scopes": ["read"]});
    let key = owner.post("/api-keys", &key).await.expect(201);
    let key =
        ["key", "api_key", "token"].iter().find_map(|name| key[*name].as_str()).expect("a key").to_owned();
    let request = Request::builder()
        .method(Method::PUT)
        .uri(format!("/api/v1{path}/catalogue"))
        .header("content-type", "text/csv")
        .header("x-api-key", key)
        .body(Body::from(runner()));
    let refused = app.anonymous().request(request.expect("a request")).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    // An account that goes takes its catalogue along.
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(owner.get(&format!("{path}/catalogue")).await.status, 404);
}

#[tokio::test]
async fn an_address_of_ones_own_names_the_product_of_the_feed() {
    let app = start().await;
    let client = app.user().await;
    let path = account(&client, json!({})).await;
    let text = "id,source_url,title,cost,currency\nlamp-1,https://merchant.example/lamp?id=1,Lamp,3.00,EUR\n";
    put(&client, &path, "text/csv", text).await.expect(200);
    for url in ["https://merchant.example/lamp?id=1", "http://merchant.example/lamp?id=1#photos"] {
        let preview = client.post("/products/preview", &json!({"url": url})).await.expect(200);
        assert_eq!(
            (&preview["source"], &preview["source_product_id"]),
            (&json!("spocket"), &json!("lamp-1"))
        );
    }
}
