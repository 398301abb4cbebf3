//! The demo world over real HTTP, as its clients meet it.

mod aliexpress;
mod faults;
mod pages;
mod shopify;
mod util;
mod woocommerce;
