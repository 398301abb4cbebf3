//! The right to act, asked for at the last moment.

use std::time::Duration;

/// The lease of the work is gone, or ends too soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lease was lost")]
pub struct FenceLost;

/// Asked when bytes are about to leave, and once more when a new connection
/// stands: is the work still ours for as long as the request may take?
pub trait Fence: Send + Sync {
    /// Fails when the lease does not outlive `needed` from now. Must not block.
    fn check(&self, needed: Duration) -> Result<(), FenceLost>;
}
