//! Who shares a connection with whom, and how many there are.

use std::time::Duration;

use sourcepilot_egress::{CallScope, EgressConfig, EgressError, Phase, ScopeLimits};
use tokio::time::Instant;

use crate::support::*;

fn tenant(key: &str) -> CallScope {
    scope().pool_key(key).build()
}

#[tokio::test]
async fn tenants_do_not_share_connections() {
    let upstream = Upstream::start(|_| ok("x")).await;
    let egress = mapped(&[(API, &upstream)]);
    for key in ["a", "a", "b", "a", "b"] {
        egress.send(&tenant(key), get("https://api.example/")).await.unwrap();
    }
    let used: Vec<_> = upstream.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(used, [0, 0, 1, 0, 1]);
}

#[tokio::test]
async fn a_kept_connection_does_not_bring_rights() {
    let upstream = Upstream::start(|_| ok("x")).await;
    let egress = mapped(&[(API, &upstream)]);
    egress.send(&tenant("a"), get("https://api.example/")).await.unwrap();
    let stranger = CallScope::builder().pool_key("a").allow(patterns(&[OTHER])).build();
    for address in ["https://api.example/".to_owned(), upstream.origin()] {
        assert!(egress.send(&stranger, get(&address)).await.unwrap_err().is_refusal(), "{address}");
    }
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test]
async fn a_pool_has_so_many_connections_and_no_more() {
    let upstream = Upstream::start(|_| Reply::Silence).await;
    let config = EgressConfig { max_in_flight_per_pool: 3, map: map_of(&[(API, &upstream)]), ..quick() };
    let egress = gate(config);
    let call = |millis| {
        let limits = ScopeLimits { request_time: Duration::from_millis(millis), ..ScopeLimits::default() };
        let (egress, scope) = (egress.clone(), scope().limits(limits).build());
        tokio::spawn(async move { egress.send(&scope, get("https://api.example/")).await.unwrap_err() })
    };
    let holders: Vec<_> = (0..3).map(|_| call(2_500)).collect();
    while upstream.connections() < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for waiter in (0..37).map(|_| call(300)).collect::<Vec<_>>() {
        let error = waiter.await.unwrap();
        assert!(matches!(error, EgressError::Timeout { phase: Phase::Permit, .. }), "{error:?}");
    }
    assert_eq!(upstream.connections(), 3);
    drop(holders);
}

#[tokio::test]
async fn one_tenant_cannot_take_all_connections() {
    let upstream =
        Upstream::start(|seen| if seen.line().contains("/slow") { Reply::Silence } else { ok("x") }).await;
    let config = EgressConfig {
        max_in_flight: 4,
        max_in_flight_per_pool: 3,
        map: map_of(&[(API, &upstream)]),
        ..quick()
    };
    let egress = gate(config);
    let hogs: Vec<_> = (0..20)
        .map(|_| {
            let (egress, scope) = (egress.clone(), tenant("hog"));
            tokio::spawn(async move { egress.send(&scope, get("https://api.example/slow")).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    egress.send(&tenant("other"), get("https://api.example/")).await.unwrap();
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    hogs.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn pools_are_forgotten_when_there_are_too_many() {
    let upstream = Upstream::start(|_| ok("x")).await;
    let egress = gate(EgressConfig { max_pools: 4, map: map_of(&[(API, &upstream)]), ..quick() });
    for tenant_number in 0..50 {
        egress.send(&tenant(&tenant_number.to_string()), get("https://api.example/")).await.unwrap();
    }
    assert_eq!(upstream.connections(), 50);
}
