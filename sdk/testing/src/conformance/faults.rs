//! How a failure must look for each fault of the remote side.

use std::time::Duration;

use sourcepilot_domain::{Effect, ErrorKind, Failure};
use sourcepilot_plugin_runtime::{Call, Outcome};

use crate::conformance::report::words;
use crate::conformance::{Conformance, Report};
use crate::fault::{Fault, RETRY_AFTER};

/// How long a call lasts when nothing comes.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The kinds that fit, unless a plugin's suite says otherwise.
pub(super) fn usual_kinds(fault: Fault) -> &'static [ErrorKind] {
    match fault {
        Fault::Unauthorized => &[ErrorKind::AuthRequired],
        Fault::Forbidden => &[ErrorKind::Forbidden],
        Fault::NotFound => &[ErrorKind::NotFound],
        Fault::TooManyRequests | Fault::TooManyRequestsUntimed => &[ErrorKind::RateLimited],
        Fault::ServerError => &[ErrorKind::Unavailable],
        Fault::Silence => &[ErrorKind::Timeout],
        Fault::TruncatedJson | Fault::Html => &[ErrorKind::UpstreamChanged],
        Fault::Huge => &[ErrorKind::Limit],
        // Not followed, or followed and refused.
        Fault::Redirect => &[ErrorKind::UpstreamChanged, ErrorKind::Denied],
    }
}

/// Calls a function once for each fault.
pub(super) async fn all<T, F>(
    suite: &Conformance<'_>,
    report: &mut Report,
    function: &str,
    call: impl Fn(Call) -> F,
) where
    F: Future<Output = Outcome<T>>,
{
    for fault in Fault::ALL {
        suite.harness.rewind();
        suite.harness.set_fault(Some(fault));
        let patience = if fault == Fault::Silence { PATIENCE } else { Duration::from_secs(10) };
        let outcome = call(Call { deadline: patience, ..suite.harness.call() }).await;
        suite.harness.set_fault(None);
        let requests = suite.harness.requests();
        // A function that needs no network meets no fault.
        if requests.is_empty() && outcome.result.is_ok() {
            continue;
        }
        let wrote = requests.iter().any(|seen| !matches!(seen.method.as_str(), "GET" | "HEAD"));
        let result = match &outcome.result {
            Ok(_) => Err("it reports success".to_owned()),
            Err(failure) => judge(suite, fault, failure, wrote),
        };
        report.check(format!("{function}, every answer {fault:?}"), result);
    }
    suite.harness.rewind();
}

fn judge(suite: &Conformance<'_>, fault: Fault, failure: &Failure, wrote: bool) -> Result<(), String> {
    let kinds = suite.kinds.get(&fault).map(Vec::as_slice).unwrap_or_default();
    if !kinds.contains(&failure.kind) {
        return Err(format!("the kind should be one of {kinds:?}, and is {}", words(failure)));
    }
    if failure.message.trim().is_empty() {
        return Err("it says nothing to the merchant".into());
    }
    let pause = failure.retry_after.map(|pause| pause.as_secs());
    if fault == Fault::TooManyRequests && failure.kind == ErrorKind::RateLimited && pause != Some(RETRY_AFTER)
    {
        return Err(format!("the pause should be {RETRY_AFTER} seconds, and is {pause:?}"));
    }
    let uncertain = matches!(fault, Fault::ServerError | Fault::Silence | Fault::TruncatedJson | Fault::Html);
    if !wrote && failure.effect != Effect::None {
        return Err(format!("nothing was written, so the effect should be none: {}", words(failure)));
    }
    if wrote && uncertain && failure.effect == Effect::None && !suite.reads_by_post() {
        return Err(format!(
            "something may have been written, so the effect should be unknown: {}",
            words(failure)
        ));
    }
    no_secret(suite, failure)
}

fn no_secret(suite: &Conformance<'_>, failure: &Failure) -> Result<(), String> {
    let text = format!("{failure:?}");
    let shown = suite.harness.credentials().any(|value| value.len() > 3 && text.contains(value));
    if shown { Err("the failure holds the value of a credential".into()) } else { Ok(()) }
}

impl Conformance<'_> {
    /// Suppliers change nothing, whatever method their requests have.
    fn reads_by_post(&self) -> bool {
        self.harness.plugin().kind() == sourcepilot_plugin_runtime::Kind::Supplier
    }
}
