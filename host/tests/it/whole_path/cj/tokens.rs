//! Tokens: as few calls as possible, and never one too many.

use sourcepilot_sandbox::demo;

use super::{GET_TOKEN, QUERY, REFRESH, account, asked, check, open, pid, preview};

const DAY: i64 = 86_400;

#[tokio::test]
async fn many_at_once_obtain_one_token() {
    let path = open(true).await;
    let (a, b, c) = tokio::join!(
        preview(&path.merchant, pid(10)),
        preview(&path.merchant, pid(10)),
        path.merchant.get("/products/search?q=lamp&source=cjdropship&page_size=2"),
    );
    for reply in [a, b, c] {
        reply.expect(200);
    }
    assert_eq!((asked(&path, GET_TOKEN).len(), asked(&path, REFRESH).len()), (1, 0));
    assert_eq!(asked(&path, QUERY).len(), 1, "the same product is asked for once");
}

#[tokio::test]
async fn an_ended_token_is_renewed_with_the_refresh_token() {
    let path = open(true).await;
    preview(&path.merchant, pid(11)).await.expect(200);
    path.world().control().advance_clock(16 * DAY);
    preview(&path.merchant, pid(12)).await.expect(200);
    assert_eq!((asked(&path, GET_TOKEN).len(), asked(&path, REFRESH).len()), (1, 1));
    preview(&path.merchant, pid(13)).await.expect(200);
    assert_eq!((asked(&path, GET_TOKEN).len(), asked(&path, REFRESH).len()), (1, 1));
}

#[tokio::test]
async fn a_second_token_within_five_minutes_is_not_even_asked_for() {
    let path = open(true).await;
    preview(&path.merchant, pid(14)).await.expect(200);
    // Somebody logged the account out elsewhere: both tokens are void.
    path.world().control().revoke_cj_tokens();
    let refused = preview(&path.merchant, pid(15)).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    let wait: u64 = refused.header("retry-after").and_then(|text| text.parse().ok()).expect("a time");
    assert!((200..=300).contains(&wait), "{wait}");
    assert_eq!((asked(&path, GET_TOKEN).len(), asked(&path, REFRESH).len()), (1, 1));
}

#[tokio::test]
async fn a_wrong_key_is_told_once_and_a_right_one_mends_it() {
    let path = open(false).await;
    let id = account(&path.merchant, "CJ0000000@api@00000000000000000000000000000000").await;
    let checked = check(&path.merchant, &id).await;
    assert_eq!(checked["works"], false);
    assert!(checked.to_string().contains("does not accept the API key"), "{checked:#}");
    assert_eq!(asked(&path, GET_TOKEN).len(), 1);
    path.merchant.delete(&format!("/suppliers/accounts/{id}")).await;
    let id = account(&path.merchant, demo::CJ_API_KEY).await;
    assert_eq!(check(&path.merchant, &id).await["works"], true);
}

#[tokio::test]
async fn without_any_key_the_merchant_is_told_to_connect() {
    let path = open(false).await;
    let refused = preview(&path.merchant, pid(16)).await;
    assert_eq!(refused.status, 400);
    assert!(refused.detail().contains("CJ Dropshipping"), "{}", refused.text);
    assert!(asked(&path, "/api2.0").is_empty());
}
