mod product_scored;
mod secrets;
mod stripe;
