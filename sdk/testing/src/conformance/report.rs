//! What the suite found.

use std::fmt;

use sourcepilot_domain::Failure;
use sourcepilot_plugin_runtime::Usage;

use crate::Harness;

/// One question and its answer.
#[derive(Clone, Debug)]
pub struct Check {
    /// What was asked.
    pub name: String,
    /// What is wrong, if anything.
    pub problem: Option<String>,
}

/// All answers, and what the calls cost.
#[derive(Clone, Debug)]
pub struct Report {
    plugin: String,
    checks: Vec<Check>,
    costs: Vec<String>,
}

impl Report {
    pub(crate) fn new(harness: &Harness) -> Report {
        let manifest = harness.plugin().manifest();
        let size = format!("component: {} kB", harness.component_size().div_ceil(1000));
        Report {
            plugin: format!("{} {}", manifest.id, manifest.version),
            checks: Vec::new(),
            costs: vec![size],
        }
    }

    pub(crate) fn check(&mut self, name: impl Into<String>, result: Result<(), String>) {
        self.checks.push(Check { name: name.into(), problem: result.err() });
    }

    pub(crate) fn cost(&mut self, function: &str, usage: &Usage) {
        self.costs.push(format!(
            "{function}: {} requests, {} bytes received, {} KiB of memory, {:.1} ms of processor time",
            usage.requests,
            usage.bytes_received,
            usage.peak_memory / 1024,
            usage.cpu.as_secs_f64() * 1000.0
        ));
    }

    /// All checks.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Those that found something wrong.
    pub fn problems(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.problem.is_some())
    }

    /// Fails the test when anything is wrong.
    ///
    /// # Panics
    /// With the whole report.
    #[track_caller]
    pub fn assert(&self) {
        assert!(!self.checks.is_empty(), "nothing was checked: give the suite a product or a listing");
        assert!(self.problems().next().is_none(), "{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.plugin)?;
        for check in &self.checks {
            match &check.problem {
                None => writeln!(f, "  ok       {}", check.name)?,
                Some(problem) => writeln!(f, "  PROBLEM  {}: {problem}", check.name)?,
            }
        }
        self.costs.iter().try_for_each(|cost| writeln!(f, "  cost     {cost}"))
    }
}

/// A failure as it stands in a problem.
pub(crate) fn words(failure: &Failure) -> String {
    format!("{:?} ({:?}): {} {:?}", failure.kind, failure.effect, failure.message, failure.details)
}
