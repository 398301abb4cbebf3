mod signing;
mod urls;
