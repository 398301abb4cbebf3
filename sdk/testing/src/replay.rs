//! Servers that play the remote side: one listener per origin, so that what was
//! asked for is known whatever the request says about itself.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::fault::Fault;
use crate::recording::{Answer, Exchange};

/// A request as it left the host, credentials filled in.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The address as the plugin asked for it.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether an exchange was recorded for it.
    pub expected: bool,
}

impl Seen {
    /// A header by its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The decoded pairs of the query.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// The decoded pairs of a form body.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The body as JSON, `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct State {
    exchanges: Vec<(Exchange, bool)>,
    fault: Option<Fault>,
    seen: Vec<Seen>,
}

/// The remote side. It ends with the value.
#[derive(Debug)]
pub(crate) struct Replay {
    state: Arc<Mutex<State>>,
    _servers: JoinSet<()>,
    /// `origin=address`, for the egress map.
    pub(crate) map: Vec<String>,
}

impl Replay {
    pub(crate) async fn start(origins: &[String], exchanges: Vec<Exchange>) -> std::io::Result<Replay> {
        let exchanges = exchanges.into_iter().map(|exchange| (exchange, false)).collect();
        let state = Arc::new(Mutex::new(State { exchanges, ..State::default() }));
        let mut servers = JoinSet::new();
        let mut map = Vec::new();
        for origin in origins {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            map.push(format!("{origin}=http://{}", listener.local_addr()?));
            servers.spawn(serve(listener, origin.clone(), Arc::clone(&state)));
        }
        Ok(Replay { state, _servers: servers, map })
    }

    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        self.lock().fault = fault;
    }

    /// Starts over: nothing seen, every exchange unused.
    pub(crate) fn rewind(&self) {
        let state = &mut *self.lock();
        state.seen.clear();
        state.exchanges.iter_mut().for_each(|(_, used)| *used = false);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(listener: TcpListener, origin: String, state: Arc<Mutex<State>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (origin, state) = (origin.clone(), Arc::clone(&state));
        connections.spawn(async move {
            let service = service_fn(move |request| answer(request, origin.clone(), Arc::clone(&state)));
            // The other side may hang up at any time; the test sees it by its own result.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    origin: String,
    state: Arc<Mutex<State>>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let headers = head.headers.iter();
    let mut seen = Seen {
        method: head.method.to_string(),
        url: format!("{origin}{target}"),
        headers: headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
            .collect(),
        body,
        expected: true,
    };
    let fault = state.lock().unwrap_or_else(PoisonError::into_inner).fault;
    let response = match fault {
        Some(Fault::Silence) => None,
        Some(fault) => {
            let (status, headers, body) = fault.answer();
            let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            Some(response(status, headers, body))
        }
        None => Some(recorded(&state, &mut seen)),
    };
    state.lock().unwrap_or_else(PoisonError::into_inner).seen.push(seen);
    match response {
        Some(response) => Ok(response),
        None => std::future::pending().await,
    }
}

/// The first unused exchange that fits, else the last one that fits.
fn recorded(state: &Mutex<State>, seen: &mut Seen) -> hyper::Response<Full<Bytes>> {
    let exchanges = &mut state.lock().unwrap_or_else(PoisonError::into_inner).exchanges;
    let fitting: Vec<usize> =
        (0..exchanges.len()).filter(|&index| exchanges[index].0.request.fits(seen)).collect();
    let chosen = fitting.iter().find(|&&index| !exchanges[index].1).or(fitting.last());
    let Some(&index) = chosen else {
        seen.expected = false;
        return response(501, Vec::new(), b"nothing is recorded for this request".to_vec());
    };
    exchanges[index].1 = true;
    let answer: &Answer = &exchanges[index].0.response;
    response(answer.status, answer.header_pairs(), answer.body())
}

fn response(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> hyper::Response<Full<Bytes>> {
    let builder =
        headers.into_iter().fold(hyper::Response::builder().status(status), |builder, (name, value)| {
            builder.header(name, value)
        });
    // Only a recording with an impossible header or status comes here.
    builder.body(Full::new(body.into())).unwrap_or_else(|_| {
        let mut broken = hyper::Response::new(Full::new(Bytes::from_static(
            b"the recording's status or a header is not valid",
        )));
        *broken.status_mut() = hyper::StatusCode::NOT_IMPLEMENTED;
        broken
    })
}
