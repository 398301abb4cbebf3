//! The demo world over real HTTP, as its clients meet it.

mod aliexpress;
mod faults;
mod pages;
mod util;
mod woocommerce;
