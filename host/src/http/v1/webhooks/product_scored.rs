use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sourcepilot_domain::ids::ImportJobId;
use utoipa::ToSchema;

use crate::http::error::{Invalid, Refusal};
use crate::http::sender::Sender;
use crate::http::v1::{Answer, AppState};
use crate::http::validate::{Body, Input, Reader};
use crate::service::product_scored::{self, Outcome, ScoredProduct};

/// A product that a scout has found.
#[derive(Debug, ToSchema)]
pub struct ProductScored {
    /// The product's page.
    #[schema(min_length = 1, max_length = 2000)]
    product_url: String,
    /// A supplier's id; of unknown ones the supplier is guessed from the address.
    #[schema(min_length = 1, max_length = 255)]
    source: String,
    /// Any finite number; products usually score from 0 to 100.
    score: f64,
    #[schema(min_length = 1, max_length = 2000)]
    product_name: String,
    #[schema(max_length = 500)]
    category: Option<String>,
}

impl Input for ProductScored {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let product_url = reader.body("product_url").text(1..=2000);
        let source = reader.body("source").text(1..=255);
        let score = reader.body("score").number();
        let product_name = reader.body("product_name").text(1..=2000);
        let category = reader.body("category").optional_text(0..=500);
        Some(ProductScored {
            product_url: product_url?,
            source: source?,
            score: score?,
            product_name: product_name?,
            category: category?,
        })
    }
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scored {
    /// Always `accepted`.
    status: &'static str,
    import_triggered: bool,
    /// The import, also when it is of a former call about the same product.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    import_job_id: Option<ImportJobId>,
    score: f64,
    /// Why a product that scores well is not imported. Calling again does not help.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A scout has found a product. What scores well is imported.
///
/// Beside the merchant's token or key a Standard Webhooks signature is accepted:
/// headers `webhook-id`, `webhook-timestamp`, `webhook-signature`, made with a secret
/// from `POST /api/v1/webhooks/secrets`, whose id stands in the query as `signer`.
#[utoipa::path(post, operation_id = "receive_product_scored", path = "/api/v1/webhooks/product-scored", tag = "webhooks", request_body = ProductScored,
    params(
        ("signer" = Option<String>, Query, description = "The secret with which the call is signed"),
        ("webhook-id" = Option<String>, Header, description = "The call's own name"),
        ("webhook-timestamp" = Option<String>, Header, description = "Seconds since 1970"),
        ("webhook-signature" = Option<String>, Header, description = "`v1,<base64>`, several separated by blanks")),
    security(("jwt" = [])), responses(
    (status = 200, body = Scored), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 422, body = Invalid)))]
pub async fn receive(State(app): AppState, call: Sender<ProductScored>) -> Answer<Json<Scored>> {
    let Sender { user, input } = call;
    let ProductScored { product_url, source, score, product_name, category } = input;
    let product = ScoredProduct { product_url, source, score, product_name, category };
    let (import_job_id, reason) = match product_scored::receive(&app, &user, product).await? {
        Outcome::Imported(id) => (Some(id), None),
        Outcome::TooLow => (None, None),
        Outcome::Refused(reason) => (None, Some(reason)),
    };
    let import_triggered = import_job_id.is_some();
    Ok(Json(Scored { status: "accepted", import_triggered, import_job_id, score, reason }))
}
