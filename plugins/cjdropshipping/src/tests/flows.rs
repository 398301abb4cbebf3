//! Whole calls over recorded answers: how many requests, in which order.

use sourcepilot_sdk::http::Request;
use sourcepilot_sdk::test::Recorded;
use sourcepilot_sdk::{
    ErrorKind, Freight as _, Parcel, Pricing as _, ProductRef, ProductRequest, Query, Search as _,
    Supplier as _,
};

use super::{BASE, PID, connected, fixture};
use crate::CjDropshipping;

fn get(recorded: Recorded, path: &str, name: &str) -> Recorded {
    recorded.on("GET", &format!("{BASE}{path}"), fixture(name))
}

fn freight(recorded: Recorded, name: &str) -> Recorded {
    recorded.on("POST", &format!("{BASE}/logistic/freightCalculate"), fixture(name))
}

fn request(id: &str) -> ProductRequest {
    ProductRequest { ref_: ProductRef::new(id), entry: None }
}

fn paths(recorded: &Recorded) -> Vec<String> {
    let path = |request: &Request| request.path_url().strip_prefix(BASE).unwrap_or_default().to_owned();
    recorded.requests().iter().map(path).collect()
}

#[test]
fn a_product_costs_two_requests() {
    let recorded = freight(get(Recorded::new(), "/product/query", "product-usual"), "freight-usual");
    let product = CjDropshipping::get_product(&connected(&recorded), request(PID)).unwrap();
    assert_eq!(paths(&recorded), ["/product/query", "/logistic/freightCalculate"]);
    let requests = recorded.requests();
    assert_eq!(
        requests[0].query_pairs(),
        [("pid".to_owned(), PID.to_owned()), ("features".into(), "enable_inventory".into())]
    );
    assert_eq!(requests[1].body_json()["products"][0]["vid"], "1712345678901239901", "the cheapest in stock");
    assert_eq!(requests[1].body_json()["startCountryCode"], "CN");
    assert_eq!(product.shipping.unwrap().cost.unwrap().amount, "3.68");
}

#[test]
fn codes_are_asked_by_their_own_parameters() {
    for (id, parameter) in [
        ("CJJD1900001", "productSku"),
        ("CJJD190000102AZ", "variantSku"),
        ("04a22450-67f0-4617-a132-e7ae7f8963b0", "pid"),
    ] {
        let recorded = freight(get(Recorded::new(), "/product/query", "product-usual"), "freight-usual");
        CjDropshipping::get_product(&connected(&recorded), request(id)).unwrap();
        assert_eq!(recorded.requests()[0].query_pairs()[0].0, parameter, "{id}");
    }
}

#[test]
fn missing_stock_costs_one_more_request_for_all_variants() {
    let recorded = get(Recorded::new(), "/product/query", "product-no-inventories");
    let recorded =
        freight(get(recorded, "/product/stock/getInventoryByPid", "stock-by-pid"), "freight-usual");
    let product = CjDropshipping::get_product(&connected(&recorded), request(PID)).unwrap();
    assert_eq!(recorded.requests().len(), 3);
    let stock: Vec<Option<u32>> = product.variants.iter().map(|variant| variant.stock).collect();
    assert_eq!(stock, [Some(7), Some(8), None]);
}

#[test]
fn a_product_without_stock_or_delivery_is_still_worth_having() {
    for delivery in ["failure-no-route", "failure-freight-failed"] {
        let recorded = get(Recorded::new(), "/product/query", "product-no-inventories");
        let recorded = get(recorded, "/product/stock/getInventoryByPid", "failure-not-known");
        let recorded = freight(recorded, delivery);
        let product = CjDropshipping::get_product(&connected(&recorded), request(PID)).unwrap();
        assert!(product.shipping.is_none());
        let notes: Vec<&str> = product.extra.iter().map(|extra| extra.name.as_str()).collect();
        assert!(notes.contains(&"warning") && notes.contains(&"x-cjdropship.shipping"), "{notes:?}");
    }
}

#[test]
fn a_passing_failure_of_stock_or_delivery_is_the_calls() {
    for (name, kind) in [
        ("failure-too-many", ErrorKind::RateLimited),
        ("failure-slow", ErrorKind::Timeout),
        ("failure-busy", ErrorKind::Unavailable),
    ] {
        let without = get(Recorded::new(), "/product/query", "product-no-inventories");
        let without = get(without, "/product/stock/getInventoryByPid", name);
        let failure = CjDropshipping::get_product(&connected(&without), request(PID)).unwrap_err();
        assert_eq!((failure.kind, without.requests().len()), (kind, 2), "stock, {name}");
        let recorded = freight(get(Recorded::new(), "/product/query", "product-usual"), name);
        let failure = CjDropshipping::get_product(&connected(&recorded), request(PID)).unwrap_err();
        assert_eq!(failure.kind, kind, "delivery, {name}");
    }
}

