//! What the platform tells about its shops. An event is believed when the platform
//! has signed it, taken once however often it is told, and shown to the merchant
//! whom it concerns. Its payload is not kept: it may name buyers.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::events;
use crate::app::App;
use crate::db::DbError;
use crate::db::platform_events::{self, PlatformEvent};
use crate::db::users;

const PREFIX: &str = "sha256=";
/// Longer names and ids are cut; they only name.
const LONGEST: usize = 255;
/// The events that a merchant is told of.
const TOLD: [&str; 6] = [
    "product.created",
    "product.updated",
    "product.status_changed",
    "order.created",
    "order.shipped",
    "research.completed",
];

/// Why an event was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    #[error("Invalid platform signature")]
    Signature,
    #[error("Invalid JSON payload")]
    NotJson,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Take an event. Answers what was done about it, which may be nothing.
///
/// # Errors
/// `Signature` before anything is looked at; `NotJson`.
pub async fn receive(
    app: &App,
    body: &[u8],
    signature: Option<&str>,
) -> Result<Vec<&'static str>, PlatformError> {
    if !is_genuine(app, body, signature.unwrap_or_default()) {
        return Err(PlatformError::Signature);
    }
    let told: Value = serde_json::from_slice(body).map_err(|_| PlatformError::NotJson)?;
    let text = |name: &str| named(&told[name]);
    let event = text("event").unwrap_or_default();
    let user = match text("user_id") {
        Some(id) => users::find_by_platform_id(&app.db, &id).await?.filter(|user| user.is_active),
        None => None,
    };
    let (resource_type, resource_id) = (text("resource_type"), text("resource_id"));
    let row = PlatformEvent {
        digest: hex::encode(Sha256::digest(body)),
        event: event.clone(),
        user_id: user.as_ref().map(|user| user.id),
        resource_type: resource_type.clone(),
        resource_id: resource_id.clone(),
    };
    let now = app.now();
    let is_new = app.db.transaction(async move |tx| platform_events::record(&tx, row, now).await).await?;
    let (Some(user), true, true) = (user, is_new, TOLD.contains(&event.as_str())) else {
        return Ok(Vec::new());
    };
    events::platform_told(app, user.id, &event, resource_type.as_deref(), resource_id.as_deref());
    Ok(vec!["merchant_notified"])
}

/// HMAC-SHA256 over the bytes as they came, in hexadecimal digits.
fn is_genuine(app: &App, body: &[u8], signature: &str) -> bool {
    let Some(secret) = app.config.platform_secret() else { return false };
    let Some(sent) = signature.strip_prefix(PREFIX).and_then(|digits| hex::decode(digits).ok()) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { return false };
    mac.update(body);
    // The comparison takes the same time however much is right.
    mac.verify_slice(&sent).is_ok()
}

/// A name or an id; numbers count as their digits.
fn named(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}
