//! A file of JSON: a list of products, an object that holds one, or a single product.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use sourcepilot_sdk::{Failure, Result, json};

use super::collect::{Collected, Identity};
use super::columns::Column;
use super::fields;
use crate::document::{Days, Document, Region, Variant};

/// The names under which an object holds the list.
const LISTS: [&str; 3] = ["products", "items", "data"];

/// Read products one after the other, so that a large file is never held as a whole
/// besides its text.
///
/// # Errors
/// `invalid-input` with the place when the file is no JSON.
pub(super) fn read(text: &str, collected: &mut Collected) -> Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut entries = Entries { collected, count: 0 };
    let read = Top(&mut entries).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    read.map_err(|error| {
        Failure::invalid_input(format!(
            "The feed is no JSON: it breaks off in line {}, column {}. Nothing of it was taken, because the rest cannot be told apart.",
            error.line(),
            error.column()
        ))
    })
}

struct Entries<'a> {
    collected: &'a mut Collected,
    count: u64,
}

impl Entries<'_> {
    fn take(&mut self, value: &Value) {
        self.count += 1;
        entry(value, self.count, self.collected);
    }
}

/// The outermost value.
struct Top<'a, 'b>(&'a mut Entries<'b>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("products")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.0.take(&value);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut product = Map::new();
        let mut held_a_list = false;
        while let Some(name) = map.next_key::<String>()? {
            if LISTS.contains(&name.as_str()) {
                held_a_list = true;
                map.next_value_seed(Top(&mut *self.0))?;
            } else {
                product.insert(name, map.next_value()?);
            }
        }
        if !held_a_list {
            self.0.take(&Value::Object(product));
        }
        Ok(())
    }
}

/// Take one product; what is wrong with it becomes problems.
pub(super) fn entry(value: &Value, number: u64, collected: &mut Collected) {
    if let Err(problem) = product(value, number, collected) {
        collected.problem(number, problem);
    }
}

fn product(value: &Value, number: u64, collected: &mut Collected) -> std::result::Result<(), String> {
    let object = value.as_object().ok_or("This entry is no JSON object.")?;
    let fields = Fields(object);
    let address = fields.text(Column::Url).and_then(|text| fields::address(&text));
    let Identity { id, url } = Identity::of(fields.text(Column::Id).as_deref(), address)?;
    if collected.place(&id).is_some() {
        return Err(format!(
            "The product {} stands in the feed already; give all its variants in one entry.",
            fields::shown(&id)
        ));
    }
    let document = document(&fields, number, Identity { id, url }, collected)?;
    let place = collected.begin(document)?;
    let variants = json::list(object.get("variants").unwrap_or(&Value::Null));
    if variants.is_empty() {
        return collected.add(place, variant(&fields)?);
    }
    for (at, one) in variants.into_iter().enumerate() {
        let added = one
            .as_object()
            .ok_or_else(|| "it is no JSON object.".to_owned())
            .and_then(|object| variant(&Fields(object)))
            .and_then(|variant| collected.add(place, variant));
        if let Err(problem) = added {
            collected.problem(number, format!("variants[{at}]: {problem}"));
        }
    }
    Ok(())
}

struct Fields<'a>(&'a Map<String, Value>);

impl Fields<'_> {
    fn value(&self, column: Column) -> Option<&Value> {
        let exact = self.0.get(column.name()).filter(|value| !value.is_null());
        exact.or_else(|| {
            let same =
                |(name, value): &(&String, &Value)| !value.is_null() && Column::of(name) == Some(column);
            self.0.iter().find(same).map(|(_, value)| value)
        })
    }

    fn text(&self, column: Column) -> Option<String> {
        self.value(column).and_then(json::text)
    }

    fn texts(&self, column: Column) -> Vec<String> {
        let elements = self.value(column).map(json::list).unwrap_or_default();
        elements
            .into_iter()
            .filter_map(|element| {
                json::text(element).or_else(|| json::text(element.get("url").or_else(|| element.get("src"))?))
            })
            .collect()
    }
}

