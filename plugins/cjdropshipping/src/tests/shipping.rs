//! Delivery in its odd shapes.

use sourcepilot_sdk::{ErrorKind, Result, ShippingQuote};

use super::{data, market};
use crate::freight::{self, Shipment};
use crate::market::Market;
use crate::node::Node;

fn quotes(name: &str, free: bool) -> Result<Vec<ShippingQuote>> {
    let shipment = Shipment { vid: "1", quantity: 1, origin: "CN", free };
    freight::quotes(Node::new(&data(name)), &shipment, &market())
}

fn costs(quotes: &[ShippingQuote]) -> Vec<(&str, Option<&str>)> {
    quotes
        .iter()
        .map(|quote| (quote.service.as_str(), quote.cost.as_ref().map(|cost| cost.amount.as_str())))
        .collect()
}

#[test]
fn the_cheapest_comes_first_with_the_whole_bill() {
    let usual = quotes("freight-usual", false).unwrap();
    assert_eq!(costs(&usual), [("CJPacket Ordinary", Some("3.68")), ("DHL", Some("15.30"))]);
    assert_eq!((usual[0].min_days, usual[0].max_days), (Some(7), Some(12)));
    assert_eq!((usual[0].ships_from.as_deref(), usual[0].tracked), (Some("CN"), None));
    let texts = quotes("freight-prices-as-text", false).unwrap();
    assert_eq!(
        costs(&texts),
        [("Post", Some("3.68")), ("CJPacket Ordinary", Some("3.68"))],
        "the faster first"
    );
}

#[test]
fn a_price_of_nothing_is_unknown_unless_the_product_is_sent_free() {
    let unknown = quotes("freight-all-zero", false).unwrap();
    assert_eq!(costs(&unknown), [("Dear", Some("9.50")), ("CJPacket Ordinary", None)]);
    let free = quotes("freight-all-zero", true).unwrap();
    assert_eq!(costs(&free)[0], ("CJPacket Ordinary", Some("0.00")));
}

#[test]
fn no_route_is_told_with_both_countries() {
    for name in ["freight-empty", "freight-null"] {
        let failure = quotes(name, false).unwrap_err();
        assert_eq!(failure.kind, ErrorKind::UnavailableItem, "{name}");
        assert!(failure.message.contains("from CN to US"), "{}", failure.message);
    }
}

#[test]
fn the_postal_code_is_sent_when_there_is_one() {
    let shipment = Shipment { vid: "1", quantity: 2, origin: "US", free: false };
    let plain = freight::query(&shipment, &market());
    assert_eq!((&plain["startCountryCode"], plain.get("zip")), (&"US".into(), None));
    assert_eq!(plain["products"][0], serde_json::json!({"vid": "1", "quantity": 2}));
    let zip = freight::query(&shipment, &Market { zip: Some("75001".into()), ..market() });
    assert_eq!(zip["zip"], "75001");
}
