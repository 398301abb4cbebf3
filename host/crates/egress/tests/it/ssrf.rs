//! Ways to reach what is not on the public internet.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::Uri;
use sourcepilot_egress::{CallScope, Egress, EgressConfig, EgressError, Origin, Phase};

use crate::hostile_hosts::{HOSTS, forms};
use crate::support::*;

/// All addresses to try: with the listener's port, without one, with TLS and not.
fn corpus(port: u16) -> Vec<String> {
    let mut all = forms(port);
    for host in HOSTS {
        let host = host.replace("PORT", &port.to_string());
        for scheme in ["http", "https"] {
            all.push(format!("{scheme}://{host}:{port}/latest/meta-data/"));
            all.push(format!("{scheme}://{host}/"));
        }
    }
    all
}

/// The most generous rights that a manifest and an admin can give together.
fn generous(address: &str) -> CallScope {
    CallScope::builder()
        .pool_key("ssrf")
        .allow(patterns(&["https://*", "http://*", "{connection.origin}"]))
        .connection_origin(Origin::of_address(address).ok())
        .build()
}

/// Both readings of a text: as it is, and as a browser-like parser rewrites it.
fn readings(text: &str) -> Vec<Uri> {
    let browser = url::Url::parse(text).ok().and_then(|url| url.as_str().parse().ok());
    text.parse().ok().into_iter().chain(browser).collect()
}

async fn try_all(egress: &Egress, corpus: &[String]) -> usize {
    let mut sent = 0;
    for address in corpus {
        for uri in readings(address) {
            sent += 1;
            let mut request = get("http://placeholder.example");
            *request.uri_mut() = uri;
            let error = egress.send(&generous(address), request).await.expect_err(address);
            assert!(
                matches!(
                    error,
                    EgressError::Denied { .. }
                        | EgressError::PrivateAddress { .. }
                        | EgressError::InvalidRequest { .. }
                        | EgressError::Resolve { .. }
                        | EgressError::UnknownName { .. }
                        // A name that nobody answers for, where there is no DNS.
                        | EgressError::Timeout { phase: Phase::Connect, .. }
                ),
                "{address}: {error:?}"
            );
        }
    }
    sent
}

/// Resolves every name to a private address.
struct InsideDns;

#[async_trait::async_trait]
impl sourcepilot_egress::Resolver for InsideDns {
    async fn lookup(&self, _: &str) -> std::io::Result<Vec<std::net::IpAddr>> {
        Ok(vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()])
    }
}

