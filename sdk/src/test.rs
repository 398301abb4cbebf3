//! Native unit tests of a plugin: calls over recorded answers, without a component.
//!
//! ```
//! use serde_json::json;
//! use sourcepilot_sdk::{http::{Request, Response}, test};
//!
//! let recorded = test::Recorded::new()
//!     .on("GET", "https://api.acme.example/items/1", Response::new_json(200, &json!({"name": "Cup"})));
//! let call = test::call(&recorded);
//! let answer: serde_json::Value = Request::get("https://api.acme.example/items/1").send(&call.http)?.json()?;
//! assert_eq!(answer["name"], "Cup");
//! assert_eq!(recorded.requests().len(), 1);
//! # Ok::<_, sourcepilot_sdk::Failure>(())
//! ```

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::rc::Rc;

use crate::http::{Reason, Request, Response, SendError, Transport};
use crate::{Call, Context, Failure, Host, Result, SignRequest};

type Signer = dyn Fn(&SignRequest) -> Result<Vec<u8>>;
type Answer = std::result::Result<Response, SendError>;

/// Answers requests from a list and remembers them. Clones share both.
#[derive(Clone, Debug, Default)]
pub struct Recorded(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    queue: VecDeque<Answer>,
    requests: Vec<Request>,
}

#[derive(Debug)]
struct Rule {
    method: String,
    url: String,
    answers: VecDeque<Answer>,
}

impl Recorded {
    /// Nothing recorded: every request fails.
    pub fn new() -> Self {
        Recorded::default()
    }

    /// Answers a method and an address (compared without its query unless `url` has
    /// one). Several answers for the same request are used in turn; the last one
    /// stays.
    #[must_use]
    pub fn on(self, method: &str, url: &str, response: Response) -> Self {
        self.rule(method, url, Ok(response))
    }

    /// Fails a method and an address.
    #[must_use]
    pub fn on_error(self, method: &str, url: &str, error: SendError) -> Self {
        self.rule(method, url, Err(error))
    }

    /// Answers the next request that no rule fits, whatever it is. Each is used once.
    #[must_use]
    pub fn then(self, response: Response) -> Self {
        self.0.borrow_mut().queue.push_back(Ok(response));
        self
    }

    /// Fails the next request that no rule fits.
    #[must_use]
    pub fn then_error(self, error: SendError) -> Self {
        self.0.borrow_mut().queue.push_back(Err(error));
        self
    }

    /// What was sent so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.0.borrow().requests.clone()
    }

    fn rule(self, method: &str, url: &str, answer: Answer) -> Self {
        {
            let rules = &mut self.0.borrow_mut().rules;
            match rules.iter_mut().find(|rule| rule.method == method && rule.url == url) {
                Some(rule) => rule.answers.push_back(answer),
                None => rules.push(Rule { method: method.into(), url: url.into(), answers: [answer].into() }),
            }
        }
        self
    }
}

impl Rule {
    fn fits(&self, request: &Request) -> bool {
        let url = if self.url.contains('?') { request.url() } else { request.path_url() };
        self.method == request.method().as_str() && self.url == url
    }

    fn answer(&mut self) -> Option<Answer> {
        if self.answers.len() > 1 { self.answers.pop_front() } else { self.answers.front().cloned() }
    }
}

impl Transport for Recorded {
    fn send(&self, request: &Request) -> Answer {
        let state = &mut *self.0.borrow_mut();
        state.requests.push(request.clone());
        let ruled = state.rules.iter_mut().find(|rule| rule.fits(request)).and_then(Rule::answer);
        ruled.or_else(|| state.queue.pop_front()).unwrap_or_else(|| {
            let detail = format!("nothing is recorded for {} {}", request.method().as_str(), request.url());
            Err(SendError::new(Reason::Denied, detail))
        })
    }
}

/// A host for tests: knows some credentials and signs by a function.
pub struct TestHost {
    credentials: RefCell<BTreeSet<String>>,
    signer: Box<Signer>,
    cancelled: Cell<bool>,
    progress: RefCell<Vec<(u8, String)>>,
}

impl fmt::Debug for TestHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestHost").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

impl Default for TestHost {
    fn default() -> Self {
        TestHost {
            credentials: RefCell::default(),
            signer: Box::new(|_| Err(Failure::forbidden("This test signs nothing."))),
            cancelled: Cell::new(false),
            progress: RefCell::default(),
        }
    }
}

impl TestHost {
    /// A host without credentials that signs nothing.
    pub fn new() -> Self {
        TestHost::default()
    }

    /// The connection has a value for this credential.
    #[must_use]
    pub fn with_credential(self, name: &str) -> Self {
        self.credentials.borrow_mut().insert(name.to_owned());
        self
    }

    /// Signs by a function.
    #[must_use]
    pub fn with_signer(mut self, signer: impl Fn(&SignRequest) -> Result<Vec<u8>> + 'static) -> Self {
        self.signer = Box::new(signer);
        self
    }

    /// From now on the call is cancelled.
    pub fn cancel(&self) {
        self.cancelled.set(true);
    }

    /// What was reported so far.
    pub fn progress(&self) -> Vec<(u8, String)> {
        self.progress.borrow().clone()
    }
}

impl Host for TestHost {
    fn has_credential(&self, name: &str) -> bool {
        self.credentials.borrow().contains(name)
    }
    fn sign(&self, request: &SignRequest) -> Result<Vec<u8>> {
        (self.signer)(request)
    }
    fn report_progress(&self, percent: u8, note: &str) {
        self.progress.borrow_mut().push((percent, note.to_owned()));
    }
    fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }
}

/// A context like that of a merchant in the United States: US dollars, no address,
/// no settings, 2026-11-24 08:00 UTC.
pub fn context() -> Context {
    Context {
        call_id: "test-call".into(),
        now_unix_ms: 1_795_507_200_000,
        deadline_ms: 30_000,
        locale: "en-US".into(),
        currency: "USD".into(),
        country: "US".into(),
        base_url: None,
        settings: "{}".into(),
        extra: Vec::new(),
    }
}

/// A call with [`context`] and a [`TestHost`] without credentials.
pub fn call(recorded: &Recorded) -> Call {
    Call::new(context(), Rc::new(recorded.clone()), Rc::new(TestHost::new()))
}
