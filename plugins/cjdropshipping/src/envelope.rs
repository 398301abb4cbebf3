//! The frame around every answer, and what in it means success.

use serde_json::Value;
use sourcepilot_sdk::http::Response;
use sourcepilot_sdk::{Failure, Result};

use crate::fault::Fault;
use crate::node::Node;

const OK: u64 = 200;

/// The `data` of an answer, `null` when there is none.
///
/// Success is status 200 with the code 200 or none at all; where there is no code,
/// one of two flags may say no. Which status comes with which failure is not
/// documented, so the body is read whatever the status says.
pub(crate) fn data(response: &Response) -> Result<Value> {
    if !response.is_success() {
        return Err(refused(response));
    }
    let mut answer: Value = response.json()?;
    let frame = Node::new(&answer);
    let denied = ["result", "success"].iter().any(|name| frame.get(name).flag() == Some(false));
    match frame.get("code").whole() {
        Some(OK) => {}
        None if !frame.get("code").exists() && !denied && answer.is_object() => {}
        _ => return Err(fault(frame, None).into_failure()),
    }
    Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
}

/// A number that is known is worth more than the status.
fn refused(response: &Response) -> Failure {
    let by_status = response.failure();
    let Ok(answer) = response.json::<Value>() else { return by_status };
    let fault = fault(Node::new(&answer), by_status.retry_after_ms);
    if fault.is_known() { fault.into_failure() } else { by_status }
}

fn fault(frame: Node<'_>, wait_ms: Option<u64>) -> Fault {
    Fault {
        code: frame.get("code").whole(),
        text: frame.get("message").text(),
        request_id: frame.get("requestId").text(),
        wait_ms,
    }
}
