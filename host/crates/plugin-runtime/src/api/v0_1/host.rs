//! The host's side of the contract.

use sourcepilot_egress::{EgressError, SignRequest};

use super::bindings::sourcepilot::plugin::types::{Attribute, Effect, ErrorKind, Failure};
use super::bindings::sourcepilot::plugin::{control, credentials, log, types};
use crate::host::log::Level;
use crate::host::state::CallState;

impl types::Host for CallState {}

impl log::Host for CallState {
    async fn write(
        &mut self,
        level: log::Level,
        message: String,
        fields: Vec<Attribute>,
    ) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Trace => Level::Trace,
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warn => Level::Warn,
            log::Level::Error => Level::Error,
        };
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
        self.log.write(level, &message, &fields);
        Ok(())
    }
}

impl control::Host for CallState {
    async fn report_progress(&mut self, percent: u8, note: String) -> wasmtime::Result<()> {
        CallState::report_progress(self, percent, &note);
        Ok(())
    }

    async fn is_cancelled(&mut self) -> wasmtime::Result<bool> {
        Ok(CallState::is_cancelled(self))
    }
}

impl credentials::Host for CallState {
    async fn available(&mut self, name: String) -> wasmtime::Result<bool> {
        Ok(self.scope.has_credential(&name))
    }

    async fn sign(
        &mut self,
        request: credentials::SignRequest,
    ) -> wasmtime::Result<Result<Vec<u8>, Failure>> {
        let credentials::SignRequest { key, key_suffix, algorithm, message } = request;
        let algorithm = match algorithm {
            credentials::Algorithm::HmacSha256 => sourcepilot_egress::Algorithm::HmacSha256,
            credentials::Algorithm::HmacSha1 => sourcepilot_egress::Algorithm::HmacSha1,
            credentials::Algorithm::HmacMd5 => sourcepilot_egress::Algorithm::HmacMd5,
        };
        let signed = self.scope.sign(&SignRequest { key: key.clone(), key_suffix, algorithm, message });
        Ok(signed.map_err(|error| self.unsigned(&key, &error)))
    }
}

impl CallState {
    /// A credential without a value is the merchant's to give; everything else is
    /// a mistake of the plugin or of its manifest.
    fn unsigned(&self, key: &str, error: &EgressError) -> Failure {
        let missing = matches!(error, EgressError::Credential { .. }) && !self.scope.has_credential(key);
        Failure {
            kind: if missing { ErrorKind::AuthRequired } else { ErrorKind::Internal },
            effect: Effect::None,
            message: error.to_string(),
            code: None,
            retry_after_ms: None,
            details: Vec::new(),
        }
    }
}
