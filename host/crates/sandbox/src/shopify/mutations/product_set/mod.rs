//! `productSet`: one product, made or brought into the given state.

mod check;
mod media;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::product_update::entry_of;
use super::{amount, list, user_error};
use crate::shopify::graphql::Root;
use crate::shopify::model::{Books, Choice, Operation, Product, Variant, gid, number};

pub(super) fn run(root: &Root<'_>, arguments: &Value) -> Value {
    let synchronous = arguments["synchronous"].as_bool().unwrap_or(true);
    let now = root.world.clock.now();
    let mut books = root.shop.books();
    let done = set(root, &mut books, arguments, now);
    if synchronous {
        return match done {
            Ok(id) => {
                let shown = books.products.get(&id).map(|product| root.shop.product(&books, product, now));
                json!({"product": shown, "productSetOperation": null, "userErrors": []})
            }
            Err(errors) => json!({"product": null, "productSetOperation": null, "userErrors": errors}),
        };
    }
    let complete_at = now + root.shop.config.operation_time;
    let (product, errors) = match done {
        Ok(id) => {
            if let Some(product) = books.products.get_mut(&id).filter(|product| product.created == now) {
                product.visible_at = complete_at;
            }
            (Some(id), Vec::new())
        }
        Err(errors) => (None, errors),
    };
    let id = books.id();
    let operation = Operation { product, complete_at, errors };
    let mut shown = root.shop.operation(&books, id, &operation, now);
    shown["status"] = "CREATED".into();
    books.operations.insert(id, operation);
    json!({"product": null, "productSetOperation": shown, "userErrors": []})
}

fn set(root: &Root<'_>, books: &mut Books, arguments: &Value, now: DateTime<Utc>) -> Result<u64, Vec<Value>> {
    let (identifier, input) = (&arguments["identifier"], &arguments["input"]);
    let existing = check::identified(books, identifier, input)?.cloned();
    let errors = check::input(root, books, input, existing.as_ref());
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut product = match existing {
        Some(product) => product,
        None => blank(books, input, now),
    };
    let put = |name: &str, place: &mut String| {
        if let Some(text) = input[name].as_str() {
            text.trim().clone_into(place);
        }
    };
    put("title", &mut product.title);
    put("descriptionHtml", &mut product.description);
    put("vendor", &mut product.vendor);
    put("status", &mut product.status);
    if product.vendor.is_empty() {
        root.shop.config.name.clone_into(&mut product.vendor);
    }
    let texts = |name: &str| list(&input[name]).iter().filter_map(|one| one.as_str().map(str::to_owned));
    if input["tags"].is_array() {
        product.tags = texts("tags").collect();
        product.tags.sort();
    }
    if input["collections"].is_array() {
        product.collections = texts("collections").filter_map(|id| number("Collection", &id)).collect();
    }
    if input["metafields"].is_array() {
        // A list replaces what was there, entries of others included.
        product.entries = list(&input["metafields"]).iter().map(entry_of).collect();
    }
    if input["files"].is_array() {
        product.media = media::set(root, books, &product, list(&input["files"]), now);
    }
    if input["variants"].is_array() {
        product.options = options(books, &product, input);
        product.variants = variants(books, &product, list(&input["variants"]));
    }
    product.updated = now;
    let id = product.id;
    books.products.insert(id, product);
    Ok(id)
}

fn blank(books: &mut Books, input: &Value, now: DateTime<Utc>) -> Product {
    let title = input["title"].as_str().unwrap_or_default();
    let wanted = input["handle"].as_str().map_or_else(|| slug(title), str::to_owned);
    let taken = |handle: &str| books.products.values().any(|one| one.handle == handle);
    let handle =
        (0..).map(|n| if n == 0 { wanted.clone() } else { format!("{wanted}-{n}") }).find(|one| !taken(one));
    Product {
        id: books.id(),
        title: title.to_owned(),
        handle: handle.unwrap_or_default(),
        description: String::new(),
        vendor: String::new(),
        status: "ACTIVE".to_owned(),
        tags: Vec::new(),
        entries: Vec::new(),
        options: Vec::new(),
        variants: Vec::new(),
        media: Vec::new(),
        collections: Vec::new(),
        created: now,
        updated: now,
        published: None,
        visible_at: now - TimeDelta::seconds(1),
    }
}

fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn options(books: &mut Books, product: &Product, input: &Value) -> Vec<Choice> {
    list(&input["productOptions"])
        .iter()
        .map(|option| {
            let name = option["name"].as_str().unwrap_or_default().to_owned();
            let known = product.options.iter().find(|one| one.name == name).map(|one| one.id);
            let values = list(&option["values"]).iter().filter_map(|value| value["name"].as_str());
            Choice {
                id: known.unwrap_or_else(|| books.id()),
                values: values.map(str::to_owned).collect(),
                name,
            }
        })
        .collect()
}

fn variants(books: &mut Books, product: &Product, inputs: &[Value]) -> Vec<Variant> {
    inputs
        .iter()
        .map(|input| {
            let values: Vec<String> = product
                .options
                .iter()
                .map(|option| {
                    let chosen = list(&input["optionValues"])
                        .iter()
                        .find(|one| one["optionName"] == option.name.as_str());
                    chosen.and_then(|one| one["name"].as_str()).unwrap_or_default().to_owned()
                })
                .collect();
            let known = product.variants.iter().find(|one| one.values == values);
            let (id, item) = known.map_or_else(|| (books.id(), books.id()), |one| (one.id, one.item));
            let text = |name: &str| input[name].as_str().map(str::to_owned);
            let levels = list(&input["inventoryQuantities"]).iter().filter_map(|one| {
                Some((number("Location", one["locationId"].as_str()?)?, one["quantity"].as_i64()?))
            });
            let weight = &input["inventoryItem"]["measurement"]["weight"];
            let grams = weight["value"]
                .as_f64()
                .map(|value| if weight["unit"] == "KILOGRAMS" { value * 1000.0 } else { value });
            let source = input["file"]["originalSource"].as_str();
            Variant {
                id,
                item,
                sku: text("sku"),
                barcode: text("barcode"),
                price: amount(&input["price"]).unwrap_or_else(|| "0.00".to_owned()),
                compare_at: amount(&input["compareAtPrice"]),
                cost: amount(&input["inventoryItem"]["cost"]),
                grams,
                values,
                tracked: input["inventoryItem"]["tracked"].as_bool().unwrap_or(false),
                levels: levels.collect(),
                media: product.media.iter().find(|one| Some(one.source.as_str()) == source).map(|one| one.id),
            }
        })
        .collect()
}

/// Used by the checks: the product that an id names.
fn by_id<'b>(books: &'b Books, id: &str) -> Option<&'b Product> {
    number("Product", id).and_then(|id| books.products.get(&id))
}

/// The refusal of an unknown product.
fn unknown(id: &str) -> Value {
    let field = ["identifier", "id"];
    user_error(
        Some("PRODUCT_DOES_NOT_EXIST"),
        &field,
        format!("Product {} does not exist", if id.is_empty() { gid("Product", 0) } else { id.to_owned() }),
    )
}
