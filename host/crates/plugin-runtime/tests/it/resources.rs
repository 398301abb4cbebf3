//! Time, memory, handles, stack, log.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sourcepilot_domain::ErrorKind;
use sourcepilot_plugin_runtime::{Call, Ceilings, RuntimeConfig};

use crate::world::{CANARY, World, assert_kind, call, config};

const SOON: Duration = Duration::from_millis(900);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_loop_ends_at_the_deadline() {
    let failure = World::new().await.contained("loop", SOON).await;
    assert_kind(&failure, ErrorKind::Timeout, "did not answer within");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_loop_ends_at_its_processor_time() {
    let ceilings = Ceilings { cpu: Duration::from_millis(500), ..Ceilings::default() };
    let world = World::with(RuntimeConfig { ceilings, ..config() }).await;
    let failure = world.contained("loop", Duration::from_secs(30)).await;
    assert_kind(&failure, ErrorKind::Limit, "computed for more than 0.5 s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sleeping_in_the_host_ends_at_the_deadline() {
    let failure = World::new().await.contained("sleep", SOON).await;
    assert_kind(&failure, ErrorKind::Timeout, "did not answer within");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_costs_no_processor_time() {
    let world = World::new().await;
    let outcome = world.attack_with("sleep", Call { deadline: SOON, ..call() }).await;
    assert!(outcome.usage.cpu < Duration::from_millis(200), "{:?}", outcome.usage);
    assert!(outcome.usage.duration >= Duration::from_millis(800), "{:?}", outcome.usage);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_bomb_ends_at_the_limit() {
    let world = World::new().await;
    let outcome = world.attack("grow").await;
    assert_kind(&outcome.result.unwrap_err(), ErrorKind::Limit, "needed more than 32 MiB");
    let peak = outcome.usage.peak_memory;
    assert!((16 << 20..=32 << 20).contains(&peak), "{peak}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deep_recursion_is_a_trap() {
    let failure = World::new().await.fails("recurse").await;
    assert_kind(&failure, ErrorKind::Trap, "called itself too deeply");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handles_run_out() {
    let failure = World::new().await.fails("handles").await;
    assert_kind(&failure, ErrorKind::Limit, "at a time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_bomb_is_refused_early() {
    let world = World::new().await;
    let outcome = world.attack("headers").await;
    assert_kind(&outcome.result.unwrap_err(), ErrorKind::Limit, "headers that are larger than 64 KiB");
    assert!(outcome.usage.peak_memory < 8 << 20, "{:?}", outcome.usage);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_giant_argument_is_refused() {
    let failure = World::new().await.fails("log-argument").await;
    assert_kind(&failure, ErrorKind::Limit, "handed over more than 4096 KiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ending_of_its_own_is_a_trap() {
    let failure = World::new().await.fails("exit").await;
    assert_kind(&failure, ErrorKind::Trap, "ended itself");
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of everything that happens on this thread.
fn listen() -> (Buffer, tracing::subscriber::DefaultGuard) {
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    (buffer, tracing::subscriber::set_default(subscriber))
}

fn lines(buffer: &Buffer, words: &str) -> Vec<String> {
    let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    text.lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_log_flood_is_capped_and_cannot_forge_lines() {
    let world = World::new().await;
    let (buffer, _guard) = listen();
    let outcome = world.attack("log-flood").await;
    assert!(outcome.result.is_ok());
    assert_eq!(outcome.usage.log_lines, 20_000);
    let kept = lines(&buffer, " plugin: ");
    assert_eq!(kept.len(), 1000 + 1, "the lines and one that tells of the rest");
    assert!(
        kept[0].contains("plugin.id=\"hostile\"") && kept[0].contains("call.id=\"test-call\""),
        "{}",
        kept[0]
    );
    assert!(kept[0].contains("line 0\\nforged\\u{1b}"), "{}", kept[0]);
    assert!(kept.last().unwrap().contains("dropped=19000"));
    assert!(lines(&buffer, "forged").iter().all(|line| line.contains(" plugin: ")));
}

#[tokio::test]
async fn printing_is_logging() {
    let world = World::new().await;
    let (buffer, _guard) = listen();
    assert!(world.attack("print").await.result.is_ok());
    assert_eq!(lines(&buffer, " plugin: ").len(), 1001);
    assert!(lines(&buffer, "printed 7").iter().any(|line| line.contains("printed 7 ")));
    assert!(lines(&buffer, " plugin: ").iter().all(|line| line.len() < 4500));
}

#[tokio::test]
async fn a_secret_is_not_logged_or_told() {
    let world = World::new().await;
    let (buffer, _guard) = listen();
    let failure = world.fails(&format!("log-secret:the key is {CANARY}")).await;
    assert_kind(&failure, ErrorKind::Internal, "redacted");
    assert_eq!(lines(&buffer, CANARY), Vec::<String>::new());
    assert_eq!(lines(&buffer, "the key is [redacted").len(), 1);
}