#[test]
fn late_in_the_call_the_rest_of_the_prices_is_left() {
    let recorded = get(Recorded::new(), "/product/query", "product-usual");
    let mut call = connected(&recorded);
    call.context.deadline_ms = 0;
    let prices = CjDropshipping::get_prices(&call, vec![ProductRef::new(PID); 3]).unwrap();
    let kinds: Vec<Option<ErrorKind>> =
        prices.iter().map(|price| price.as_ref().err().map(|failure| failure.kind)).collect();
    assert_eq!(kinds, [None, Some(ErrorKind::Timeout), Some(ErrorKind::Timeout)]);
    assert_eq!(recorded.requests().len(), 1);
}

#[test]
fn delivery_is_left_out_where_it_is_not_wanted_or_not_possible() {
    let recorded = get(Recorded::new(), "/product/query", "product-usual");
    let mut call = connected(&recorded);
    call.context.settings = r#"{"preview_shipping": false}"#.into();
    CjDropshipping::get_product(&call, request(PID)).unwrap();
    let gone = get(Recorded::new(), "/product/query", "product-all-sold-out");
    CjDropshipping::get_product(&connected(&gone), request(PID)).unwrap();
    assert_eq!((recorded.requests().len(), gone.requests().len()), (1, 1));
}

#[test]
fn an_answer_without_product_is_not_found() {
    for name in ["product-data-null", "product-data-is-a-list", "failure-product-not-found"] {
        let recorded = get(Recorded::new(), "/product/query", name);
        let failure = CjDropshipping::get_product(&connected(&recorded), request(PID)).unwrap_err();
        assert_eq!(failure.kind, ErrorKind::NotFound, "{name}");
    }
    let failure = CjDropshipping::get_product(&connected(&Recorded::new()), request("lamp")).unwrap_err();
    assert_eq!(failure.kind, ErrorKind::InvalidInput);
}

#[test]
fn prices_are_asked_one_by_one_until_something_concerns_all() {
    let refs = |count: usize| vec![ProductRef::new(PID); count];
    let recorded = get(
        get(Recorded::new(), "/product/query", "product-usual"),
        "/product/query",
        "failure-product-not-found",
    );
    let recorded =
        get(get(recorded, "/product/query", "product-usual"), "/product/query", "failure-too-many");
    let prices = CjDropshipping::get_prices(&connected(&recorded), refs(6)).unwrap();
    let kinds: Vec<Option<ErrorKind>> =
        prices.iter().map(|price| price.as_ref().err().map(|failure| failure.kind)).collect();
    let (limited, gone) = (Some(ErrorKind::RateLimited), Some(ErrorKind::NotFound));
    assert_eq!(kinds, [None, gone, None, limited, limited, limited]);
    assert_eq!(recorded.requests().len(), 4);

    let ended = get(Recorded::new(), "/product/query", "failure-token-invalid");
    assert_eq!(
        CjDropshipping::get_prices(&connected(&ended), refs(3)).unwrap_err().kind,
        ErrorKind::AuthRequired
    );
}

#[test]
fn a_parcel_goes_from_a_country_that_holds_the_variant() {
    let recorded = freight(get(Recorded::new(), "/product/query", "product-usual"), "freight-usual");
    let mut call = connected(&recorded);
    call.context.settings = r#"{"ships_from": "us"}"#.into();
    let parcel =
        |variant: &str| Parcel { ref_: ProductRef::new(PID), variant: Some(variant.into()), quantity: 3 };
    let quotes = CjDropshipping::get_quotes(&call, parcel("1712345678901239902")).unwrap();
    assert_eq!(quotes[0].ships_from.as_deref(), Some("US"));
    assert_eq!(recorded.requests()[1].body_json()["products"][0]["quantity"], 3);
    let failure = CjDropshipping::get_quotes(&call, parcel("other")).unwrap_err();
    assert_eq!(failure.kind, ErrorKind::NotFound);
}

#[test]
fn a_search_reads_as_many_pages_as_its_size_needs() {
    let find = |name: &str, page_size: u32| {
        let recorded = get(Recorded::new(), "/product/listV2", name);
        let query = Query { text: "lamp".into(), page: 1, page_size };
        let page = CjDropshipping::find(&connected(&recorded), query).unwrap();
        (page.hits.len(), page.has_more, page.total, recorded.requests().len())
    };
    assert_eq!(find("search-usual", 20), (2, true, Some(37), 1));
    assert_eq!(find("search-two-groups", 2), (2, true, Some(3), 1));
    assert_eq!(find("search-no-hits", 200), (0, false, Some(0), 1));
    let empty = Query { text: "  ".into(), page: 1, page_size: 20 };
    assert_eq!(
        CjDropshipping::find(&connected(&Recorded::new()), empty).unwrap_err().kind,
        ErrorKind::InvalidInput
    );
}
