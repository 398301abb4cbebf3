//! Time during one call: how much is left, and waiting for the shop.

use std::cell::Cell;
use std::time::{Duration, Instant};

use sourcepilot_sdk::{Call, ErrorKind, Failure};

/// A wait for the shop's allowance that is shorter than coming back. A longer one is
/// the host's, which lets others run meanwhile.
const SHORT: Duration = Duration::from_secs(3);
/// Once a product is under way: to come back means to read again what stands there,
/// which takes more of the allowance than the wait saves.
const LONG: Duration = Duration::from_secs(20);

/// The clock of one call.
#[derive(Debug)]
pub(crate) struct Pace<'a> {
    call: &'a Call,
    began: Instant,
    is_under_way: Cell<bool>,
}

impl<'a> Pace<'a> {
    /// The call begins now.
    pub(crate) fn new(call: &'a Call) -> Self {
        Pace { call, began: Instant::now(), is_under_way: Cell::new(false) }
    }

    /// What is left of three quarters of the call's time: the rest is kept for the
    /// answer to the last write.
    fn left(&self) -> Duration {
        let whole = Duration::from_millis(u64::from(self.call.context.deadline_ms));
        whole.mul_f32(0.75).saturating_sub(self.began.elapsed())
    }

    /// Wait, when there is time for it. False when there is not.
    pub(crate) fn wait(&self, pause: Duration) -> bool {
        if pause > self.left() || self.call.is_cancelled() {
            return false;
        }
        rest(pause);
        true
    }

    /// Something was written, or is being finished: from now on stopping costs more
    /// than waiting.
    pub(crate) fn set_under_way(&self) {
        self.is_under_way.set(true);
    }

    /// Wait for the shop's allowance, when that is better than coming back later.
    /// False when it is not.
    pub(crate) fn wait_for_allowance(&self, pause: Duration) -> bool {
        pause <= if self.is_under_way.get() { LONG } else { SHORT } && self.wait(pause)
    }

    /// Stop before the next write when the merchant has cancelled, or when too
    /// little time is left to see how it ends.
    ///
    /// # Errors
    /// When that is so.
    pub(crate) fn ensure_wanted(&self) -> Result<(), Failure> {
        if self.call.is_cancelled() {
            let failure = Failure::new(ErrorKind::Unavailable, "The work was cancelled.");
            return Err(failure.with_code("cancelled"));
        }
        if self.left().is_zero() {
            return Err(to_be_continued());
        }
        Ok(())
    }
}

/// The rest is done in the next attempt.
pub(crate) fn to_be_continued() -> Failure {
    Failure::timeout("Shopify is slow; the rest is done in the next attempt.").with_code("to-be-continued")
}

#[cfg(target_arch = "wasm32")]
fn rest(pause: Duration) {
    std::thread::sleep(pause);
}

/// Recorded answers do not get better with time.
#[cfg(not(target_arch = "wasm32"))]
fn rest(_: Duration) {}
