//! On the way to the page.

use sourcepilot_sdk::ErrorKind;
use sourcepilot_sdk::http::{Reason, SendError};

use super::*;

const CUP: &str = r#"<script type="application/ld+json">{"@type": "Product", "name": "Täßchen", "image": "a.jpg", "offers": {"price": 3, "priceCurrency": "EUR"}}</script>"#;

fn moved(to: &str) -> Response {
    Response::new(301, "").with_header("Location", to)
}

fn fetch(recorded: &Recorded) -> Result<Product> {
    product_in(&test::call(recorded), None)
}

#[test]
fn redirects_are_followed_and_become_the_base() {
    let recorded = Recorded::new()
        .on("GET", PAGE, moved("/en/p/cup"))
        .on("GET", "https://shop.example/en/p/cup", moved("//www.shop.example/en/p/cup/"))
        .on("GET", "https://www.shop.example/en/p/cup/", html(CUP));
    let product = fetch(&recorded).unwrap();
    assert_eq!(product.images, ["https://www.shop.example/en/p/cup/a.jpg"]);
    assert_eq!(product.ref_.id, PAGE, "the reference is the one that was asked for");
    assert_eq!(recorded.requests().len(), 3);
}

#[test]
fn a_circle_ends_after_four_requests() {
    let recorded = Recorded::new().on("GET", PAGE, moved(PAGE));
    assert_eq!(fetch(&recorded).unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(recorded.requests().len(), 4);
}

#[test]
fn statuses_in_words_for_pages() {
    for (status, kind) in [
        (401, ErrorKind::Forbidden),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (410, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Unavailable),
        (503, ErrorKind::Unavailable),
        (504, ErrorKind::Timeout),
    ] {
        let failure = fetch(&Recorded::new().then(html("").with_header("retry-after", "7"))).unwrap_err();
        assert_eq!(failure.kind, ErrorKind::InvalidInput, "an empty page");
        let response = Response::new(status, "<html>").with_header("Retry-After", "7");
        assert_eq!(fetch(&Recorded::new().then(response)).unwrap_err().kind, kind, "{status}");
    }
    let throttled = Response::new(429, "").with_header("Retry-After", "7");
    assert_eq!(fetch(&Recorded::new().then(throttled)).unwrap_err().retry_after_ms, Some(7000));
}

#[test]
fn without_an_answer() {
    for (reason, kind) in [
        (Reason::Unreachable, ErrorKind::Unavailable),
        (Reason::Timeout, ErrorKind::Timeout),
        (Reason::PrivateAddress, ErrorKind::InvalidInput),
        (Reason::TooLarge, ErrorKind::UpstreamChanged),
        (Reason::Denied, ErrorKind::Forbidden),
    ] {
        let recorded = Recorded::new().then_error(SendError::new(reason, ""));
        assert_eq!(fetch(&recorded).unwrap_err().kind, kind, "{reason:?}");
    }
}

#[test]
fn files_are_no_pages() {
    for kind in ["image/jpeg", "application/pdf", "application/json"] {
        let response = Response::new(200, "{}").with_header("content-type", kind);
        assert_eq!(
            fetch(&Recorded::new().then(response)).unwrap_err().kind,
            ErrorKind::InvalidInput,
            "{kind}"
        );
    }
}

#[test]
fn charsets() {
    let latin: Vec<u8> = CUP.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let declared = [b"<meta charset=\"windows-1252\">", latin.as_slice()].concat();
    let header = |body: Vec<u8>, kind: &str| Response::new(200, body).with_header("Content-Type", kind);
    for response in [
        header(CUP.into(), "text/html"),
        header(format!("\u{feff}{CUP}").into_bytes(), "text/html; charset=utf-8"),
        header(latin.clone(), "text/html; charset=ISO-8859-1"),
        header(declared, "text/html"),
    ] {
        assert_eq!(fetch(&Recorded::new().then(response)).unwrap().title, "Täßchen");
    }
    assert_eq!(
        fetch(&Recorded::new().then(header(latin, "text/html"))).unwrap().title,
        "Täßchen",
        "what is no UTF-8 and names nothing"
    );
}

#[test]
fn the_merchants_language_is_asked_for() {
    let recorded = Recorded::new().on("GET", PAGE, html(CUP));
    fetch(&recorded).unwrap();
    assert_eq!(recorded.requests()[0].header_value("accept-language"), Some("en-US,en;q=0.5"));
}
