//! The exported functions over recorded answers: what is asked, in which order, and
//! what becomes of failures in between.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use sourcepilot_sdk::http::{Reason, Request, Response, SendError};
use sourcepilot_sdk::test::{Recorded, TestHost, context};
use sourcepilot_sdk::{
    Authorization as _, Call, Effect, ErrorKind, Freight as _, Parcel, Pricing as _, Product, ProductRef,
    ProductRequest, Query, Result, Search as _, Supplier as _, TokenRenewal as _, UrlMatch,
};

use super::fixture;
use super::signing::sign;
use crate::AliExpress;

const SYNC: &str = "https://api-sg.aliexpress.com/sync";
const VALUES: [(&str, &str); 4] = [
    ("app_key", "500001"),
    ("access_token", "tok-abc"),
    ("refresh_token", "ref-abc"),
    ("authorization_code", "0_abc"),
];

/// A connected merchant whose host signs for real.
pub(super) fn call_with(recorded: &Recorded, country: &str, settings: &str) -> Call {
    let host = ["app_key", "app_secret", "access_token", "refresh_token"]
        .into_iter()
        .fold(TestHost::new(), TestHost::with_credential)
        .with_signer(|request| {
            assert_eq!((request.key.as_str(), request.key_suffix.as_str()), ("app_secret", ""));
            Ok(hex::decode(sign(&request.message, "sp-test-secret", &VALUES).1).unwrap())
        });
    let mut context = context();
    context.country = country.into();
    context.currency = "EUR".into();
    context.settings = settings.into();
    Call::new(context, Rc::new(recorded.clone()), Rc::new(host))
}

pub(super) fn call(recorded: &Recorded) -> Call {
    call_with(recorded, "FR", "{}")
}

/// These answers in turn, whatever is asked.
pub(super) fn answers(names: &[&str]) -> Recorded {
    names
        .iter()
        .fold(Recorded::new(), |recorded, name| recorded.then(Response::new_json(200, &fixture(name))))
}

fn product(call: &Call, id: &str) -> Result<Product> {
    AliExpress::get_product(call, ProductRequest { ref_: ProductRef::new(id), entry: None })
}

