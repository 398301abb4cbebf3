//! What a plugin call costs beside the same work done natively in the same run.
//!
//! `cargo bench` runs it in full; anything else only shows that it works.

#![expect(clippy::print_stdout, reason = "it is a report")]

mod measure;
mod preview;
#[path = "../../tests/it/upstream.rs"]
mod upstream;

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use sourcepilot_domain::product::{ProductRef, UrlMatch};
use sourcepilot_egress::{CallScope, Egress, EgressConfig, HostPattern};
use sourcepilot_plugin_runtime::{Call, Grants, Manifest, Plugin, Policy, Runtime, RuntimeConfig};
use sourcepilot_sandbox::{Sandbox, SandboxConfig};

use measure::{judge, resident_mib, row, timed};
use upstream::Upstream;

const API: &str = "https://api.hostile.example";

fn main() {
    let full = std::env::args().any(|argument| argument == "--bench");
    let rounds = if full { 2000 } else { 20 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(rounds));
}

async fn run(rounds: usize) {
    let upstream = Upstream::start().await;
    let world = sourcepilot_sandbox::start(SandboxConfig::default()).await.unwrap();
    let gate = egress(&upstream, &world);
    let before = resident_mib();
    let runtime = Runtime::new(RuntimeConfig::default(), gate.clone()).unwrap();
    let aliexpress = load_plugin(&runtime, "aliexpress").await;
    let woocommerce = load_plugin(&runtime, "woocommerce").await;
    let idle = resident_mib();
    let hostile = load(&runtime, std::fs::read(sourcepilot_test_components::guest("hostile")).unwrap()).await;

    println!("plugin calls, {rounds} rounds each, pool: {}", runtime.is_pooled());
    println!("{:<34} {:>10} {:>10} {:>12} {:>8}", "", "p50", "p99", "native p50", "ratio");
    let instantiate = timed(rounds, || async { hostile.rehearse().await.unwrap() }).await;
    let task = timed(rounds, || async { tokio::spawn(async { black_box(1) }).await.unwrap() }).await;
    row("instantiate | a bare task", &instantiate, &task);

    let supplier = hostile.supplier().unwrap();
    let parse =
        timed(rounds, || async { supplier.parse_url("https://hostile.example/42").await.unwrap() }).await;
    let native = timed(rounds, || async { black_box(parse_natively("https://hostile.example/42")) }).await;
    row("parse-url | the same in Rust", &parse, &native);

    let cpu = Cell::new((Duration::ZERO, 0_u32));
    let preview = timed(rounds, || async {
        let reference = ProductRef { id: format!("get:{API}/hello"), url: None, variant: None };
        let outcome = supplier.get_product(Call::new("bench", DateTime::UNIX_EPOCH), reference, None).await;
        let (sum, count) = cpu.get();
        cpu.set((sum + outcome.usage.cpu, count + 1));
        outcome.result.unwrap()
    })
    .await;
    let native = timed(rounds, || get_natively(&gate)).await;
    row("get-product | one request, native", &preview, &native);
    let overhead = preview.p50.saturating_sub(native.p50);
    let (sum, count) = cpu.get();
    let cpu = sum / count;

    let whole = preview::run(&aliexpress, &gate, rounds / 2).await;

    println!();
    judge(
        "instantiate p50",
        instantiate.p50 <= Duration::from_micros(50),
        &format!("{:?} (target 50 µs)", instantiate.p50),
    );
    judge(
        "overhead of get-product",
        overhead <= Duration::from_millis(3),
        &format!("{overhead:?} (target 3 ms)"),
    );
    judge(
        "processor time of get-product",
        cpu <= Duration::from_millis(3),
        &format!("{cpu:?} (target 3 ms)"),
    );
    judge(
        "idle with two plugins",
        idle <= 100.0,
        &format!("{idle:.1} MiB, {before:.1} before (target 100 MiB)"),
    );
    judge(
        "processor time of a preview",
        whole <= Duration::from_millis(3),
        &format!("{whole:?} in plugin and runtime (target 3 ms)"),
    );
    drop(woocommerce);
    assert!(upstream.seen().len() >= 2 * rounds, "every request really left");
}

fn parse_natively(url: &str) -> UrlMatch {
    let id = url.strip_prefix("https://hostile.example/").unwrap_or_default();
    UrlMatch::Product(ProductRef { id: id.into(), url: Some(url.into()), variant: None })
}

async fn get_natively(egress: &Egress) -> usize {
    let scope = CallScope::builder().pool_key("native").allow(vec![HostPattern::parse(API).unwrap()]).build();
    let request = http::Request::get(format!("{API}/hello")).body(Bytes::new()).unwrap();
    egress.send(&scope, request).await.unwrap().body().len()
}

fn egress(upstream: &Upstream, world: &Sandbox) -> Egress {
    let address = upstream.address;
    let map = format!("{API}=http://{address},{}", world.egress_map());
    Egress::new(EgressConfig {
        allow_private: EgressConfig::parse_allow_private(&format!("{address},{}", world.addr)).unwrap(),
        map: EgressConfig::parse_map(&map).unwrap(),
        ..EgressConfig::default()
    })
    .unwrap()
}

async fn load_plugin(runtime: &Runtime, id: &str) -> Arc<Plugin> {
    load(runtime, std::fs::read(sourcepilot_test_components::plugin(id)).unwrap()).await
}

async fn load(runtime: &Runtime, bytes: Vec<u8>) -> Arc<Plugin> {
    let grants = Grants::as_asked(&Manifest::from_component(&bytes).unwrap());
    runtime.load(bytes, Policy { grants, ..Policy::default() }).await.unwrap()
}
