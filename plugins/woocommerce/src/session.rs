//! The conversation with one shop during one call.
//!
//! A call remembers nothing of the one before. So the likely way to the API and to
//! authenticate is tried first, and on the telltale refusal another one, once; what
//! a check found comes back through the context and saves the trying.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use serde_json::Value;
use sourcepilot_sdk::http::{Method, Request};
use sourcepilot_sdk::{Algorithm, Call, Effect, ErrorKind, Failure, SignRequest, credential};

use crate::answer::read;
use crate::auth::Auth;
use crate::check::{AUTH, HOME, REST_BASE};
use crate::oauth::{Signing, base64, percent};
use crate::site::{RestBase, Site};
use crate::trouble::Trouble;
use crate::wire::{Index, Read};

/// The API whose paths are relative to it.
const API: &str = "/wc/v3/";

/// The credentials, as the manifest names them.
const KEY: &str = "consumer_key";
const SECRET: &str = "consumer_secret";

/// One shop, during one call.
pub(crate) struct Shop<'a> {
    call: &'a Call,
    began: Instant,
    site: Site,
    /// What the shop calls itself, which is what it checks signatures against.
    signed_site: RefCell<Site>,
    rest_base: RefCell<RestBase>,
    rest_base_settled: Cell<bool>,
    ways: Vec<Auth>,
    way: Cell<usize>,
    known: Cell<bool>,
    posts_changes: Cell<bool>,
    requests: Cell<u32>,
}

impl std::fmt::Debug for Shop<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shop").field("site", &self.site).field("auth", &self.auth()).finish_non_exhaustive()
    }
}

/// The parts of a request that stay the same however it is sent.
struct Task<'q> {
    method: Method,
    path: Path<'q>,
    query: &'q [(&'q str, &'q str)],
    body: Option<&'q Value>,
}

