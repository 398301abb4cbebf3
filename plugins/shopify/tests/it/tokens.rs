use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use sourcepilot_domain::ErrorKind;
use sourcepilot_plugin_runtime::{Call, Outcome};
use sourcepilot_sandbox::demo;

use crate::rig::Rig;

fn with(rig: &Rig, credentials: &[(&str, &str)]) -> Call {
    let secrets = credentials.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)));
    Call { credentials: secrets.collect::<BTreeMap<_, _>>(), ..rig.call() }
}

fn captured<T>(outcome: &Outcome<T>, name: &str) -> Option<String> {
    let token = outcome.captured.iter().find(|token| token.credential == name)?;
    Some(token.value.expose_secret().to_owned())
}

#[tokio::test]
async fn client_id_and_secret_give_a_token_for_a_day() {
    let rig = Rig::new().await;
    let own = [("client_id", demo::SHOPIFY_CLIENT_ID), ("client_secret", demo::SHOPIFY_CLIENT_SECRET)];
    let before = rig.store().check(with(&rig, &own)).await.result.expect_err("there is no token");
    assert_eq!(before.kind, ErrorKind::AuthRequired);
    let outcome = rig.store().renew(with(&rig, &own)).await;
    outcome.result.as_ref().expect("renewed");
    let end = outcome.captured[0].expires_at.expect("an end");
    assert!((86_000..=86_400).contains(&(end - chrono::Utc::now()).num_seconds()));
    let token = captured(&outcome, "access_token").expect("a token");
    rig.store().check(with(&rig, &[("access_token", &token)])).await.result.expect("it works");
    rig.world.control().advance_clock(86_400);
    let ended = rig.store().check(with(&rig, &[("access_token", &token)])).await.result.expect_err("ended");
    assert_eq!(ended.kind, ErrorKind::AuthRequired);
}

#[tokio::test]
async fn a_wrong_secret_is_told_apart_from_an_app_that_is_not_installed() {
    let rig = Rig::new().await;
    for (id, secret, part) in [
        (demo::SHOPIFY_CLIENT_ID, "wrong", "does not know this client ID"),
        (demo::SHOPIFY_APP_CLIENT_ID, demo::SHOPIFY_APP_CLIENT_SECRET, "not installed"),
    ] {
        let failed = rig.store().renew(with(&rig, &[("client_id", id), ("client_secret", secret)])).await;
        let failure = failed.result.expect_err("refused");
        assert!(failure.kind == ErrorKind::AuthRequired && failure.message.contains(part), "{failure:?}");
        assert!(!format!("{failure:?}").contains(secret));
    }
    let nothing =
        rig.store().renew(with(&rig, &[("access_token", "shpat_old")])).await.result.expect_err("nothing");
    assert_eq!(nothing.kind, ErrorKind::AuthRequired);
}

#[tokio::test]
async fn consent_gives_a_pair_that_rotates() {
    let rig = Rig::new().await;
    let app = [
        ("app_client_id", demo::SHOPIFY_APP_CLIENT_ID),
        ("app_client_secret", demo::SHOPIFY_APP_CLIENT_SECRET),
    ];
    let page = rig
        .store()
        .consent_url(with(&rig, &app), "https://pilot.example/back", "s1")
        .await
        .result
        .expect("a page");
    assert!(
        page.starts_with("https://sourcepilot-demo.myshopify.com/admin/oauth/authorize?client_id=demo0"),
        "{page}"
    );
    assert!(!page.contains(demo::SHOPIFY_APP_CLIENT_SECRET));
    let code = consent(&rig, &page).await;
    let outcome = rig
        .store()
        .exchange_code(
            with(&rig, &[app[0], app[1], ("authorization_code", &code)]),
            "https://pilot.example/back",
        )
        .await;
    outcome.result.as_ref().expect("a grant");
    let (access, refresh) = (captured(&outcome, "access_token"), captured(&outcome, "refresh_token"));
    let refresh = refresh.expect("a refresh token");
    rig.store()
        .check(with(&rig, &[("access_token", &access.expect("a token"))]))
        .await
        .result
        .expect("it works");
    let renewed = rig.store().renew(with(&rig, &[app[0], app[1], ("refresh_token", &refresh)])).await;
    let second = captured(&renewed, "refresh_token").expect("another one");
    assert_ne!(refresh, second);
    let used = rig.store().renew(with(&rig, &[app[0], app[1], ("refresh_token", &refresh)])).await.result;
    assert_eq!(used.expect_err("used up").kind, ErrorKind::AuthRequired);
}

#[tokio::test]
async fn without_an_app_of_the_installation_consent_says_what_else_there_is() {
    let rig = Rig::new().await;
    let failure = rig.store().consent_url(with(&rig, &[]), "https://pilot.example/back", "s1").await.result;
    let failure = failure.expect_err("no app");
    assert!(failure.kind == ErrorKind::Unsupported && failure.message.contains("client ID"), "{failure:?}");
}

/// What a merchant's browser does.
async fn consent(rig: &Rig, page: &str) -> String {
    let path = page.strip_prefix("https://sourcepilot-demo.myshopify.com").expect("the shop's page");
    let request = format!(
        "GET {path}&decision=install HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        demo::SHOPIFY_DOMAIN
    );
    let mut stream = tokio::net::TcpStream::connect(rig.world.addr).await.expect("a connection");
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer).await.expect("an answer");
    let location = answer.lines().find_map(|line| line.strip_prefix("location: ")).expect("a redirect");
    let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).expect("a code");
    code.to_owned()
}
