//! A product as far as it is known, while it is put together from several sources.

use sourcepilot_sdk::Availability;
use sourcepilot_sdk::money::Amount;

/// Every field may be missing still. Addresses are absolute, texts are not blank.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Draft {
    pub(crate) title: Option<String>,
    /// HTML.
    pub(crate) description: Option<String>,
    pub(crate) images: Vec<String>,
    pub(crate) price: Option<Amount>,
    pub(crate) list_price: Option<Amount>,
    pub(crate) currency: Option<String>,
    pub(crate) availability: Option<Availability>,
    pub(crate) stock: Option<u32>,
    pub(crate) sku: Option<String>,
    pub(crate) barcode: Option<String>,
    pub(crate) weight_grams: Option<u32>,
    pub(crate) brand: Option<String>,
    pub(crate) categories: Vec<String>,
    /// 0 to 5.
    pub(crate) rating: Option<String>,
    pub(crate) rating_count: Option<u64>,
    /// Empty when there is nothing to choose.
    pub(crate) variants: Vec<DraftVariant>,
    /// The cheapest and the dearest price when the page tells no more than those.
    pub(crate) range: Option<(Amount, Amount)>,
    /// How it was put together, by name.
    pub(crate) notes: Vec<(&'static str, String)>,
}

/// A variant as far as it is known; what is missing is the product's.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DraftVariant {
    pub(crate) title: Option<String>,
    pub(crate) options: Vec<(String, String)>,
    pub(crate) price: Option<Amount>,
    pub(crate) list_price: Option<Amount>,
    pub(crate) currency: Option<String>,
    pub(crate) availability: Option<Availability>,
    pub(crate) stock: Option<u32>,
    pub(crate) sku: Option<String>,
    pub(crate) barcode: Option<String>,
    pub(crate) weight_grams: Option<u32>,
    pub(crate) image: Option<String>,
    /// What it costs more than the product, where only that is known.
    pub(crate) surcharge: Option<Amount>,
}

impl DraftVariant {
    /// Its choices as one text, by which variants are told apart.
    pub(crate) fn combination(&self) -> String {
        self.options.iter().map(|(name, value)| format!("{name}\u{1f}{value}\u{1e}")).collect()
    }
}

impl Draft {
    /// Fills what is missing from another source. Prices and their currency come from
    /// one source: a number in the currency of another page part would be wrong.
    pub(crate) fn or(self, other: Draft) -> Draft {
        let (price, list_price, currency) = if self.is_priced() {
            (self.price, self.list_price, self.currency.or(other.currency))
        } else {
            (other.price, other.list_price, other.currency.or(self.currency))
        };
        Draft {
            title: self.title.or(other.title),
            description: self.description.or(other.description),
            images: if self.images.is_empty() { other.images } else { self.images },
            price,
            list_price,
            currency,
            availability: self.availability.or(other.availability),
            stock: self.stock.or(other.stock),
            sku: self.sku.or(other.sku),
            barcode: self.barcode.or(other.barcode),
            weight_grams: self.weight_grams.or(other.weight_grams),
            brand: self.brand.or(other.brand),
            categories: if self.categories.is_empty() { other.categories } else { self.categories },
            rating: self.rating.or(other.rating),
            rating_count: self.rating_count.or(other.rating_count),
            variants: if self.variants.is_empty() { other.variants } else { self.variants },
            range: self.range.or(other.range),
            notes: if self.notes.is_empty() { other.notes } else { self.notes },
        }
    }

    fn is_priced(&self) -> bool {
        self.price.is_some() || self.variants.iter().any(|variant| variant.price.is_some())
    }
}