#[tokio::test]
async fn no_spelling_reaches_a_private_listener() {
    let upstream = Upstream::start(|_| ok("inside")).await;
    let corpus = corpus(upstream.addr.port());
    assert!(corpus.len() >= 120, "{}", corpus.len());
    let with_names = Egress::with_resolver(quick(), Arc::new(InsideDns)).unwrap();
    assert!(try_all(&with_names, &corpus).await >= 300);
    let system = Egress::new(quick()).unwrap();
    let local: Vec<_> =
        corpus.iter().filter(|text| text.contains("127") || text.contains("localhost")).cloned().collect();
    try_all(&system, &local).await;
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn the_exception_lets_exactly_one_listener_through() {
    let (upstream, other) = (Upstream::start(|_| ok("inside")).await, Upstream::start(|_| ok("other")).await);
    let allow_private = EgressConfig::parse_allow_private(&upstream.addr.to_string()).unwrap();
    let egress =
        Egress::with_resolver(EgressConfig { allow_private, ..quick() }, Arc::new(InsideDns)).unwrap();
    for address in [upstream.origin(), format!("http://named.example:{}", upstream.addr.port())] {
        let answer = egress.send(&generous(&address), get(&address)).await.unwrap();
        assert_eq!(text(&answer), "inside", "{address}");
    }
    let denied = egress.send(&generous(&other.origin()), get(&other.origin())).await.unwrap_err();
    assert!(matches!(denied, EgressError::Denied { .. }), "{denied}");
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn private_answers_of_the_resolver_are_named() {
    let upstream = Upstream::start(|_| ok("inside")).await;
    let port = upstream.addr.port();
    let dns = Arc::new(TableDns::default());
    dns.set("flip.example", &[&["10.255.255.1"], &["127.0.0.1"]]);
    dns.set("mixed.example", &[&["127.0.0.1", "::1", "::ffff:127.0.0.1"]]);
    let egress = Egress::with_resolver(quick(), dns).unwrap();
    for name in ["flip.example", "flip.example", "mixed.example"] {
        let address = format!("http://{name}:{port}/");
        let error = egress.send(&generous(&address), get(&address)).await.unwrap_err();
        assert_eq!(error, EgressError::PrivateAddress { host: name.into(), port });
        assert!(error.to_string().contains(&format!("EGRESS_ALLOW_PRIVATE={name}:{port}")));
    }
    assert_eq!(upstream.connections(), 0);
}

/// The name leads to an address that may be reached, then to one that may not.
/// Both are private here, for a test must not connect to the internet; the
/// exception makes the first of them as good as a public one.
#[tokio::test]
async fn a_name_that_flips_after_the_check_gets_nowhere() {
    let upstream = Upstream::start(|_| ok("pinned")).await;
    let port = upstream.addr.port();
    let trap = Upstream::start_at(&format!("127.0.0.2:{port}"), |_| ok("trap")).await;
    let dns = Arc::new(TableDns::default());
    dns.set("shop.example", &[&["127.0.0.1"], &["127.0.0.2"]]);
    let allow_private = EgressConfig::parse_allow_private(&format!("127.0.0.1:{port}")).unwrap();
    let egress =
        Egress::with_resolver(EgressConfig { allow_private, ..quick() }, Arc::clone(&dns) as Arc<_>).unwrap();
    let address = format!("http://shop.example:{port}/");
    let tenant = |key: &str| CallScope::builder().pool_key(key).allow(patterns(&[&address])).build();
    for _ in 0..3 {
        assert_eq!(text(&egress.send(&tenant("a"), get(&address)).await.unwrap()), "pinned");
    }
    assert_eq!(dns.lookups.load(Ordering::SeqCst), 1, "one connection, one look-up");
    let error = egress.send(&tenant("b"), get(&address)).await.unwrap_err();
    assert_eq!(error, EgressError::PrivateAddress { host: "shop.example".into(), port });
    assert_eq!((upstream.connections(), trap.connections()), (1, 0));
    assert_eq!(upstream.seen()[0].header("host"), Some(format!("shop.example:{port}").as_str()));
}

#[tokio::test]
async fn a_redirect_to_the_metadata_service_is_only_seen() {
    let upstream = Upstream::start(|_| {
        Reply::Bytes(
            b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/\r\ncontent-length: 0\r\n\r\n"
                .to_vec(),
        )
    })
    .await;
    let egress = mapped(&[(API, &upstream)]);
    let scope = CallScope::builder().pool_key("r").allow(patterns(&["https://*", "http://*"])).build();
    let answer = egress.send(&scope, get("https://api.example/start")).await.unwrap();
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let error = egress.send(&scope, get(&location)).await.unwrap_err();
    assert!(matches!(error, EgressError::Denied { .. }), "{error}");
    assert_eq!(upstream.seen().len(), 1);
    assert_eq!(scope.report().denials, [error.to_string()]);
}

#[tokio::test]
async fn ports_of_other_services_stay_shut() {
    let egress = gate(quick());
    for port in [1, 22, 25, 53, 110, 143, 993, 2049, 6379, 11211] {
        for scheme in ["http", "https"] {
            let address = format!("{scheme}://public.example:{port}/");
            let error = egress.send(&generous(&address), get(&address)).await.unwrap_err();
            assert!(matches!(error, EgressError::Denied { .. }), "{address}: {error}");
        }
    }
    // A shop on its own unprivileged port gets as far as the resolver.
    let address = "https://shop.example:8443/";
    let error = egress.send(&generous(address), get(address)).await.unwrap_err();
    assert_eq!(error, EgressError::Resolve { host: "shop.example".into() });
}
