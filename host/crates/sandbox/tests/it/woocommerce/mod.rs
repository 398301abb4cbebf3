//! The shop.

mod access;
mod races;
mod reading;
mod site;
mod values;
mod writing;
