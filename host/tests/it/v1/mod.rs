mod auth;
mod connections;
mod events;
mod health;
mod imports;
mod plugins;
mod products;
mod suppliers;
