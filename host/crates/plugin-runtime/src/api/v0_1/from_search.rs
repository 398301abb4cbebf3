//! A page of a search, in the domain's types. Suppliers fill these lists from systems
//! that nobody cleans, so one odd hit costs that hit and not the page.

use sourcepilot_domain::product::{SearchHit, SearchPage};

use super::bindings::exports::sourcepilot::plugin::search;
use super::into_domain::{images, optional_money, product_ref};
use crate::check::{self, At, Checked};

/// The page without the hits that cannot be shown. A page of which nothing is left is
/// refused with the reason of its first hit.
pub(super) fn search_page(page: search::Page) -> Checked<SearchPage> {
    let search::Page { hits, total, has_more } = page;
    let checked = check::each(&At::Root("hits"), hits, check::ENTRIES, |at, entry| Ok(hit(at, entry)))?;
    let (good, mut bad): (Vec<_>, Vec<_>) = checked.into_iter().partition(Result::is_ok);
    match (good.is_empty(), bad.is_empty()) {
        (true, false) => {
            return Err(bad.swap_remove(0).err().unwrap_or_else(|| At::Root("hits").lie("is odd")));
        }
        (_, false) => tracing::debug!(dropped = bad.len(), "a search page holds hits that cannot be shown"),
        (_, true) => {}
    }
    Ok(SearchPage { hits: good.into_iter().flatten().collect(), total, has_more })
}

/// What decorates a hit is left out when it is odd; what the hit is must be right.
fn hit(at: &At<'_>, hit: search::Hit) -> Checked<SearchHit> {
    let search::Hit {
        ref_,
        title,
        price,
        images: pictures,
        supplier_name,
        rating,
        order_count,
        shipping_cost,
        shipping_days,
        extra: _,
    } = hit;
    Ok(SearchHit {
        reference: product_ref(&at.field("ref"), ref_)?,
        title: check::required(&at.field("title"), title, check::TITLE)?,
        price: optional_money(&at.field("price"), price.as_ref())?,
        images: images(&at.field("images"), pictures).unwrap_or_default(),
        supplier_name: check::optional(&at.field("supplier-name"), supplier_name, check::NAME)
            .unwrap_or_default(),
        rating: check::rating(&at.field("rating"), rating).unwrap_or_default(),
        order_count,
        shipping_cost: optional_money(&at.field("shipping-cost"), shipping_cost.as_ref())?,
        shipping_days,
    })
}

#[cfg(test)]
mod tests {
    use super::super::bindings::sourcepilot::plugin::types;
    use super::*;

    fn hit(id: &str) -> search::Hit {
        search::Hit {
            ref_: types::ProductRef { id: id.into(), url: None, variant: None },
            title: "Lamp".into(),
            price: Some(types::Money { amount: "9.90".into(), currency: "USD".into() }),
            images: Vec::new(),
            supplier_name: None,
            rating: None,
            order_count: None,
            shipping_cost: None,
            shipping_days: None,
            extra: Vec::new(),
        }
    }

    fn page(hits: Vec<search::Hit>) -> search::Page {
        search::Page { hits, total: Some(70), has_more: true }
    }

    #[test]
    fn an_odd_hit_costs_that_hit() {
        let money = |amount: &str, currency: &str| {
            Some(types::Money { amount: amount.into(), currency: currency.into() })
        };
        let odd = [
            search::Hit { title: " ".into(), ..hit("b") },
            search::Hit { price: money("-1", "USD"), ..hit("c") },
            search::Hit { shipping_cost: money("1", "dollars"), ..hit("d") },
            hit(""),
        ];
        let read = search_page(page([hit("a")].into_iter().chain(odd).chain([hit("z")]).collect())).unwrap();
        assert_eq!(read.hits.iter().map(|hit| hit.reference.id.as_str()).collect::<Vec<_>>(), ["a", "z"]);
        assert_eq!((read.total, read.has_more), (Some(70), true));
    }

    #[test]
    fn an_odd_rating_costs_the_rating() {
        for (rating, expected) in [("5.1", None), ("five", None), ("4.5", Some("4.5".parse().unwrap()))] {
            let odd = search::Hit { rating: Some(rating.into()), ..hit("a") };
            let read = search_page(page(vec![odd])).unwrap();
            assert_eq!(read.hits[0].rating, expected, "{rating}");
        }
    }

    #[test]
    fn a_page_of_nothing_but_odd_hits_is_refused() {
        let refused = search_page(page(vec![hit(""), search::Hit { title: " ".into(), ..hit("b") }]));
        let refused = sourcepilot_domain::Failure::from(refused.unwrap_err());
        assert!(refused.message.contains("hits[0].ref.id"), "{}", refused.message);
        assert!(search_page(page(Vec::new())).unwrap().hits.is_empty());
        assert!(search_page(page((0..=check::ENTRIES).map(|at| hit(&at.to_string())).collect())).is_err());
    }
}
