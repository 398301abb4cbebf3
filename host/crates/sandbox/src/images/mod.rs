//! Pictures: generated from their names, so that every address of the demo
//! world's CDN shows something, always the same.

mod draw;
mod font;
mod shape;

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use image::codecs::jpeg::JpegEncoder;

use crate::reply;
use crate::seed::Seeded;
use crate::world::World;

pub(crate) use shape::Shape;

/// The supplier's CDN.
pub(crate) const CDN: &str = "https://ae01.alicdn.com";

/// Pictures kept ready.
const KEPT: usize = 256;

/// The name of a picture, in the form the CDN uses. It tells what the picture shows:
/// a shape and, when the goods have one, the number of a colour.
pub(crate) fn picture_name(shape: Shape, colour: Option<usize>, labels: &[&str]) -> String {
    let mut hash = Seeded::new(0, labels);
    let colour = colour.and_then(|index| u8::try_from(index).ok()).unwrap_or(u8::MAX);
    format!("S{:02x}{colour:02x}{:012x}{:016x}H.jpg", shape as u8, hash.next() >> 16, hash.next())
}

/// A picture as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPicture {
    /// Status 404.
    Missing,
    /// A page instead of a picture.
    Page,
}

/// Makes pictures.
#[derive(Debug)]
pub(crate) struct Gallery {
    slow: Duration,
    ready: Mutex<VecDeque<(String, Picture)>>,
}

impl Gallery {
    pub(crate) fn new(slow: Duration) -> Self {
        Self { slow, ready: Mutex::default() }
    }

    /// The type of the picture with this name, after the time that fetching it takes.
    /// A name with `missing` in it has none, one with `notimage` is a page, one with
    /// `slow` takes its time.
    pub(crate) async fn content_type(&self, name: &str) -> Result<&'static str, NoPicture> {
        let lower = name.to_ascii_lowercase();
        if lower.contains("slow") {
            tokio::time::sleep(self.slow).await;
        }
        match lower {
            lower if lower.contains("missing") => Err(NoPicture::Missing),
            lower if lower.contains("notimage") => Err(NoPicture::Page),
            lower if lower.ends_with(".png") => Ok("image/png"),
            _ => Ok("image/jpeg"),
        }
    }

    /// The picture with this name.
    pub(crate) async fn picture(&self, name: &str) -> Result<Picture, NoPicture> {
        let content_type = self.content_type(name).await?;
        if let Some(picture) = self.ready(name) {
            return Ok(picture);
        }
        let owned = name.to_owned();
        let made = tokio::task::spawn_blocking(move || make(&owned, content_type)).await;
        let picture = made.ok().flatten().ok_or(NoPicture::Missing)?;
        let mut ready = self.ready.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if ready.len() == KEPT {
            ready.pop_front();
        }
        ready.push_back((name.to_owned(), picture.clone()));
        Ok(picture)
    }

    fn ready(&self, name: &str) -> Option<Picture> {
        let ready = self.ready.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        ready.iter().find(|(known, _)| known == name).map(|(_, picture)| picture.clone())
    }
}

fn make(name: &str, content_type: &'static str) -> Option<Picture> {
    let drawing = draw::drawing(name);
    let mut bytes = Cursor::new(Vec::new());
    if content_type == "image/png" {
        drawing.write_to(&mut bytes, image::ImageFormat::Png).ok()?;
    } else {
        drawing.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 80)).ok()?;
    }
    Some(Picture { content_type, bytes: bytes.into_inner().into() })
}

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/kf/{*name}", get(serve))
        .route("/images/{*name}", get(serve))
        .route("/quick/product/{*name}", get(serve))
}

async fn serve(State(world): State<Arc<World>>, Path(name): Path<String>) -> Response {
    match world.gallery.picture(&name).await {
        Ok(picture) => {
            let mut response = reply::typed(StatusCode::OK, picture.content_type, picture.bytes);
            let day = HeaderValue::from_static("public, max-age=86400");
            response.headers_mut().insert(header::CACHE_CONTROL, day);
            response
        }
        Err(NoPicture::Missing) => reply::html(StatusCode::NOT_FOUND, "<h1>404 (demo)</h1>"),
        Err(NoPicture::Page) => reply::html(StatusCode::OK, "<h1>Not a picture (demo)</h1>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pictures_are_what_their_type_says() {
        let gallery = Gallery::new(Duration::ZERO);
        let jpeg = gallery.picture("a.jpg").await.expect("a picture");
        assert_eq!((jpeg.content_type, &jpeg.bytes[..3]), ("image/jpeg", &[0xff, 0xd8, 0xff][..]));
        let png = gallery.picture("a.png").await.expect("a picture");
        assert_eq!((png.content_type, &png.bytes[..4]), ("image/png", &b"\x89PNG"[..]));
        assert_eq!(gallery.picture("a.jpg").await.expect("again").bytes, jpeg.bytes);
        assert_eq!(make("a.jpg", "image/jpeg").expect("again").bytes, jpeg.bytes);
        assert_ne!(gallery.picture("b.jpg").await.expect("another").bytes, jpeg.bytes);
        assert_eq!(gallery.picture("missing.jpg").await.err(), Some(NoPicture::Missing));
        assert_eq!(gallery.picture("notimage.jpg").await.err(), Some(NoPicture::Page));
    }
}
