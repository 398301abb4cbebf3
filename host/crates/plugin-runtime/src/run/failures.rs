//! From what went wrong to what the host does next.

use std::time::Duration;

use sourcepilot_domain::{Effect, ErrorKind, Failure};
use sourcepilot_egress::{CallScope, EgressError};
use wasmtime::component::ResourceTableError;
use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use crate::host::log::one_line;
use crate::manifest::Manifest;
use crate::plugin::Plugin;

const LONGEST_MESSAGE: usize = 1000;
/// A plugin cannot park work for longer than this.
const LONGEST_RETRY: Duration = Duration::from_secs(24 * 3600);

/// The host's own reasons to end a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stopped {
    /// The processor time is used up.
    #[error("the processor time of the call is used up")]
    Cpu,
    /// The call has taken too long.
    #[error("the deadline of the call has passed")]
    Deadline,
}

/// What the host saw while the guest ran.
pub(crate) struct Seen {
    pub(crate) memory_refused: bool,
    pub(crate) last_error: Option<EgressError>,
    /// The latest request needed a credential that this connection does not have.
    pub(crate) credential_missing: bool,
}

/// A failure that the host itself made: how far a write came is unknown, until
/// [`finish`] finds that none has left.
fn of_host(kind: ErrorKind, message: impl Into<String>) -> Failure {
    Failure::new(kind, message).with_effect(Effect::Unknown)
}

/// No turn came in time. It costs no attempt: come again soon.
pub(crate) fn busy(manifest: &Manifest) -> Failure {
    let mut failure = Failure::new(
        ErrorKind::RateLimited,
        format!("{} is busy with other work at the moment; this is tried again shortly", manifest.name),
    );
    failure.code = Some("plugin-busy".into());
    failure.retry_after = Some(Duration::from_secs(1));
    failure
}

/// The whole call took too long.
pub(crate) fn deadline(manifest: &Manifest, after: Duration) -> Failure {
    let seconds = after.as_secs_f64();
    of_host(ErrorKind::Timeout, format!("{} did not answer within {seconds:.1} s", manifest.name))
}

/// Our own code fell over.
pub(crate) fn host_fault(manifest: &Manifest) -> Failure {
    let message = format!("calling {} brought the host to a fault; its log has more", manifest.name);
    of_host(ErrorKind::Internal, message)
}

/// The merchant cancelled and the guest did not stop by itself.
pub(crate) fn cancelled() -> Failure {
    of_host(ErrorKind::Cancelled, "the work was cancelled")
}

/// A failure that the guest reported itself. Where the host refused or lost its
/// latest request, the host's reason is the better one.
pub(crate) fn reported(failure: Failure, seen: &Seen) -> Failure {
    match &seen.last_error {
        Some(error) if seen.credential_missing => from_egress(ErrorKind::AuthRequired, error),
        Some(error) => match kind_of(error) {
            Some(kind) => from_egress(kind, error),
            None => Failure { details: with_cause(failure.details.clone(), error), ..failure },
        },
        None => failure,
    }
}

/// Kinds that only the host can know; for the rest the guest's word stands.
fn kind_of(error: &EgressError) -> Option<ErrorKind> {
    match error {
        EgressError::Denied { .. } | EgressError::PrivateAddress { .. } => Some(ErrorKind::Denied),
        EgressError::Credential { .. } => Some(ErrorKind::Denied),
        EgressError::BudgetExhausted { .. } | EgressError::TooLarge { .. } => Some(ErrorKind::Limit),
        EgressError::RateLimited { .. } => Some(ErrorKind::RateLimited),
        EgressError::LeaseLost => Some(ErrorKind::LeaseLost),
        _ => None,
    }
}

fn from_egress(kind: ErrorKind, error: &EgressError) -> Failure {
    let mut failure = of_host(kind, error.to_string());
    if let EgressError::RateLimited { after } = error {
        failure.retry_after = Some(*after);
    }
    failure
}

fn with_cause(mut details: Vec<(String, String)>, error: &EgressError) -> Vec<(String, String)> {
    details.push(("host.request".into(), error.to_string()));
    details
}

/// The guest did not come back: a trap, a limit, or an end of its own.
pub(crate) fn broken(plugin: &Plugin, error: &wasmtime::Error, seen: &Seen) -> Failure {
    if matches!(seen.last_error, Some(EgressError::LeaseLost)) {
        return from_egress(ErrorKind::LeaseLost, &EgressError::LeaseLost);
    }
    let manifest = plugin.manifest();
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return busy(manifest);
    }
    let (kind, why) = reason(plugin, error, seen);
    let mut failure = of_host(kind, format!("the plugin {} {why}", manifest.name));
    failure.details.push(("host.cause".into(), one_line(&format!("{error:#}"), LONGEST_MESSAGE)));
    if let Some(request) = &seen.last_error {
        failure.details = with_cause(failure.details, request);
    }
    failure
}

fn reason(plugin: &Plugin, error: &wasmtime::Error, seen: &Seen) -> (ErrorKind, String) {
    let limit = |why: String| (ErrorKind::Limit, why);
    if let Some(Stopped::Deadline) = error.downcast_ref::<Stopped>() {
        return (ErrorKind::Timeout, "did not answer within its time".into());
    }
    if error.downcast_ref::<Stopped>().is_some() {
        return limit(format!("computed for more than {:.1} s", plugin.limits().cpu.as_secs_f64()));
    }
    if let Some(ResourceTableError::Full) = error.downcast_ref::<ResourceTableError>() {
        return limit("holds too many requests, bodies and streams at a time".into());
    }
    let text = format!("{error:#}");
    if text.contains("hostcalls has been exhausted") {
        return limit(format!("handed over more than {} KiB at once", plugin.limits().hand_over_bytes >> 10));
    }
    if text.contains("fields exceeds limit") {
        return limit(format!(
            "built headers that are larger than {} KiB",
            plugin.limits().header_bytes >> 10
        ));
    }
    if text.contains("handle") && text.contains("limit") {
        return limit("holds too many handles at a time".into());
    }
    if seen.memory_refused {
        return limit(format!("needed more than {} MiB of memory", plugin.limits().memory_bytes >> 20));
    }
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return (ErrorKind::Trap, format!("ended itself with status {}", exit.0));
    }
    let what = match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => "called itself too deeply",
        Some(Trap::UnreachableCodeReached) => "stopped with a panic",
        Some(_) => "stopped with a fault",
        None => "broke off",
    };
    (ErrorKind::Trap, what.into())
}

/// The last word on a failure: no secret in it, texts of one line, and an effect
/// that fits what really left the host.
pub(crate) fn finish(failure: Failure, scope: &CallScope, write_sent: bool) -> Failure {
    let Failure { kind, effect, message, code, retry_after, details } = failure;
    let clean = |text: &str, longest: usize| one_line(&scope.redact(text), longest);
    Failure {
        kind,
        effect: if write_sent { at_least(effect, kind) } else { Effect::None },
        message: clean(&message, LONGEST_MESSAGE),
        code: code.map(|code| clean(&code, 100)),
        retry_after: retry_after.map(|after| after.min(LONGEST_RETRY)),
        details: details
            .iter()
            .take(50)
            .map(|(name, value)| (clean(name, 100), clean(value, LONGEST_MESSAGE)))
            .collect(),
    }
}

/// After these endings nobody can say how far a write came, whatever the plugin
/// thinks of it.
fn at_least(effect: Effect, kind: ErrorKind) -> Effect {
    let open_ended = matches!(
        kind,
        ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::Internal | ErrorKind::UpstreamChanged
    );
    if effect == Effect::None && open_ended { Effect::Unknown } else { effect }
}
