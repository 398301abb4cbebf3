//! The part of Shopify's search syntax that is known here: `field:"value"`, joined by
//! `AND`. A field that is not known matches nothing.

use super::model::{Books, Product};

/// Whether a product is among what is searched for.
pub(super) fn fits(books: &Books, product: &Product, query: &str) -> bool {
    let known = |id: u64| books.collections.contains_key(&id) && product.collections.contains(&id);
    query.split(" AND ").filter(|term| !term.trim().is_empty()).all(|term| {
        let (field, value) = term.trim().split_once(':').unwrap_or(("", term));
        let value = value.trim_matches('"').to_lowercase();
        match field {
            "title" => product.title.to_lowercase().split_whitespace().any(|word| word == value),
            "vendor" => product.vendor.to_lowercase() == value,
            "tag" => product.tags.iter().any(|tag| tag.to_lowercase() == value),
            "collection_id" => value.parse().is_ok_and(|number: u64| known(number)),
            _ => false,
        }
    })
}
