use super::app;
use crate::util::names;

#[tokio::test]
async fn hits_come_a_page_at_a_time() {
    let app = app().await;
    let client = app.user().await;
    let page = client.get("/products/search?q=lamp&page_size=3").await.expect(200);
    assert_eq!(names(&page), ["products", "total", "page", "page_size", "source"]);
    assert_eq!(
        (&page["source"], &page["page"], &page["page_size"]),
        (&"aliexpress".into(), &1.into(), &3.into())
    );
    let products = page["products"].as_array().expect("a list");
    assert_eq!(products.len(), 3);
    assert_eq!(
        names(&products[0]),
        [
            "title",
            "price",
            "currency",
            "images",
            "variants_summary",
            "source",
            "source_url",
            "source_product_id",
            "rating",
            "order_count",
            "supplier_name",
            "shipping_cost",
            "shipping_days"
        ]
    );
    let second = client.get("/products/search?q=lamp&page_size=3&page=2&source=aliexpress").await.expect(200);
    assert_eq!(second["total"], page["total"]);
    assert_ne!(second["products"][0]["source_product_id"], products[0]["source_product_id"]);
}

#[tokio::test]
async fn wrong_searches_are_refused() {
    let app = app().await;
    let client = app.user().await;
    let reply = client.get("/products/search?q=lamp&source=zork").await;
    assert_eq!(
        (reply.status.as_u16(), reply.detail()),
        (400, "Invalid source 'zork'. Valid sources: aliexpress, manual")
    );
    let reply = client.get("/products/search?q=&page=0&page_size=101").await;
    assert_eq!(
        reply.faults(),
        ["string_too_short query.q", "greater_than_equal query.page", "less_than_equal query.page_size"]
    );
    assert_eq!(client.get("/products/search").await.faults(), ["missing query.q"]);
    let reply = client.get("/products/search?q=lamp&source=manual").await;
    assert_eq!(reply.status, 400, "{}", reply.text);
}
