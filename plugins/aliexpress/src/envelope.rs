//! What is around an answer: the gateway's failure, or the method's root.

use serde_json::Value;
use sourcepilot_sdk::{Failure, Result};

use crate::fault::Fault;
use crate::node::Node;
use crate::wire::Item;

/// The root of a business method's answer. The streamlined shape has none, so the
/// whole answer is taken then.
pub(crate) fn business<'a>(answer: &'a Value, method: &str) -> Result<Node<'a>> {
    let whole = Node::new(answer);
    let error = whole.get("error_response");
    if error.exists() {
        return Err(Fault::read(error).into_failure());
    }
    let named = whole.get(&format!("{}_response", method.replace('.', "_")));
    if named.exists() {
        return Ok(named);
    }
    let other =
        answer.as_object().and_then(|members| members.iter().find(|(name, _)| name.ends_with("_response")));
    let root = other.map_or(whole, |(_, root)| Node::new(root));
    match flat_failure(root) {
        Some(failure) => Err(failure),
        None => Ok(root),
    }
}

/// The answer of the token service, which is flat and has `code` 0 when all is well.
pub(crate) fn system(answer: &Value) -> Result<Node<'_>> {
    let whole = Node::new(answer);
    let error = whole.get("error_response");
    if error.exists() {
        return Err(Fault::read(error).into_failure());
    }
    match whole.get("code").text().as_deref() {
        None | Some("0" | "00" | "000" | "200") => Ok(whole),
        Some(_) => Err(Fault::read(whole).into_failure()),
    }
}

/// A failure of the gateway without its wrapper, known by having a `type`.
fn flat_failure(root: Node<'_>) -> Option<Failure> {
    let flat = root.get("type").exists() && root.get("code").exists() && !root.get("result").exists();
    flat.then(|| Fault::read(root).into_failure())
}

/// The product in the root of `aliexpress.ds.product.get`.
pub(crate) fn item(root: Node<'_>) -> Result<Item> {
    let code = root.get("rsp_code").text();
    let result = root.get("result");
    if !result.exists() || !matches!(code.as_deref(), None | Some("200" | "0")) {
        return Err(Fault::business(code, root.first_text(&["rsp_msg", "msg"])).into_failure());
    }
    Ok(Item::read(result))
}
