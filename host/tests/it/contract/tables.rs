use serde_json::json;

use super::{ADDRESS, NOBODY, Wire, id};

#[tokio::test]
async fn imports_as_a_table() {
    let mut wire = Wire::merchant().await;
    let table = format!("product_url,source,tags\n{ADDRESS},aliexpress,summer\nftp://x,aliexpress,\n");
    let path = "/api/v1/imports/csv";
    for (kind, table) in [("text/csv", table.as_str()), ("text/csv", "zork\n1\n"), ("application/json", "{}")]
    {
        wire.raw("POST", path, &[("content-type", kind)], Some(table), &[]).await;
    }
    wire.raw("GET", "/api/v1/imports/export.csv", &[], None, &["content-type", "content-disposition"]).await;
    wire.be(None);
    wire.raw("GET", "/api/v1/imports/export.csv", &[], None, &[]).await;
    insta::assert_snapshot!(wire.record());
}

#[tokio::test]
async fn watches_are_changed_and_looked_back_on() {
    let mut wire = Wire::merchant().await;
    let watch = wire.post("/price-watches", &json!({"product_url": ADDRESS, "source": "aliexpress"})).await;
    let path = format!("/price-watches/{}", id(&watch));
    wire.put(&path, &json!({"threshold_percent": 2.5})).await;
    wire.patch(&path, &json!({"is_active": false})).await;
    wire.patch(&path, &json!({"threshold_percent": -1, "is_active": "perhaps"})).await;
    wire.patch(&format!("/price-watches/{NOBODY}"), &json!({"is_active": false})).await;
    wire.patch(&path, &json!({"is_active": true})).await;
    wire.post_nothing("/price-watches/sync").await;
    wire.get(&format!("{path}/history")).await;
    wire.get(&format!("/price-watches/{NOBODY}/history")).await;
    wire.raw("GET", "/api/v1/price-watches/export.csv", &[], None, &["content-type", "content-disposition"])
        .await;
    insta::assert_snapshot!(wire.record());
}

#[tokio::test]
async fn pictures_of_suppliers() {
    let mut wire = Wire::merchant().await;
    let Some(app) = wire.app() else { return };
    let picture = format!("{}/pages/desk-lamp", app.world.as_ref().expect("a world").urls.base);
    let search = wire.get("/products/search?q=bottle&source=aliexpress&page_size=1").await;
    let found = search["products"][0]["images"][0].as_str().expect("a picture").to_owned();
    for url in [found.as_str(), &picture, "ftp://x", ""] {
        let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
        let path = format!("/api/v1/images?url={url}");
        wire.raw("GET", &path, &[], None, &["content-type", "cache-control"]).await;
    }
    insta::assert_snapshot!(wire.record());
}
