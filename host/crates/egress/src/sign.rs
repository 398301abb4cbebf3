//! Signatures with keys that the guest does not know.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::Sha256;

use crate::credential::{Algorithm, Credential, Use};
use crate::encode;
use crate::error::EgressError;
use crate::placeholder::{self, Piece, Placeholder};
use crate::scope::CallScope;

/// A signature to make.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// The credential that is the key.
    pub key: String,
    /// Appended to the key, such as the `&` of OAuth 1.0a.
    pub key_suffix: String,
    /// The keyed hash.
    pub algorithm: Algorithm,
    /// What is signed; `{{credential:NAME}}` stands for a value as it is and
    /// `{{credential:NAME:percent}}` for its RFC 3986 encoding.
    pub message: String,
}

impl CallScope {
    /// The raw bytes of a signature.
    ///
    /// # Errors
    /// When the key has no value, is not declared for `sign` with this
    /// algorithm, or the message names a credential without a value.
    pub fn sign(&self, request: &SignRequest) -> Result<Vec<u8>, EgressError> {
        self.with_credentials(|set| {
            let key = value(set.get(&request.key), &request.key)?;
            let declared = set.get(&request.key).is_some_and(|credential| {
                credential.uses.contains(&Use::Sign) && credential.algorithms.contains(&request.algorithm)
            });
            if !declared {
                let algorithm = request.algorithm.as_str();
                let reason = format!(
                    "it may not sign with {algorithm}; add uses = [\"sign\"] and sign = [\"{algorithm}\"] to its [[credential]] in plugin.toml"
                );
                return Err(EgressError::credential(&request.key, reason));
            }
            let message = message(&request.message, |name| value(set.get(name), name))?;
            let key = SecretString::from(format!("{}{}", key.expose_secret(), request.key_suffix));
            Ok(mac(request.algorithm, key.expose_secret().as_bytes(), message.expose_secret().as_bytes()))
        })
    }
}

fn value<'a>(credential: Option<&'a Credential>, name: &str) -> Result<&'a SecretString, EgressError> {
    let credential = credential.ok_or_else(|| {
        EgressError::credential(name, "it is not declared; add a [[credential]] to plugin.toml")
    })?;
    credential
        .value
        .as_ref()
        .ok_or_else(|| EgressError::credential(name, "it has no value in this connection"))
}

fn message<'a>(
    text: &str,
    value: impl Fn(&str) -> Result<&'a SecretString, EgressError>,
) -> Result<SecretString, EgressError> {
    let mut out = String::with_capacity(text.len());
    for piece in placeholder::split(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Hole(Placeholder::Credential { name, percent: false }, _) => {
                out.push_str(value(&name)?.expose_secret());
            }
            Piece::Hole(Placeholder::Credential { name, percent: true }, _) => {
                out.push_str(&encode::percent(value(&name)?.expose_secret()));
            }
            Piece::Hole(Placeholder::Basic { .. }, _) => {
                return Err(EgressError::invalid("{{basic:…}} cannot stand in a message to sign"));
            }
        }
    }
    Ok(SecretString::from(out))
}

fn mac(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    match algorithm {
        Algorithm::HmacSha256 => run::<Hmac<Sha256>>(key, message),
        Algorithm::HmacSha1 => run::<Hmac<Sha1>>(key, message),
        Algorithm::HmacMd5 => run::<Hmac<Md5>>(key, message),
    }
}

fn run<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so the error arm is out of reach.
    <M as KeyInit>::new_from_slice(key)
        .map_or_else(|_| Vec::new(), |mac| mac.chain_update(message).finalize().into_bytes().to_vec())
}
