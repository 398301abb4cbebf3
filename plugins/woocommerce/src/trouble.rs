//! Answers that are no success, and what they mean for the merchant.
//!
//! WordPress translates its messages, so only status and code decide. Facts from
//! the WooCommerce REST API documentation and from answers of a real shop.

use std::time::Duration;

use sourcepilot_sdk::{Effect, ErrorKind, Failure};

use crate::text::shorten;
use crate::wire::ErrorBody;

/// Why a request gave nothing usable.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// WordPress or WooCommerce said no, in its own form.
    Refused(Box<Refusal>),
    /// Something else answered: the web server, a firewall, a maintenance page.
    Page { status: u16, retry_after_ms: Option<u64> },
    /// The address moved. Redirects are never followed: a write would lose its
    /// body on the way and come back as a page that looks like success.
    Moved {
        /// Absent when it leads to another page of the same site.
        to: Option<String>,
    },
    /// No answer, or none that could be read.
    Transport(Failure),
}

/// An error of WordPress or WooCommerce.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) error: ErrorBody,
    pub(crate) retry_after_ms: Option<u64>,
}

impl Trouble {
    /// The error of one item of a batch.
    pub(crate) fn item(error: ErrorBody) -> Trouble {
        let status = error.status.unwrap_or(400);
        Trouble::Refused(Box::new(Refusal { status, error, retry_after_ms: None }))
    }

    /// The shop's code, when it gave one.
    pub(crate) fn code(&self) -> &str {
        match self {
            Trouble::Refused(refusal) => &refusal.error.code,
            _ => "",
        }
    }

    /// Whether the shop took the request for one without credentials.
    pub(crate) fn looks_anonymous(&self) -> bool {
        matches!(self, Trouble::Refused(refusal) if refusal.status == 401)
            && (self.code().starts_with("woocommerce_rest_cannot_") || self.code() == "rest_forbidden")
    }

    /// Whether no API may be at this path.
    pub(crate) fn looks_misrouted(&self) -> bool {
        matches!(self, Trouble::Moved { .. } | Trouble::Page { status: 200 | 301..=308 | 404, .. })
    }

    /// Whether the web server does not let the method through.
    pub(crate) fn blocks_method(&self) -> bool {
        match self {
            Trouble::Page { status, .. } => matches!(status, 405 | 501),
            Trouble::Refused(refusal) => {
                matches!(refusal.status, 405 | 501) && !refusal.error.code.starts_with("woocommerce_")
            }
            _ => false,
        }
    }

    /// Whether the thing asked for does not exist.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Trouble::Refused(refusal) if is_invalid_id(&refusal.error.code))
    }

    /// Whether the request may have done its work nevertheless.
    pub(crate) fn may_have_worked(&self) -> bool {
        match self {
            Trouble::Refused(refusal) => {
                refusal.status >= 500
                    || refusal.status == 408
                    || refusal.error.code == "woocommerce_rest_product_not_created"
            }
            Trouble::Page { status, .. } => *status >= 500 || *status == 408 || *status < 300,
            Trouble::Moved { .. } => false,
            Trouble::Transport(failure) => failure.effect != Effect::None,
        }
    }

    /// The failure to report. `known` tells that the shop accepted the key
    /// before, so that a refusal now is about permissions.
    pub(crate) fn into_failure(self, write: bool, known: bool) -> Failure {
        let effect = if write && self.may_have_worked() { Effect::Unknown } else { Effect::None };
        match self {
            Trouble::Refused(refusal) => (*refusal).into_failure(known).effect(effect),
            Trouble::Page { status, retry_after_ms } => page_failure(status, retry_after_ms).effect(effect),
            Trouble::Moved { to: Some(to) } => Failure::invalid_input(format!(
                "The shop sends its visitors on to {}. Connect it with that address.",
                shorten(&to, 200)
            ))
            .with_code("redirect"),
            Trouble::Moved { to: None } => Failure::unsupported(
                "The shop sends requests to its API on to a page of its own. In WordPress, under Settings, \
                 Permalinks, choose any other structure than “plain”.",
            )
            .with_code("redirect"),
            Trouble::Transport(failure) => failure,
        }
    }
}

fn is_invalid_id(code: &str) -> bool {
    matches!(
        code,
        "woocommerce_rest_product_invalid_id"
            | "woocommerce_rest_product_variation_invalid_id"
            | "woocommerce_rest_invalid_product_id"
    )
}

impl Refusal {
    fn into_failure(self, known: bool) -> Failure {
        let (kind, message) = self.meaning(known);
        let failure = Failure::new(kind, message).with_code(&self.error.code);
        match self.retry_after_ms {
            Some(wait) => failure.retry_after(Duration::from_millis(wait)),
            None => failure,
        }
    }

