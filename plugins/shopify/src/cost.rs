//! What a request takes from the shop's allowance, in points.
//!
//! The schema's own text names the parts of `productSet`: 0.2 per variant, 1.9 per
//! file, 0.6 per file of a variant, 0.4 per entry. One request may take at most 1,000
//! points, so a product with many variants and pictures does not fit into one.

/// What one request may take, with room for what we reckon wrong.
pub(crate) const CEILING: f64 = 900.0;
const MUTATION: f64 = 10.0;
const ENTRIES: f64 = 0.8;

/// The points of writing so many variants, files and files of variants.
pub(crate) fn of_product_set(variants: usize, files: usize, variant_files: usize) -> f64 {
    MUTATION + ENTRIES + 0.2 * variants as f64 + 1.9 * files as f64 + 0.6 * variant_files as f64
}

/// The points of reading back so many variants and media in the same request.
pub(crate) fn of_reading(variants: usize, media: usize) -> f64 {
    10.0 + variants as f64 + 2.0 * media as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_product_fits_only_without_the_pictures_of_its_variants() {
        assert!(of_product_set(2048, 250, 0) < 1000.0);
        assert!(of_product_set(2048, 250, 2048) > 1000.0);
        assert!(of_product_set(100, 100, 100) + of_reading(100, 100) < CEILING);
    }
}
