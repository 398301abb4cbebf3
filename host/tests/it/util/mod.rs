//! A whole application per test, and clients for it.

mod app;
mod client;
mod search;
mod smtp;

pub use app::{Setup, TestApp};
pub use client::{Client, Reply};
pub use smtp::MailServer;

/// A moment as the API writes it: UTC, `Z`, six digits or none after the seconds.
pub fn is_moment(value: &serde_json::Value) -> bool {
    let Some((whole, fraction)) = value
        .as_str()
        .and_then(|text| text.strip_suffix('Z'))
        .map(|text| text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction))))
    else {
        return false;
    };
    chrono::NaiveDateTime::parse_from_str(whole, "%Y-%m-%dT%H:%M:%S").is_ok()
        && fraction.is_none_or(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The names of an object's fields, in order.
pub fn names(value: &serde_json::Value) -> Vec<&str> {
    value.as_object().map(|fields| fields.keys().map(String::as_str).collect()).unwrap_or_default()
}
