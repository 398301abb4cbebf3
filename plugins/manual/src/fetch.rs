//! Getting the page: the only part of this plugin that uses the network.

use sourcepilot_sdk::http::{Request, Response};
use sourcepilot_sdk::{Call, ErrorKind, Failure, Result};

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
    Ok(Fetched { html: decode(response.bytes(), &content_type), url })
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

/// Text of a page in UTF-8 or Latin-1, the two that nearly all pages use. The charset
/// counts where the header states it or where the bytes are no UTF-8.
fn decode(bytes: &[u8], content_type: &str) -> String {
    let latin = ["iso-8859-1", "iso-8859-15", "windows-1252", "latin1"]
        .iter()
        .any(|name| content_type.contains(name));
    match std::str::from_utf8(bytes) {
        Ok(text) if !latin => text.trim_start_matches('\u{feff}').to_owned(),
        _ if latin || declares_latin(bytes) => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn declares_latin(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    ["charset=iso-8859-1", "charset=\"iso-8859-1", "charset=windows-1252", "charset=\"windows-1252"]
        .iter()
        .any(|name| head.contains(name))
}

/// Browsers read Latin-1 as its superset, where the euro sign stands at 0x80.
fn windows_1252(byte: u8) -> char {
    const SPECIAL: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => SPECIAL[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
