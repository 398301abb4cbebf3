//! A table: one row per variant, the product's own columns repeated.

use serde_json::{Map, Value};
use sourcepilot_sdk::{Failure, Result};

use super::collect::{Collected, Identity};
use super::columns::{Column, named_option};
use super::{fields, table};
use crate::document::{Days, Document, Variant};

/// A field this long means that a quotation mark was never closed.
const LONGEST_FIELD: usize = 512 * 1024;

/// Read a table into documents.
///
/// # Errors
/// `invalid-input` that names the columns that are missing.
pub(super) fn read(text: &str, collected: &mut Collected) -> Result<()> {
    let (separator, text) = table::separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut header = None;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                collected.problem(reader.position().line(), "From this row on the table could not be read.");
                break;
            }
        }
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        match &header {
            None => header = Some(Header::read(&record)?),
            Some(header) => {
                if let Err(problem) = row(&Row { header, record: &record }, line, collected) {
                    collected.problem(line, problem);
                }
            }
        }
    }
    Ok(())
}

/// Which column stands where.
struct Header {
    columns: Vec<(Column, usize)>,
    options: Vec<(String, usize)>,
    width: usize,
}

impl Header {
    fn read(record: &csv::StringRecord) -> Result<Header> {
        let mut columns: Vec<(Column, usize)> = Vec::new();
        let mut options = Vec::new();
        for (at, name) in record.iter().enumerate() {
            match Column::of(name) {
                Some(column) if columns.iter().all(|(known, _)| *known != column) => {
                    columns.push((column, at))
                }
                Some(_) => {}
                None => options.extend(named_option(name).map(|name| (name, at))),
            }
        }
        let header = Header { columns, options, width: record.len() };
        header.missing().map_or(Ok(header), |missing| Err(absent(&missing, record)))
    }

    fn has(&self, column: Column) -> bool {
        self.columns.iter().any(|(known, _)| *known == column)
    }

    fn missing(&self) -> Option<String> {
        let mut missing = Vec::new();
        if !self.has(Column::Title) {
            missing.push("`title`");
        }
        if !self.has(Column::Id) && !self.has(Column::Url) {
            missing.push("`source_url` or `source_product_id`");
        }
        if !self.has(Column::Cost) && !self.has(Column::Price) {
            missing.push("`cost` or `price`");
        }
        (!missing.is_empty()).then(|| missing.join(", "))
    }
}

fn absent(missing: &str, record: &csv::StringRecord) -> Failure {
    let found: Vec<String> = record.iter().take(30).map(fields::shown).collect();
    Failure::invalid_input(format!(
        "The feed has no column {missing}. Its first line has to name the columns; it reads: {}.",
        found.join(", ")
    ))
}

struct Row<'a> {
    header: &'a Header,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn get(&self, column: Column) -> &str {
        let at = self.header.columns.iter().find(|(known, _)| *known == column);
        at.and_then(|(_, at)| self.record.get(*at)).unwrap_or_default().trim()
    }

    fn list(&self, column: Column) -> impl Iterator<Item = &str> {
        self.get(column).split('|').map(str::trim).filter(|part| !part.is_empty())
    }

    fn options(&self) -> Map<String, Value> {
        let numbered = (1..=9).filter(|number| self.header.has(Column::OptionValue(*number))).map(|number| {
            (self.get(Column::OptionName(number)).to_owned(), self.get(Column::OptionValue(number)))
        });
        let named = self
            .header
            .options
            .iter()
            .map(|(name, at)| (name.clone(), self.record.get(*at).unwrap_or_default()));
        let all = numbered.chain(named).filter_map(|(name, value)| {
            let value = fields::line(value, 200)?;
            Some((fields::line(&name, 100).unwrap_or_else(|| "Option".to_owned()), Value::String(value)))
        });
        all.collect()
    }
}

fn row(row: &Row<'_>, line: u64, collected: &mut Collected) -> std::result::Result<(), String> {
    if row.record.iter().any(|field| field.len() > LONGEST_FIELD) {
        return Err(
            "A quotation mark that opens in this line is never closed; everything after it was lost.".into(),
        );
    }
    if row.record.len() > row.header.width {
        let more = row.record.iter().skip(row.header.width).any(|field| !field.trim().is_empty());
        if more {
            return Err(format!(
                "The row has {} fields but there are {} columns; put text that holds the separator into quotation marks.",
                row.record.len(),
                row.header.width
            ));
        }
    }
    let url = row.get(Column::Url);
    let address = fields::address(url)
        .or_else(|| fields::address(&format!("https://{url}")).filter(|_| url.contains('.')));
    let Identity { id, url } = Identity::of(Some(row.get(Column::Id)), address)?;
    let variant = variant(row)?;
    let place = match collected.place(&id) {
        Some(place) => place,
        None => {
            let document = document(row, line, Identity { id, url }, collected)?;
            collected.begin(document)?
        }
    };
    let currency = row.get(Column::Currency);
    if fields::currency(currency).is_some_and(|currency| currency != collected.currency_at(place)) {
        return Err("All variants of a product have one currency; this row has another one.".into());
    }
    collected.add(place, variant)
}

fn document(
    row: &Row<'_>,
    line: u64,
    identity: Identity,
    collected: &mut Collected,
) -> std::result::Result<Document, String> {
    let title = fields::line(row.get(Column::Title), 500).ok_or("The product has no title.")?;
    let currency = match row.get(Column::Currency) {
        "" => collected.currency.clone().ok_or(
            "The row names no currency: fill the column `currency`, or set the account's setting `currency`.",
        )?,
        text => fields::currency(text).ok_or_else(|| {
            format!("`currency` is “{}”, which is no code such as USD.", fields::shown(text))
        })?,
    };
    let (images, bad) = fields::images(row.list(Column::Images));
    if bad > 0 {
        collected.problem(line, format!("{bad} of its images are no web addresses and were left out."));
    }
    let shipping = fields::shipping(row.get(Column::Shipping)).unwrap_or_else(|problem| {
        collected.problem(line, format!("{problem} The product was kept without it."));
        Vec::new()
    });
    Ok(Document {
        source_product_id: identity.id,
        source_url: identity.url,
        title,
        description_html: fields::html(row.get(Column::Description)),
        supplier_name: fields::line(row.get(Column::Supplier), 200),
        currency,
        images,
        categories: row
            .list(Column::Categories)
            .take(50)
            .filter_map(|name| fields::line(name, 100))
            .collect(),
        variants: Vec::new(),
        processing_time_days: processing(row),
        shipping,
        observed_at: fields::line(row.get(Column::ObservedAt), 40),
    })
}

fn processing(row: &Row<'_>) -> Option<Days> {
    let max = fields::whole(row.get(Column::ProcessingMax))?;
    let min = fields::whole(row.get(Column::ProcessingMin)).unwrap_or(max);
    (min <= max && max <= 3650).then_some(Days { min, max })
}

fn variant(row: &Row<'_>) -> std::result::Result<Variant, String> {
    Ok(Variant {
        id: fields::line(row.get(Column::VariantId), 200).unwrap_or_default(),
        sku: fields::line(row.get(Column::Sku), 200),
        options: row.options(),
        cost: fields::price(row.get(Column::Cost), Column::Cost.name())?,
        price: fields::price(row.get(Column::Price), Column::Price.name())?,
        stock: fields::stock(row.get(Column::Stock))?,
        image: fields::address(row.get(Column::VariantImage)),
        weight_grams: fields::whole(row.get(Column::Weight)),
        barcode: fields::line(row.get(Column::Barcode), 200),
    })
}
