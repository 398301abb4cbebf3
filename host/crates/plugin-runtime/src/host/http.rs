//! The only way out for a guest: every request becomes one of the egress gate.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use sourcepilot_egress::{CallScope, Egress, EgressError, Phase};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

type Ended = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Answer = Result<(http::Response<WasiBody>, Ended), Error>;

/// How the latest request of a call was refused or failed, if it did.
///
/// A guest sees only a coarse code and can only report kinds of its own. The host
/// knows better, and tells the merchant or the admin what really happened.
pub(crate) type LastError = Arc<Mutex<Option<EgressError>>>;

/// The hooks behind `wasi:http` of one call.
pub(crate) struct HttpGate {
    egress: Option<Egress>,
    scope: CallScope,
    longest_request: u64,
    last: LastError,
}

impl HttpGate {
    /// Without an egress gate everything is refused.
    pub(crate) fn new(egress: Option<Egress>, scope: CallScope, longest_request: u64) -> Self {
        HttpGate { egress, scope, longest_request, last: LastError::default() }
    }

    pub(crate) fn last_error(&self) -> Option<EgressError> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl WasiHttpHooks for HttpGate {
    fn set_host_header(&mut self) -> bool {
        // The gate writes it, from the address that it has checked.
        false
    }

    fn default_scheme(&mut self) -> Option<http::uri::Scheme> {
        None
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Ended,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        let (egress, scope) = (self.egress.clone(), self.scope.clone());
        let (longest, last) = (self.longest_request, Arc::clone(&self.last));
        Box::new(async move {
            let sent = send(egress, &scope, request, longest).await;
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            match sent {
                Ok(response) => {
                    *last = None;
                    let body = response.map(|bytes| Full::new(bytes).map_err(Error::from).boxed_unsync());
                    Ok((body, Box::new(async { Ok(()) }) as Ended))
                }
                Err(error) => {
                    let code = code_of(&error);
                    *last = Some(error);
                    Err(code)
                }
            }
        })
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        64 * 1024
    }
}

async fn send(
    egress: Option<Egress>,
    scope: &CallScope,
    request: http::Request<WasiBody>,
    longest: u64,
) -> Result<http::Response<Bytes>, EgressError> {
    let (head, body) = request.into_parts();
    // The body is taken in before anything is refused: a guest that is still
    // writing it would otherwise see a broken stream instead of the refusal.
    let body = read_body(body, longest).await?;
    let Some(egress) = egress else {
        return Err(EgressError::Denied {
            what: "reading an address or a feed needs no network".into(),
            hint: "a plugin can make requests in every function but parse-url and those of feed".into(),
        });
    };
    egress.send(scope, http::Request::from_parts(head, body)).await
}

async fn read_body(mut body: WasiBody, longest: u64) -> Result<Bytes, EgressError> {
    let mut taken = BytesMut::new();
    let mut total = 0_u64;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| EgressError::InvalidRequest {
            reason: "the plugin did not finish writing the request's body".into(),
        })?;
        let Ok(data) = frame.into_data() else { continue };
        total = total.saturating_add(data.len() as u64);
        if total <= longest {
            taken.extend_from_slice(&data);
        } else if total > longest.saturating_mul(4) {
            break;
        }
    }
    if total > longest {
        return Err(EgressError::TooLarge { what: "request body", limit: longest });
    }
    Ok(taken.freeze())
}

/// The name under which a guest sees an error.
fn code_of(error: &EgressError) -> Error {
    match error {
        EgressError::PrivateAddress { .. } => Error::DestinationIpProhibited,
        EgressError::Resolve { .. } | EgressError::UnknownName { .. } => {
            Error::DnsError { rcode: None, info_code: None }
        }
        EgressError::Connect { .. } => Error::ConnectionRefused,
        EgressError::Tls { .. } => Error::TlsCertificateError,
        EgressError::Timeout { phase, .. } => match phase {
            Phase::Permit => Error::ConnectionLimitReached,
            Phase::Connect => Error::ConnectionTimeout,
            Phase::FirstByte => Error::HttpResponseTimeout,
            _ => Error::ConnectionReadTimeout,
        },
        EgressError::Interrupted { .. } => Error::HttpResponseIncomplete,
        EgressError::TooLarge { what: "request body", limit } => Error::HttpRequestBodySize(Some(*limit)),
        EgressError::TooLarge { limit, .. } => Error::HttpResponseBodySize(Some(*limit)),
        EgressError::RateLimited { .. } => Error::ConnectionLimitReached,
        EgressError::InvalidRequest { .. } => Error::HttpRequestUriInvalid,
        EgressError::InvalidAnswer { .. } => Error::HttpProtocolError,
        _ => Error::HttpRequestDenied,
    }
}
