//! What goes in and comes out, heard without being changed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// More of a request than this is an upload, not a form with secrets.
const LONGEST_REQUEST: usize = 1 << 20;

type Heard = Arc<Mutex<Vec<u8>>>;

/// All that went over one world's routers.
#[derive(Clone, Default)]
pub(super) struct Exchanges(Arc<Mutex<Vec<Exchange>>>);

/// One request and its answer, as far as they have come.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) method: Method,
    uri: Uri,
    headers: HeaderMap,
    asked: Heard,
    answer: Arc<OnceLock<Answer>>,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    body: Heard,
}

impl Exchanges {
    pub(super) fn all(&self) -> Vec<Exchange> {
        self.0.lock().expect("not poisoned").clone()
    }
}

impl Exchange {
    /// Without a slash at the end.
    pub(super) fn path(&self) -> &str {
        self.uri.path().trim_end_matches('/')
    }

    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let query = self.uri.query().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// What the request's headers carry to say who asks.
    pub(super) fn credentials(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for name in ["authorization", "x-api-key", "cookie", "x-csrf-token"] {
            for value in self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()) {
                let value = value.rsplit([' ', '=']).next().unwrap_or_default();
                found.push((name.to_owned(), value.to_owned()));
            }
        }
        found
    }

    pub(super) fn asked(&self) -> Vec<u8> {
        self.asked.lock().expect("not poisoned").clone()
    }

    pub(super) fn answer(&self) -> Option<&Answer> {
        self.answer.get()
    }
}

impl Answer {
    pub(super) fn body(&self) -> Vec<u8> {
        self.body.lock().expect("not poisoned").clone()
    }
}

/// The outermost layer of a world's routers.
pub(super) async fn hear(State(exchanges): State<Exchanges>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let exchange = Exchange {
        method: parts.method.clone(),
        uri: parts.uri.clone(),
        headers: parts.headers.clone(),
        asked: Heard::default(),
        answer: Arc::default(),
    };
    exchanges.0.lock().expect("not poisoned").push(exchange.clone());
    let body = Ear { body, heard: exchange.asked, longest: LONGEST_REQUEST };
    let response = next.run(Request::from_parts(parts, Body::new(body))).await;
    let (parts, body) = response.into_parts();
    let heard = Heard::default();
    let answer = Answer { status: parts.status, headers: parts.headers.clone(), body: Arc::clone(&heard) };
    // Once only, for the exchange is new.
    drop(exchange.answer.set(answer));
    Response::from_parts(parts, Body::new(Ear { body, heard, longest: usize::MAX }))
}

/// A body of which every byte is kept as it passes.
struct Ear {
    body: Body,
    heard: Heard,
    longest: usize,
}

impl HttpBody for Ear {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            let mut heard = self.heard.lock().expect("not poisoned");
            if heard.len().saturating_add(data.len()) <= self.longest {
                heard.extend_from_slice(data);
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
