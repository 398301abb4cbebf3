//! Odd pages and entries, from address to product.
