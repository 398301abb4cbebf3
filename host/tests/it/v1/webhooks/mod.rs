mod platform_events;
mod product_scored;
mod secrets;
mod stripe;

pub(crate) use stripe::signed;
