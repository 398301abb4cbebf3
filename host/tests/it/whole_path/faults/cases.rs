//! The faults, and what must become of an import.

use sourcepilot_sandbox::FaultAction;

/// How an import ends.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// It goes on once the fault is over.
    Completed,
    /// With a sentence that holds one of these words; of any when there are none.
    Failed(&'static [&'static str]),
}

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) action: FaultAction,
    /// How often it strikes; without end when absent.
    pub(super) strikes: Option<u32>,
    /// When the supplier does it.
    pub(super) supplier: End,
    /// When the shop does it.
    pub(super) shop: End,
}

const fn status(status: u16) -> FaultAction {
    FaultAction::Status { status, body: None, retry_after: None }
}

const fn lasting(name: &'static str, action: FaultAction, supplier: End, shop: End) -> Case {
    Case { name, action, strikes: None, supplier, shop }
}

const fn passing(name: &'static str, action: FaultAction) -> Case {
    Case { name, action, strikes: Some(1), supplier: End::Completed, shop: End::Completed }
}

use End::Failed;

pub(super) static CASES: std::sync::LazyLock<Vec<Case>> = std::sync::LazyLock::new(|| {
    vec![
        lasting("401", status(401), Failed(&[]), Failed(&["key", "refused", "sign", "connect", "password"])),
        lasting(
            "403",
            status(403),
            Failed(&[]),
            Failed(&["refuse", "permi", "right", "firewall", "not allow"]),
        ),
        lasting("404", status(404), Failed(&[]), Failed(&[])),
        passing(
            "429 with Retry-After",
            FaultAction::Status { status: 429, body: None, retry_after: Some(1) },
        ),
        passing("500 once", status(500)),
        lasting("500 without end", status(500), Failed(&[]), Failed(&[])),
        passing(
            "503 with Retry-After",
            FaultAction::Status { status: 503, body: None, retry_after: Some(1) },
        ),
        passing("silence, then cut", FaultAction::Timeout { ms: 300 }),
        passing("cut at once", FaultAction::Drop),
        lasting("cut without end", FaultAction::Drop, Failed(&[]), Failed(&[])),
        lasting("JSON broken off", FaultAction::Truncate { bytes: 40 }, Failed(&[]), Failed(&[])),
        lasting("JSON that is none", FaultAction::Garbage, Failed(&[]), Failed(&[])),
        lasting("a page instead", FaultAction::Html { status: 200 }, Failed(&[]), Failed(&[])),
        lasting("a page with 403", FaultAction::Html { status: 403 }, Failed(&[]), Failed(&[])),
        lasting("a huge body", FaultAction::Huge { bytes: 30_000_000 }, Failed(&[]), Failed(&[])),
        lasting(
            "a redirect elsewhere",
            FaultAction::Redirect { status: 302, location: "http://169.254.169.254/latest/".into() },
            Failed(&[]),
            Failed(&[]),
        ),
    ]
});
