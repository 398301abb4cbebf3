//! What handlers receive. The order of checks is the API's: the body's syntax, then
//! who asks and whether they may, then the fields.

use std::sync::Arc;

use axum::body::{Body as HttpBody, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde_json::Value;
use sourcepilot_domain::scope::Scope;

use super::access::Needs;
use super::error::ApiError;
use super::validate::{Body, Input, Reader};
use super::{auth, body, idempotency};
use crate::app::App;
use crate::service::admin::Administrator;
use crate::service::auth::Session;
use crate::service::catalogues::LARGEST_FEED;
use crate::service::once::Once;

/// The fields of a request that anybody may make.
#[derive(Clone, Debug)]
pub struct Valid<T>(pub T);

/// The fields of a request of a merchant, and which merchant: by an access token, a
/// browser's cookie, or an API key that may do what `T::NEEDS` says.
#[derive(Clone, Debug)]
pub struct Authorized<T> {
    pub session: Session,
    pub input: T,
    /// The caller's name for this request, when a repeat shall not be done again.
    pub once: Option<Once>,
}

/// A file of a merchant. Who asks, and whether they may, is found out before the file
/// is taken in.
#[derive(Clone, Debug)]
pub struct Uploaded<T> {
    pub session: Session,
    pub input: T,
    /// The header's value; empty when there is none.
    pub content_type: String,
    pub body: Bytes,
}

/// What an administrator's API key must be allowed to do.
pub const ADMIN_NEEDS: Needs = Needs::Scope(Scope::Admin);

/// The fields of a request of an administrator of the installation.
#[derive(Clone, Debug)]
pub struct Admin<T> {
    pub by: Administrator,
    pub input: T,
}

/// A merchant, when nothing else is asked.
#[derive(Clone, Debug)]
pub struct Nothing;

impl Input for Nothing {
    fn read(_: &mut Reader) -> Option<Self> {
        Some(Nothing)
    }
}

impl<T: Input> FromRequest<Arc<App>> for Valid<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let body = json::<T>(&parts, body).await?;
        fields(&mut parts, body).await.map(Valid)
    }
}

impl<T: Input> FromRequest<Arc<App>> for Authorized<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let body = json::<T>(&parts, body).await?;
        let session = match T::TOKEN_OR_KEY {
            true => auth::token_or_key(app, &parts).await?,
            false => auth::session(app, &parts).await?,
        };
        T::NEEDS.check(&session, &parts.method)?;
        let once = idempotency::once(&parts, body.as_ref())?;
        let input = fields(&mut parts, body).await?;
        Ok(Authorized { session, input, once })
    }
}

impl<T: Input> FromRequest<Arc<App>> for Uploaded<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let session = auth::session(app, &parts).await?;
        T::NEEDS.check(&session, &parts.method)?;
        let input = fields(&mut parts, None).await?;
        let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().chars().take(200).collect();
        let body = to_bytes(body, LARGEST_FEED).await.map_err(|_| ApiError::too_large(LARGEST_FEED))?;
        Ok(Uploaded { session, input, content_type, body })
    }
}

impl<T: Input> FromRequest<Arc<App>> for Admin<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let body = json::<T>(&parts, body).await?;
        let session = auth::session(app, &parts).await?;
        ADMIN_NEEDS.check(&session, &parts.method)?;
        let by = Administrator::of(&session)
            .ok_or_else(|| ApiError::forbidden("Only an administrator of this installation may do this."))?;
        let input = fields(&mut parts, body).await?;
        Ok(Admin { by, input })
    }
}

async fn json<T: Input>(parts: &Parts, body: HttpBody) -> Result<Option<Value>, ApiError> {
    match T::BODY {
        Body::Ignored => Ok(None),
        Body::Optional | Body::Required => body::read(&parts.headers, body).await,
    }
}

pub(super) async fn fields<T: Input>(parts: &mut Parts, body: Option<Value>) -> Result<T, ApiError> {
    let path = match RawPathParams::from_request_parts(parts, &()).await {
        Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        // Not text after decoding: no such thing can exist.
        Err(_) => return Err(ApiError::no_route()),
    };
    let query = parts.uri.query().unwrap_or_default();
    let reader = Reader::new(path, query, body).with_headers(parts.headers.clone());
    reader.finish().map_err(|faults| ApiError::invalid(&faults))
}
