//! What the merchant typed in: alone, or to correct what a page says.

use serde_json::{Map, Value};
use sourcepilot_sdk::money::{self, Amount};
use sourcepilot_sdk::{Failure, Result, json};

use crate::draft::{Draft, DraftVariant};
use crate::page::not_blank;
use crate::price;
use crate::schema_org::paragraphs;
use crate::seen::Seen;
use crate::url::reference;

/// More than this nobody types.
const MOST_VARIANTS: usize = 2000;
const MOST_IMAGES: usize = 200;

/// A product, checked field by field.
#[derive(Debug)]
pub(crate) struct Entry(Draft);

impl Entry {
    /// Reads the merchant's JSON object.
    ///
    /// # Errors
    /// `invalid-input` that names the field.
    pub(crate) fn read(text: &str) -> Result<Entry> {
        let value: Value = serde_json::from_str(text).map_err(|_| wrong("the product", "is no JSON"))?;
        let fields = Fields {
            of: value.as_object().ok_or_else(|| wrong("the product", "is no JSON object"))?,
            at: "",
        };
        let currency = fields.currency()?;
        let variants = match fields.of.get("variants") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) if list.len() <= MOST_VARIANTS => variants(list, currency.as_deref())?,
            Some(_) => return Err(wrong("variants", "is no list of at most 2000 variants")),
        };
        Ok(Entry(Draft {
            title: fields.text(&["title", "name"]),
            description: fields.long_text("description"),
            images: fields.images()?,
            price: fields.price(&["price", "cost"], currency.as_deref())?,
            list_price: fields.price(&["list_price", "compare_at_price"], currency.as_deref())?,
            stock: fields.whole(&["stock", "quantity"])?,
            sku: fields.text(&["sku"]),
            barcode: fields.text(&["barcode"]),
            weight_grams: fields.whole(&["weight_grams"])?,
            brand: fields.text(&["vendor", "brand", "supplier_name"]),
            categories: fields.texts("categories"),
            currency,
            variants,
            ..Draft::default()
        }))
    }

    /// True when nothing has to be looked up in a page.
    pub(crate) fn is_complete(&self) -> bool {
        let Entry(draft) = self;
        let variants_priced =
            !draft.variants.is_empty() && draft.variants.iter().all(|variant| variant.price.is_some());
        draft.title.is_some() && (draft.price.is_some() || variants_priced)
    }

    /// The entry where it says something, the page elsewhere. A price typed without a
    /// currency is meant in the page's, or else in the merchant's own.
    pub(crate) fn over(self, page: Draft, own_currency: &str) -> Draft {
        let Entry(mut entry) = self;
        let currency =
            entry.currency.take().or_else(|| page.currency.clone()).or_else(|| price::code(own_currency));
        entry.currency = currency.clone();
        let page = if page.currency == currency { page } else { without_prices(page) };
        Draft { currency, ..entry.or(page) }
    }
}

/// A page's prices mean nothing in the currency that the merchant chose.
fn without_prices(page: Draft) -> Draft {
    Draft { price: None, list_price: None, range: None, variants: Vec::new(), ..page }
}

fn variants(list: &[Value], currency: Option<&str>) -> Result<Vec<DraftVariant>> {
    let read = list.iter().enumerate().map(|(index, value)| variant(index, value, currency));
    let mut variants = read.collect::<Result<Vec<_>>>()?;
    let order: Vec<String> = variants.first().into_iter().flat_map(names).collect();
    for variant in &mut variants {
        reorder(&mut variant.options, &order);
        if !names(variant).eq(order.iter().cloned()) {
            return Err(wrong("variants", "need the same options for every variant"));
        }
    }
    let mut seen = Seen::default();
    if !variants.iter().all(|variant| seen.insert(variant.combination())) {
        return Err(wrong("variants", "hold two variants with the same options"));
    }
    Ok(variants)
}

/// Puts options into the given order, those of other names at the end.
fn reorder(options: &mut [(String, String)], order: &[String]) {
    for (place, name) in order.iter().enumerate() {
        if let Some(at) = options.iter().skip(place).position(|(have, _)| have == name) {
            options.swap(place, place + at);
        }
    }
}

fn names(variant: &DraftVariant) -> impl Iterator<Item = String> {
    variant.options.iter().map(|(name, _)| name.clone())
}

