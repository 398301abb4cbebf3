//! A request as a set of named fields.

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::mask::masked;
use super::{Fault, Field, Step};
use crate::http::access::Needs;

/// What a body has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Not looked at.
    Ignored,
    /// A JSON object or nothing at all.
    Optional,
    /// A JSON object.
    Required,
}

/// What an operation wants to know.
pub trait Input: Sized + Send {
    const BODY: Body = Body::Ignored;
    /// What an API key must be allowed to do for it.
    const NEEDS: Needs = Needs::ByMethod;
    /// Whether it is one of the operations that have always taken a token or a key: a
    /// bad token is passed over when there is a key, and the refusal names both.
    const TOKEN_OR_KEY: bool = false;

    /// Take every field, in the order in which faults shall be listed: path, query,
    /// body. `None` only when at least one fault was found.
    fn read(reader: &mut Reader) -> Option<Self>;
}

/// Hands out the fields of one request and collects the faults.
#[derive(Debug)]
pub struct Reader {
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Option<Value>,
    body_was_refused: bool,
    faults: Vec<Fault>,
}

impl Reader {
    /// `query` is the part of the address after the question mark.
    pub fn new(path: Vec<(String, String)>, query: &str, body: Option<Value>) -> Self {
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Reader { path, query, headers: HeaderMap::new(), body, body_was_refused: false, faults: Vec::new() }
    }

    /// The same request with its headers.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// A header, when it is there and plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A part of the path.
    pub fn path(&mut self, name: &'static str) -> Field<'_> {
        let value =
            self.path.iter().find(|(known, _)| known == name).map(|(_, text)| Value::String(text.clone()));
        Field::new(self, vec![Step::Name("path"), Step::Name(name)], value, Value::Null)
    }

    /// A query parameter; of several of the same name the last one.
    pub fn query(&mut self, name: &'static str) -> Field<'_> {
        let value = self
            .query
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, text)| Value::String(text.clone()));
        Field::new(self, vec![Step::Name("query"), Step::Name(name)], value, Value::Null)
    }

    /// Whether the query has this parameter.
    pub fn has_query(&self, name: &str) -> bool {
        self.query.iter().any(|(known, _)| known == name)
    }

    /// A field of the body.
    pub fn body(&mut self, name: &'static str) -> Field<'_> {
        let loc = vec![Step::Name("body"), Step::Name(name)];
        match &self.body {
            Some(Value::Object(fields)) => {
                let value = fields.get(name).cloned();
                let whole =
                    if value.is_none() { masked(&Value::Object(fields.clone())) } else { Value::Null };
                Field::new(self, loc, value, whole)
            }
            _ => {
                self.refuse_body();
                Field::unreadable(self)
            }
        }
    }

    /// A field of the body under any of its names, the first one being the proper one.
    pub fn body_any(&mut self, names: &[&'static str]) -> Field<'_> {
        let sent =
            |name: &&&'static str| self.body_fields().is_some_and(|fields| fields.contains_key(**name));
        let name = names.iter().find(sent).or(names.first()).copied().unwrap_or_default();
        self.body(name)
    }

    /// Whether there is a body at all.
    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// Whether the body has this field, whatever stands in it.
    pub fn has_field(&self, name: &str) -> bool {
        self.body_fields().is_some_and(|fields| fields.contains_key(name))
    }

    fn body_fields(&self) -> Option<&Map<String, Value>> {
        self.body.as_ref().and_then(Value::as_object)
    }

    /// What was found so far.
    pub(super) fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }

    fn refuse_body(&mut self) {
        if !std::mem::replace(&mut self.body_was_refused, true) {
            let fault = match &self.body {
                None => Fault::no_body(),
                Some(other) => Fault::not_an_object(masked(other)),
            };
            self.faults.push(fault);
        }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Read a whole request.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn finish<T: Input>(mut self) -> Result<T, Vec<Fault>> {
        let read = T::read(&mut self);
        match read {
            Some(input) if self.faults.is_empty() => Ok(input),
            _ => Err(self.faults),
        }
    }
}