#[derive(Clone, Copy)]
enum Path<'q> {
    /// Below the API, with credentials.
    Api(&'q str),
    /// The first page of the API.
    Index,
    /// Below the site, without credentials.
    Site(&'q str),
}

impl<'a> Shop<'a> {
    /// Open the shop that the context names.
    ///
    /// # Errors
    /// When the address is none of a shop.
    pub(crate) fn open(call: &'a Call) -> Result<Self, Failure> {
        let site = Site::parse(call.context.base_url.as_deref().unwrap_or_default())
            .map_err(|error| Failure::invalid_input(error.to_string()))?;
        let rest_base = call.extra(REST_BASE).and_then(RestBase::remembered);
        let home = call.extra(HOME).and_then(|home| Site::parse(home).ok());
        Ok(Shop {
            call,
            began: Instant::now(),
            signed_site: RefCell::new(home.unwrap_or_else(|| site.clone())),
            rest_base: RefCell::new(rest_base.unwrap_or_else(RestBase::pretty)),
            rest_base_settled: Cell::new(false),
            ways: Auth::ways(site.is_secure(), call.extra(AUTH)),
            site,
            way: Cell::new(0),
            known: Cell::new(false),
            posts_changes: Cell::new(false),
            requests: Cell::new(0),
        })
    }

    /// The address of the shop.
    pub(crate) fn address(&self) -> &Site {
        &self.site
    }

    /// The same as text.
    pub(crate) fn site(&self) -> &str {
        self.site.as_str()
    }

    /// How requests are authenticated now.
    pub(crate) fn auth(&self) -> Auth {
        self.ways[self.way.get()]
    }

    /// Where the API is now.
    pub(crate) fn rest_base(&self) -> RestBase {
        self.rest_base.borrow().clone()
    }

    /// Sign for the name that the shop has for itself.
    pub(crate) fn sign_as(&self, home: &Site) {
        *self.signed_site.borrow_mut() = home.clone();
    }

    /// A finding of an earlier check.
    pub(crate) fn remembered(&self, name: &str) -> Option<&'a str> {
        self.call.extra(name)
    }

    /// Tell how far the call is.
    pub(crate) fn progress(&self, percent: u8, note: &str) {
        self.call.report_progress(percent, note);
    }

    /// Stop before the next write when the merchant has cancelled, or when too
    /// little time is left to see how it ends: a write that is cut off may go on
    /// in the shop beside the next run.
    ///
    /// # Errors
    /// When that is so.
    pub(crate) fn ensure_wanted(&self) -> Result<(), Failure> {
        if self.call.is_cancelled() {
            return Err(
                Failure::new(ErrorKind::Unavailable, "The work was cancelled.").with_code("cancelled")
            );
        }
        let whole = Duration::from_millis(u64::from(self.call.context.deadline_ms));
        if self.began.elapsed() > whole.mul_f32(0.75) {
            return Err(Failure::timeout("The shop is slow; the rest is done in the next attempt.")
                .with_code("to-be-continued"));
        }
        Ok(())
    }

    /// What a refused read means for the merchant.
    pub(crate) fn read_failure(&self, trouble: Trouble) -> Failure {
        trouble.into_failure(false, self.known.get()).effect(Effect::None)
    }

    /// What a refused write means for the merchant.
    pub(crate) fn write_failure(&self, trouble: Trouble) -> Failure {
        trouble.into_failure(true, self.known.get())
    }

    /// Read something of the API.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub(crate) fn get<T: Read>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Trouble> {
        self.send(&Task { method: Method::Get, path: Path::Api(path), query, body: None })
    }

    /// Read something below the site, without credentials.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub(crate) fn get_public<T: Read>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Trouble> {
        self.once(&Task { method: Method::Get, path: Path::Site(path), query, body: None })
    }

    /// Read the first page of the API, without credentials.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub(crate) fn index(&self) -> Result<Index, Trouble> {
        let query = [("_fields", "name,home,namespaces")];
        self.send(&Task { method: Method::Get, path: Path::Index, query: &query, body: None })
    }

    /// Create something.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub(crate) fn post<T: Read>(&self, path: &str, body: &Value) -> Result<T, Trouble> {
        self.send(&Task { method: Method::Post, path: Path::Api(path), query: &[], body: Some(body) })
    }

    /// Change something.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub(crate) fn put<T: Read>(&self, path: &str, body: &Value) -> Result<T, Trouble> {
        self.send(&Task { method: Method::Put, path: Path::Api(path), query: &[], body: Some(body) })
    }

    /// Delete something.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub(crate) fn delete(&self, path: &str, query: &[(&str, &str)]) -> Result<(), Trouble> {
        self.send::<Value>(&Task { method: Method::Delete, path: Path::Api(path), query, body: None })
            .map(|_| ())
    }

    /// Send, and on a telltale refusal send once more in another way. Each of them
    /// means that the shop did nothing, so repeating a write is safe.
    fn send<T: Read>(&self, task: &Task<'_>) -> Result<T, Trouble> {
        let first = match self.once(task) {
            Ok(answer) => return Ok(self.settle(task, answer)),
            Err(trouble) => trouble,
        };
        if first.looks_misrouted() && !self.rest_base_settled.get() {
            return self.send_elsewhere(task, first);
        }
        self.rest_base_settled.set(true);
        if first.looks_anonymous() && !self.known.get() {
            return self.send_otherwise(task, first);
        }
        if first.blocks_method() && !self.posts_changes.get() && task.method == Method::Put {
            self.posts_changes.set(true);
            return self.once(task);
        }
        Err(first)
    }

    fn settle<T>(&self, task: &Task<'_>, answer: T) -> T {
        self.rest_base_settled.set(true);
        if matches!(task.path, Path::Api(_)) {
            self.known.set(true);
        }
        answer
    }

    /// Try the other place of the API.
    fn send_elsewhere<T: Read>(&self, task: &Task<'_>, first: Trouble) -> Result<T, Trouble> {
        self.rest_base_settled.set(true);
        let other = self.rest_base.borrow().other();
        let before = self.rest_base.replace(other);
        match self.send(task) {
            Err(trouble) if trouble.looks_misrouted() => {
                self.rest_base.replace(before);
                Err(first)
            }
            result => result,
        }
    }

    /// Try the other ways to authenticate.
    fn send_otherwise<T: Read>(&self, task: &Task<'_>, first: Trouble) -> Result<T, Trouble> {
        for way in 1..self.ways.len() {
            self.way.set(way);
            match self.once(task) {
                Ok(answer) => return Ok(self.settle(task, answer)),
                Err(trouble) if trouble.looks_anonymous() => {}
                Err(trouble) => {
                    // A complaint about the signature only says that signing is
                    // not what the shop expects.
                    if self.auth() != Auth::SignedAsPlain {
                        return Err(trouble);
                    }
                }
            }
        }
        self.way.set(0);
        Err(first)
    }

    fn once<T: Read>(&self, task: &Task<'_>) -> Result<T, Trouble> {
        let request = self.request(task)?;
        let response = request.send(&self.call.http).map_err(Trouble::Transport)?;
        let write = task.method != Method::Get;
        let value = read(&response, &self.site)?;
        T::read(&value).ok_or_else(|| {
            let effect = if write { Effect::Unknown } else { Effect::None };
            Trouble::Transport(
                Failure::upstream_changed("The shop answered data of an unknown form.").effect(effect),
            )
        })
    }

    fn request(&self, task: &Task<'_>) -> Result<Request, Trouble> {
        // The API takes POST for a change as well; some web servers let only that
        // through.
        let is_posted = self.posts_changes.get() && task.method == Method::Put;
        let method = if is_posted { Method::Post } else { task.method };
        let tail = match task.path {
            Path::Api(path) => format!("{}{API}{path}", self.rest_base.borrow().as_str()),
            Path::Index => format!("{}/", self.rest_base.borrow().as_str()),
            Path::Site(path) => path.to_owned(),
        };
        let query = match task.path {
            Path::Api(_) => self.authenticated_query(method.as_str(), &tail, task.query)?,
            Path::Index | Path::Site(_) => plain_query(task.query),
        };
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = Request::new(method, format!("{}{tail}{mark}{query}", self.site.as_str()))
            .header("accept", "application/json");
        if matches!(task.path, Path::Api(_)) && self.auth() == Auth::Basic {
            request = request.header("authorization", credential::basic(KEY, SECRET));
        }
        Ok(match task.body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// The query with whatever of the proof belongs into it.
    fn authenticated_query(
        &self,
        method: &str,
        tail: &str,
        query: &[(&str, &str)],
    ) -> Result<String, Trouble> {
        let plain = plain_query(query);
        match self.auth() {
            Auth::Basic => Ok(plain),
            Auth::Query => {
                let mark = if plain.is_empty() { "" } else { "&" };
                let (key, secret) = (credential::value(KEY), credential::value(SECRET));
                Ok(format!("{plain}{mark}consumer_key={key}&consumer_secret={secret}"))
            }
            Auth::Signed | Auth::SignedAsPlain => self.sign(method, tail, query),
        }
    }

    fn sign(&self, method: &str, tail: &str, query: &[(&str, &str)]) -> Result<String, Trouble> {
        let url = format!("{}{tail}", self.signed_site.borrow().with_plain_scheme());
        let query: Vec<(String, String)> =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let nonce = self.nonce();
        let timestamp = self.call.context.now_unix_ms / 1000;
        let signing = Signing { method, url: &url, query: &query, nonce: &nonce, timestamp };
        let message =
            SignRequest::new(SECRET, Algorithm::HmacSha256, signing.base_string()).with_key_suffix("&");
        let signature = self.call.sign(&message).map_err(Trouble::Transport)?;
        Ok(signing.signed_query(&base64(&signature)))
    }

    /// Never the same twice: the call's id, when it began, and a count.
    fn nonce(&self) -> String {
        self.requests.set(self.requests.get() + 1);
        let call: String = self.call.context.call_id.chars().filter(char::is_ascii_alphanumeric).collect();
        let call = &call[call.len().saturating_sub(32)..];
        format!("{call}{:x}x{}", self.call.context.now_unix_ms, self.requests.get())
    }
}

fn plain_query(query: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        query.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    pairs.join("&")
}