fn variant(index: usize, value: &Value, currency: Option<&str>) -> Result<DraftVariant> {
    let at = format!("variants[{index}].");
    let of = value.as_object().ok_or_else(|| wrong(&at, "is no JSON object"))?;
    let fields = Fields { of, at: &at };
    Ok(DraftVariant {
        title: fields.text(&["title", "name"]),
        options: options(&fields)?,
        price: fields.price(&["price", "cost"], currency)?,
        list_price: fields.price(&["list_price", "compare_at_price"], currency)?,
        stock: fields.whole(&["stock", "quantity"])?,
        sku: fields.text(&["sku"]),
        barcode: fields.text(&["barcode"]),
        weight_grams: fields.whole(&["weight_grams"])?,
        image: fields.images()?.into_iter().next(),
        ..DraftVariant::default()
    })
}

/// `{"Color": "Red"}`, or a list of `{"name": "Color", "value": "Red"}`.
fn options(fields: &Fields<'_>) -> Result<Vec<(String, String)>> {
    let bad = || wrong(&format!("{}options", fields.at), "is no object such as {\"Color\": \"Red\"}");
    match fields.of.get("options") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(members)) => members
            .iter()
            .map(|(name, value)| Some((not_blank(name)?, json::text(value)?)))
            .collect::<Option<_>>()
            .ok_or_else(bad),
        Some(Value::Array(list)) => list
            .iter()
            .map(|option| Some((json::text(&option["name"])?, json::text(&option["value"])?)))
            .collect::<Option<_>>()
            .ok_or_else(bad),
        Some(_) => Err(bad()),
    }
}

struct Fields<'a> {
    of: &'a Map<String, Value>,
    /// Where they stand, for messages.
    at: &'a str,
}

impl Fields<'_> {
    fn first(&self, names: &[&str]) -> Option<(String, &Value)> {
        names.iter().find_map(|name| {
            let value = self.of.get(*name).filter(|value| !value.is_null() && value.as_str() != Some(""))?;
            Some((format!("{}{name}", self.at), value))
        })
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        self.first(names).and_then(|(_, value)| json::text(value)).and_then(|text| not_blank(&text))
    }

    /// HTML as it is, plain text with its lines kept.
    fn long_text(&self, name: &str) -> Option<String> {
        let text = self.of.get(name)?.as_str()?.trim();
        let html = text.contains('<') && text.contains('>');
        (!text.is_empty()).then(|| if html { text.to_owned() } else { paragraphs(text) })
    }

    fn texts(&self, name: &str) -> Vec<String> {
        self.of.get(name).map(json::list).unwrap_or_default().into_iter().filter_map(json::text).collect()
    }

    fn currency(&self) -> Result<Option<String>> {
        let Some((at, value)) = self.first(&["currency"]) else { return Ok(None) };
        let code = value.as_str().and_then(money::currency_code);
        code.map(Some).ok_or_else(|| wrong(&at, "is no currency code such as EUR"))
    }

    fn price(&self, names: &[&str], currency: Option<&str>) -> Result<Option<Amount>> {
        let Some((at, value)) = self.first(names) else { return Ok(None) };
        price::read(value, currency).map(Some).ok_or_else(|| {
            wrong(&at, "is no price above zero: write it with a point and two digits, such as 1234.50")
        })
    }

    fn whole(&self, names: &[&str]) -> Result<Option<u32>> {
        let Some((at, value)) = self.first(names) else { return Ok(None) };
        let number = json::whole(value).and_then(|number| u32::try_from(number).ok());
        number.map(Some).ok_or_else(|| wrong(&at, "is no whole number from 0"))
    }

    fn images(&self) -> Result<Vec<String>> {
        let list: Vec<&Value> =
            ["images", "image"].iter().filter_map(|name| self.of.get(*name)).flat_map(json::list).collect();
        if list.len() > MOST_IMAGES {
            return Err(wrong(&format!("{}images", self.at), "has more than 200 entries"));
        }
        list.into_iter().map(|image| self.image(image)).collect()
    }

    fn image(&self, image: &Value) -> Result<String> {
        let address = image.as_str().or_else(|| image["url"].as_str());
        let reference = address.and_then(|address| reference(address).ok());
        // The reference drops tracking parameters, which may be part of an image's name.
        let absolute = reference.and(address).map(|address| address.trim().to_owned());
        absolute.ok_or_else(|| wrong(&format!("{}images", self.at), "holds something that is no web address"))
    }
}

fn wrong(field: &str, problem: &str) -> Failure {
    Failure::invalid_input(format!(
        "In the product that was typed in, `{}` {problem}.",
        field.trim_end_matches('.')
    ))
}
