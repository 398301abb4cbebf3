//! Pictures of suppliers for the dashboard. A browser that fetched them itself
//! would tell the supplier who looks; and pages here load nothing from elsewhere.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use sourcepilot_egress::{CallScope, HostPattern, ScopeLimits};
use tokio::time::Instant;

use crate::app::App;

const LARGEST: u64 = 8 * 1024 * 1024;
const DEADLINE: Duration = Duration::from_secs(15);

/// A picture.
#[derive(Clone, Debug)]
pub struct Picture {
    pub content_type: &'static str,
    pub bytes: Bytes,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("Invalid URL: must start with http:// or https://")]
    Address,
    #[error("The picture could not be fetched: {0}")]
    Unreachable(String),
    #[error("The address does not lead to a JPEG, PNG, GIF, WebP or AVIF picture")]
    NotAPicture,
}

/// Fetch a picture from a public address.
///
/// # Errors
/// When the address is not allowed or leads to something else.
pub async fn fetch(app: &App, url: &str) -> Result<Picture, PictureError> {
    let request = Request::builder()
        .method(Method::GET)
        .uri(url)
        .header("accept", "image/webp,image/jpeg,image/png,image/gif");
    let request = request.body(Bytes::new()).map_err(|_| PictureError::Address)?;
    let answer = app
        .egress
        .send(&scope()?, request)
        .await
        .map_err(|error| PictureError::Unreachable(error.to_string()))?;
    if !answer.status().is_success() {
        return Err(PictureError::Unreachable(format!("the server answered {}", answer.status().as_u16())));
    }
    let bytes = answer.into_body();
    // By its bytes: what a server says about a file is not to be trusted.
    let content_type = kind_of(&bytes).ok_or(PictureError::NotAPicture)?;
    Ok(Picture { content_type, bytes })
}

fn scope() -> Result<CallScope, PictureError> {
    let any_public = |text| HostPattern::parse(text).map_err(|_| PictureError::Address);
    Ok(CallScope::builder()
        .pool_key("pictures")
        .allow(vec![any_public("https://*")?, any_public("http://*")?])
        .limits(ScopeLimits { requests: 1, response_body: LARGEST, ..ScopeLimits::default() })
        .deadline(Instant::now() + DEADLINE)
        .build())
}

fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => Some("image/avif"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::kind_of;

    #[test]
    fn only_pictures_that_run_nothing_pass() {
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(kind_of(b"RIFF....WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg onload=x>"[..], b"<html>", b"", b"RIFF....WAVE"] {
            assert_eq!(kind_of(other), None);
        }
    }
}
