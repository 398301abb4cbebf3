//! Events on their way: signed, and as unruly as wanted.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Uri, header};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper_util::rt::TokioIo;
use sha2::Sha256;

use crate::seed::Seeded;
use crate::world::World;

/// How unruly deliveries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mischief {
    /// The same seed gives the same order.
    pub seed: u64,
    /// How many there shall be in all; at least each event once.
    pub total: usize,
    /// How many of them, in percent, are signed with another secret.
    pub bad_signatures: u64,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which event it is.
    pub event_id: String,
    /// The body.
    pub body: String,
    /// The header `Stripe-Signature`.
    pub signature: String,
    /// Whether it is signed with the right secret.
    pub is_genuine: bool,
}

/// A delivery of an event, signed at `now`.
pub(super) fn sign(event: &serde_json::Value, secret: &str, now: i64, is_genuine: bool) -> Delivery {
    let body = event.to_string();
    let signed = format!("{now}.{body}");
    let secret = if is_genuine { secret.to_owned() } else { format!("{secret}x") };
    // A key of any length is a key of HMAC.
    let digest = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(signed.as_bytes()).finalize().into_bytes())
        .map(hex::encode)
        .unwrap_or_default();
    Delivery {
        event_id: event["id"].as_str().unwrap_or_default().to_owned(),
        body,
        signature: format!("t={now},v1={digest}"),
        is_genuine,
    }
}

/// Every event at least once, some twice and more, some with a bad signature, in any
/// order.
pub(super) fn unruly(world: &World, mischief: Mischief) -> Vec<Delivery> {
    let Mischief { seed, total, bad_signatures } = mischief;
    let mut choices = Seeded::new(seed, &["stripe deliveries"]);
    let (events, now) = (world.stripe.books().events.clone(), world.clock.now().timestamp());
    if events.is_empty() {
        return Vec::new();
    }
    let secret = &world.config.stripe.webhook_secret;
    let bad = total * bad_signatures as usize / 100;
    let extra = total.saturating_sub(events.len());
    let mut all: Vec<Delivery> = events.iter().map(|event| sign(event, secret, now, true)).collect();
    for n in 0..extra {
        let event = choices.pick(&events);
        all.push(sign(event, secret, now, n >= bad.min(extra)));
    }
    for at in (1..all.len()).rev() {
        all.swap(at, choices.below(at as u64 + 1) as usize);
    }
    all
}

/// Send what has not been sent, when there is somewhere to send it to. Like Stripe, try
/// again when it is not taken, though only for seconds.
pub(super) fn as_it_happens(world: &Arc<World>) {
    let Some(url) = world.config.stripe.webhook_url.clone() else { return };
    let (events, now) = (world.stripe.books().events.clone(), world.clock.now().timestamp());
    let secret = world.config.stripe.webhook_secret.clone();
    tokio::spawn(async move {
        for event in events {
            let delivery = sign(&event, &secret, now, true);
            for attempt in 0..5_u64 {
                match post(&url, &delivery).await {
                    Ok(200..=299) => break,
                    outcome => tracing::debug!(?outcome, "demo world: an event was not taken"),
                }
                tokio::time::sleep(std::time::Duration::from_millis(200 << attempt)).await;
            }
        }
    });
}

/// Post a delivery to an address; the status of the answer.
pub(super) async fn post(
    url: &str,
    delivery: &Delivery,
) -> Result<u16, Box<dyn std::error::Error + Send + Sync>> {
    let uri: Uri = url.parse()?;
    let authority = uri.authority().ok_or("the address has no host")?.to_string();
    let place = if uri.port_u16().is_some() { authority.clone() } else { format!("{authority}:80") };
    let stream = tokio::net::TcpStream::connect(place).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let request = Request::post(uri.path())
        .header(header::HOST, authority)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header("stripe-signature", &delivery.signature)
        .body(Body::from(delivery.body.clone()))?;
    let status = sender.send_request(request).await?.status().as_u16();
    driving.abort();
    Ok(status)
}
