//! Sending one prepared request and reading its answer within the limits.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, HOST, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use reqwest::{Client, Response};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::error::{EgressError, Phase};
use crate::flight::{FLIGHT, Flight};
use crate::headers;
use crate::scope::CallScope;

/// An answer before anything was taken out of it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A request with its secrets in place.
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) is_write: bool,
}

impl Prepared {
    fn bytes(&self) -> u64 {
        self.url.as_str().len() as u64 + headers::size(&self.headers) + self.body.len() as u64
    }

    /// The client's form of it, redirected when the origin is mapped.
    fn build(self, flight: &Flight) -> Result<reqwest::Request, EgressError> {
        let mut url = self.url;
        let mut headers = self.headers;
        if flight.is_mapped() {
            redirect(&mut url, flight)
                .ok_or_else(|| EgressError::invalid("the address cannot be mapped to its target"))?;
            let host = HeaderValue::from_str(&flight.asked.authority())
                .map_err(|_| EgressError::invalid("the host cannot stand in a header"))?;
            headers.insert(HOST, host);
            let scheme = HeaderValue::from_static(flight.asked.scheme().as_str());
            headers.insert(HeaderName::from_static("x-forwarded-proto"), scheme);
        }
        let carries_body =
            !self.body.is_empty() || matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        let mut request = reqwest::Request::new(self.method, url);
        *request.headers_mut() = headers;
        if carries_body {
            *request.body_mut() = Some(self.body.into());
        }
        Ok(request)
    }
}

fn redirect(url: &mut Url, flight: &Flight) -> Option<()> {
    url.set_scheme(flight.to.scheme().as_str()).ok()?;
    url.set_host(Some(flight.to.host())).ok()?;
    url.set_port(Some(flight.to.port())).ok()
}

/// Sends and reads. Nothing leaves when the fence says no.
pub(crate) async fn exchange(
    client: &Client,
    scope: &CallScope,
    flight: &Flight,
    prepared: Prepared,
) -> Result<Answer, EgressError> {
    let (bytes, is_write) = (prepared.bytes(), prepared.is_write);
    let request = prepared.build(flight)?;
    flight.check_fence()?;
    let mark = is_write.then(|| scope.mark_write());
    let limit = flight.config.connect_timeout + flight.config.first_byte_timeout;
    let until = flight.ends.min(Instant::now() + limit);
    let begun = Instant::now();
    let outcome = timeout_at(until, client.execute(request)).await;
    let error = match outcome {
        Ok(Ok(response)) => {
            scope.add_sent(bytes);
            return read(response, scope, flight).await;
        }
        Ok(Err(error)) => error,
        Err(_) => {
            scope.add_sent(bytes);
            return Err(timeout(flight, Phase::FirstByte, begun));
        }
    };
    if let Some(verdict) = flight.verdict() {
        mark.into_iter().for_each(crate::scope::WriteMark::take_back);
        return Err(verdict);
    }
    if error.is_connect() {
        mark.into_iter().for_each(crate::scope::WriteMark::take_back);
        return Err(no_connection(&error, flight, begun));
    }
    scope.add_sent(bytes);
    Err(broken(&error, flight))
}

async fn read(mut response: Response, scope: &CallScope, flight: &Flight) -> Result<Answer, EgressError> {
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let limits = scope.limits();
    if headers::size(&headers) > limits.headers {
        return Err(EgressError::TooLarge { what: "headers of the answer", limit: limits.headers });
    }
    if headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(invalid(flight, "it is compressed in a way that was not offered"));
    }
    let begun = Instant::now();
    let mut body = BytesMut::new();
    loop {
        let until = flight.ends.min(Instant::now() + flight.config.idle_body_timeout);
        let chunk = match timeout_at(until, response.chunk()).await {
            Err(_) => return Err(timeout(flight, Phase::Body, begun)),
            Ok(Err(error)) => return Err(broken(&error, flight)),
            Ok(Ok(None)) => break,
            Ok(Ok(Some(chunk))) => chunk,
        };
        let total = body.len() as u64 + chunk.len() as u64;
        scope.add_received(chunk.len() as u64)?;
        if total > limits.response_body {
            return Err(EgressError::TooLarge { what: "answer", limit: limits.response_body });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body: body.freeze() })
}

pub(crate) fn timeout(flight: &Flight, phase: Phase, begun: Instant) -> EgressError {
    let limit: Duration = begun.elapsed();
    EgressError::Timeout { origin: flight.asked.to_string(), phase, limit }
}

fn invalid(flight: &Flight, reason: &str) -> EgressError {
    EgressError::InvalidAnswer { origin: flight.asked.to_string(), reason: reason.into() }
}

fn no_connection(error: &reqwest::Error, flight: &Flight, begun: Instant) -> EgressError {
    let origin = flight.asked.to_string();
    if error.is_timeout() {
        return timeout(flight, Phase::Connect, begun);
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return EgressError::Tls { origin, reason: tls_reason(tls) };
    }
    let reason = match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "nothing listens there",
        Some(io::ErrorKind::ConnectionReset) => "the other side closed the connection",
        Some(io::ErrorKind::UnexpectedEof) => "the other side ended the connection during the handshake",
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => "there is no way to it",
        Some(io::ErrorKind::TimedOut) => "it does not answer",
        _ => "the connection failed",
    };
    EgressError::Connect { origin, reason: reason.into() }
}

fn tls_reason(error: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    match error {
        rustls::Error::InvalidCertificate(Certificate::UnknownIssuer) => {
            "its certificate comes from an authority that is not trusted".into()
        }
        rustls::Error::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            "its certificate has expired".into()
        }
        rustls::Error::InvalidCertificate(
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
        ) => "its certificate belongs to another name".into(),
        rustls::Error::InvalidMessage(_) => "the other side does not speak TLS on this port".into(),
        other => other.to_string(),
    }
}

/// A failure after the connection stood.
fn broken(error: &reqwest::Error, flight: &Flight) -> EgressError {
    let origin = flight.asked.to_string();
    match find::<hyper::Error>(error) {
        Some(hyper) if hyper.is_parse_too_large() => invalid(flight, "its headers are too many or too long"),
        Some(hyper) if hyper.is_parse() => invalid(flight, "it is not HTTP"),
        Some(_) => EgressError::Interrupted { origin },
        None if error.is_decode() => invalid(flight, "its compression is damaged"),
        None => EgressError::Interrupted { origin },
    }
}

/// Looks for a cause of type `E`, also inside I/O errors, which hide theirs.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<E>() {
            return Some(found);
        }
        if let Some(inner) = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(found) = find::<E>(inner)
        {
            return Some(found);
        }
        next = current.source();
    }
    None
}

pub(crate) async fn within<T>(flight: &std::sync::Arc<Flight>, work: impl Future<Output = T>) -> T {
    FLIGHT.scope(std::sync::Arc::clone(flight), work).await
}
