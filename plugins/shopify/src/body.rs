//! What is sent for a product.

use serde_json::{Map, Value, json};

use crate::documents::{IMPORT_KEY, NAMESPACE, STATE};
use crate::facts::Facts;
use crate::plan::{Plan, Row};

/// How the product is written.
#[derive(Clone, Debug)]
pub(crate) struct Writing<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) facts: &'p Facts,
    /// Ids of collections.
    pub(crate) collections: &'p [String],
    /// Variants get their pictures in the same request.
    pub(crate) with_variant_files: bool,
    /// The value of the entry that says whether more is to come.
    pub(crate) state: &'static str,
}

/// The product's place: the one that carries the key.
pub(crate) fn identifier(key: &str) -> Value {
    json!({ "customId": { "namespace": NAMESPACE, "key": IMPORT_KEY, "value": key } })
}

/// An entry of ours.
pub(crate) fn state_entry(state: &str) -> Value {
    json!({ "namespace": NAMESPACE, "key": STATE, "type": "single_line_text_field", "value": state })
}

/// The whole product. It is a draft until the last write.
pub(crate) fn product(writing: &Writing<'_>) -> Value {
    let plan = writing.plan;
    let options: Vec<Value> = plan
        .axes
        .iter()
        .enumerate()
        .map(|(at, axis)| {
            let values: Vec<Value> = axis.values.iter().map(|value| json!({ "name": value })).collect();
            json!({ "name": axis.name, "position": at + 1, "values": values })
        })
        .collect();
    let mut product = json!({
        "title": plan.title,
        "status": "DRAFT",
        "tags": plan.tags,
        "metafields": [
            { "namespace": NAMESPACE, "key": IMPORT_KEY, "type": "id", "value": plan.key },
            state_entry(writing.state),
        ],
        "productOptions": options,
        "files": plan.files.iter().map(|url| file(plan, url)).collect::<Vec<_>>(),
        "variants": plan.rows.iter().map(|row| variant(writing, row)).collect::<Vec<_>>(),
    });
    let more = [
        ("descriptionHtml", plan.description.clone().map(Value::from)),
        ("vendor", plan.vendor.clone().map(Value::from)),
        ("collections", (!writing.collections.is_empty()).then(|| json!(writing.collections))),
    ];
    extend(&mut product, more);
    product
}

fn file(plan: &Plan, url: &str) -> Value {
    json!({ "originalSource": url, "alt": plan.title, "contentType": "IMAGE" })
}

fn variant(writing: &Writing<'_>, row: &Row) -> Value {
    let plan = writing.plan;
    let values: Vec<Value> = plan
        .axes
        .iter()
        .zip(&row.choice)
        .map(|(axis, value)| json!({ "optionName": axis.name, "name": value }))
        .collect();
    let stock = row.stock.zip(writing.facts.location.as_ref());
    let mut item = json!({ "tracked": stock.is_some() });
    extend(
        &mut item,
        [
            ("cost", row.cost.map(|cost| cost.to_string().into())),
            (
                "measurement",
                row.weight_grams.map(|grams| json!({ "weight": { "value": grams, "unit": "GRAMS" } })),
            ),
        ],
    );
    let mut variant = json!({
        "sku": row.key,
        "price": row.price.to_string(),
        "optionValues": values,
        "inventoryPolicy": "DENY",
        "inventoryItem": item,
    });
    let image = row.image.as_ref().filter(|_| writing.with_variant_files);
    extend(&mut variant, [
        ("compareAtPrice", row.compare_at.map(|amount| amount.to_string().into())),
        ("barcode", row.barcode.clone().map(Value::from)),
        ("file", image.map(|url| file(plan, url))),
        ("inventoryQuantities", stock.map(|(quantity, location)| {
            json!([{ "locationId": location, "name": "available", "quantity": quantity }])
        })),
    ]);
    variant
}

/// Adds the members that have a value.
fn extend<const N: usize>(value: &mut Value, members: [(&str, Option<Value>); N]) {
    if let Value::Object(map) = value {
        let given = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        map.extend(given.collect::<Map<_, _>>());
    }
}
