//! What other services tell us.

pub mod product_scored;
pub mod secrets;
pub mod stripe;
