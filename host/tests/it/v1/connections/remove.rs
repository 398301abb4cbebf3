use super::connected;
use crate::util::TestApp;

#[tokio::test]
async fn the_oldest_of_the_others_becomes_the_default_one() {
    let app = TestApp::start().await;
    let client = app.user().await;
    let mut ids = Vec::new();
    for url in ["https://a.example", "https://c.example", "https://b.example"] {
        ids.push(connected(&client, url).await["id"].as_str().expect("an id").to_owned());
    }
    let reply = client.delete(&format!("/connections/{}", ids[0])).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (204, ""));
    let list = client.get("/connections").await.expect(200);
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["is_default"]),
        (&ids[1].as_str().into(), &true.into())
    );
    assert_eq!(client.delete(&format!("/connections/{}", ids[0])).await.status, 404);
}
