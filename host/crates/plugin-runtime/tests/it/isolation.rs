//! Calls do not know of each other, and a plugin knows nothing of the machine.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sourcepilot_domain::product::UrlMatch;
use sourcepilot_domain::{Effect, ErrorKind};
use sourcepilot_plugin_runtime::{
    Allocator, Call, CancellationToken, PluginState, ProgressSink, RuntimeConfig,
};

use crate::world::{World, assert_kind, call, config, now, reference};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_survives_a_call() {
    let world = World::new().await;
    for _ in 0..5 {
        assert_eq!(world.title("counter").await, "1");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_hurts_nobody_else() {
    let world = World::new().await;
    let failure = world.fails("panic").await;
    assert_kind(&failure, ErrorKind::Trap, "stopped with a panic");
    assert_eq!(failure.effect, Effect::None);
    assert_eq!(world.title("ok").await, "Fine");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_no_environment() {
    assert_eq!(World::new().await.title("surroundings").await, "0 variables, 0 arguments, 0 lines");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_is_the_calls() {
    assert_eq!(World::new().await.title("clock").await, now().timestamp_millis().to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_can_be_allocated_one_by_one() {
    let world = World::with(RuntimeConfig { allocator: Allocator::OnDemand, ..config() }).await;
    assert_eq!(world.title("ok").await, "Fine");
    assert_kind(&world.fails("grow").await, ErrorKind::Limit, "32 MiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_at_once() {
    let world = World::new().await;
    let calls = (0..200).map(|index| {
        let supplier = world.supplier.clone();
        let call =
            Call { pool_key: format!("merchant-{index}"), deadline: Duration::from_secs(60), ..call() };
        tokio::spawn(async move { supplier.get_product(call, reference("ok"), None).await.result })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().unwrap().title, "Fine");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_account_waits_for_itself_only() {
    let max_wait = Duration::from_millis(200);
    let world = World::with(RuntimeConfig { concurrency_per_pool: 1, max_wait, ..config() }).await;
    let supplier = world.supplier.clone();
    let slow = tokio::spawn(async move { supplier.get_product(call(), reference("sleep"), None).await });
    tokio::time::sleep(Duration::from_millis(50)).await;

    let failure = world.fails("ok").await;
    assert_kind(&failure, ErrorKind::RateLimited, "busy");
    assert_eq!(failure.code.as_deref(), Some("plugin-busy"));
    assert!(failure.retry_after.is_some());
    let other = Call { pool_key: "merchant-2".into(), ..call() };
    assert!(world.attack_with("ok", other).await.result.is_ok());
    slow.abort();
    _ = slow.await;
    assert!(world.attack("ok").await.result.is_ok(), "an abandoned call gives its place back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_traps_are_enough() {
    let world = World::new().await;
    for _ in 0..3 {
        assert_eq!(world.plugin.state(), PluginState::Serving);
        assert_kind(&world.fails("panic").await, ErrorKind::Trap, "panic");
    }
    assert!(matches!(world.plugin.state(), PluginState::Quarantined { .. }), "{:?}", world.plugin.state());
    let failure = world.fails("ok").await;
    assert_kind(&failure, ErrorKind::Unavailable, "out of service");
    assert_eq!(failure.code.as_deref(), Some("plugin-quarantined"));
    world.plugin.release();
    assert_eq!(world.title("ok").await, "Fine");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugins_own_failures_are_no_traps() {
    let world = World::new().await;
    for _ in 0..5 {
        assert_kind(&world.fails("unheard-of").await, ErrorKind::NotFound, "no such attack for en-US");
    }
    assert_eq!(world.plugin.state(), PluginState::Serving);
}

#[derive(Default)]
struct Heard(Mutex<Vec<(u8, String)>>);

impl ProgressSink for Heard {
    fn report(&self, percent: u8, note: &str) {
        self.0.lock().unwrap().push((percent, note.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_is_heard_and_cancelling_too() {
    let world = World::new().await;
    let (heard, token) = (Arc::new(Heard::default()), CancellationToken::new());
    let stop = token.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.cancel();
    });
    let call = Call { progress: Some(heard.clone()), cancelled: Some(token), ..call() };
    let failure = world.attack_with("cancel", call).await.result.unwrap_err();
    assert!(failure.message.starts_with("stopped at"), "{failure:?}");
    let heard = heard.0.lock().unwrap();
    assert!(heard.len() >= 2, "{heard:?}");
    assert_eq!(heard[0], (0, "waiting\\nfor the end".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_an_address_has_no_network() {
    let world = World::new().await;
    let read = world.supplier.parse_url("https://hostile.example/42").await.unwrap();
    assert!(matches!(read, UrlMatch::Product(reference) if reference.id == "42"));
    let failure = world.supplier.parse_url("https://hostile.example/network").await.unwrap_err();
    assert_kind(&failure, ErrorKind::Denied, "needs no network");
    assert!(world.upstream.seen().is_empty());
    let failure = world.supplier.parse_url("https://hostile.example/loop").await.unwrap_err();
    assert!(matches!(failure.kind, ErrorKind::Limit | ErrorKind::Timeout), "{failure:?}");
    let failure = world.supplier.parse_url("https://hostile.example/").await.unwrap_err();
    assert_kind(&failure, ErrorKind::Unsupported, "not ours");
}
