//! What other services tell us.

pub mod platform_events;
pub mod product_scored;
pub mod secrets;
pub mod stripe;
