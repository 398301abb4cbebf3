mod platform_events;
mod product_scored;
mod secrets;
mod stripe;
