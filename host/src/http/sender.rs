//! Services that tell us something about a merchant: with the merchant's own
//! credentials, or with a signature.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;

use super::body;
use super::error::ApiError;
use super::extract::{Authorized, fields};
use super::validate::Input;
use crate::app::App;
use crate::service::standard_webhooks::Signed;
use crate::service::{User, webhook_secrets};

const SIGNATURE: &str = "webhook-signature";
/// The query parameter that names the secret with which a call is signed.
const SIGNER: &str = "signer";

/// The fields of a call, and the merchant whom it concerns.
#[derive(Clone, Debug)]
pub struct Sender<T> {
    pub user: User,
    pub input: T,
}

impl<T: Input> FromRequest<Arc<App>> for Sender<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        if !request.headers().contains_key(SIGNATURE) {
            let Authorized { session, input, .. } = Authorized::<T>::from_request(request, app).await?;
            return Ok(Sender { user: session.user, input });
        }
        let (mut parts, body) = request.into_parts();
        let bytes = body::bytes(body).await?;
        // The signature is over the bytes, so it comes before their meaning.
        let signer = signer(parts.uri.query().unwrap_or_default());
        let user = webhook_secrets::sender(app, signer, signed(&parts.headers), &bytes).await?;
        let json = body::parse(&parts.headers, &bytes)?;
        let input = fields(&mut parts, json).await?;
        Ok(Sender { user, input })
    }
}

fn signer(query: &str) -> Option<sourcepilot_domain::ids::WebhookSecretId> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == SIGNER)?.1.parse().ok()
}

fn signed(headers: &HeaderMap) -> Signed<'_> {
    // A header that is there twice says nothing.
    let only = |name: &str| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().unwrap_or_default(),
            _ => "",
        }
    };
    Signed { id: only("webhook-id"), timestamp: only("webhook-timestamp"), signatures: only(SIGNATURE) }
}
