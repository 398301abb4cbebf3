//! Telling answers of the API from everything else that may answer in its place.

use serde_json::Value;
use sourcepilot_sdk::http::Response;

use crate::site::Site;
use crate::trouble::{Refusal, Trouble};
use crate::wire::{ErrorBody, Read};

/// Only JSON with a status of success is one: behind a redirect, and under
/// maintenance, a page arrives that looks like it.
/// # Errors
/// See [`Trouble`].
pub(crate) fn read(response: &Response, site: &Site) -> Result<Value, Trouble> {
    let status = response.status();
    if (300..400).contains(&status) {
        return Err(Trouble::Moved { to: elsewhere(response.header("location").unwrap_or_default(), site) });
    }
    let content_type = response.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let media = content_type.split(';').next().unwrap_or_default().trim();
    let is_json = media == "application/json" || media.ends_with("+json");
    let value = if is_json { serde_json::from_slice::<Value>(response.bytes()).ok() } else { None };
    let retry_after_ms = response.failure().retry_after_ms;
    match value {
        Some(value) if response.is_success() => Ok(value),
        Some(value) if value.is_object() => Err(Trouble::Refused(Box::new(Refusal {
            status,
            error: ErrorBody::read(&value).unwrap_or_default(),
            retry_after_ms,
        }))),
        _ => Err(Trouble::Page { status, retry_after_ms }),
    }
}

/// The site that a redirect leads to when it is another one, without its query:
/// that may carry the credentials.
fn elsewhere(location: &str, site: &Site) -> Option<String> {
    let target = match location.strip_prefix("//") {
        Some(rest) => Site::parse(rest).ok()?,
        None if location.contains("://") => Site::parse(location).ok()?,
        None => return None,
    };
    let same =
        target.as_str() == site.as_str() || target.as_str().starts_with(&format!("{}/", site.as_str()));
    (!same).then(|| target.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_site_is_elsewhere() {
        let site = Site::parse("https://shop.example/store").expect("an address");
        for (location, expected) in [
            ("https://www.shop.example/store/wp-json/?a=b", Some("https://www.shop.example/store")),
            ("http://shop.example/store/wp-json/", Some("http://shop.example/store")),
            ("//cdn.example/x", Some("https://cdn.example/x")),
            ("https://shop.example/store/wp-json/wc/v3/products/", None),
            ("https://shop.example/store/maintenance", None),
            ("/store/login?to=https://evil.example", None),
            ("", None),
        ] {
            assert_eq!(elsewhere(location, &site).as_deref(), expected, "{location}");
        }
    }
}
