//! The demo world over real HTTP, as its clients meet it.

mod aliexpress;
mod cj;
mod faults;
mod pages;
mod shopify;
mod stripe;
mod util;
mod woocommerce;
