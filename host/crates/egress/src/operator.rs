//! Requests to services that the operator has chosen. Their addresses are
//! settings, so they are trusted and may be private; still nothing is followed,
//! answers are bounded, and every request ends in time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::config::EgressConfig;
use crate::error::ConfigError;
use crate::tls;

/// A way to the operator's services. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorClient(Client);

/// Why there is no answer. The address is not in the text: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// The service cannot be reached, or the connection broke.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("the service did not answer in time")]
    Timeout,
    /// The answer is larger than was allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// Bytes.
        limit: usize,
    },
}

impl OperatorClient {
    /// With the certificates and times of `config`.
    ///
    /// # Errors
    /// When the certificate file cannot be used.
    pub fn new(config: &EgressConfig) -> Result<Self, ConfigError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls::client_config(config.extra_ca.as_deref())?)
            .connect_timeout(config.connect_timeout)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .pool_idle_timeout(config.keep_idle)
            .user_agent(&config.user_agent)
            .build()
            .map_err(|error| ConfigError::new(format!("the HTTP client cannot be set up: {error}")))?;
        Ok(OperatorClient(client))
    }

    /// Send JSON and take the whole answer: its status and at most `limit` bytes.
    ///
    /// # Errors
    /// When there is no whole answer within `time`.
    pub async fn post_json(
        &self,
        url: &Url,
        headers: &[(&'static str, &SecretString)],
        body: &serde_json::Value,
        time: Duration,
        limit: usize,
    ) -> Result<(u16, Bytes), OperatorError> {
        let mut request = self.0.post(url.clone()).timeout(time).json(body);
        for (name, value) in headers {
            request = request.header(*name, value.expose_secret());
        }
        let mut answer = request.send().await.map_err(problem)?;
        let status = answer.status().as_u16();
        let mut whole = BytesMut::new();
        while let Some(piece) = answer.chunk().await.map_err(problem)? {
            if whole.len() + piece.len() > limit {
                return Err(OperatorError::TooLarge { limit });
            }
            whole.extend_from_slice(&piece);
        }
        Ok((status, whole.freeze()))
    }
}

fn problem(error: reqwest::Error) -> OperatorError {
    if error.is_timeout() {
        return OperatorError::Timeout;
    }
    OperatorError::Unreachable(error.without_url().to_string())
}
