//! How much lies in which country's warehouses.

use serde_json::{Value, json};

use crate::market::Market;
use crate::node::Node;

/// Where goods are sent from when nothing is known.
const USUAL_ORIGIN: &str = "CN";

/// One country's warehouses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shelf {
    /// ISO 3166-1 alpha-2.
    pub(crate) country: String,
    pub(crate) total: u64,
    /// In CJ's own warehouse, counted and checked.
    pub(crate) cj: u64,
    /// At the factory, as the factory says.
    pub(crate) factory: u64,
}

/// The shelves of a list, in any of the spellings; `None` when no list was sent.
pub(crate) fn shelves(list: Node<'_>) -> Option<Vec<Shelf>> {
    list.exists().then(|| list.list().into_iter().filter_map(shelf).collect())
}

fn shelf(row: Node<'_>) -> Option<Shelf> {
    let cj = row.first_whole(&["cjInventory", "cjInventoryNum"]);
    let factory = row.first_whole(&["factoryInventory", "factoryInventoryNum"]);
    let total = row.first_whole(&["totalInventory", "totalInventoryNum", "storageNum"]);
    let total = match (total, cj, factory) {
        (Some(total), ..) => total,
        (None, None, None) => return None,
        (None, cj, factory) => cj.unwrap_or(0).saturating_add(factory.unwrap_or(0)),
    };
    Some(Shelf {
        country: row.get("countryCode").text()?.to_ascii_uppercase(),
        total,
        cj: cj.unwrap_or(0),
        factory: factory.unwrap_or(0),
    })
}

impl Shelf {
    fn counted(&self, market: &Market) -> u64 {
        match market.factory_stock {
            true => self.total,
            false => self.cj,
        }
    }
}

/// What a merchant can sell of it.
pub(crate) fn sellable(shelves: &[Shelf], market: &Market) -> u32 {
    let accepted = shelves.iter().filter(|shelf| market.accepts(&shelf.country));
    let sum = accepted.fold(0_u64, |sum, shelf| sum.saturating_add(shelf.counted(market)));
    u32::try_from(sum).unwrap_or(u32::MAX)
}

/// The country that a parcel would be sent from: the one with the most of it.
pub(crate) fn origin(shelves: &[Shelf], market: &Market) -> String {
    let accepted = shelves.iter().filter(|shelf| market.accepts(&shelf.country) && shelf.counted(market) > 0);
    // The first of equals, so that the same answer gives the same country.
    let fullest = accepted.rev().max_by_key(|shelf| shelf.counted(market)).map(|shelf| shelf.country.clone());
    fullest.or_else(|| market.ships_from.first().cloned()).unwrap_or_else(|| USUAL_ORIGIN.to_owned())
}

/// All shelves as one text, for the attributes.
pub(crate) fn as_text(shelves: &[Shelf]) -> String {
    let shelf = |shelf: &Shelf| json!({"country": shelf.country, "total": shelf.total, "cj": shelf.cj, "factory": shelf.factory});
    Value::Array(shelves.iter().map(shelf).collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn market(ships_from: &[&str], factory_stock: bool) -> Market {
        Market {
            country: "FR".into(),
            zip: None,
            ships_from: ships_from.iter().map(|country| (*country).to_owned()).collect(),
            factory_stock,
            with_shipping: true,
        }
    }

    #[test]
    fn only_accepted_warehouses_count() {
        let list = json!([
            {"countryCode": "CN", "totalInventory": 900, "cjInventory": 40, "factoryInventory": 860},
            {"countryCode": "us", "totalInventoryNum": "25", "cjInventoryNum": "25", "factoryInventoryNum": 0},
            {"countryCode": "DE", "storageNum": 7},
            {"countryCode": "PL", "cjInventory": 2, "factoryInventory": 3},
            {"countryCode": "ES"}, {"totalInventory": 5}, null,
        ]);
        let shelves = shelves(Node::new(&list)).unwrap();
        assert_eq!(shelves.len(), 4);
        assert_eq!(sellable(&shelves, &market(&[], true)), 937);
        assert_eq!(sellable(&shelves, &market(&["US", "DE"], true)), 32);
        assert_eq!(sellable(&shelves, &market(&[], false)), 67);
        assert_eq!(sellable(&shelves, &market(&["JP"], true)), 0);
        let from = |ships_from: &[&str], factory| origin(&shelves, &market(ships_from, factory));
        assert_eq!((from(&[], true), from(&["DE", "US"], true)), ("CN".into(), "US".into()));
        assert_eq!((from(&["JP"], true), from(&["DE", "US"], false)), ("JP".into(), "US".into()));
        assert_eq!(origin(&[], &market(&[], true)), "CN");
    }

    #[test]
    fn no_list_is_not_an_empty_list() {
        assert_eq!(shelves(Node::new(&json!(null))), None);
        assert_eq!(shelves(Node::new(&json!([]))), Some(Vec::new()));
    }
}
