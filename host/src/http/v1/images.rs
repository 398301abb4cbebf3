use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

use super::{Answer, AppState, Authorized, Invalid, Refusal};
use crate::http::validate::{Input, Reader};
use crate::service::images::{self, Picture};

/// Which picture.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PictureAddress {
    /// Its public address.
    #[param(min_length = 1, max_length = 2000)]
    url: String,
}

impl Input for PictureAddress {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.query("url").text(1..=2000).map(|url| PictureAddress { url })
    }
}

/// A supplier's picture, fetched by this service, so that the supplier does not learn
/// who looks.
#[utoipa::path(get, path = "/api/v1/images", tag = "products", operation_id = "picture", params(PictureAddress), security(("jwt" = [])), responses(
    (status = 200, content_type = "image/*", body = Vec<u8>), (status = 400, body = Refusal),
    (status = 401, body = Refusal), (status = 422, body = Invalid), (status = 502, body = Refusal)))]
pub async fn get(State(app): AppState, request: Authorized<PictureAddress>) -> Answer<impl IntoResponse> {
    let Picture { content_type, bytes } = images::fetch(&app, &request.input.url).await?;
    Ok(([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "private, max-age=86400")], bytes))
}
