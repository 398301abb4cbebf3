//! Categories and tags.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Shop;
use super::auth::Asked;
use super::error::ApiError;
use super::listing::{Page, Paging};
use super::model::{Books, Term, UNCATEGORIZED};
use super::schema::{self, integer};
use super::{render, values};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taxonomy {
    Categories,
    Tags,
}

impl Taxonomy {
    pub(super) fn of(self, books: &Books) -> &BTreeMap<u64, Term> {
        match self {
            Taxonomy::Categories => &books.categories,
            Taxonomy::Tags => &books.tags,
        }
    }

    fn of_mut(self, books: &mut Books) -> &mut BTreeMap<u64, Term> {
        match self {
            Taxonomy::Categories => &mut books.categories,
            Taxonomy::Tags => &mut books.tags,
        }
    }
}

/// A tag by its name, made when there is none.
pub(super) fn find_or_create_tag(books: &mut Books, name: &str) -> u64 {
    let slug = values::slug(name);
    if let Some(tag) = books.tags.values().find(|tag| tag.slug == slug) {
        return tag.id;
    }
    let id = books.id();
    let term = Term { id, name: values::plain(name), slug, ..Term::default() };
    books.tags.insert(id, term);
    id
}

/// The terms that a query asks for.
pub(super) fn list(shop: &Shop, taxonomy: Taxonomy, asked: &Asked<'_>) -> Result<Page, ApiError> {
    let paging = Paging::read(asked)?;
    let value = |name: &str| asked.query_value(name).filter(|value| !value.is_empty());
    let books = shop.books();
    let mut found: Vec<&Term> = taxonomy
        .of(&books)
        .values()
        .filter(|term| {
            let name = values::unescaped(&term.name).to_lowercase();
            value("search").is_none_or(|text| name.contains(&values::unescaped(text).to_lowercase()))
                && value("slug").is_none_or(|slug| slug.split(',').any(|slug| slug == term.slug))
                && value("parent").is_none_or(|parent| parent == term.parent.to_string())
                && value("include").is_none_or(|ids| ids.split(',').any(|id| id == term.id.to_string()))
                && !(value("hide_empty") == Some("true") && count(&books, taxonomy, term.id) == 0)
        })
        .collect();
    found.sort_by_key(|term| term.name.to_lowercase());
    if value("order") == Some("desc") {
        found.reverse();
    }
    let fields = value("_fields");
    Ok(paging.cut(found, |term| render::only_fields(shown(&books, taxonomy, term), fields)))
}

/// One term.
pub(super) fn get(shop: &Shop, taxonomy: Taxonomy, id: u64) -> Result<Value, ApiError> {
    let books = shop.books();
    taxonomy.of(&books).get(&id).map(|term| shown(&books, taxonomy, term)).ok_or_else(unknown)
}

/// Makes a term; a name that exists is refused with the number of its owner.
pub(super) fn create(shop: &Shop, taxonomy: Taxonomy, input: &Map<String, Value>) -> Result<Value, ApiError> {
    schema::check(schema::TERM, input)?;
    let Some(name) = input.get("name").and_then(Value::as_str) else {
        return Err(ApiError::new(400, "rest_missing_callback_param", "Missing parameter(s): name")
            .with("params", json!(["name"])));
    };
    let name = values::plain(name);
    if name.is_empty() {
        return Err(ApiError::new(400, "empty_term_name", "A name is required for this term."));
    }
    let parent = input.get("parent").and_then(integer).and_then(|id| u64::try_from(id).ok()).unwrap_or(0);
    let given = input.get("slug").and_then(Value::as_str).filter(|slug| !slug.is_empty());
    let slug = values::slug(given.unwrap_or(&name));
    let mut books = shop.books();
    let same = taxonomy.of(&books).values().find(|term| {
        (term.name.to_lowercase() == name.to_lowercase() && term.parent == parent) || term.slug == slug
    });
    if let Some(same) = same {
        let message = "A term with the name provided already exists with this parent.";
        return Err(ApiError::new(400, "term_exists", message).with("resource_id", same.id));
    }
    let description =
        input.get("description").and_then(Value::as_str).map(values::post_html).unwrap_or_default();
    let term = Term { id: books.id(), name, slug, parent, description };
    let value = shown(&books, taxonomy, &term);
    taxonomy.of_mut(&mut books).insert(term.id, term);
    shop.touched();
    Ok(value)
}

/// Changes a term.
pub(super) fn update(
    shop: &Shop,
    taxonomy: Taxonomy,
    id: u64,
    input: &Map<String, Value>,
) -> Result<Value, ApiError> {
    schema::check(schema::TERM, input)?;
    let mut books = shop.books();
    let term = taxonomy.of_mut(&mut books).get_mut(&id).ok_or_else(unknown)?;
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    if let Some(name) = text("name") {
        term.name = values::plain(name);
    }
    if let Some(slug) = text("slug") {
        term.slug = values::slug(slug);
    }
    if let Some(description) = text("description") {
        term.description = values::post_html(description);
    }
    if let Some(parent) = input.get("parent").and_then(integer).and_then(|id| u64::try_from(id).ok()) {
        term.parent = parent;
    }
    let term = term.clone();
    shop.touched();
    Ok(shown(&books, taxonomy, &term))
}

/// Removes a term; there is no trash for terms.
pub(super) fn delete(shop: &Shop, taxonomy: Taxonomy, id: u64, force: bool) -> Result<Value, ApiError> {
    let mut books = shop.books();
    let term = taxonomy.of(&books).get(&id).cloned().ok_or_else(unknown)?;
    if !force {
        let message = "Resource does not support trashing.";
        return Err(ApiError::new(501, "woocommerce_rest_trash_not_supported", message));
    }
    if taxonomy == Taxonomy::Categories && id == UNCATEGORIZED {
        return Err(ApiError::new(500, "woocommerce_rest_cannot_delete", "The resource cannot be deleted."));
    }
    let before = shown(&books, taxonomy, &term);
    taxonomy.of_mut(&mut books).remove(&id);
    for product in books.products.values_mut() {
        product.tags.retain(|tag| taxonomy != Taxonomy::Tags || *tag != id);
        if taxonomy == Taxonomy::Categories && product.categories.contains(&id) {
            product.categories.retain(|category| *category != id);
            if product.categories.is_empty() {
                product.categories.push(UNCATEGORIZED);
            }
        }
    }
    shop.touched();
    Ok(before)
}

fn unknown() -> ApiError {
    ApiError::new(404, "woocommerce_rest_term_invalid", "Resource does not exist.")
}

fn count(books: &Books, taxonomy: Taxonomy, id: u64) -> usize {
    let published = books.products.values().filter(|product| product.status == "publish");
    published
        .filter(|product| match taxonomy {
            Taxonomy::Categories => product.categories.contains(&id),
            Taxonomy::Tags => product.tags.contains(&id),
        })
        .count()
}

fn shown(books: &Books, taxonomy: Taxonomy, term: &Term) -> Value {
    let mut value = json!({
        "id": term.id,
        "name": term.name,
        "slug": term.slug,
        "description": term.description,
        "count": count(books, taxonomy, term.id),
    });
    if taxonomy == Taxonomy::Categories {
        value["parent"] = json!(term.parent);
        value["display"] = json!("default");
        value["image"] = Value::Null;
        value["menu_order"] = json!(0);
    }
    value
}
