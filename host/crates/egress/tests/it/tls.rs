//! Whom the gate believes.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use sourcepilot_egress::{CallScope, Egress, EgressConfig, EgressError};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::*;

/// An authority and a server with a certificate of it for `name`.
struct Secure {
    addr: SocketAddr,
    authority: tempfile::NamedTempFile,
    requests: Arc<AtomicUsize>,
}

async fn secure(name: &str) -> Secure {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (addr, requests) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&requests);
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(server));
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, counted) = (acceptor.clone(), Arc::clone(&counted));
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let reply = move |_: &Seen| {
                    counted.fetch_add(1, Ordering::SeqCst);
                    ok("secure")
                };
                let _ = serve(stream, 0, &Log::default(), &reply).await;
            });
        }
    });
    let mut authority = tempfile::NamedTempFile::new().unwrap();
    authority.write_all(issuer.pem().as_bytes()).unwrap();
    Secure { addr, authority, requests }
}

fn gate_for(server: &Secure, trust: bool, name: &str) -> (Egress, CallScope, String) {
    let port = server.addr.port();
    let dns = TableDns::default();
    dns.set(name, &[&["127.0.0.1"]]);
    let config = EgressConfig {
        allow_private: EgressConfig::parse_allow_private(&format!("{name}:{port}")).unwrap(),
        extra_ca: trust.then(|| server.authority.path().to_owned()),
        ..quick()
    };
    let address = format!("https://{name}:{port}/");
    let scope = CallScope::builder().pool_key("tls").allow(patterns(&[&address])).build();
    (Egress::with_resolver(config, Arc::new(dns)).unwrap(), scope, address)
}

#[tokio::test]
async fn an_extra_authority_is_trusted_for_its_names_only() {
    let server = secure("shop.example").await;
    let (egress, scope, address) = gate_for(&server, true, "shop.example");
    assert_eq!(text(&egress.send(&scope, get(&address)).await.unwrap()), "secure");

    let (egress, scope, address) = gate_for(&server, true, "other.example");
    let error = egress.send(&scope, get(&address)).await.unwrap_err();
    assert!(matches!(&error, EgressError::Tls { reason, .. } if reason.contains("another name")), "{error}");

    let (egress, scope, address) = gate_for(&server, false, "shop.example");
    let error = egress.send(&scope, post(&address, "text/plain", "x")).await.unwrap_err();
    assert!(matches!(&error, EgressError::Tls { reason, .. } if reason.contains("not trusted")), "{error}");
    assert!(!scope.report().write_sent);
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_without_tls_is_named_as_such() {
    let upstream = Upstream::start(|_| ok("plain")).await;
    let map = EgressConfig::parse_map(&format!("{API}=https://{}", upstream.addr)).unwrap();
    let error = gate(EgressConfig { map, ..quick() }).send(&scope().build(), get(API)).await.unwrap_err();
    assert!(
        matches!(error, EgressError::Tls { .. } | EgressError::Connect { .. } | EgressError::Timeout { .. }),
        "{error}"
    );
    assert!(upstream.seen().is_empty());
}

#[test]
fn certificate_files_that_cannot_be_used() {
    let mut empty = tempfile::NamedTempFile::new().unwrap();
    empty.write_all(b"no certificate here").unwrap();
    for path in [empty.path().to_owned(), "/does/not/exist.pem".into()] {
        let config = EgressConfig { extra_ca: Some(path.clone()), ..quick() };
        let error = Egress::new(config).unwrap_err().to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}
