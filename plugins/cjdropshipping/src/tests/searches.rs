//! Search: what is asked and what its answers become.

use sourcepilot_sdk::Query;

use super::data;
use crate::node::Node;
use crate::search::{Chunk, Window, chunk, has_more, params, window};

fn read(name: &str) -> Chunk {
    chunk(Node::new(&data(name)))
}

fn query() -> Query {
    Query { text: " lamp ".into(), page: 1, page_size: 20 }
}

#[test]
fn products_are_taken_out_of_every_group() {
    let found = read("search-two-groups");
    assert_eq!((found.hits.iter().flatten().count(), found.total), (3, Some(3)));
    let usual = read("search-usual");
    let hit = usual.hits[0].as_ref().unwrap();
    assert_eq!((hit.ref_.id.as_str(), hit.title.as_str()), ("1712345678901234568", "Clip-on Reading Lamp 1"));
    assert_eq!(hit.price.as_ref().unwrap().amount, "3.90", "the reduced price");
    assert_eq!((hit.order_count, hit.supplier_name.as_deref()), (None, Some("CJ Dropshipping")));
    let extra = |name: &str| {
        hit.extra
            .iter()
            .find(|extra| extra.name == format!("x-cjdropship.{name}"))
            .map(|extra| extra.value.as_str())
    };
    assert_eq!((extra("list-price"), extra("price-range")), (Some("4.10"), Some("4.10 -- 6.35")));
}

#[test]
fn odd_hits_are_read_or_left_out() {
    let found = read("search-odd-hits");
    let prices: Vec<Option<Option<&str>>> = found
        .hits
        .iter()
        .map(|hit| hit.as_ref().map(|hit| hit.price.as_ref().map(|price| price.amount.as_str())))
        .collect();
    assert_eq!(prices, [Some(Some("4.50")), Some(Some("3.90")), None, None, None, Some(None)]);
    assert_eq!(found.total, Some(6));
    let second = found.hits[1].as_ref().unwrap();
    assert_eq!(second.shipping_cost.as_ref().unwrap().amount, "0.00");
    assert!(found.hits[5].as_ref().unwrap().images.is_empty());
    for name in ["search-no-hits", "search-content-null"] {
        assert!(read(name).hits.is_empty(), "{name}");
    }
}

#[test]
fn the_parameters_are_those_of_the_new_search() {
    let params = params(&query(), 2, 20).unwrap();
    assert_eq!(params, [("keyWord", "lamp".to_owned()), ("page", "2".into()), ("size", "20".into())]);
}

#[test]
fn nothing_is_asked_beyond_what_is_ever_answered() {
    assert!(params(&query(), 60, 100).is_some() && params(&query(), 61, 100).is_none());
    assert!(params(&query(), 1000, 5).is_some() && params(&query(), 1001, 5).is_none());
    let found = Chunk { total: Some(9000), ..read("search-usual") };
    assert!(has_more(&found, 59, 100) && !has_more(&found, 60, 100));
    let untold = Chunk { total: None, ..read("search-usual") };
    assert!(has_more(&untold, 1, 2) && !has_more(&untold, 1, 3));
}

#[test]
fn every_entry_is_asked_for_once_whatever_the_page_size() {
    assert_eq!(window(3, 20), Window { size: 20, first: 3, last: 3, skip: 0 });
    assert_eq!(window(1, 200), Window { size: 100, first: 1, last: 2, skip: 0 });
    assert_eq!(window(2, 150), Window { size: 100, first: 2, last: 3, skip: 50 });
    assert_eq!(window(0, 0), Window { size: 1, first: 1, last: 1, skip: 0 });
}
