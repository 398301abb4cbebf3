//! The frame around every answer, and the numbers of failures.

use serde_json::{Value, json};

/// A failure as the API words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: u64,
    pub(super) message: &'static str,
    pub(super) status: u16,
}

const fn refusal(code: u64, message: &'static str) -> Refusal {
    Refusal { code, message, status: 200 }
}

pub(super) const BUSY: Refusal = refusal(1_600_000, "System busy, please try again later");
pub(super) const TOKEN: Refusal = refusal(1_600_001, "Invalid API key or access token");
pub(super) const NO_TOKEN: Refusal = refusal(1_600_002, "Access token is empty");
pub(super) const REFRESH_TOKEN: Refusal = refusal(1_600_003, "Refresh token is failed");
pub(super) const KEY: Refusal = refusal(1_600_005, "Please enter the correct API key");
pub(super) const OFFLINE: Refusal = refusal(1_600_100, "Interface is offline");
pub(super) const PATH: Refusal = refusal(1_600_101, "Interface not found");
pub(super) const TOO_MANY: Refusal =
    Refusal { code: 1_600_200, message: "Too Many Requests, QPS limit is 1 time/1second", status: 429 };
pub(super) const QUOTA: Refusal = refusal(1_600_201, "Quota has been used up");
pub(super) const PARAMETER: Refusal = refusal(1_600_300, "Param error");
pub(super) const SLOW: Refusal = refusal(1_600_301, "Read timed out");
pub(super) const NO_VARIANT: Refusal = refusal(1_602_000, "Variant not found");
pub(super) const NO_PRODUCT: Refusal = refusal(1_602_001, "Product not found");
pub(super) const OFF_SHELF: Refusal = refusal(1_602_002, "Product removed from shelves");
pub(super) const NO_ROUTE: Refusal = refusal(1_605_001, "Logistics not found");
pub(super) const VERB: Refusal = refusal(16_900_202, "Request method is not supported");
pub(super) const BODY: Refusal = refusal(16_900_204, "Required request body is missing");

impl Refusal {
    pub(super) fn body(self, request_id: &str) -> Value {
        json!({
            "code": self.code,
            "result": false,
            "message": self.message,
            "data": null,
            "requestId": request_id,
        })
    }
}

/// A success. Newer functions say `success` beside or in place of `result`, and one
/// kind of answer has no code.
#[expect(clippy::needless_pass_by_value, reason = "the macro borrows what is handed over")]
pub(super) fn success(path: &str, data: Value, request_id: &str) -> Value {
    match path {
        "product/stock/getInventoryByPid" => {
            json!({"success": true, "code": 200, "message": "Success", "data": data, "requestId": request_id})
        }
        "setting/get" => {
            json!({"success": true, "result": true, "message": "Success", "data": data, "requestId": request_id})
        }
        _ => {
            json!({"code": 200, "result": true, "message": "Success", "data": data, "requestId": request_id})
        }
    }
}
