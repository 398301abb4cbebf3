use super::{ADDRESS, app, id, imported};

#[tokio::test]
async fn a_pending_import_is_cancelled_and_begun_again() {
    let app = app().await;
    let client = app.user().await;
    let job = imported(&client, ADDRESS).await;
    let path = format!("/imports/{}", id(&job));
    let too_early = client.post_nothing(&format!("{path}/retry")).await;
    assert_eq!(
        (too_early.status.as_u16(), too_early.detail()),
        (400, "Cannot retry job in 'pending' status. Only failed or cancelled jobs can be retried.")
    );
    let cancelled = client.post_nothing(&format!("{path}/cancel")).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["id"]), (&"cancelled".into(), &job["id"]));
    let again = client.post_nothing(&format!("{path}/cancel")).await;
    assert_eq!(
        (again.status.as_u16(), again.detail()),
        (400, "Cannot cancel job in 'cancelled' status. Only pending or running jobs can be cancelled.")
    );
    let retried = client.post_nothing(&format!("{path}/retry")).await.expect(200);
    assert_eq!(
        (&retried["status"], &retried["progress_percent"], &retried["error_message"]),
        (&"pending".into(), &0.into(), &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn beginning_again_costs_no_quota() {
    let app = app().await;
    let client = app.user().await;
    let mut last = String::new();
    for n in 0..10 {
        last = id(&imported(&client, &format!("{ADDRESS}?n={n}")).await).to_owned();
    }
    client.post_nothing(&format!("/imports/{last}/cancel")).await.expect(200);
    client.post_nothing(&format!("/imports/{last}/retry")).await.expect(200);
}

#[tokio::test]
async fn of_parallel_cancels_one_is_done() {
    let app = app().await;
    let client = app.user().await;
    let path = format!("/imports/{}/cancel", id(&imported(&client, ADDRESS).await));
    let replies = futures::future::join_all((0..6).map(|_| client.post_nothing(&path))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 400).count(), 5);
}
