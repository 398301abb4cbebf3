//! How much one address may ask.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::error::ApiError;

/// After this many requests addresses that were quiet are forgotten.
const SWEEP_EVERY: u32 = 4096;

/// The limit per address, and which proxies are believed about addresses.
#[derive(Debug)]
pub struct AddressLimit {
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    /// For the requests that make accounts or send mail.
    accounts: Option<DefaultKeyedRateLimiter<IpAddr>>,
    clock: DefaultClock,
    proxies: Vec<IpAddr>,
    requests: AtomicU32,
}

impl AddressLimit {
    /// Zero requests per minute means no limit.
    pub fn new(per_minute: u32, proxies: Vec<IpAddr>) -> Self {
        let limiter = NonZeroU32::new(per_minute).map(|limit| RateLimiter::keyed(Quota::per_minute(limit)));
        AddressLimit {
            limiter,
            accounts: None,
            clock: DefaultClock::default(),
            proxies,
            requests: AtomicU32::new(0),
        }
    }

    /// The same with a limit per hour for requests that make accounts or send mail;
    /// zero means none.
    #[must_use]
    pub fn accounts_per_hour(mut self, most: u32) -> Self {
        self.accounts = NonZeroU32::new(most).map(|limit| RateLimiter::keyed(Quota::per_hour(limit)));
        self
    }

    /// `Err` with the seconds to wait.
    fn admit(&self, address: IpAddr) -> Result<(), u64> {
        self.admit_by(self.limiter.as_ref(), address)
    }

    fn admit_by(
        &self,
        limiter: Option<&DefaultKeyedRateLimiter<IpAddr>>,
        address: IpAddr,
    ) -> Result<(), u64> {
        let Some(limiter) = limiter else { return Ok(()) };
        if self.requests.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
        }
        limiter
            .check_key(&network(address))
            .map_err(|refused| refused.wait_time_from(self.clock.now()).as_secs() + 1)
    }

    /// The client's address: the peer's, or what the last proxy that is not ours was
    /// told, when the peer is a proxy of ours.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.proxies.contains(&peer) {
            return peer;
        }
        let chain: Vec<IpAddr> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|part| part.trim().parse().ok())
            .collect();
        chain.into_iter().rev().find(|address| !self.proxies.contains(address)).unwrap_or(peer)
    }
}

/// One IPv6 subscriber has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
    }
}

fn makes_accounts(request: &Request) -> bool {
    let path = request.uri().path().trim_end_matches('/');
    request.method() == Method::POST
        && matches!(
            path.strip_prefix("/api/v1/auth/"),
            Some("register" | "forgot-password" | "reset-password")
        )
}

/// Refuse an address that asks too much. Health checks are not counted.
pub async fn limit(
    State(limit): State<Arc<AddressLimit>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path() == "/api/v1/health" {
        return next.run(request).await;
    }
    let client = limit.client(peer.ip(), request.headers());
    let admitted = limit.admit(client).and_then(|()| match makes_accounts(&request) {
        true => limit.admit_by(limit.accounts.as_ref(), client),
        false => Ok(()),
    });
    match admitted {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            let sentence = format!("Too many requests from this address. Try again in {seconds} s.");
            ApiError::too_many(sentence, seconds).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_that_asks_too_much_waits_and_others_do_not() {
        let limit = AddressLimit::new(2, Vec::new());
        let first = ip("2001:db8::1");
        assert_eq!((limit.admit(first), limit.admit(first)), (Ok(()), Ok(())));
        let neighbour = ip("2001:db8::2");
        assert!(limit.admit(neighbour).is_err_and(|seconds| (1..=31).contains(&seconds)));
        assert_eq!(limit.admit(ip("2001:db8:0:1::1")), Ok(()));
        assert_eq!(limit.admit(ip("192.0.2.1")), Ok(()));
    }

    #[test]
    fn only_our_proxies_are_believed() {
        let limit = AddressLimit::new(0, vec![ip("10.0.0.1"), ip("10.0.0.2")]);
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "1.1.1.1, 192.0.2.7, 10.0.0.2".parse().expect("a header"));
        assert_eq!(limit.client(ip("10.0.0.1"), &headers), ip("192.0.2.7"));
        assert_eq!(limit.client(ip("198.51.100.1"), &headers), ip("198.51.100.1"));
        assert_eq!(limit.client(ip("10.0.0.1"), &HeaderMap::new()), ip("10.0.0.1"));
    }
}
