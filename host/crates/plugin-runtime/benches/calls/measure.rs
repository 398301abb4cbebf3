//! Clocks and a table.

use std::future::Future;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What many rounds took.
pub(crate) struct Times {
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

pub(crate) async fn timed<T, F: Future<Output = T>>(rounds: usize, mut work: impl FnMut() -> F) -> Times {
    for _ in 0..rounds / 10 + 1 {
        black_box(work().await);
    }
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let began = Instant::now();
        black_box(work().await);
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Times { p50: times[rounds / 2], p99: times[rounds * 99 / 100] }
}

pub(crate) fn row(name: &str, plugin: &Times, native: &Times) {
    let ratio = plugin.p50.as_secs_f64() / native.p50.as_secs_f64().max(1e-9);
    println!("{name:<34} {:>10.1?} {:>10.1?} {:>12.1?} {ratio:>7.1}x", plugin.p50, plugin.p99, native.p50);
}

pub(crate) fn judge(name: &str, good: bool, text: &str) {
    println!("{} {name}: {text}", if good { "within" } else { "OVER  " });
}

/// What this process occupies, in MiB.
pub(crate) fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(f64::NAN);
    kib / 1024.0
}
