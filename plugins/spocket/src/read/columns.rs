//! The names that values go by.

/// What a column of a table, or a field of an object, holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Url,
    Title,
    Description,
    Supplier,
    Currency,
    Images,
    Categories,
    ProcessingMin,
    ProcessingMax,
    Shipping,
    ObservedAt,
    VariantId,
    Sku,
    Cost,
    Price,
    Stock,
    VariantImage,
    Weight,
    Barcode,
    OptionName(u8),
    OptionValue(u8),
}

/// The proper name comes first; the others are what exports of shops call it.
const NAMES: [(Column, &[&str]); 20] = [
    (Column::Id, &["source_product_id", "product_id", "listing_id", "id", "handle"]),
    (Column::Url, &["source_url", "product_url", "url", "link"]),
    (Column::Title, &["title", "name", "product_name", "product_title"]),
    (Column::Description, &["description_html", "description", "body_html", "body"]),
    (Column::Supplier, &["supplier_name", "supplier", "vendor", "brand"]),
    (Column::Currency, &["currency", "currency_code"]),
    (Column::Images, &["images", "image_urls", "image", "image_src", "image_url"]),
    (Column::Categories, &["categories", "category", "product_type"]),
    (Column::ProcessingMin, &["processing_days_min", "processing_min"]),
    (Column::ProcessingMax, &["processing_days_max", "processing_max", "processing_days"]),
    (Column::Shipping, &["shipping"]),
    (Column::ObservedAt, &["observed_at", "date"]),
    (Column::VariantId, &["variant_id"]),
    (Column::Sku, &["sku", "variant_sku"]),
    (Column::Cost, &["cost", "you_pay", "cost_per_item", "unit_cost"]),
    (Column::Price, &["price", "you_sell", "selling_price", "variant_price"]),
    (Column::Stock, &["stock", "quantity", "inventory", "variant_inventory_qty"]),
    (Column::VariantImage, &["variant_image"]),
    (Column::Weight, &["weight_grams", "variant_grams"]),
    (Column::Barcode, &["barcode", "variant_barcode", "ean", "gtin"]),
];

/// The form in which names are compared.
pub(super) fn usual_form(name: &str) -> String {
    let name = name.trim().trim_matches('"').to_lowercase();
    name.chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect::<String>()
        .trim_matches('_')
        .to_owned()
}

impl Column {
    /// What goes by this name.
    pub(super) fn of(name: &str) -> Option<Column> {
        let name = usual_form(name);
        let known = NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
        known.map(|(column, _)| *column).or_else(|| numbered(&name))
    }

    /// Its proper name.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(column, _)| *column == self).map_or("option", |(_, names)| names[0])
    }
}

/// `option1_name` and `option1_value`, with or without the lines.
fn numbered(name: &str) -> Option<Column> {
    let rest = name.strip_prefix("option")?.trim_start_matches('_');
    let number = rest.chars().next()?.to_digit(10).and_then(|digit| u8::try_from(digit).ok())?;
    match rest[1..].trim_start_matches('_') {
        "name" => Some(Column::OptionName(number)),
        "value" => Some(Column::OptionValue(number)),
        _ => None,
    }
}

/// The choice that a column holds when its own name says it: `Option: Colour`.
pub(super) fn named_option(header: &str) -> Option<String> {
    let header = header.trim().trim_matches('"');
    let (first, name) = header.split_at_checked(6)?;
    if !first.eq_ignore_ascii_case("option") || !name.starts_with([':', ' ', '_', '-', '.']) {
        return None;
    }
    let name = name.trim_start_matches([':', ' ', '_', '-', '.']).trim();
    (!name.is_empty()).then(|| name.to_owned())
}
