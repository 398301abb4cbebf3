//! Getting the page: the only part of this plugin that uses the network.

use sourcepilot_sdk::http::{Request, Response};
use sourcepilot_sdk::{Call, ErrorKind, Failure, Result};

use crate::charset;

/// Shops move pages and add a language; more hops than this lead nowhere.
const MOST_REDIRECTS: usize = 3;

/// A page and the address at which it was found in the end.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) html: String,
    pub(crate) url: String,
}

/// Fetches a page. The host follows no redirect, so each hop is a request of its own
/// that the host checks like the first.
pub(crate) fn page(call: &Call, address: &str) -> Result<Fetched> {
    let mut url = address.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        let response = Request::get(&url)
            .header("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1")
            .header("accept-language", format!("{},en;q=0.5", call.context.locale))
            .send(&call.http)?;
        match response.redirect() {
            Some(target) => url = target,
            None => return read(&response, url),
        }
    }
    Err(Failure::not_found(
        "The address leads from one page to the next without an end: open it in the browser and copy the address of the page you reach.",
    ))
}

fn read(response: &Response, url: String) -> Result<Fetched> {
    if !response.is_success() {
        return Err(refused(response));
    }
    let content_type = response.header("content-type").unwrap_or("text/html").to_ascii_lowercase();
    if !["html", "xml", "text/plain"].iter().any(|kind| content_type.contains(kind)) && !response.is_html() {
        return Err(Failure::invalid_input(
            "The address leads to a file, not to a page: use the product's page.",
        ));
    }
    Ok(Fetched { html: charset::decode(response.bytes(), &content_type), url })
}

/// The failure of the status, in words that fit a page without an account.
fn refused(response: &Response) -> Failure {
    let mut failure = response.failure();
    if matches!(failure.kind, ErrorKind::AuthRequired | ErrorKind::Forbidden) {
        failure.kind = ErrorKind::Forbidden;
        return failure.with_message(
            "The website shows this page only to people: enter the product's title and price yourself.",
        );
    }
    match failure.kind {
        ErrorKind::NotFound => failure.with_message("The website has no such page, or it was removed."),
        _ => failure,
    }
}
