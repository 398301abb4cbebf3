//! Faults on order: which request they hit, how often, and what they do.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

/// A fault that waits for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The HTTP method; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// How the path begins; `""` for any.
    #[serde(default)]
    pub path: String,
    /// A text that the query or the body contains, such as a method's name or a SKU.
    #[serde(default)]
    pub contains: Option<String>,
    /// How many requests pass before it begins to strike.
    #[serde(default)]
    pub skip: u32,
    /// How often it strikes; without end when absent.
    #[serde(default)]
    pub count: Option<u32>,
    /// Instead of the work, or after it.
    #[serde(default)]
    pub when: When,
    /// What it does.
    pub action: FaultAction,
}

impl FaultRule {
    /// A fault that strikes once, instead of the work.
    #[must_use]
    pub fn once(path: &str, action: FaultAction) -> Self {
        Self {
            method: None,
            path: path.to_owned(),
            contains: None,
            skip: 0,
            count: Some(1),
            when: When::Before,
            action,
        }
    }

    /// The same, for requests with this method only.
    #[must_use]
    pub fn for_method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// The same, for requests that contain this text only.
    #[must_use]
    pub fn containing(mut self, text: &str) -> Self {
        self.contains = Some(text.to_owned());
        self
    }

    /// The same, after the work is done.
    #[must_use]
    pub fn afterwards(mut self) -> Self {
        self.when = When::After;
        self
    }

    /// The same, for so many requests; without end when absent.
    #[must_use]
    pub fn times(mut self, count: Option<u32>) -> Self {
        self.count = count;
        self
    }

    fn fits(&self, request: &Seen<'_>) -> bool {
        self.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(request.method))
            && request.path.starts_with(&self.path)
            && self
                .contains
                .as_deref()
                .is_none_or(|text| request.query.contains(text) || request.body.contains(text))
    }
}

/// Whether the work is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The work is not done.
    #[default]
    Before,
    /// The work is done and its answer replaced.
    After,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultAction {
    /// A status with a body.
    Status {
        /// Such as 503.
        status: u16,
        /// JSON or anything else; a short sentence when absent.
        #[serde(default)]
        body: Option<String>,
        /// The header `Retry-After`, in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// A page as firewalls and maintenance modes send it.
    Html {
        /// Such as 200 or 403.
        status: u16,
    },
    /// Silence, then the connection is cut.
    Timeout {
        /// Milliseconds of silence.
        ms: u64,
    },
    /// The connection is cut at once.
    Drop,
    /// The real answer, broken off.
    Truncate {
        /// So many bytes arrive.
        bytes: usize,
    },
    /// A body that is far too large.
    Huge {
        /// So many bytes.
        bytes: u64,
    },
    /// A redirect.
    Redirect {
        /// Such as 301.
        status: u16,
        /// Where to.
        location: String,
    },
    /// The real answer, later.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// Status 200, JSON by its type, but not by its content.
    Garbage,
}

/// What a rule is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Decoded.
    pub(crate) query: &'a str,
    /// Decoded when it is a form.
    pub(crate) body: &'a str,
}

/// The faults that wait.
#[derive(Debug)]
pub(crate) struct Faults {
    initial: Vec<FaultRule>,
    waiting: Mutex<Vec<FaultRule>>,
}

impl Faults {
    pub(crate) fn new(initial: Vec<FaultRule>) -> Self {
        Self { waiting: Mutex::new(initial.clone()), initial }
    }

    pub(crate) fn add(&self, rule: FaultRule) {
        self.lock().push(rule);
    }

    /// What waits, with the counts that are left.
    pub(crate) fn list(&self) -> Vec<FaultRule> {
        self.lock().clone()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// As at the start.
    pub(crate) fn reset(&self) {
        self.lock().clone_from(&self.initial);
    }

    /// The first rule that strikes this request; its count goes down.
    pub(crate) fn take(&self, request: &Seen<'_>) -> Option<FaultRule> {
        let mut waiting = self.lock();
        for index in 0..waiting.len() {
            let rule = &mut waiting[index];
            if !rule.fits(request) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            let hit = rule.clone();
            match &mut rule.count {
                None => {}
                Some(left) => {
                    *left = left.saturating_sub(1);
                    if *left == 0 {
                        waiting.remove(index);
                    }
                }
            }
            return Some(hit);
        }
        None
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<FaultRule>> {
        self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Seen<'_> = Seen { method: "POST", path: "/sync", query: "", body: "method=a.b" };

    #[test]
    fn a_rule_strikes_as_often_as_it_says() {
        let faults = Faults::new(vec![]);
        faults.add(FaultRule { skip: 1, ..FaultRule::once("/sync", FaultAction::Drop).times(Some(2)) });
        let struck: Vec<bool> = (0..5).map(|_| faults.take(&REQUEST).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_rule_strikes_only_what_it_names() {
        let rule = FaultRule::once("/sync", FaultAction::Drop).for_method("post").containing("a.b");
        assert!(rule.fits(&REQUEST));
        assert!(!rule.fits(&Seen { method: "GET", ..REQUEST }));
        assert!(!rule.fits(&Seen { path: "/rest", ..REQUEST }));
        assert!(!rule.fits(&Seen { body: "method=c", ..REQUEST }));
        assert!(rule.fits(&Seen { body: "", query: "method=a.b", ..REQUEST }));
    }

    #[test]
    fn rules_read_as_the_documentation_writes_them() {
        let text = r#"{"path":"/sync","count":2,"when":"after","action":{"kind":"status","status":503}}"#;
        let rule: FaultRule = serde_json::from_str(text).expect("a rule");
        assert_eq!(rule.when, When::After);
        assert_eq!(rule.action, FaultAction::Status { status: 503, body: None, retry_after: None });
    }
}