    fn meaning(&self, known: bool) -> (ErrorKind, String) {
        let code = self.error.code.as_str();
        let about = |kind, text: &str| (kind, text.to_owned());
        match code {
            "woocommerce_rest_authentication_error" if known => about(ErrorKind::Forbidden, READ_ONLY),
            "woocommerce_rest_authentication_error" => about(ErrorKind::AuthRequired, WRONG_KEY),
            _ if code.starts_with("woocommerce_rest_cannot_") || code == "rest_forbidden" => {
                if known {
                    about(ErrorKind::Forbidden, NOT_ALLOWED)
                } else {
                    about(ErrorKind::AuthRequired, UNKNOWN_KEY)
                }
            }
            "rest_no_route" => about(ErrorKind::Unsupported, NO_ROUTE),
            _ if is_invalid_id(code) => {
                about(ErrorKind::NotFound, "The product does not exist in the shop any more.")
            }
            "product_invalid_sku" => {
                about(ErrorKind::Conflict, "Another product in the shop has this SKU already.")
            }
            "product_invalid_global_unique_id" => {
                about(ErrorKind::Conflict, "Another product in the shop has this barcode already.")
            }
            "woocommerce_rest_product_not_created" => about(
                ErrorKind::Conflict,
                "The shop did not create the product: its SKU is in use, perhaps by a product in the trash.",
            ),
            "woocommerce_product_image_upload_error" | "woocommerce_product_invalid_image_id" => {
                about(ErrorKind::InvalidInput, "The shop could not fetch a picture.")
            }
            "rest_invalid_param" | "rest_missing_callback_param" => {
                (ErrorKind::InvalidInput, self.invalid_fields())
            }
            _ => self.by_status(),
        }
    }

    fn invalid_fields(&self) -> String {
        let fields: Vec<&str> = self.error.fields.iter().map(|name| shorten(name, 40)).take(8).collect();
        match fields.is_empty() {
            true => "The shop does not accept the data of this product.".to_owned(),
            false => format!("The shop does not accept the field {} of this product.", fields.join(", ")),
        }
    }

    fn by_status(&self) -> (ErrorKind, String) {
        let code = shorten(&self.error.code, 60);
        match self.status {
            401 => (ErrorKind::AuthRequired, UNKNOWN_KEY.to_owned()),
            403 => (ErrorKind::Forbidden, NOT_ALLOWED.to_owned()),
            404 => (ErrorKind::NotFound, "The shop does not know what was asked for.".to_owned()),
            408 => (ErrorKind::Timeout, "The shop did not answer in time.".to_owned()),
            409 => (ErrorKind::Conflict, "The shop is changing the same thing already.".to_owned()),
            429 => (ErrorKind::RateLimited, TOO_MANY.to_owned()),
            status if status >= 500 => {
                (ErrorKind::Unavailable, format!("The shop had an error of its own ({status} {code})."))
            }
            status => (ErrorKind::InvalidInput, format!("The shop refused the request ({status} {code}).")),
        }
    }
}

const WRONG_KEY: &str = "The shop refused the API key. Check that the consumer key and the consumer secret \
    belong together and were copied whole.";
const UNKNOWN_KEY: &str = "The shop did not recognise the API key. Check the consumer key; if it is right, \
    the web server may be dropping it.";
const READ_ONLY: &str = "The API key may only read. Make one with the permission Read/Write under \
    WooCommerce, Settings, Advanced, REST API.";
const NOT_ALLOWED: &str = "The user of the API key may not do this in the shop. Make a key for an \
    administrator or shop manager.";
const NO_ROUTE: &str = "The site answers, but has no WooCommerce API. Check that WooCommerce is active.";
const TOO_MANY: &str = "The shop is being asked too often.";

fn page_failure(status: u16, retry_after_ms: Option<u64>) -> Failure {
    let (kind, message) = match status {
        200..=299 => (
            ErrorKind::UpstreamChanged,
            "The shop answered with a web page instead of data. Look at it in a browser: it may be under \
             maintenance, use “plain” permalinks, or print warnings."
                .to_owned(),
        ),
        401 => (
            ErrorKind::AuthRequired,
            "The web server in front of the shop asks for a password of its own.".to_owned(),
        ),
        403 | 406 => (
            ErrorKind::Forbidden,
            "A firewall in front of the shop refused the request. Allow access to the REST API in it."
                .to_owned(),
        ),
        404 | 410 => (
            ErrorKind::Unsupported,
            "No WooCommerce API is at this address. Check the address of the shop, that WooCommerce is \
             active, and that the permalinks are not “plain”."
                .to_owned(),
        ),
        405 | 501 => (
            ErrorKind::Unsupported,
            "The web server in front of the shop does not let the REST API change things.".to_owned(),
        ),
        408 | 504 | 524 => (ErrorKind::Timeout, "The shop did not answer in time.".to_owned()),
        413 => (ErrorKind::InvalidInput, "The web server refused a request for its size.".to_owned()),
        429 => (ErrorKind::RateLimited, TOO_MANY.to_owned()),
        503 => (ErrorKind::Unavailable, "The shop is under maintenance or overloaded.".to_owned()),
        500.. => (ErrorKind::Unavailable, format!("The shop's web server had an error ({status}).")),
        _ => (ErrorKind::UpstreamChanged, format!("The shop answered something unknown ({status}).")),
    };
    let failure = Failure::new(kind, message).with_code(format!("http-{status}"));
    match retry_after_ms {
        Some(wait) => failure.retry_after(Duration::from_millis(wait)),
        None => failure,
    }
}
