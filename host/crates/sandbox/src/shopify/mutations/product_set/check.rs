//! The platform's rules and limits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{amount, by_id, list, unknown, user_error};
use crate::shopify::graphql::Root;
use crate::shopify::model::{Books, Product, gid, number};
use crate::shopify::query::LOCATION;

const MAX_OPTIONS: usize = 3;
const MAX_MEDIA: usize = 250;
const MAX_TAGS: usize = 250;
const MAX_TEXT: usize = 255;
const MAX_QUANTITIES: usize = 50_000;

/// The product that is meant, if it is there already.
pub(super) fn identified<'b>(
    books: &'b Books,
    identifier: &Value,
    input: &Value,
) -> Result<Option<&'b Product>, Vec<Value>> {
    let custom = &identifier["customId"];
    if custom.is_object() {
        let text = |name: &str| custom[name].as_str().unwrap_or_default();
        let (namespace, key, value) = (text("namespace"), text("key"), text("value"));
        if !books.has_ids(namespace, key) {
            let message = "Metafield definition of type 'id' is required when using custom ids.";
            return Err(vec![user_error(Some("INVALID_METAFIELD"), &["identifier", "customId"], message)]);
        }
        let fits = |one: &Value| one["namespace"] == namespace && one["key"] == key && one["value"] == value;
        if input["metafields"].is_array() && !list(&input["metafields"]).iter().any(fits) {
            let message = "The metafields must contain the value of the identifier.";
            return Err(vec![user_error(Some("METAFIELD_MISMATCH"), &["identifier", "customId"], message)]);
        }
        return Ok(books.by_entry(namespace, key, value));
    }
    if let Some(handle) = identifier["handle"].as_str() {
        return Ok(books.products.values().find(|one| one.handle == handle));
    }
    match identifier["id"].as_str() {
        None => Ok(None),
        Some(id) => by_id(books, id).map(Some).ok_or_else(|| vec![unknown(id)]),
    }
}

/// Everything that is wrong with an input.
pub(super) fn input(root: &Root<'_>, books: &Books, input: &Value, existing: Option<&Product>) -> Vec<Value> {
    let mut errors = texts(input, existing);
    let refuse = |code: &str, field: &[&str], message: &str| user_error(Some(code), field, message);
    if list(&input["files"]).len() > MAX_MEDIA {
        errors.push(refuse("INVALID_INPUT", &["input", "files"], "A product can have at most 250 media."));
    }
    let own = existing.map(|product| product.id);
    let handle_taken =
        |handle: &str| books.products.values().any(|one| one.handle == handle && Some(one.id) != own);
    if input["handle"].as_str().is_some_and(handle_taken) {
        errors.push(refuse("HANDLE_NOT_UNIQUE", &["input", "handle"], "Handle has already been taken"));
    }
    for entry in list(&input["metafields"]) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let holder =
            books.by_entry(text("namespace"), text("key"), text("value")).filter(|one| Some(one.id) != own);
        if text("type") == "id" && holder.is_some() {
            errors.push(refuse(
                "DUPLICATED_METAFIELD_VALUE",
                &["input", "metafields"],
                "Value must be unique.",
            ));
        }
    }
    for (at, id) in list(&input["collections"]).iter().enumerate() {
        let known =
            id.as_str().and_then(|id| number("Collection", id)).and_then(|id| books.collections.get(&id));
        if known.is_none_or(|one| one.smart) {
            let message = "Cannot add the product to this collection";
            errors.push(user_error(
                Some("INVALID_INPUT"),
                &["input", "collections", &at.to_string()],
                message,
            ));
        }
    }
    errors.extend(choices(root, input));
    errors
}

fn texts(input: &Value, existing: Option<&Product>) -> Vec<Value> {
    let mut errors = Vec::new();
    let title = input["title"].as_str().map(str::trim);
    if title.is_some_and(str::is_empty) || (title.is_none() && existing.is_none()) {
        errors.push(user_error(Some("INVALID_INPUT"), &["input", "title"], "Title can't be blank"));
    }
    for name in ["title", "vendor"] {
        if input[name].as_str().is_some_and(|text| text.chars().count() > MAX_TEXT) {
            let message = format!("{name} is too long (maximum is 255 characters)");
            errors.push(user_error(Some("INVALID_INPUT"), &["input", name], message));
        }
    }
    let tags = list(&input["tags"]);
    if tags.len() > MAX_TAGS
        || tags
            .iter()
            .any(|tag| tag.as_str().is_none_or(|tag| tag.is_empty() || tag.chars().count() > MAX_TEXT))
    {
        errors.push(user_error(
            Some("INVALID_INPUT"),
            &["input", "tags"],
            "Tags must be 250 at most, of 255 characters at most",
        ));
    }
    errors
}

