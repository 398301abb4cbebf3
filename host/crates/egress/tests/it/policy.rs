//! Rights, headers, budgets, leases, rates.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use sourcepilot_egress::{
    CallScope, EgressConfig, EgressError, Fence, FenceLost, Phase, RateLimit, RateRule, ScopeLimits,
    UrlPattern,
};
use tokio::time::Instant;

use crate::support::*;

#[tokio::test]
async fn only_granted_hosts_are_reached_and_the_sentence_names_the_lines() {
    let upstream = Upstream::start(|_| ok("hello")).await;
    let egress = mapped(&[(API, &upstream), ("https://evil.example", &upstream)]);
    let scope = scope().build();
    assert_eq!(text(&egress.send(&scope, get("https://api.example/x")).await.unwrap()), "hello");
    for address in [
        "https://evil.example/",
        "http://api.example/",
        "https://api.example:8443/",
        "https://api.example.evil.test/",
    ] {
        let error = egress.send(&scope, get(address)).await.unwrap_err().to_string();
        assert!(
            error.contains("`network.hosts` in plugin.toml")
                && error.contains("`grant.hosts` in plugin-registry.toml"),
            "{error}"
        );
    }
    let closed = CallScope::builder().pool_key("closed").build();
    assert!(egress.send(&closed, get("https://api.example/x")).await.unwrap_err().is_refusal());
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test]
async fn headers_of_the_hop_are_ours() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    let request = Request::get("https://api.example/x")
        .header("host", "API.example")
        .header("connection", "keep-alive, x-kept")
        .header("te", "trailers")
        .header("expect", "100-continue")
        .header("x-forwarded-for", "10.0.0.1")
        .header("x-forwarded-proto", "http")
        .header("forwarded", "for=10.0.0.1")
        .header("x-real-ip", "10.0.0.1")
        .header("via", "1.1 x")
        .header("accept-encoding", "zstd")
        .header("x-kept", "yes")
        .body(Bytes::new())
        .unwrap();
    egress.send(&scope().build(), request).await.unwrap();
    let seen = &upstream.seen()[0];
    assert_eq!(seen.header("host"), Some("api.example"));
    assert_eq!(seen.header("x-kept"), Some("yes"));
    assert_eq!(seen.header("x-forwarded-proto"), Some("https"));
    // What can be unpacked, whatever the guest asked for.
    assert_eq!(seen.header("accept-encoding"), Some("gzip,deflate,br"));
    assert!(seen.header("user-agent").unwrap().starts_with("SourcePilot/"));
    for name in ["connection", "te", "expect", "x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn headers_that_are_refused() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    for (name, value) in [
        ("authorization", "Bearer stolen"),
        ("cookie", "session=1"),
        ("proxy-authorization", "Basic {{credential:secret}}"),
        ("proxy-connection", "keep-alive"),
        ("host", "evil.example"),
        ("host", "api.example:8443"),
        ("x-http-method-override", "DELETE"),
    ] {
        let request = Request::get("https://api.example/").header(name, value).body(Bytes::new()).unwrap();
        let error = egress.send(&scope().build(), request).await.unwrap_err();
        assert!(matches!(error, EgressError::InvalidRequest { .. }), "{name}: {error}");
    }
    let trace = Request::builder().method("TRACE").uri("https://api.example/").body(Bytes::new()).unwrap();
    assert!(egress.send(&scope().build(), trace).await.is_err());
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn answers_lose_sessions_and_hop_headers() {
    let headers =
        "set-cookie: s=1\r\nauthorization: x\r\nproxy-authenticate: x\r\nkeep-alive: 5\r\nx-total: 7\r\n";
    let upstream = Upstream::start(move |_| with_headers(headers, "body")).await;
    let answer =
        mapped(&[(API, &upstream)]).send(&scope().build(), get("https://api.example/")).await.unwrap();
    assert_eq!(answer.headers()["x-total"], "7");
    for name in ["set-cookie", "authorization", "proxy-authenticate", "keep-alive", "content-length"] {
        assert!(!answer.headers().contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn the_budget_counts_every_attempt() {
    let upstream = Upstream::start(|_| ok("abc")).await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = scope().limits(ScopeLimits { requests: 3, ..ScopeLimits::default() }).build();
    egress.send(&scope, get("https://api.example/1")).await.unwrap();
    egress.send(&scope, get("https://denied.example/2")).await.unwrap_err();
    egress.send(&scope, get("https://api.example/3")).await.unwrap();
    let error = egress.send(&scope, get("https://api.example/4")).await.unwrap_err();
    assert_eq!(error, EgressError::BudgetExhausted { limit: 3 });
    assert!(error.to_string().contains("network.requests_per_call"));
    let report = scope.report();
    assert_eq!((report.requests, report.bytes_received, report.write_sent), (3, 6, false));
    assert_eq!(report.denials.len(), 2);
    assert_eq!(upstream.seen().len(), 2);
}

#[tokio::test]
async fn writes_are_told_apart() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    for (method, address, write) in [
        ("GET", "https://api.example/", false),
        ("HEAD", "https://api.example/", false),
        ("GET", "https://api.example/?_method=DELETE", true),
        ("POST", "https://api.example/", true),
        ("DELETE", "https://api.example/", true),
        ("POST", "https://unreachable.example/", false),
    ] {
        let scope = CallScope::builder().pool_key("w").allow(patterns(&["https://*"])).build();
        let request = Request::builder().method(method).uri(address).body(Bytes::new()).unwrap();
        let _ = egress.send(&scope, request).await;
        assert_eq!(scope.report().write_sent, write, "{method} {address}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_no_sent_write_but_a_broken_one_is() {
    let gone = { Upstream::start(|_| ok("")).await.addr };
    let hangs_up = Upstream::start(|_| Reply::HangUp).await;
    let map = format!("https://gone.example=http://{gone},{API}={}", hangs_up.origin());
    let egress = gate(EgressConfig { map: EgressConfig::parse_map(&map).unwrap(), ..quick() });
    let call = |address: &'static str| {
        let egress = egress.clone();
        async move {
            let scope = CallScope::builder().pool_key("w").allow(patterns(&["https://*"])).build();
            let error = egress.send(&scope, post(address, "text/plain", "x")).await.unwrap_err();
            (error, scope.report().write_sent)
        }
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (error, sent) = call("https://gone.example/").await;
    assert!(matches!(error, EgressError::Connect { .. }) && !sent, "{error}");
    let (error, sent) = call("https://api.example/").await;
    assert!(matches!(error, EgressError::Interrupted { .. }) && sent, "{error}");
    assert_eq!(hangs_up.seen().len(), 1, "a write is never repeated");
}

struct Lease {
    asked: AtomicUsize,
    lost_from: usize,
    longest: std::sync::Mutex<Duration>,
}

impl Fence for Lease {
    fn check(&self, needed: Duration) -> Result<(), FenceLost> {
        let count = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut longest = self.longest.lock().unwrap();
        *longest = needed.max(*longest);
        if count >= self.lost_from { Err(FenceLost) } else { Ok(()) }
    }
}

fn lease(lost_from: usize) -> Arc<Lease> {
    Arc::new(Lease { asked: AtomicUsize::new(0), lost_from, longest: std::sync::Mutex::default() })
}

#[tokio::test]
async fn a_lost_lease_sends_nothing() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    for lost_from in [0, 1] {
        let fence = lease(lost_from);
        let scope = scope().fence(Some(Arc::clone(&fence) as Arc<dyn Fence>)).build();
        let error = egress.send(&scope, post("https://api.example/", "text/plain", "x")).await.unwrap_err();
        assert_eq!(error, EgressError::LeaseLost, "lost at check {lost_from}");
        assert!(!scope.report().write_sent);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(upstream.seen().is_empty());
    let fence = lease(usize::MAX);
    let scope = scope().fence(Some(Arc::clone(&fence) as Arc<dyn Fence>)).build();
    egress.send(&scope, post("https://api.example/", "text/plain", "x")).await.unwrap();
    assert_eq!(fence.asked.load(Ordering::SeqCst), 2, "before sending and when the connection stands");
    let longest = *fence.longest.lock().unwrap();
    assert!(longest > Duration::from_secs(29) && longest <= Duration::from_secs(30), "{longest:?}");
}

#[tokio::test]
async fn the_rate_limit_waits_a_little_and_then_refuses() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    let short = RateLimit::new(Duration::from_millis(200), 1).unwrap();
    let scope_a = scope().rates(vec![RateRule { bucket: short.bucket("a"), url: None }]).build();
    let begun = Instant::now();
    for _ in 0..2 {
        egress.send(&scope_a, get("https://api.example/")).await.unwrap();
    }
    assert!(begun.elapsed() >= Duration::from_millis(190));
    let waited = scope_a.report().rate_waited;
    assert!(waited >= Duration::from_millis(150) && waited <= begun.elapsed(), "{waited:?}");
    let long = RateLimit::new(Duration::from_secs(60), 1).unwrap();
    let scope_b = scope().rates(vec![RateRule { bucket: long.bucket("b"), url: None }]).build();
    egress.send(&scope_b, get("https://api.example/")).await.unwrap();
    let error = egress.send(&scope_b, get("https://api.example/")).await.unwrap_err();
    assert!(
        matches!(error, EgressError::RateLimited { after } if after > Duration::from_secs(50)),
        "{error}"
    );
    assert_eq!(upstream.seen().len(), 3);
}

#[tokio::test]
async fn a_rate_of_an_address_leaves_others_alone() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    let limit = RateLimit::new(Duration::from_secs(60), 1).unwrap();
    let url = Some(UrlPattern::parse("https://api.example/token/*", None).unwrap());
    let scope = scope().rates(vec![RateRule { bucket: limit.bucket("a"), url }]).build();
    for path in ["/items", "/token/new", "/items"] {
        egress.send(&scope, get(&format!("https://api.example{path}"))).await.unwrap();
    }
    let error = egress.send(&scope, get("https://api.example/token/again")).await.unwrap_err();
    assert!(matches!(error, EgressError::RateLimited { .. }), "{error}");
    assert_eq!(upstream.seen().len(), 3);
}

#[tokio::test]
async fn a_wait_that_outlasts_the_call_is_refused_at_once() {
    let upstream = Upstream::start(|_| ok("")).await;
    let egress = mapped(&[(API, &upstream)]);
    let limit = RateLimit::new(Duration::from_secs(3), 1).unwrap();
    let rule = RateRule { bucket: limit.bucket("a"), url: None };
    let begun = Instant::now();
    let scope = scope().rates(vec![rule]).deadline(Instant::now() + Duration::from_secs(2)).build();
    egress.send(&scope, get("https://api.example/")).await.unwrap();
    let error = egress.send(&scope, get("https://api.example/")).await.unwrap_err();
    assert!(matches!(error, EgressError::RateLimited { after } if after > Duration::from_secs(1)), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(2), "it did not wait");
}

#[tokio::test]
async fn a_passed_deadline_sends_nothing() {
    let upstream = Upstream::start(|_| ok("")).await;
    let scope = scope().deadline(Instant::now()).build();
    let error = mapped(&[(API, &upstream)]).send(&scope, get("https://api.example/")).await.unwrap_err();
    assert!(matches!(error, EgressError::Timeout { phase: Phase::Deadline, .. }));
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_write_that_is_given_up_in_flight_may_have_arrived() {
    let upstream = Upstream::start(|_| Reply::Silence).await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = scope().build();
    let kept = scope.clone();
    let call =
        tokio::spawn(
            async move { egress.send(&scope, post("https://api.example/", "text/plain", "x")).await },
        );
    while upstream.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert!(kept.report().write_sent);
}
