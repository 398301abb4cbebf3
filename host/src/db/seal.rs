//! Secrets at rest.
//!
//! Every value is encrypted with a key of its own (XChaCha20-Poly1305), and that
//! key with the installation's key. Both are bound to the place where the value
//! stands: moved to another row, column or user it cannot be opened. Changing the
//! installation's key rewrites 81 bytes per value and leaves the value alone.
//!
//! Form: version 1 · key id (8) · nonce (24) · wrapped key (48) · nonce (24) ·
//! ciphertext.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretSlice};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sourcepilot_domain::ids::{
    ApiKeyId, ConnectionId, HouseAccountId, SupplierAccountId, UserId, WebhookSecretId,
};

const VERSION: u8 = 1;
const KEY: usize = 32;
const NONCE: usize = 24;
const TAG: usize = 16;
const KEY_ID: usize = 8;
const WRAPPED: usize = KEY + TAG;
const HEADER: usize = 1 + KEY_ID + NONCE + WRAPPED;

/// An encrypted value, as it stands in a row.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    pub(super) fn from_row(bytes: Vec<u8>) -> Self {
        Sealed(bytes)
    }

    pub(super) fn into_row(self) -> Vec<u8> {
        self.0
    }

    /// As text, for a place that holds only text.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// From [`Self::to_text`].
    ///
    /// # Errors
    /// When the text is something else.
    pub fn from_text(text: &str) -> Result<Self, SealError> {
        URL_SAFE_NO_PAD.decode(text).map(Sealed).map_err(|_| SealError::Damaged)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The credentials of a merchant's supplier account.
    SupplierAccount(UserId, SupplierAccountId),
    /// The credentials of a merchant's shop.
    Connection(UserId, ConnectionId),
    /// The credentials of a house account.
    HouseAccount(HouseAccountId),
    /// A new API key, for as long as its creation may be asked for again.
    ApiKey(UserId, ApiKeyId),
    /// A secret with which another service signs for a merchant.
    WebhookSecret(UserId, WebhookSecretId),
}

impl Slot {
    fn associated_data(self) -> String {
        match self {
            Slot::SupplierAccount(user, id) => format!("supplier_accounts|credentials|{id}|{user}"),
            Slot::Connection(user, id) => format!("store_connections|credentials|{id}|{user}"),
            Slot::ApiKey(user, id) => format!("idempotency_keys|answer|{id}|{user}"),
            Slot::HouseAccount(id) => format!("house_accounts|credentials|{id}|"),
            Slot::WebhookSecret(user, id) => format!("webhook_secrets|secret|{id}|{user}"),
        }
    }
}

/// Why a secret cannot be sealed or opened. No part of the secret is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key setting is not understood.
    #[error("an encryption key must be 32 bytes, written as 64 hexadecimal digits or as base64")]
    Key,
    /// There is no key.
    #[error("no encryption key is set")]
    NoKey,
    /// Sealed with a key that is not (or no longer) in the setting.
    #[error("the value was encrypted with a key that is not set any more")]
    UnknownKey,
    /// The bytes were changed, cut, or moved here from elsewhere.
    #[error("the encrypted value is damaged or does not belong here")]
    Damaged,
    /// What was sealed is not of the expected form.
    #[error("the decrypted value has an unexpected form")]
    Form,
}

struct MasterKey {
    id: [u8; KEY_ID],
    key: SecretSlice<u8>,
}

impl MasterKey {
    fn new(key: Vec<u8>) -> Self {
        let digest = Sha256::new().chain_update(b"sourcepilot key id\0").chain_update(&key).finalize();
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&digest[..KEY_ID]);
        MasterKey { id, key: SecretSlice::from(key) }
    }

    fn parse(text: &str) -> Result<Self, SealError> {
        let text = text.trim();
        let bytes = match text.len() {
            64 => hex::decode(text).map_err(|_| SealError::Key)?,
            _ => STANDARD
                .decode(text)
                .or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
                .map_err(|_| SealError::Key)?,
        };
        if bytes.len() == KEY { Ok(MasterKey::new(bytes)) } else { Err(SealError::Key) }
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, SealError> {
        XChaCha20Poly1305::new_from_slice(self.key.expose_secret()).map_err(|_| SealError::Key)
    }
}

/// The installation's keys: the first one seals, all of them open.
pub struct KeyRing {
    keys: Vec<MasterKey>,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} keys)", self.keys.len())
    }
}