fn choices(root: &Root<'_>, input: &Value) -> Vec<Value> {
    let (options, variants) = (list(&input["productOptions"]), list(&input["variants"]));
    match (input["productOptions"].is_array(), input["variants"].is_array()) {
        (false, false) => return Vec::new(),
        (true, false) => {
            return vec![user_error(
                Some("VARIANTS_INPUT_MISSING"),
                &["input", "variants"],
                "Variants input is required when updating product options",
            )];
        }
        (false, true) => {
            return vec![user_error(
                Some("PRODUCT_OPTIONS_INPUT_MISSING"),
                &["input", "productOptions"],
                "Product options input is required when updating variants",
            )];
        }
        (true, true) => {}
    }
    let mut errors = Vec::new();
    if options.len() > MAX_OPTIONS {
        errors.push(user_error(
            Some("OPTIONS_OVER_LIMIT"),
            &["input", "productOptions"],
            "Can only specify a maximum of 3 options",
        ));
    }
    if variants.len() > root.shop.config.max_variants {
        let message = format!("Can only specify a maximum of {} variants", root.shop.config.max_variants);
        errors.push(user_error(Some("VARIANTS_OVER_LIMIT"), &["input", "variants"], message));
    }
    let quantities: usize = variants.iter().map(|one| list(&one["inventoryQuantities"]).len()).sum();
    if quantities > MAX_QUANTITIES {
        errors.push(user_error(
            Some("INVENTORY_QUANTITIES_LIMIT_EXCEEDED"),
            &["input", "variants"],
            "Too many inventory quantities",
        ));
    }
    let known = option_values(options, &mut errors);
    let files: BTreeSet<&str> =
        list(&input["files"]).iter().filter_map(|file| file["originalSource"].as_str()).collect();
    let mut seen = BTreeSet::new();
    for (at, variant) in variants.iter().enumerate() {
        let at = at.to_string();
        match combination(variant, &known) {
            Err((code, message)) => errors.push(user_error(Some(code), &["input", "variants", &at], message)),
            Ok(combination) if !seen.insert(combination.clone()) => {
                let message = format!("The variant '{}' already exists.", combination.join(" / "));
                errors.push(user_error(Some("INVALID_VARIANT"), &["input", "variants", &at], message));
            }
            Ok(_) => {}
        }
        let elsewhere = |one: &Value| one["locationId"] != gid("Location", LOCATION).as_str();
        if let Some(number) = list(&variant["inventoryQuantities"]).iter().position(elsewhere) {
            let number = number.to_string();
            let field = ["input", "variants", &at, "inventoryQuantities", &number, "locationId"];
            let message = "The specified location could not be found.";
            errors.push(user_error(Some("INVALID_INPUT"), &field, message));
        }
        if let Some(message) = variant_problem(variant, &files) {
            errors.push(user_error(Some("INVALID_VARIANT"), &["input", "variants", &at], message));
        }
    }
    errors
}

fn variant_problem(variant: &Value, files: &BTreeSet<&str>) -> Option<&'static str> {
    for name in ["price", "compareAtPrice"] {
        let value = &variant[name];
        if !value.is_null() && amount(value).is_none_or(|amount| amount.starts_with('-')) {
            return Some("Price must be a number of at least 0");
        }
    }
    if variant["sku"].as_str().is_some_and(|sku| sku.chars().count() > MAX_TEXT) {
        return Some("SKU is too long (maximum is 255 characters)");
    }
    let missing = variant["file"]["originalSource"].as_str().is_some_and(|source| !files.contains(source));
    missing.then_some("A variant's file must also be listed in the product's files")
}

/// Names of options with their values, both told apart without regard to case.
fn option_values(options: &[Value], errors: &mut Vec<Value>) -> BTreeMap<String, BTreeSet<String>> {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (at, option) in options.iter().enumerate() {
        let at = at.to_string();
        let mut refuse = |code: &str, message: &str| {
            errors.push(user_error(Some(code), &["input", "productOptions", &at], message))
        };
        let name = option["name"].as_str().unwrap_or_default().trim().to_owned();
        if name.is_empty() || name.chars().count() > MAX_TEXT {
            refuse("INVALID_INPUT", "The option's name must have 1 to 255 characters");
        }
        let mut values = BTreeSet::new();
        for value in list(&option["values"]) {
            let value = value["name"].as_str().unwrap_or_default().trim().to_owned();
            if value.is_empty() || value.chars().count() > MAX_TEXT {
                refuse("INVALID_INPUT", "An option's value must have 1 to 255 characters");
            }
            if values.iter().any(|other: &String| other.to_lowercase() == value.to_lowercase()) {
                refuse("DUPLICATED_OPTION_VALUE", "Duplicated option value");
            }
            values.insert(value);
        }
        if values.is_empty() {
            refuse("OPTION_VALUES_MISSING", "The option has no values");
        }
        if known.keys().any(|other| other.to_lowercase() == name.to_lowercase()) {
            refuse("DUPLICATED_OPTION_NAME", "Duplicated option name");
        }
        known.insert(name, values);
    }
    known
}

/// The values that a variant has, one of every option.
fn combination(
    variant: &Value,
    known: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Vec<String>, (&'static str, &'static str)> {
    let given = list(&variant["optionValues"]);
    if given.len() != known.len() {
        return Err(("INVALID_VARIANT", "A variant must have a value of every option"));
    }
    let mut combination = BTreeMap::new();
    for one in given {
        let (option, value) =
            (one["optionName"].as_str().unwrap_or_default(), one["name"].as_str().unwrap_or_default());
        let values = known.get(option).ok_or(("OPTION_DOES_NOT_EXIST", "The option does not exist"))?;
        if !values.contains(value) {
            return Err(("OPTION_VALUE_DOES_NOT_EXIST", "The option value does not exist"));
        }
        combination.insert(option, value.to_owned());
    }
    Ok(combination.into_values().collect())
}