/// What the gateway reads, after the host filled the placeholders in.
pub(super) fn received(request: &Request) -> BTreeMap<String, String> {
    let body = VALUES
        .iter()
        .fold(String::from_utf8(request.body_bytes().to_vec()).unwrap(), |body, (name, value)| {
            body.replace(&format!("{{{{credential:{name}}}}}"), value)
        });
    ::url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn methods(recorded: &Recorded) -> Vec<String> {
    recorded.requests().iter().map(|request| received(request)["method"].clone()).collect()
}

/// The gateway's own check of a signature, written from its documentation.
pub(super) fn assert_signed(request: &Request, path: &str) {
    let mut fields = received(request);
    let signature = fields.remove("sign").expect("a signature");
    let message: String = fields.iter().map(|(name, value)| format!("{name}{value}")).collect();
    assert_eq!(signature, sign(&format!("{path}{message}"), "sp-test-secret", &[]).1);
}

#[test]
fn a_product_is_read_together_with_its_cheapest_delivery_and_its_categories() {
    let recorded = answers(&["product-wrapped", "freight-options", "category-path"]);
    let product = product(&call(&recorded), "1005001111222333").unwrap();
    assert_eq!(product.categories, ["Lights & Lighting", "Lamps & Shades", "Desk Lamps"]);
    let shipping = product.shipping.unwrap();
    assert_eq!((shipping.service.as_str(), shipping.cost.unwrap().amount.as_str()), ("FREE", "0.00"));
    assert_eq!(
        methods(&recorded),
        ["aliexpress.ds.product.get", "aliexpress.ds.freight.query", "aliexpress.ds.category.get"]
    );
    let asked = received(&recorded.requests()[2]);
    assert_eq!((asked["categoryId"].as_str(), asked["language"].as_str()), ("390501", "en"));

    let requests = recorded.requests();
    requests.iter().for_each(|request| assert_signed(request, ""));
    let asked = received(&requests[0]);
    for (name, value) in [
        ("product_id", "1005001111222333"),
        ("ship_to_country", "FR"),
        ("target_currency", "EUR"),
        ("target_language", "en"),
        ("remove_personal_benefit", "true"),
        ("session", "tok-abc"),
        ("sign_method", "sha256"),
        ("timestamp", "1795507200000"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    let query: Value = serde_json::from_str(&received(&requests[1])["queryDeliveryReq"]).unwrap();
    assert_eq!(query["selectedSkuId"], "12000044000000001", "the cheapest in stock");
    assert!(requests.iter().all(|request| request.url() == SYNC), "nothing in the address");
}

#[test]
fn a_product_is_worth_having_without_its_delivery() {
    for delivery in ["freight-not-to-this-address", "failure-permission", "failure-not-known"] {
        let product = product(&call(&answers(&["product-wrapped", delivery])), "1005001111222333").unwrap();
        assert_eq!(product.shipping.as_ref().unwrap().max_days, Some(7), "what the product itself says");
        assert!(product.extra.iter().any(|extra| extra.name == "x-aliexpress.shipping"), "{delivery}");
    }
    let recorded = answers(&["product-wrapped"]);
    let settings = r#"{"preview_shipping": false, "categories": false}"#;
    product(&call_with(&recorded, "FR", settings), "1005001111222333").unwrap();
    assert_eq!(recorded.requests().len(), 1);
    let recorded = answers(&["product-wrapped", "freight-options", "failure-permission"]);
    let plain = product(&call(&recorded), "1005001111222333").unwrap();
    assert!(plain.categories.is_empty(), "{:?}", plain.categories);
    assert!(plain.extra.iter().any(|extra| extra.name == "x-aliexpress.categories"));
    let recorded = answers(&["product-offline"]);
    product(&call(&recorded), "1005001111222333").unwrap();
    assert_eq!(recorded.requests().len(), 1, "nothing is asked about what cannot be bought");
}

#[test]
fn a_passing_failure_of_the_delivery_is_the_calls() {
    for (delivery, kind) in
        [("failure-throttled", ErrorKind::RateLimited), ("failure-service-down", ErrorKind::Unavailable)]
    {
        let failure =
            product(&call(&answers(&["product-wrapped", delivery])), "1005001111222333").unwrap_err();
        assert_eq!(failure.kind, kind, "{delivery}");
    }
    let slow = answers(&["product-wrapped"]).then_error(SendError::new(Reason::Timeout, "slow"));
    assert_eq!(product(&call(&slow), "1005001111222333").unwrap_err().kind, ErrorKind::Timeout);
}

#[test]
fn a_product_whose_status_is_not_told_is_asked_about_delivery_too() {
    let recorded = answers(&["product-status-missing", "freight-options"]);
    let product = product(&call(&recorded), "1005001111222333").unwrap();
    assert!(product.shipping.unwrap().cost.is_some());
}

#[test]
fn an_unknown_product_is_asked_for_under_its_us_id_in_the_us_only() {
    let recorded = answers(&["failure-605-in-root", "product-answered-under-its-us-id", "freight-options"]);
    let product = product(&call_with(&recorded, "US", "{}"), "1005001111222333").unwrap();
    assert_eq!(product.ref_.id, "1005001111222333");
    let ids: Vec<_> =
        recorded.requests()[..2].iter().map(|request| received(request)["product_id"].clone()).collect();
    assert_eq!(ids, ["1005001111222333", "3256800924907581"]);

    let recorded = answers(&["failure-605-in-root"]);
    let failure = self::product(&call(&recorded), "1005001111222333").unwrap_err();
    assert_eq!((failure.kind, recorded.requests().len()), (ErrorKind::NotFound, 1));
}

#[test]
fn settings_replace_the_context() {
    let recorded = answers(&["product-wrapped"]);
    let settings = r#"{"ship_to_country":"de","target_currency":"usd","target_language":"pt_BR",
        "remove_personal_benefit":false,"preview_shipping":false,"ships_from":""}"#;
    product(&call_with(&recorded, "FR", settings), "1005001111222333").unwrap();
    let asked = received(&recorded.requests()[0]);
    assert_eq!((asked["ship_to_country"].as_str(), asked["target_currency"].as_str()), ("DE", "USD"));
    assert_eq!(
        (asked["target_language"].as_str(), asked["remove_personal_benefit"].as_str()),
        ("pt", "false")
    );
}

#[test]
fn nothing_is_sent_without_credentials_or_for_no_product() {
    let recorded = Recorded::new();
    let bare = Call::new(context(), Rc::new(recorded.clone()), Rc::new(TestHost::new()));
    assert_eq!(product(&bare, "1005001111222333").unwrap_err().kind, ErrorKind::AuthRequired);
    assert_eq!(AliExpress::renew(&bare).unwrap_err().kind, ErrorKind::Unsupported);
    assert_eq!(
        AliExpress::consent_url(&bare, "https://a.example/cb", "s").unwrap_err().kind,
        ErrorKind::AuthRequired
    );
    assert_eq!(product(&call(&recorded), "lamp").unwrap_err().kind, ErrorKind::InvalidInput);
    assert!(recorded.requests().is_empty());
}

#[test]
fn statuses_pages_and_broken_answers_are_failures_without_effect() {
    let body = fixture("product-wrapped").to_string();
    for (response, kind) in [
        (Response::new(200, "<!DOCTYPE html><title>Sorry</title>"), ErrorKind::UpstreamChanged),
        (Response::new(200, &body.as_bytes()[..body.len() / 2]), ErrorKind::UpstreamChanged),
        (Response::new(200, ""), ErrorKind::UpstreamChanged),
        (Response::new(429, "").with_header("retry-after", "9"), ErrorKind::RateLimited),
        (Response::new(503, "<html>"), ErrorKind::Unavailable),
        (Response::new_json(403, &fixture("failure-token-expired")), ErrorKind::AuthRequired),
    ] {
        let recorded = Recorded::new().then(response);
        let failure = product(&call(&recorded), "1005001111222333").unwrap_err();
        assert_eq!((failure.kind, failure.effect), (kind, Effect::None), "{failure:?}");
    }
    let recorded = Recorded::new().then_error(SendError::new(Reason::Timeout, "slow"));
    let failure = product(&call(&recorded), "1005001111222333").unwrap_err();
    assert_eq!((failure.kind, failure.effect), (ErrorKind::Timeout, Effect::None));
}

fn prices(recorded: &Recorded, count: usize) -> Result<Vec<std::result::Result<String, ErrorKind>>> {
    let references =
        (0..count).map(|index| ProductRef::new((1005001111222333 + index as u64).to_string())).collect();
    let quotes = AliExpress::get_prices(&call(recorded), references)?;
    Ok(quotes
        .into_iter()
        .map(|quote| quote.map(|q| q.price.amount).map_err(|failure| failure.kind))
        .collect())
}

#[test]
fn one_bad_product_never_spoils_the_batch() {
    let recorded = answers(&[
        "product-wrapped",
        "failure-605-in-root",
        "failure-404-system-error",
        "product-all-sold-out",
    ]);
    assert_eq!(
        prices(&recorded, 4).unwrap(),
        [Ok("3.99".to_owned()), Err(ErrorKind::NotFound), Err(ErrorKind::Unavailable), Ok("2.99".to_owned())]
    );
}

#[test]
fn what_concerns_all_products_ends_the_batch() {
    let recorded = answers(&["product-wrapped", "failure-throttled"]);
    let limited = || Err(ErrorKind::RateLimited);
    assert_eq!(prices(&recorded, 4).unwrap(), [Ok("3.99".to_owned()), limited(), limited(), limited()]);
    assert_eq!(recorded.requests().len(), 2);
    let recorded = answers(&["failure-token-expired"]);
    assert_eq!(prices(&recorded, 4).unwrap_err().kind, ErrorKind::AuthRequired);
    assert_eq!(recorded.requests().len(), 1);
}

#[test]
fn late_in_the_call_the_rest_of_the_prices_is_left() {
    let recorded = answers(&["product-wrapped", "product-wrapped", "product-wrapped"]);
    let mut late = call(&recorded);
    late.context.deadline_ms = 0;
    let references = vec![ProductRef::new("1005001111222333"); 3];
    let prices = AliExpress::get_prices(&late, references).unwrap();
    let kinds: Vec<_> = prices.iter().map(|price| price.as_ref().err().map(|failure| failure.kind)).collect();
    assert_eq!(kinds, [None, Some(ErrorKind::Timeout), Some(ErrorKind::Timeout)]);
    assert_eq!(recorded.requests().len(), 1);
}

fn query(page: u32, page_size: u32) -> Query {
    Query { text: "lamp".into(), page, page_size }
}

#[test]
fn a_search_asks_for_words_in_the_merchants_market() {
    let recorded = answers(&["search-wrapped"]);
    let call = call_with(&recorded, "FR", r#"{"ships_from": "es"}"#);
    let page = AliExpress::find(&call, query(1, 20)).unwrap();
    assert_eq!((page.hits.len(), page.total, page.has_more), (2, Some(734), true));
    let sent = received(&recorded.requests()[0]);
    for (name, value) in [
        ("method", "aliexpress.ds.text.search"),
        ("keyWord", "lamp"),
        ("local", "en_US"),
        ("countryCode", "FR"),
        ("currency", "EUR"),
        ("pageIndex", "1"),
        ("pageSize", "20"),
        ("searchExtend", r#"[{"searchKey":"ship_from","searchValue":"ES"}]"#),
    ] {
        assert_eq!(sent.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[test]
fn searches_end_where_the_hits_end() {
    let none = AliExpress::find(&call(&answers(&["search-no-hits"])), query(1, 20)).unwrap();
    assert_eq!((none.hits.len(), none.total, none.has_more), (0, Some(0), false));
    let fillers = AliExpress::find(&call(&answers(&["search-with-fillers"])), query(1, 20)).unwrap();
    assert_eq!((fillers.hits.len(), fillers.has_more), (1, false));
    let failure = AliExpress::find(&call(&answers(&["search-refused"])), query(1, 20)).unwrap_err();
    assert_eq!(failure.kind, ErrorKind::Unavailable);
    let mut blank = query(1, 20);
    blank.text = "  ".into();
    assert_eq!(AliExpress::find(&call(&Recorded::new()), blank).unwrap_err().kind, ErrorKind::InvalidInput);
}

#[test]
fn large_pages_are_put_together() {
    let recorded = answers(&["search-wrapped", "search-wrapped"]);
    let page = AliExpress::find(&call(&recorded), query(1, 100)).unwrap();
    assert_eq!((page.hits.len(), page.has_more), (4, true));
    let sizes: Vec<_> = recorded
        .requests()
        .iter()
        .map(received)
        .map(|sent| sent["pageIndex"].clone() + "/" + &sent["pageSize"])
        .collect();
    assert_eq!(sizes, ["1/50", "2/50"]);
}

fn parcel(variant: Option<&str>) -> Parcel {
    Parcel { ref_: ProductRef::new("1005001111222333"), variant: variant.map(str::to_owned), quantity: 2 }
}

#[test]
fn delivery_is_asked_for_the_variant_or_for_the_cheapest() {
    let recorded = answers(&["freight-options"]);
    let quotes = AliExpress::get_quotes(&call(&recorded), parcel(Some("12000044000000002"))).unwrap();
    assert_eq!(quotes.len(), 4);
    let asked: Value = serde_json::from_str(&received(&recorded.requests()[0])["queryDeliveryReq"]).unwrap();
    assert_eq!(
        (asked["selectedSkuId"].as_str(), asked["quantity"].as_str()),
        (Some("12000044000000002"), Some("2"))
    );
    let recorded = answers(&["product-wrapped", "freight-options"]);
    AliExpress::get_quotes(&call(&recorded), parcel(None)).unwrap();
    assert_eq!(methods(&recorded), ["aliexpress.ds.product.get", "aliexpress.ds.freight.query"]);
}

#[test]
fn the_older_method_answers_where_the_current_one_cannot() {
    let recorded = answers(&["failure-permission", "freight-older-method"]);
    let quotes = AliExpress::get_quotes(&call(&recorded), parcel(Some("12000044000000002"))).unwrap();
    assert_eq!(quotes[0].service, "CAINIAO_ECONOMY");
    assert_eq!(methods(&recorded)[1], "aliexpress.logistics.buyer.freight.calculate");
    let asked: Value = serde_json::from_str(
        &received(&recorded.requests()[1])["param_aeop_freight_calculate_for_buyer_d_t_o"],
    )
    .unwrap();
    assert_eq!((asked["country_code"].as_str(), asked["product_num"].as_u64()), (Some("FR"), Some(2)));
    assert!(asked.get("price").is_none(), "an unknown price is not sent");

    for (first, second, kind) in [
        ("failure-permission", "failure-service-down", ErrorKind::Forbidden),
        ("failure-not-known", "freight-older-method-not-reachable", ErrorKind::UnavailableItem),
    ] {
        let failure =
            AliExpress::get_quotes(&call(&answers(&[first, second])), parcel(Some("1"))).unwrap_err();
        assert_eq!(failure.kind, kind);
    }
    let recorded = answers(&["freight-not-to-this-address"]);
    let failure = AliExpress::get_quotes(&call(&recorded), parcel(Some("1"))).unwrap_err();
    assert_eq!(
        (failure.kind, recorded.requests().len()),
        (ErrorKind::UnavailableItem, 1),
        "that answer is final"
    );
}

#[test]
fn addresses_and_short_links_become_references() {
    let found =
        AliExpress::parse_url("https://www.aliexpress.us/item/3256800924907581.html?skuId=12000044000000001");
    let Ok(UrlMatch::Product(reference)) = found else { panic!("a product") };
    assert_eq!(
        (reference.id.as_str(), reference.variant.as_deref()),
        ("1005001111222333", Some("12000044000000001"))
    );
    let link = "https://s.click.aliexpress.com/e/_DexAmPl";
    assert!(matches!(AliExpress::parse_url(link), Ok(UrlMatch::Indirect(same)) if same == link));
    for (url, kind) in [
        ("https://www.aliexpress.com/store/1102938475", ErrorKind::InvalidInput),
        ("https://example.org/item/1005001111222333.html", ErrorKind::Unsupported),
        ("not an address", ErrorKind::InvalidInput),
    ] {
        assert_eq!(AliExpress::parse_url(url).unwrap_err().kind, kind, "{url}");
    }

    let to = |location: &str| Response::new(302, "").with_header("location", location);
    let recorded =
        Recorded::new().then(to("//m.aliexpress.com/share?x=1")).then(to("/item/1005001111222333.html"));
    let reference = AliExpress::resolve_url(&call(&recorded), link).unwrap();
    assert_eq!(reference.url.as_deref(), Some("https://www.aliexpress.com/item/1005001111222333.html"));
    assert!(
        recorded
            .requests()
            .iter()
            .all(|request| request.headers().is_empty() && request.body_bytes().is_empty())
    );
    let gone = Recorded::new().then(Response::new(503, ""));
    assert_eq!(AliExpress::resolve_url(&call(&gone), link).unwrap_err().kind, ErrorKind::Unavailable);
    for status in [200, 403, 404] {
        let page = Recorded::new().then(Response::new(status, "<html>log in</html>"));
        assert_eq!(AliExpress::resolve_url(&call(&page), link).unwrap_err().kind, ErrorKind::InvalidInput);
    }
}
