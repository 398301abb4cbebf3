use crate::util::{Setup, names};

#[tokio::test]
async fn what_connecting_takes_is_told_without_any_secret_of_the_installation() {
    let app = Setup::default().plugins(&["aliexpress", "woocommerce"]).start().await;
    assert_eq!(app.anonymous().get("/plugins").await.status, 401);
    let list = app.user().await.get("/plugins").await.expect(200);
    let plugins = list["items"].as_array().expect("a list");
    let ids: Vec<_> = plugins.iter().map(|plugin| (plugin["id"].as_str(), plugin["kind"].as_str())).collect();
    assert_eq!(ids, [(Some("aliexpress"), Some("supplier")), (Some("woocommerce"), Some("store"))]);
    let shop = &plugins[1];
    assert_eq!(shop["api_key_forms"], serde_json::json!(["consumer_key:consumer_secret"]));
    let credential = &shop["credentials"][0];
    assert_eq!(names(credential), ["name", "label", "help", "optional", "supplied_by_installation"]);
}
