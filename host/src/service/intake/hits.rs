//! The hits of a search.

use std::collections::HashSet;

use sourcepilot_domain::product::{SearchHit, SearchPage};
use sourcepilot_egress::EgressConfig;

use super::addresses::{distinct, picture, reference};
use super::{MOST_COUNTED, TITLE, freight, plain, prices};

/// Make the hits of a search harmless. A hit without a title, and one that came
/// before, is left out; a price that cannot be is not shown.
#[must_use]
pub fn take_in_page(outside: &EgressConfig, page: SearchPage) -> SearchPage {
    let SearchPage { hits, total, has_more } = page;
    let mut seen = HashSet::new();
    let hits = hits
        .into_iter()
        .map(|hit| take_in(outside, hit))
        .filter(|hit| !hit.title.is_empty() && seen.insert(hit.reference.id.clone()))
        .collect();
    SearchPage { hits, total: total.filter(|total| *total <= MOST_COUNTED), has_more }
}

fn take_in(outside: &EgressConfig, hit: SearchHit) -> SearchHit {
    let SearchHit {
        reference: of,
        title,
        price,
        images,
        supplier_name,
        rating,
        order_count,
        shipping_cost,
        shipping_days,
    } = hit;
    SearchHit {
        reference: reference(outside, of),
        title: plain(&title, TITLE),
        price: price.filter(|price| prices::check_price(price).is_ok()),
        images: distinct(images.iter().filter_map(|image| picture(outside, image))),
        supplier_name: supplier_name.map(|name| plain(&name, TITLE)).filter(|name| !name.is_empty()),
        rating,
        order_count: order_count.filter(|count| *count <= MOST_COUNTED),
        shipping_cost: shipping_cost.filter(freight::is_believable),
        shipping_days: shipping_days.filter(|days| *days <= 365),
    }
}
