//! The host's network, through `wasi:http`.

use wasip2::http::outgoing_handler::{ErrorCode, OutgoingRequest, RequestOptions, handle};
use wasip2::http::types::{Fields, IncomingResponse, Method as WasiMethod, OutgoingBody, Scheme};
use wasip2::io::streams::StreamError;

use crate::http::address::Address;
use crate::http::{Method, Reason, Request, Response, SendError, Transport};

/// What `blocking-write-and-flush` takes at most.
const WRITE_CHUNK: usize = 4096;
const READ_CHUNK: u64 = 64 * 1024;

/// Sends through the host.
#[derive(Clone, Copy, Debug)]
pub struct WasiTransport;

impl Transport for WasiTransport {
    fn send(&self, request: &Request) -> Result<Response, SendError> {
        let outgoing = head(request)?;
        let body = outgoing.body().map_err(|()| invalid("body"))?;
        let pending = handle(outgoing, options(request)).map_err(|code| error(&code))?;
        // A host that refuses the request ends the stream early; its reason arrives
        // with the answer, so that is where it is looked for.
        let written = write(body, request.body_bytes());
        let poll = pending.subscribe();
        let response = loop {
            if let Some(result) = pending.get() {
                break result
                    .map_err(|()| other("the answer was taken twice"))?
                    .map_err(|code| error(&code))?;
            }
            poll.block();
        };
        written?;
        read(&response)
    }
}

fn head(request: &Request) -> Result<OutgoingRequest, SendError> {
    let address = Address::parse(request.url()).ok_or_else(|| invalid("address"))?;
    let fields = Fields::new();
    for (name, value) in request.headers() {
        fields.append(name, value.as_bytes()).map_err(|_| invalid(name))?;
    }
    if !request.body_bytes().is_empty() {
        let length = request.body_bytes().len().to_string();
        fields.append("content-length", length.as_bytes()).map_err(|_| invalid("content-length"))?;
    }
    let outgoing = OutgoingRequest::new(fields);
    let scheme = if address.https { Scheme::Https } else { Scheme::Http };
    outgoing.set_method(&method(request.method())).map_err(|()| invalid("method"))?;
    outgoing.set_scheme(Some(&scheme)).map_err(|()| invalid("scheme"))?;
    // Together with a user name, so that the host can refuse what holds one.
    outgoing.set_authority(Some(address.authority)).map_err(|()| invalid("authority"))?;
    outgoing.set_path_with_query(Some(&address.target)).map_err(|()| invalid("path"))?;
    Ok(outgoing)
}

fn method(method: Method) -> WasiMethod {
    match method {
        Method::Get => WasiMethod::Get,
        Method::Head => WasiMethod::Head,
        Method::Post => WasiMethod::Post,
        Method::Put => WasiMethod::Put,
        Method::Patch => WasiMethod::Patch,
        Method::Delete => WasiMethod::Delete,
        Method::Options => WasiMethod::Options,
    }
}

fn options(request: &Request) -> Option<RequestOptions> {
    let timeout = u64::try_from(request.timeout_value()?.as_nanos()).ok()?;
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(Some(timeout));
    let _ = options.set_first_byte_timeout(Some(timeout));
    let _ = options.set_between_bytes_timeout(Some(timeout));
    Some(options)
}

fn write(body: OutgoingBody, bytes: &[u8]) -> Result<(), SendError> {
    let broken =
        |what: &str| SendError::new(Reason::Broken, format!("the request could not be written: {what}"));
    if !bytes.is_empty() {
        let stream = body.write().map_err(|()| broken("no stream"))?;
        for chunk in bytes.chunks(WRITE_CHUNK) {
            stream.blocking_write_and_flush(chunk).map_err(|_| broken("the stream ended"))?;
        }
    }
    OutgoingBody::finish(body, None).map_err(|code| error(&code))
}

fn read(incoming: &IncomingResponse) -> Result<Response, SendError> {
    let body = incoming.consume().map_err(|()| other("the body was taken twice"))?;
    let stream = body.stream().map_err(|()| other("the stream was taken twice"))?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(READ_CHUNK) {
            Ok(chunk) => bytes.extend_from_slice(&chunk),
            Err(StreamError::Closed) => break,
            Err(StreamError::LastOperationFailed(failed)) => {
                let code = wasip2::http::types::http_error_code(&failed);
                return Err(code.map_or_else(
                    || SendError::new(Reason::Broken, "the answer broke off"),
                    |code| error(&code),
                ));
            }
        }
    }
    let response = Response::new(incoming.status(), bytes);
    Ok(incoming.headers().entries().into_iter().fold(response, |response, (name, value)| {
        response.with_header(name, String::from_utf8_lossy(&value))
    }))
}

fn error(code: &ErrorCode) -> SendError {
    let reason = match code {
        ErrorCode::HttpRequestDenied => Reason::Denied,
        ErrorCode::DestinationIpProhibited => Reason::PrivateAddress,
        ErrorCode::ConnectionLimitReached => Reason::Busy,
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => Reason::Unreachable,
        ErrorCode::ConnectionTerminated | ErrorCode::HttpResponseIncomplete => Reason::Broken,
        ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => Reason::Timeout,
        ErrorCode::HttpResponseBodySize(_)
        | ErrorCode::HttpResponseHeaderSize(_)
        | ErrorCode::HttpResponseHeaderSectionSize(_) => Reason::TooLarge,
        ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestUriTooLong
        | ErrorCode::HttpRequestBodySize(_)
        | ErrorCode::HttpRequestHeaderSize(_)
        | ErrorCode::HttpRequestHeaderSectionSize(_) => Reason::Invalid,
        _ => Reason::Other,
    };
    SendError::new(reason, words(reason, code))
}

/// The host's own words where it gives some. The code's `Debug` would cost every
/// component several kilobytes.
fn words(reason: Reason, code: &ErrorCode) -> String {
    match code {
        ErrorCode::InternalError(Some(words)) => words.clone(),
        ErrorCode::DnsError(payload) => payload.rcode.clone().unwrap_or_else(|| "the name is unknown".into()),
        _ => reason.words().to_owned(),
    }
}

fn invalid(what: &str) -> SendError {
    SendError::new(Reason::Invalid, what)
}

fn other(what: &str) -> SendError {
    SendError::new(Reason::Other, what)
}
