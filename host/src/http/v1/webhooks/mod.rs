//! What other services tell us.

pub mod stripe;
