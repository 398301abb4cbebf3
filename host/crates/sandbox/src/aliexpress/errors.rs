//! Refusals by the gateway itself, before or instead of a business answer.

use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    kind: &'static str,
    pub(super) code: String,
    message: String,
    sub_code: Option<&'static str>,
}

impl Refusal {
    fn isv(code: &str, message: impl Into<String>) -> Self {
        Self { kind: "ISV", code: code.to_owned(), message: message.into(), sub_code: None }
    }

    pub(super) fn missing(name: &str) -> Self {
        Self::isv(
            "MissingParameter",
            format!(
                "The input parameter \"{name}\" that is mandatory for processing this request is not supplied"
            ),
        )
    }

    pub(super) fn unsupported(name: &str) -> Self {
        Self::isv("UnsupportedParamMapping", format!("The parameter \"{name}\" cannot be mapped"))
    }

    pub(super) fn app_key() -> Self {
        Self::isv("InvalidAppkey", "The specified App Key is invalid")
    }

    pub(super) fn timestamp() -> Self {
        Self::isv("IllegalTimestamp", "The timestamp is invalid or differs too much from the server's time")
    }

    pub(super) fn sign_method() -> Self {
        Self::isv("InvalidSignMethod", "The specified sign method is not supported")
    }

    pub(super) fn signature() -> Self {
        Self::isv("IncompleteSignature", "The request signature does not conform to platform standards")
    }

    pub(super) fn path() -> Self {
        Self::isv("InvalidApiPath", "The specified API path is invalid")
    }

    pub(super) fn access_token() -> Self {
        Self::isv("IllegalAccessToken", "The specified access token is invalid or expired")
    }

    pub(super) fn refresh_token() -> Self {
        Self::isv("IllegalRefreshToken", "The specified refresh token is invalid or expired")
    }

    pub(super) fn code() -> Self {
        Self::isv("InvalidCode", "Invalid authorization code")
    }

    pub(super) fn throttled(seconds: u64) -> Self {
        Self::isv(
            "ApiCallLimit",
            format!("Api access frequency exceeds the limit. this ban will last {seconds} seconds"),
        )
    }

    pub(super) fn unavailable() -> Self {
        Self {
            kind: "ISP",
            code: "ServiceUnavailable".to_owned(),
            message: "The request has failed due to a temporary failure of the server".to_owned(),
            sub_code: Some("isp.service-unavailable"),
        }
    }

    /// A number of the business layer that the gateway reports.
    pub(super) fn business(code: u32, message: &str) -> Self {
        Self { kind: "ISP", code: code.to_string(), message: message.to_owned(), sub_code: None }
    }

    /// As `/sync` writes it.
    pub(super) fn nested(&self, request_id: &str) -> Value {
        let mut inner =
            json!({"type": self.kind, "code": self.code, "msg": self.message, "request_id": request_id});
        if let Some(sub_code) = self.sub_code {
            inner["sub_code"] = json!(sub_code);
            inner["sub_msg"] = json!(self.message);
        }
        json!({"error_response": inner})
    }

    /// As `/rest` writes it.
    pub(super) fn flat(&self, request_id: &str) -> Value {
        json!({"type": self.kind, "code": self.code, "message": self.message, "request_id": request_id})
    }
}
