//! The pace of one account, and how many accounts there may be.

use chrono::{DateTime, TimeDelta};
use sourcepilot_sandbox::demo;

use super::{account, asked, check, open, pid, preview};

#[tokio::test]
async fn calls_at_once_keep_a_second_between_their_requests() {
    let path = open(true).await;
    // Any token at all first, so that the measured requests are alike.
    preview(&path.merchant, pid(20)).await.expect(200);
    path.world().control().limit_cj(Some(1));
    path.world().control().clear_requests();
    let (a, b) = tokio::join!(preview(&path.merchant, pid(21)), preview(&path.merchant, pid(22)));
    a.expect(200);
    b.expect(200);
    let requests = asked(&path, "/api2.0");
    let times: Vec<_> =
        requests.iter().map(|entry| DateTime::parse_from_rfc3339(&entry.at).expect("a date")).collect();
    assert_eq!(times.len(), 4, "two products and their deliveries: {requests:#?}");
    // Requests leave a second apart; the way to the simulator takes a moment, and not always the same.
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= TimeDelta::milliseconds(900), "{times:?}");
    }
    assert!(requests.iter().all(|entry| entry.status == Some(200)), "none was refused: {requests:#?}");
}

#[tokio::test]
async fn a_fourth_account_on_one_address_is_refused_before_anything_leaves() {
    let path = open(false).await;
    let mut merchants = Vec::new();
    for key in &demo::CJ_API_KEYS[..3] {
        let merchant = path.app.user().await;
        let id = account(&merchant, key).await;
        assert_eq!(check(&merchant, &id).await["works"], true);
        merchants.push((merchant, id));
    }
    path.world().control().clear_requests();
    let fourth = path.app.user().await;
    let id = account(&fourth, demo::CJ_API_KEYS[3]).await;
    let refused = fourth.post_nothing(&format!("/suppliers/accounts/{id}/check")).await;
    assert!(refused.text.contains("serves 3 accounts from one address"), "{}", refused.text);
    let refused = preview(&fourth, pid(23)).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(asked(&path, "/api2.0").is_empty(), "nothing left");
    preview(&merchants[0].0, pid(23)).await.expect(200);
}

#[tokio::test]
async fn an_account_with_a_wrong_key_takes_no_place() {
    let path = open(false).await;
    for number in 0..3 {
        let merchant = path.app.user().await;
        let id = account(&merchant, &format!("CJ000000{number}@api@00000000000000000000000000000000")).await;
        assert_eq!(check(&merchant, &id).await["works"], false);
    }
    let id = account(&path.merchant, demo::CJ_API_KEY).await;
    assert_eq!(check(&path.merchant, &id).await["works"], true);
}