fn document(
    fields: &Fields<'_>,
    number: u64,
    identity: Identity,
    collected: &mut Collected,
) -> std::result::Result<Document, String> {
    let text = |column| fields.text(column).unwrap_or_default();
    let title = fields::line(&text(Column::Title), 500).ok_or("The product has no `title`.")?;
    let currency = match fields.text(Column::Currency) {
        None => collected.currency.clone().ok_or("The product has no `currency` such as USD.")?,
        Some(text) => fields::currency(&text).ok_or_else(|| {
            format!("`currency` is “{}”, which is no code such as USD.", fields::shown(&text))
        })?,
    };
    let images = fields.texts(Column::Images);
    let (images, bad) = fields::images(images.iter().map(String::as_str));
    if bad > 0 {
        collected.problem(number, format!("{bad} of its images are no web addresses and were left out."));
    }
    let shipping = shipping(fields).unwrap_or_else(|problem| {
        collected.problem(number, format!("{problem} The product was kept without it."));
        Vec::new()
    });
    let categories = fields.texts(Column::Categories);
    Ok(Document {
        source_product_id: identity.id,
        source_url: identity.url,
        title,
        description_html: fields::html(&text(Column::Description)),
        supplier_name: fields::line(&text(Column::Supplier), 200),
        currency,
        images,
        categories: categories.iter().take(50).filter_map(|name| fields::line(name, 100)).collect(),
        variants: Vec::new(),
        processing_time_days: processing(fields),
        shipping,
        observed_at: fields::line(&text(Column::ObservedAt), 40),
    })
}

fn processing(fields: &Fields<'_>) -> Option<Days> {
    let days = fields.0.get("processing_time_days")?;
    let number = |name: &str| json::whole(&days[name]).and_then(|days| u32::try_from(days).ok());
    let (min, max) = (number("min")?, number("max")?);
    (min <= max && max <= 3650).then_some(Days { min, max })
}

fn shipping(fields: &Fields<'_>) -> std::result::Result<Vec<Region>, String> {
    match fields.value(Column::Shipping) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => fields::shipping(text),
        Some(list) => json::list(list).into_iter().map(region).collect(),
    }
}

fn region(value: &Value) -> std::result::Result<Region, String> {
    let days = |name: &str| {
        json::whole(&value[name]).and_then(|days| u32::try_from(days).ok()).filter(|days| *days <= 3650)
    };
    Ok(Region {
        region: fields::region(&json::text(&value["region"]).unwrap_or_default())?,
        cost: fields::delivery_cost(&json::text(&value["cost"]).unwrap_or_default())?,
        days_min: days("days_min"),
        days_max: days("days_max"),
    })
}

fn variant(fields: &Fields<'_>) -> std::result::Result<Variant, String> {
    let text = |column| fields.text(column).unwrap_or_default();
    Ok(Variant {
        id: fields::line(&text(Column::VariantId), 200).unwrap_or_default(),
        sku: fields::line(&text(Column::Sku), 200),
        options: options(fields.0.get("options"))?,
        cost: fields::price(&text(Column::Cost), Column::Cost.name())?,
        price: fields::price(&text(Column::Price), Column::Price.name())?,
        stock: fields::stock(&text(Column::Stock))?,
        image: fields
            .texts(Column::VariantImage)
            .iter()
            .chain(&fields.texts(Column::Images))
            .find_map(|text| fields::address(text)),
        weight_grams: fields.text(Column::Weight).and_then(|text| fields::whole(&text)),
        barcode: fields::line(&text(Column::Barcode), 200),
    })
}

/// `{"Colour": "Grey"}`, or a list of `{"name": "Colour", "value": "Grey"}`.
fn options(value: Option<&Value>) -> std::result::Result<Map<String, Value>, String> {
    let pair = |name: &str, value: &Value| {
        let value = fields::line(&json::text(value)?, 200)?;
        Some((fields::line(name, 100)?, Value::String(value)))
    };
    let pairs: Option<Map<String, Value>> = match value {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Object(members)) => members.iter().map(|(name, value)| pair(name, value)).collect(),
        Some(Value::Array(list)) => {
            list.iter().map(|one| pair(one["name"].as_str()?, &one["value"])).collect()
        }
        Some(_) => None,
    };
    pairs.ok_or_else(|| "`options` is no object such as {\"Colour\": \"Grey\"}.".to_owned())
}
