//! The error envelope of the WordPress REST API.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::reply;

/// An error with its code, which is what clients go by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApiError {
    pub(super) status: u16,
    pub(super) code: String,
    message: String,
    data: Box<Map<String, Value>>,
}

impl ApiError {
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), data: Box::default() }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn no_route() -> Self {
        Self::new(404, "rest_no_route", "No route was found matching the URL and request method.")
    }

    pub(super) fn invalid_id(what: &str) -> Self {
        Self::new(404, &format!("woocommerce_rest_{what}_invalid_id"), "Invalid ID.")
    }

    pub(super) fn authentication(message: &str) -> Self {
        Self::new(401, "woocommerce_rest_authentication_error", message)
    }

    pub(super) fn image(url: &str, why: &str) -> Self {
        let message = format!("Error getting remote image {url}. Error: {why}");
        Self::new(400, "woocommerce_product_image_upload_error", message)
    }

    /// The same, as it stands inside a batch: an unknown id is then a bad request.
    pub(super) fn inside_batch(mut self) -> Self {
        if self.code.ends_with("_invalid_id") {
            self.status = 400;
        }
        self
    }

    pub(super) fn value(&self) -> Value {
        let mut data = Map::new();
        data.insert("status".to_owned(), self.status.into());
        data.extend(self.data.as_ref().clone());
        json!({"code": self.code, "message": self.message, "data": data})
    }

    pub(super) fn response(&self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        reply::json(status, &self.value())
    }
}
