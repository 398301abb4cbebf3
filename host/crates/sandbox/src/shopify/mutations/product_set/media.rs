//! Pictures are fetched after the answer.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use url::Url;

use crate::shopify::graphql::Root;
use crate::shopify::model::{Books, Media, Product};
use crate::world::World;

/// How much longer a slow picture takes.
const SLOW: TimeDelta = TimeDelta::seconds(5);

pub(super) fn set(
    root: &Root<'_>,
    books: &mut Books,
    product: &Product,
    files: &[Value],
    now: DateTime<Utc>,
) -> Vec<Media> {
    files
        .iter()
        .map(|file| {
            let source = file["originalSource"].as_str().unwrap_or_default().to_owned();
            if let Some(known) = product.media.iter().find(|one| one.source == source) {
                return known.clone();
            }
            let slow = if source.contains("slow") { SLOW } else { TimeDelta::zero() };
            Media {
                id: books.id(),
                alt: file["alt"].as_str().unwrap_or_default().to_owned(),
                settled_at: now + root.shop.config.media_time + slow,
                error: problem(root.world, &source).map(str::to_owned),
                source,
            }
        })
        .collect()
}

/// Why a picture cannot be taken. Only the world's own pictures and those of the
/// simulated suppliers exist.
fn problem(world: &World, source: &str) -> Option<&'static str> {
    let Ok(url) = Url::parse(source) else { return Some("IMAGE_DOWNLOAD_FAILURE") };
    let host = url.host_str().unwrap_or_default();
    let own = Url::parse(&world.base_url).is_ok_and(|own| own.origin() == url.origin());
    let exists = own || host == "alicdn.com" || host.ends_with(".alicdn.com") || host.ends_with(".example");
    let path = url.path().to_ascii_lowercase();
    if !exists || path.contains("missing") {
        Some("IMAGE_DOWNLOAD_FAILURE")
    } else if path.contains("notimage") || path.ends_with(".svg") {
        Some("UNSUPPORTED_IMAGE_FILE_TYPE")
    } else {
        None
    }
}
