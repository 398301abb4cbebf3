//! Processor time of one call.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Adds up what a call's task really computed, so that waiting for a slow shop, or
/// for a busy machine, does not count against the plugin.
#[derive(Debug)]
pub(crate) struct CpuMeter {
    budget: u64,
    before: AtomicU64,
    poll_began: AtomicU64,
}

impl CpuMeter {
    pub(crate) fn new(budget: Duration) -> Arc<Self> {
        Arc::new(CpuMeter {
            budget: u64::try_from(budget.as_nanos()).unwrap_or(u64::MAX),
            before: AtomicU64::new(0),
            poll_began: AtomicU64::new(0),
        })
    }

    /// What was used by all polls that have ended.
    pub(crate) fn used(&self) -> Duration {
        Duration::from_nanos(self.before.load(Ordering::Relaxed))
    }

    /// Whether the budget is spent; asked from within a poll.
    pub(crate) fn is_spent(&self) -> bool {
        let began = self.poll_began.load(Ordering::Relaxed);
        let now = thread_nanos().saturating_sub(began);
        self.before.load(Ordering::Relaxed).saturating_add(now) > self.budget
    }

    /// The same future, measured.
    pub(crate) fn measure<F: Future>(self: &Arc<Self>, future: F) -> Measured<F> {
        Measured { inner: Box::pin(future), meter: Arc::clone(self) }
    }
}

/// See [`CpuMeter::measure`].
pub(crate) struct Measured<F> {
    inner: Pin<Box<F>>,
    meter: Arc<CpuMeter>,
}

impl<F: Future> Future for Measured<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let began = thread_nanos();
        self.meter.poll_began.store(began, Ordering::Relaxed);
        let result = self.inner.as_mut().poll(context);
        self.meter.before.fetch_add(thread_nanos().saturating_sub(began), Ordering::Relaxed);
        result
    }
}

/// What this thread has computed since it began, in nanoseconds.
fn thread_nanos() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(time.tv_nsec).unwrap_or(0))
}
