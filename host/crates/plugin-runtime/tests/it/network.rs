//! Everything that leaves.

use std::sync::Arc;
use std::time::Duration;

use sourcepilot_domain::{Effect, ErrorKind};
use sourcepilot_plugin_runtime::{Call, Fence, FenceLost};

use crate::world::{CANARY, World, assert_kind, call};

const API: &str = "https://api.hostile.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn granted_hosts_are_reached() {
    let world = World::new().await;
    let outcome = world.attack(&format!("get:{API}/hello")).await;
    assert_eq!(outcome.result.unwrap().title, "200 hello");
    assert_eq!(outcome.usage.requests, 1);
    assert!(outcome.usage.bytes_received >= 5 && !outcome.usage.write_sent, "{:?}", outcome.usage);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_hosts_are_not() {
    let world = World::new().await;
    let failure = world.fails("get:https://evil.example/").await;
    assert_kind(&failure, ErrorKind::Denied, "evil.example");
    assert!(failure.message.contains("hosts"), "the line to add: {failure}");
    assert!(world.upstream.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_addresses_are_not_reached() {
    let world = World::new().await;
    for address in ["http://169.254.169.254", "http://10.0.0.1", "http://[::1]:80", "http://127.0.0.1:22"] {
        let call = Call { base_url: Some(address.into()), ..call() };
        let failure = world.attack_with(&format!("get:{address}/"), call).await.result.unwrap_err();
        assert_kind(&failure, ErrorKind::Denied, "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_shown_but_not_followed() {
    let world = World::new().await;
    let title = world.title(&format!("get:{API}/redirect")).await;
    assert_eq!(title, "302 http://169.254.169.254/latest/meta-data/");
    assert_eq!(world.upstream.seen().len(), 1);
    let failure = world.fails("get:http://169.254.169.254/latest/meta-data/").await;
    assert_kind(&failure, ErrorKind::Denied, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_goes_to_its_audience_only() {
    let world = World::new().await;
    let failure = world.fails("leak-header:https://other.hostile.example/echo").await;
    assert_kind(&failure, ErrorKind::Denied, "secret");
    assert!(world.upstream.seen().is_empty());

    let title = world.title(&format!("leak-header:{API}/echo")).await;
    assert!(world.upstream.seen()[0].contains(CANARY), "the service got it");
    assert!(title.starts_with("200") && !title.contains(CANARY), "the guest did not: {title}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_without_the_secret_has_to_be_connected() {
    let world = World::new().await;
    let without = Call { credentials: Default::default(), ..call() };
    let failure = world.attack_with(&format!("leak-header:{API}/echo"), without).await.result.unwrap_err();
    assert_kind(&failure, ErrorKind::AuthRequired, "secret");
    assert!(world.upstream.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_cannot_log_in_by_itself() {
    let world = World::new().await;
    let outcome = world.attack(&format!("bare-auth:{API}/echo")).await;
    assert!(outcome.result.is_err());
    assert!(world.upstream.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signatures_are_made_outside() {
    let world = World::new().await;
    let title = world.title("sign:hello").await;
    let (available, hex) = title.split_once(' ').unwrap();
    assert_eq!((available, hex.len()), ("true", 64));
    let without = Call { credentials: Default::default(), ..call() };
    let failure = world.attack_with("sign:hello", without).await.result.unwrap_err();
    assert_kind(&failure, ErrorKind::AuthRequired, "no value");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_counted() {
    let world = World::new().await;
    let outcome = world.attack(&format!("gets:{API}/hello")).await;
    assert_kind(&outcome.result.unwrap_err(), ErrorKind::Limit, "already made 4 requests");
    assert_eq!(world.upstream.seen().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_and_requests_have_a_size() {
    let world = World::new().await;
    assert_kind(&world.fails(&format!("get:{API}/big")).await, ErrorKind::Limit, "larger than 524288 bytes");
    let failure = world.fails(&format!("post-big:{API}/")).await;
    assert_kind(&failure, ErrorKind::Limit, "request body is larger than 1048576 bytes");
    assert_eq!(failure.effect, Effect::None, "it never left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_service_ends_at_the_deadline() {
    let failure = World::new().await.contained(&format!("get:{API}/never"), Duration::from_millis(600)).await;
    assert_eq!(failure.kind, ErrorKind::Timeout, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dripping_answer_ends_at_the_deadline() {
    let failure = World::new().await.contained(&format!("get:{API}/drip"), Duration::from_millis(600)).await;
    assert_eq!(failure.kind, ErrorKind::Timeout, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_effect_is_what_left() {
    let world = World::new().await;
    for (id, kind, effect) in [
        (format!("post-then:panic|{API}/"), ErrorKind::Trap, Effect::Unknown),
        (format!("post-then:lie|{API}/"), ErrorKind::BadAnswer, Effect::Unknown),
        (format!("post-then:none|{API}/"), ErrorKind::InvalidInput, Effect::None),
        ("panic".into(), ErrorKind::Trap, Effect::None),
        ("lie:price".into(), ErrorKind::BadAnswer, Effect::None),
    ] {
        let failure = world.fails(&id).await;
        assert_eq!((failure.kind, failure.effect), (kind, effect), "{id}: {failure:?}");
    }
    let late = Call { deadline: Duration::from_millis(600), ..call() };
    let failure = world.attack_with(&format!("post-then:loop|{API}/"), late).await.result.unwrap_err();
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Timeout, Effect::Unknown), "{failure:?}");
}

struct Lost;

impl Fence for Lost {
    fn check(&self, _: Duration) -> Result<(), FenceLost> {
        Err(FenceLost)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_lease_nothing_leaves() {
    let world = World::new().await;
    let fenced = || Call { fence: Some(Arc::new(Lost)), ..call() };
    let failure = world.attack_with(&format!("get:{API}/hello"), fenced()).await.result.unwrap_err();
    assert_eq!((failure.kind, failure.effect), (ErrorKind::LeaseLost, Effect::None), "{failure:?}");
    let failure = world.attack_with(&format!("post-then:panic|{API}/"), fenced()).await.result.unwrap_err();
    assert_eq!((failure.kind, failure.effect), (ErrorKind::LeaseLost, Effect::None), "{failure:?}");
    assert!(world.upstream.seen().iter().all(|head| head.is_empty()), "{:?}", world.upstream.seen());
}
