//! Reading requests field by field. All faults of a request are found and
//! reported together, in the form that clients of the API know.

mod email;
pub mod field;
pub mod input;
mod mask;

use serde::{Serialize, Serializer};
use serde_json::Value;

pub use email::usual as usual_email;
pub use field::Field;
pub use input::{Body, Input, Reader};

/// Part of the way to a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Name(&'static str),
    Position(usize),
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Step::Name(name) => serializer.serialize_str(name),
            Step::Position(at) => serializer.serialize_u64(*at as u64),
        }
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub loc: Vec<Step>,
    pub msg: String,
    /// What was sent, with secrets masked.
    pub input: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Value>,
}

impl Fault {
    pub fn new(kind: &'static str, loc: Vec<Step>, msg: impl Into<String>, input: Value) -> Self {
        Fault { kind, loc, msg: msg.into(), input, ctx: None }
    }

    #[must_use]
    pub fn with(mut self, ctx: Value) -> Self {
        self.ctx = Some(ctx);
        self
    }

    /// The body as a whole is not there.
    pub fn no_body() -> Self {
        Fault::new("missing", vec![Step::Name("body")], "Field required", Value::Null)
    }

    /// The body is not JSON; `at` counts characters.
    pub fn not_json(at: usize, reason: &str) -> Self {
        let loc = vec![Step::Name("body"), Step::Position(at)];
        Fault::new("json_invalid", loc, "JSON decode error", Value::Object(serde_json::Map::new()))
            .with(serde_json::json!({ "error": reason }))
    }

    /// The body is JSON, or something else, but not an object.
    pub fn not_an_object(input: Value) -> Self {
        let msg = "Input should be a valid dictionary or object to extract fields from";
        Fault::new("model_attributes_type", vec![Step::Name("body")], msg, input)
    }
}
