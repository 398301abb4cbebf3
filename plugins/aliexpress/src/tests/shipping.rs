//! Answers of the two freight methods and of search.

use sourcepilot_sdk::{ErrorKind, ShippingQuote};

use super::{fixture, market};
use crate::amount::Amount;
use crate::envelope;
use crate::freight::{self, Shipment};
use crate::search;

fn shipment(quantity: u32) -> Shipment<'static> {
    Shipment { product: "1005001111222333", sku: "12000044000000001", quantity, price: Amount::read("3.99") }
}

fn quotes(name: &str, quantity: u32) -> Result<Vec<ShippingQuote>, ErrorKind> {
    let answer = fixture(name);
    let root = envelope::business(&answer, "aliexpress.ds.freight.query").map_err(|failure| failure.kind)?;
    freight::quotes(root, &shipment(quantity), &market()).map_err(|failure| failure.kind)
}

fn cost(quote: &ShippingQuote) -> Option<&str> {
    quote.cost.as_ref().map(|cost| cost.amount.as_str())
}

#[test]
fn options_come_cheapest_first_and_fees_are_not_cents() {
    let quotes = quotes("freight-options", 1).unwrap();
    let costs: Vec<_> = quotes.iter().map(|quote| (quote.service.as_str(), cost(quote))).collect();
    assert_eq!(
        costs,
        [("FREE", Some("0.00")), ("STANDARD", Some("1.99")), ("EXPRESS", Some("172.71")), ("ODD", None)]
    );
    let standard = &quotes[1];
    assert_eq!((standard.min_days, standard.max_days, standard.tracked), (Some(7), Some(12), Some(true)));
    assert_eq!(
        (standard.label.as_str(), standard.ships_from.as_deref()),
        ("AliExpress STANDARD", Some("CN"))
    );
    assert_eq!(standard.cost.as_ref().unwrap().currency, "EUR");
}

#[test]
fn delivery_is_free_from_a_sum_on() {
    assert_eq!(cost(&quotes("freight-free-from-a-sum", 2).unwrap()[0]), Some("1.99"));
    assert_eq!(cost(&quotes("freight-free-from-a-sum", 3).unwrap()[0]), Some("0.00"));
}

#[test]
fn no_delivery_is_not_an_empty_list() {
    assert_eq!(quotes("freight-not-to-this-address", 1).err(), Some(ErrorKind::UnavailableItem));
    assert_eq!(quotes("freight-empty", 1).err(), Some(ErrorKind::UnavailableItem));
}

#[test]
fn the_older_method_is_understood() {
    let read = |name: &str| {
        let answer = fixture(name);
        let root = envelope::business(&answer, "aliexpress.logistics.buyer.freight.calculate").unwrap();
        freight::older_quotes(root, &market()).map_err(|failure| failure.kind)
    };
    let quotes = read("freight-older-method").unwrap();
    assert_eq!(quotes.iter().map(cost).collect::<Vec<_>>(), [Some("0.00"), Some("2.50")]);
    assert_eq!((quotes[0].min_days, quotes[0].max_days, quotes[1].tracked), (Some(5), Some(8), Some(true)));
    assert_eq!(read("freight-older-method-not-reachable").err(), Some(ErrorKind::UnavailableItem));
}

#[test]
fn the_query_is_one_json_text_with_the_documented_names() {
    let query: serde_json::Value = serde_json::from_str(&freight::query(&shipment(2), &market())).unwrap();
    assert_eq!(
        query,
        serde_json::json!({"quantity": "2", "shipToCountry": "FR", "productId": "1005001111222333",
            "selectedSkuId": "12000044000000001", "language": "en_US", "locale": "en_US", "currency": "EUR"})
    );
}

fn hits(name: &str) -> Result<search::Chunk, ErrorKind> {
    let answer = fixture(name);
    let root = envelope::business(&answer, "aliexpress.ds.text.search").map_err(|failure| failure.kind)?;
    search::chunk(root, &market()).map_err(|failure| failure.kind)
}

#[test]
fn hits_have_the_price_in_the_currency_asked_for() {
    let page = hits("search-wrapped").unwrap();
    let [Some(lamp), Some(desk)] = page.hits.as_slice() else { panic!("two hits") };
    assert_eq!(page.total, Some(734));
    assert_eq!((lamp.ref_.id.as_str(), lamp.title.as_str()), ("1005001111222333", "Clip-on reading lamp"));
    assert_eq!(lamp.price.as_ref().map(|p| (p.amount.as_str(), p.currency.as_str())), Some(("3.99", "EUR")));
    assert_eq!((lamp.rating.as_deref(), lamp.order_count), (Some("4.7"), Some(292)));
    assert_eq!(lamp.images, ["https://ae01.alicdn.com/kf/Sabc.jpg"]);
    assert_eq!(
        (desk.ref_.id.as_str(), desk.rating.as_deref(), desk.order_count),
        ("1005009076092229", None, Some(5000))
    );
    let sellers = hits("search-only-sellers-price").unwrap();
    assert_eq!(sellers.hits[0].as_ref().unwrap().price.as_ref().unwrap().currency, "CNY");
}

#[test]
fn fillers_are_dropped_and_shapes_do_not_matter() {
    let page = hits("search-with-fillers").unwrap();
    assert_eq!(page.hits.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    assert_eq!(hits("search-single-hit-without-list").unwrap().hits.len(), 1);
    assert_eq!(hits("search-streamlined").unwrap().total, Some(1));
}

#[test]
fn no_hits_and_no_answer_are_different_things() {
    let none = hits("search-no-hits").unwrap();
    assert_eq!((none.hits.len(), none.total), (0, Some(0)));
    assert_eq!(hits("search-refused").err(), Some(ErrorKind::Unavailable));
    assert_eq!(hits("search-without-data").err(), Some(ErrorKind::UpstreamChanged));
}
