use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

/// Somebody who talks to the API.
#[derive(Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
    key: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Null when the body is not JSON.
    pub body: Value,
    pub text: String,
}

impl Reply {
    /// `detail` of a refusal.
    pub fn detail(&self) -> &str {
        self.body["detail"].as_str().unwrap_or_default()
    }

    /// Type and place of every fault of a 422.
    pub fn faults(&self) -> Vec<String> {
        assert_eq!(self.status, 422, "{}", self.text);
        let faults = self.body["detail"].as_array().expect("a list");
        faults
            .iter()
            .map(|fault| {
                let loc = fault["loc"].as_array().expect("a place").iter();
                let loc: Vec<String> =
                    loc.map(|step| step.as_str().map_or(step.to_string(), str::to_owned)).collect();
                format!("{} {}", fault["type"].as_str().unwrap_or_default(), loc.join("."))
            })
            .collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("plain text"))
    }

    /// The body, when the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.body
    }
}

impl Client {
    pub fn new(router: Router) -> Self {
        Client { router, token: None, key: None }
    }

    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// With an API key instead.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// POST without a body.
    pub async fn post_nothing(&self, path: &str) -> Reply {
        self.send(Method::POST, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.request(request.expect("a request")).await
    }

    /// Any request, with this client's token unless it has credentials of its own.
    pub async fn request(&self, request: Request<Body>) -> Reply {
        let (parts, body) = self.raw(request).await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply { status: parts.status, headers: parts.headers, body, text }
    }

    /// The answer while its body is still coming.
    pub async fn raw(&self, mut request: Request<Body>) -> Response<Body> {
        if let Some(token) = &self.token
            && !request.headers().contains_key(AUTHORIZATION)
        {
            let value = format!("Bearer {token}").parse().expect("a header");
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        if let Some(key) = &self.key
            && !request.headers().contains_key("x-api-key")
        {
            request.headers_mut().insert("x-api-key", key.parse().expect("a header"));
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 4321))));
        self.router.clone().oneshot(request).await.expect("an answer")
    }
}
