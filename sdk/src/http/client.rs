//! Sending, over the real network or over a test's own.

use std::fmt;
use std::rc::Rc;

use crate::http::{Request, Response, SendError};
use crate::{Failure, Result};

/// Carries one request to its answer. Components use the host's, tests bring their
/// own.
pub trait Transport {
    /// Sends the request.
    ///
    /// # Errors
    /// When there is no complete answer. Any status is an answer.
    fn send(&self, request: &Request) -> std::result::Result<Response, SendError>;
}

impl<T: Transport + ?Sized> Transport for Rc<T> {
    fn send(&self, request: &Request) -> std::result::Result<Response, SendError> {
        (**self).send(request)
    }
}

struct Function<F>(F);

impl<F: Fn(&Request) -> std::result::Result<Response, SendError>> Transport for Function<F> {
    fn send(&self, request: &Request) -> std::result::Result<Response, SendError> {
        (self.0)(request)
    }
}

/// A transport out of a function, for tests.
pub fn transport_fn(
    answer: impl Fn(&Request) -> std::result::Result<Response, SendError> + 'static,
) -> Rc<dyn Transport> {
    Rc::new(Function(answer))
}

/// Sends requests and words what can go wrong.
#[derive(Clone)]
pub struct Client(Rc<dyn Transport>);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    /// A client over this transport.
    pub fn new(transport: Rc<dyn Transport>) -> Self {
        Client(transport)
    }

    /// Sends a request; any status is an answer.
    ///
    /// # Errors
    /// `unavailable` or `timeout` without an answer, `forbidden` when the host does
    /// not let the request out. The effect is unknown when it was a write that may
    /// have left.
    pub fn send(&self, request: &Request) -> Result<Response> {
        if let Some(problem) = request.problem() {
            return Err(Failure::internal(problem));
        }
        match self.0.send(request) {
            Ok(response) => Ok(response.answering(request)),
            Err(error) => Err(error.into_failure(request)),
        }
    }
}
