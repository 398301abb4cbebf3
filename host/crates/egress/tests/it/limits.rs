//! Upstreams that are slow, endless, or larger than they seem.

use std::io::Write as _;
use std::time::Duration;

use sourcepilot_egress::{EgressConfig, EgressError, Phase, ScopeLimits};
use tokio::time::Instant;

use crate::support::*;

fn limits() -> ScopeLimits {
    ScopeLimits { response_body: 1 << 20, request_time: Duration::from_secs(2), ..ScopeLimits::default() }
}

#[tokio::test]
async fn an_upstream_that_never_answers() {
    let upstream = Upstream::start(|_| Reply::Silence).await;
    let scope = scope().limits(ScopeLimits { request_time: Duration::from_millis(300), ..limits() }).build();
    let begun = Instant::now();
    let error = mapped(&[(API, &upstream)]).send(&scope, get("https://api.example/")).await.unwrap_err();
    assert!(matches!(error, EgressError::Timeout { phase: Phase::FirstByte, .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_millis(800), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_body_that_drips() {
    let upstream = Upstream::start(|_| Reply::Drip(Duration::from_millis(20))).await;
    let scope = scope().limits(ScopeLimits { request_time: Duration::from_millis(400), ..limits() }).build();
    let begun = Instant::now();
    let error = mapped(&[(API, &upstream)]).send(&scope, get("https://api.example/")).await.unwrap_err();
    assert!(matches!(error, EgressError::Timeout { phase: Phase::Body, .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_body_that_stops() {
    let upstream = Upstream::start(|_| Reply::Drip(Duration::from_secs(60))).await;
    let config = EgressConfig {
        idle_body_timeout: Duration::from_millis(200),
        map: map_of(&[(API, &upstream)]),
        ..quick()
    };
    let begun = Instant::now();
    let error = gate(config).send(&scope().build(), get("https://api.example/")).await.unwrap_err();
    assert!(matches!(error, EgressError::Timeout { phase: Phase::Body, .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn ten_gigabytes_of_zeros() {
    let upstream = Upstream::start(|_| Reply::Endless).await;
    let scope = scope().limits(limits()).build();
    let error = mapped(&[(API, &upstream)]).send(&scope, get("https://api.example/")).await.unwrap_err();
    assert_eq!(error, EgressError::TooLarge { what: "answer", limit: 1 << 20 });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(upstream.written() < 32 << 20, "{} bytes were written", upstream.written());
    assert!(scope.report().bytes_received < 2 << 20);
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_much() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        packed.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 1 << 17);
    let upstream = Upstream::start(move |seen| {
        let body = if seen.line().contains("/small") { gzip(b"fine") } else { packed.clone() };
        let mut reply =
            format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len())
                .into_bytes();
        reply.extend(body);
        Reply::Bytes(reply)
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = scope().limits(limits()).build();
    assert_eq!(text(&egress.send(&scope, get("https://api.example/small")).await.unwrap()), "fine");
    let error = egress.send(&scope, get("https://api.example/bomb")).await.unwrap_err();
    assert_eq!(error, EgressError::TooLarge { what: "answer", limit: 1 << 20 });
    assert!(scope.report().bytes_received < 2 << 20);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn compression_that_was_not_offered_or_is_damaged() {
    let upstream = Upstream::start(|seen| match seen.line() {
        line if line.contains("/zstd") => with_headers("content-encoding: zstd\r\n", "xxxx"),
        line if line.contains("/twice") => with_headers("content-encoding: gzip, gzip\r\n", "xxxx"),
        line if line.starts_with("HEAD") => {
            Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 99\r\n\r\n".to_vec())
        }
        _ => with_headers("content-encoding: gzip\r\n", "not gzip at all"),
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    for path in ["zstd", "twice", "damaged"] {
        let error =
            egress.send(&scope().build(), get(&format!("https://api.example/{path}"))).await.unwrap_err();
        assert!(matches!(error, EgressError::InvalidAnswer { .. }), "{path}: {error}");
    }
    let head = http::Request::head("https://api.example/").body(bytes::Bytes::new()).unwrap();
    assert_eq!(egress.send(&scope().build(), head).await.unwrap().status(), 200);
}

#[tokio::test]
async fn header_bombs() {
    let upstream = Upstream::start(|seen| {
        let bomb = match seen.line() {
            line if line.contains("/many") => "x: y\r\n".repeat(5000),
            line if line.contains("/long") => format!("x: {}\r\n", "y".repeat(1 << 20)),
            _ => format!("x: {}\r\n", "y".repeat(100 << 10)),
        };
        with_headers(&bomb, "")
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    for path in ["many", "long", "large"] {
        let error =
            egress.send(&scope().build(), get(&format!("https://api.example/{path}"))).await.unwrap_err();
        assert!(
            matches!(error, EgressError::InvalidAnswer { .. } | EgressError::TooLarge { .. }),
            "{path}: {error}"
        );
    }
}

#[tokio::test]
async fn what_is_not_http_and_what_breaks_off() {
    let upstream = Upstream::start(|seen| match seen.line() {
        line if line.contains("/ssh") => Reply::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n\r\n\r\n".to_vec()),
        line if line.contains("/short") => {
            Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nabc".to_vec())
        }
        _ => Reply::HangUp,
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    let send = |path: &str| {
        let (egress, address) = (egress.clone(), format!("https://api.example/{path}"));
        async move { egress.send(&scope().limits(limits()).build(), get(&address)).await.unwrap_err() }
    };
    assert!(matches!(send("ssh").await, EgressError::InvalidAnswer { .. }));
    assert!(matches!(send("gone").await, EgressError::Interrupted { .. }));
}

#[tokio::test]
async fn requests_have_sizes_too() {
    let upstream = Upstream::start(|_| ok(&"x".repeat(600 << 10))).await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = scope()
        .limits(ScopeLimits { request_body: 1000, headers: 4096, total_received: 1 << 20, ..limits() })
        .build();
    let error =
        egress.send(&scope, post("https://api.example/", "text/plain", &"x".repeat(1001))).await.unwrap_err();
    assert_eq!(error, EgressError::TooLarge { what: "request body", limit: 1000 });
    let mut request = get("https://api.example/");
    request.headers_mut().insert("x-big", "y".repeat(5000).parse().unwrap());
    let error = egress.send(&scope, request).await.unwrap_err();
    assert_eq!(error, EgressError::TooLarge { what: "headers of the request", limit: 4096 });
    assert_eq!(upstream.connections(), 0);
    egress.send(&scope, get("https://api.example/")).await.unwrap();
    let error = egress.send(&scope, get("https://api.example/")).await.unwrap_err();
    assert_eq!(error, EgressError::TooLarge { what: "sum of all answers", limit: 1 << 20 });
}
