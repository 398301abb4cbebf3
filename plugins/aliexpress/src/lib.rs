//! AliExpress through its dropshipping API.
#![expect(dead_code)]

mod amount;
mod description;
mod id;
mod node;
mod options;
mod params;
mod places;
mod url;
mod wire;

#[cfg(test)]
mod tests;