impl KeyRing {
    /// Read the setting: keys separated by commas, the current one first. Each is
    /// 32 bytes as hexadecimal digits or base64.
    ///
    /// # Errors
    /// When there is none, or one is not understood.
    pub fn parse(setting: &str) -> Result<Self, SealError> {
        let keys = setting
            .split(',')
            .filter(|text| !text.trim().is_empty())
            .map(MasterKey::parse)
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(SealError::NoKey) } else { Ok(KeyRing { keys }) }
    }

    /// A ring of one key.
    #[must_use]
    pub fn single(key: [u8; KEY]) -> Self {
        KeyRing { keys: vec![MasterKey::new(key.to_vec())] }
    }

    /// Encrypt for this place.
    ///
    /// # Errors
    /// Never with a ring that was built.
    pub fn seal(&self, slot: Slot, secret: &[u8]) -> Result<Sealed, SealError> {
        let place = slot.associated_data();
        let data_key = SecretSlice::from(random::<KEY>().to_vec());
        let mut bytes = self.wrap(&place, &data_key)?;
        let nonce = random::<NONCE>();
        let cipher =
            XChaCha20Poly1305::new_from_slice(data_key.expose_secret()).map_err(|_| SealError::Key)?;
        let ciphertext = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: place.as_bytes() })
            .map_err(|_| SealError::Damaged)?;
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&ciphertext);
        Ok(Sealed(bytes))
    }

    /// Decrypt what stands at this place.
    ///
    /// # Errors
    /// When the key is unknown, or the value is damaged or belongs elsewhere.
    pub fn open(&self, slot: Slot, sealed: &Sealed) -> Result<SecretSlice<u8>, SealError> {
        let place = slot.associated_data();
        let data_key = self.unwrap_key(&place, &sealed.0)?;
        let body = sealed.0.get(HEADER..).ok_or(SealError::Damaged)?;
        let (nonce, ciphertext) = body.split_at_checked(NONCE).ok_or(SealError::Damaged)?;
        let cipher =
            XChaCha20Poly1305::new_from_slice(data_key.expose_secret()).map_err(|_| SealError::Damaged)?;
        cipher
            .decrypt(&nonce_of(nonce)?, Payload { msg: ciphertext, aad: place.as_bytes() })
            .map(SecretSlice::from)
            .map_err(|_| SealError::Damaged)
    }

    /// Encrypt something as JSON.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn seal_json<T: Serialize>(&self, slot: Slot, secret: &T) -> Result<Sealed, SealError> {
        let plain = SecretSlice::from(serde_json::to_vec(secret).map_err(|_| SealError::Form)?);
        self.seal(slot, plain.expose_secret())
    }

    /// Decrypt something that was encrypted as JSON.
    ///
    /// # Errors
    /// As [`Self::open`], and when it has another form.
    pub fn open_json<T: DeserializeOwned>(&self, slot: Slot, sealed: &Sealed) -> Result<T, SealError> {
        let plain = self.open(slot, sealed)?;
        serde_json::from_slice(plain.expose_secret()).map_err(|_| SealError::Form)
    }

    /// Whether the value was sealed with another key than the current one.
    #[must_use]
    pub fn is_outdated(&self, sealed: &Sealed) -> bool {
        self.keys.first().is_some_and(|current| sealed.0.get(1..=KEY_ID) != Some(&current.id[..]))
    }

    /// The same value under the current key.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn rewrap(&self, slot: Slot, sealed: &Sealed) -> Result<Sealed, SealError> {
        let place = slot.associated_data();
        let data_key = self.unwrap_key(&place, &sealed.0)?;
        let mut bytes = self.wrap(&place, &data_key)?;
        bytes.extend_from_slice(sealed.0.get(HEADER..).ok_or(SealError::Damaged)?);
        Ok(Sealed(bytes))
    }

    fn wrap(&self, place: &str, data_key: &SecretSlice<u8>) -> Result<Vec<u8>, SealError> {
        let master = self.keys.first().ok_or(SealError::NoKey)?;
        let nonce = random::<NONCE>();
        let wrapped = master
            .cipher()?
            .encrypt(
                &XNonce::from(nonce),
                Payload { msg: data_key.expose_secret(), aad: key_place(place).as_bytes() },
            )
            .map_err(|_| SealError::Damaged)?;
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.push(VERSION);
        bytes.extend_from_slice(&master.id);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&wrapped);
        Ok(bytes)
    }

    fn unwrap_key(&self, place: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, SealError> {
        let header = sealed.get(..HEADER).ok_or(SealError::Damaged)?;
        let (version, rest) = header.split_at(1);
        let (id, rest) = rest.split_at(KEY_ID);
        let (nonce, wrapped) = rest.split_at(NONCE);
        if version != [VERSION] {
            return Err(SealError::Damaged);
        }
        let master = self.keys.iter().find(|key| key.id == id).ok_or(SealError::UnknownKey)?;
        master
            .cipher()?
            .decrypt(&nonce_of(nonce)?, Payload { msg: wrapped, aad: key_place(place).as_bytes() })
            .map(SecretSlice::from)
            .map_err(|_| SealError::Damaged)
    }
}

/// Bytes from the operating system by way of the thread's generator.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

fn nonce_of(bytes: &[u8]) -> Result<XNonce, SealError> {
    <[u8; NONCE]>::try_from(bytes).map(XNonce::from).map_err(|_| SealError::Damaged)
}

/// A wrapped key must not pass for a value, nor the other way round.
fn key_place(place: &str) -> String {
    format!("{place}|key")
}
