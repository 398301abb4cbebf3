//! Product ids: every product has a main one, and most a second one for the US.

use crate::url::is_digits;

/// A US id is the main id plus this. Computed from the three published pairs of
/// ids; the documentation itself does not state it.
const US_OFFSET: u64 = 1 << 51;

/// A product by its main id, the same whichever site the address came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ProductId(String);

impl ProductId {
    /// Read 8 to 20 digits. US ids become main ids.
    ///
    /// Main ids are below 2^51, so only numbers from 2^51 up to 2^52 can be US ids;
    /// larger ones are left as they are.
    pub(crate) fn read(digits: &str) -> Option<Self> {
        if !is_digits(digits, 8..=20) || digits.starts_with('0') {
            return None;
        }
        match digits.parse::<u64>() {
            Ok(number) if (US_OFFSET..2 * US_OFFSET).contains(&number) => {
                let main = number - US_OFFSET;
                Some(ProductId(if main == 0 { number } else { main }.to_string()))
            }
            _ => Some(ProductId(digits.to_owned())),
        }
    }

    /// The main id, as text.
    pub(crate) fn main(&self) -> &str {
        &self.0
    }

    /// The id of the same product on the US site, when it can have one.
    pub(crate) fn us(&self) -> Option<String> {
        let main: u64 = self.0.parse().ok()?;
        (main < US_OFFSET).then(|| (main + US_OFFSET).to_string())
    }

    /// The product's page.
    pub(crate) fn page(&self) -> String {
        format!("https://www.aliexpress.com/item/{}.html", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_pairs_are_the_same_product() {
        for (main, us) in [
            ("1005009076092229", "3256808889777477"),
            ("1005009413075952", "3256809226761200"),
            ("32982857990", "2251832796543238"),
        ] {
            assert_eq!(ProductId::read(us), ProductId::read(main));
            assert_eq!(ProductId::read(main).unwrap().us().as_deref(), Some(us));
        }
    }

    #[test]
    fn only_digits_of_a_plausible_length_are_ids() {
        for wrong in
            ["", "1234567", "012345678", "1005001111222333x", "100500111122233344455", "١٠٠٥٠٠١١١١٢٢٢٣٣٣"]
        {
            assert_eq!(ProductId::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_too_large_for_a_us_id_stay_as_they_are() {
        for large in ["4503599627370496", "12000044000000001", "99999999999999999999"] {
            assert_eq!(ProductId::read(large).unwrap().main(), large);
            assert_eq!(ProductId::read(large).unwrap().us(), None);
        }
    }
}
