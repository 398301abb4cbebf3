//! The supplier's goods: a product for every well-formed id, always the same one.

pub(crate) mod axes;
mod generate;
mod prose;
pub(crate) mod words;

pub(crate) use generate::item;

use axes::{Property, Value};
use words::Kind;

/// The distance between the number of an item in the United States and its main one.
const US_DISTANCE: u64 = 1 << 51;

/// A product as the supplier's own books have it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The main id.
    pub(crate) id: u64,
    pub(crate) kind: &'static Kind,
    pub(crate) title: String,
    pub(crate) status: String,
    pub(crate) detail: String,
    pub(crate) mobile_detail: String,
    pub(crate) axes: Vec<Axis>,
    pub(crate) skus: Vec<Sku>,
    /// Names of pictures below the CDN's `/kf/`.
    pub(crate) images: Vec<String>,
    /// 0 to 5, with one decimal; absent for new products.
    pub(crate) rating: Option<String>,
    pub(crate) reviews: u64,
    pub(crate) sales: String,
    pub(crate) video: bool,
    pub(crate) grams: u64,
    /// Centimetres.
    pub(crate) parcel: [u64; 3],
    pub(crate) delivery_days: u64,
    pub(crate) store: (u64, &'static str),
    pub(crate) choice_item: bool,
    pub(crate) wholesale: bool,
    pub(crate) free_shipping: bool,
}

/// A choice of a product.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) property: &'static Property,
    pub(crate) values: Vec<Value>,
}

/// One thing that can be ordered.
#[derive(Clone, Debug)]
pub(crate) struct Sku {
    pub(crate) id: u64,
    /// One index per axis into its values.
    pub(crate) picks: Vec<usize>,
    /// The struck-out price, in US cents.
    pub(crate) list_cents: u64,
    /// The price, in US cents.
    pub(crate) sale_cents: u64,
    pub(crate) stock: u64,
    pub(crate) image: Option<String>,
}

impl Item {
    /// What the platform calls it in the United States.
    pub(crate) fn us_id(&self) -> u64 {
        self.id + US_DISTANCE
    }

    /// Where a SKU is sent from.
    pub(crate) fn ships_from(&self, sku: &Sku) -> &'static str {
        self.axes
            .iter()
            .zip(&sku.picks)
            .find(|(axis, _)| axis.property.id == axes::SHIPS_FROM.id)
            .map_or("CN", |(axis, pick)| axes::country_of(axis.values[*pick].id))
    }

    /// The cheapest SKU that can be bought, or the first.
    pub(crate) fn cheapest(&self) -> Option<&Sku> {
        let in_stock = self.skus.iter().filter(|sku| sku.stock > 0).min_by_key(|sku| sku.sale_cents);
        in_stock.or_else(|| self.skus.first())
    }
}

/// The main id behind a text of 8 to 20 digits; numbers of the United States are turned back.
pub(crate) fn main_id(text: &str) -> Option<u64> {
    let digits = (8..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let id: u64 = digits.then(|| text.parse().ok())??;
    Some(if id >= US_DISTANCE { id - US_DISTANCE } else { id })
}

#[cfg(test)]
mod tests {
    use super::main_id;

    #[test]
    fn ids_of_the_united_states_are_turned_back() {
        assert_eq!(main_id("1005001111222333"), Some(1005001111222333));
        assert_eq!(main_id("3256800924907581"), Some(1005001111222333));
        assert_eq!(main_id("2251832796543238"), Some(32982857990));
        assert_eq!(main_id("1234567"), None);
        assert_eq!(main_id("12345678a"), None);
        assert_eq!(main_id("99999999999999999999"), None);
    }
}
