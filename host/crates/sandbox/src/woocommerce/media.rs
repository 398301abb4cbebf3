//! Pictures that the shop fetches while the client waits.

use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

use super::Shop;
use super::error::ApiError;
use super::model::{Books, Media};
use super::schema::integer;
use crate::images::NoPicture;
use crate::world::World;

/// Types that WordPress takes; avif is not among them.
const EXTENSIONS: [&str; 10] = ["jpg", "jpeg", "jpe", "gif", "png", "bmp", "tiff", "tif", "ico", "webp"];
const NOT_ALLOWED: &str = "Sorry, you are not allowed to upload this file type.";
const NOT_VALID: &str = "A valid URL was not provided.";

/// Numbers of the pictures of an input, fetched one after the other. What was
/// fetched before a failure stays in the library.
pub(super) async fn fetch_all(world: &World, shop: &Shop, items: &[Value]) -> Result<Vec<u64>, ApiError> {
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        if let Some(id) = fetch(world, shop, item).await? {
            ids.push(id);
        }
    }
    Ok(ids)
}

async fn fetch(world: &World, shop: &Shop, item: &Value) -> Result<Option<u64>, ApiError> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = item.get("id").and_then(integer).filter(|id| *id > 0);
    if let Some(id) = id {
        return existing(shop, id, text("name"), text("alt")).map(Some);
    }
    let Some(src) = text("src") else { return Ok(None) };
    let picture = locate(world, src).map_err(|why| ApiError::image(src, why))?;
    let content_type = match world.gallery.content_type(&picture).await {
        Ok(content_type) => content_type,
        Err(NoPicture::Missing) => return Err(ApiError::image(src, "Not Found.")),
        Err(NoPicture::Page) => return Err(ApiError::image(src, NOT_ALLOWED)),
    };
    let media = Media {
        id: 0,
        file: String::new(),
        origin: src.to_owned(),
        name: text("name").unwrap_or_default().to_owned(),
        alt: text("alt").unwrap_or_default().to_owned(),
        created: world.clock.now(),
        picture,
    };
    let mut books = shop.books();
    Ok(Some(keep(&mut books, media, content_type, world.clock.now())))
}

fn existing(shop: &Shop, id: i64, name: Option<&str>, alt: Option<&str>) -> Result<u64, ApiError> {
    let mut books = shop.books();
    let media = u64::try_from(id).ok().and_then(|id| books.media.get_mut(&id));
    let Some(media) = media else {
        let message = format!("#{id} is an invalid image ID.");
        return Err(ApiError::new(400, "woocommerce_product_invalid_image_id", message));
    };
    if let Some(name) = name {
        media.name = name.to_owned();
    }
    if let Some(alt) = alt {
        media.alt = alt.to_owned();
    }
    Ok(media.id)
}

/// Files a picture under a name that is free; its end is corrected to its type.
fn keep(books: &mut Books, mut media: Media, content_type: &str, now: DateTime<Utc>) -> u64 {
    media.id = books.id();
    let last = media.picture.rsplit('/').next().unwrap_or_default().to_owned();
    let stem = last.rsplit_once('.').map_or(last.as_str(), |(stem, _)| stem).replace(['%', '?', '#'], "-");
    let end = if content_type == "image/png" { "png" } else { "jpg" };
    let folder = now.format("%Y/%m");
    let taken = |file: &str| books.media.values().any(|other| other.file == file);
    let mut file = format!("{folder}/{stem}.{end}");
    let mut number = 1;
    while taken(&file) {
        file = format!("{folder}/{stem}-{number}.{end}");
        number += 1;
    }
    if media.name.is_empty() {
        media.name = format!("{stem}.{end}");
    }
    media.file = file;
    let id = media.id;
    books.media.insert(id, media);
    id
}

/// Hosts of suppliers' pictures.
const CDNS: [&str; 2] = ["alicdn.com", "cf.cjdropshipping.com"];

/// The gallery's name for an address, or what WordPress says about it.
fn locate(world: &World, src: &str) -> Result<String, &'static str> {
    let url = Url::parse(src).map_err(|_| NOT_VALID)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NOT_VALID);
    }
    let own = Url::parse(&world.base_url).ok();
    let is_own = own.is_some_and(|own| own.origin() == url.origin());
    let host = url.host_str().unwrap_or_default();
    let public_port = matches!(url.port_or_known_default(), Some(80 | 443 | 8080));
    if !is_own && (private(&url) || !public_port) {
        return Err(NOT_VALID);
    }
    let path = url.path().trim_start_matches('/');
    let extension = path
        .rsplit('/')
        .next()
        .and_then(|last| last.rsplit_once('.'))
        .map(|(_, end)| end.to_ascii_lowercase());
    let known_type = extension.is_some_and(|end| EXTENSIONS.contains(&end.as_str()));
    let simulated =
        is_own || CDNS.contains(&host) || host.ends_with(".alicdn.com") || host.ends_with(".example");
    if !simulated {
        return Err("cURL error 6: Could not resolve host");
    }
    if !known_type {
        return Err(NOT_ALLOWED);
    }
    let folders = ["kf/", "images/", "quick/product/"];
    let name = folders.iter().find_map(|folder| path.strip_prefix(folder)).unwrap_or(path);
    Ok(name.to_owned())
}

fn private(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => {
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()
        }
        Some(url::Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => true,
    }
}
