//! Use cases, one file per noun. Transactions begin and end here; no function
//! knows a status code or a row.

pub mod admin;
pub mod ai;
pub mod api_keys;
pub mod auth;
pub mod billing;
pub mod calls;
pub mod catalogues;
pub mod checks;
pub mod connections;
pub mod consent;
pub mod credentials;
pub mod doctor;
pub mod event_stream;
pub mod events;
pub mod health;
pub mod house_accounts;
pub mod images;
pub mod import_lists;
pub mod imports;
pub mod intake;
pub mod once;
pub mod party;
pub mod platform_events;
pub mod plugin_list;
pub mod price_watches;
pub mod pricing;
pub mod product_cache;
pub mod product_links;
pub mod product_scored;
pub mod products;
pub mod provisioning;
pub mod secrets;
pub mod settings;
pub mod standard_webhooks;
pub mod store_products;
pub mod stripe_events;
pub mod supplier_accounts;
pub mod suppliers;
pub mod turns;
pub mod usage;
pub mod webhook_secrets;

// Stored things that handlers show; they know the database by these names only.
pub use crate::db::DbError;
pub use crate::db::catalogue_items::CatalogueItem;
pub use crate::db::catalogues::Catalogue;
pub use crate::db::connections::Connection;
pub use crate::db::facts::Facts;
pub use crate::db::import_history::HistoryLine;
pub use crate::db::imports::{ImportFilter, Listing, Page};
pub use crate::db::price_watches::{PriceWatch, SeenPrice};
pub use crate::db::store_product_changes::StoreProductChange;
pub use crate::db::store_products::StoreProduct;
pub use crate::db::supplier_accounts::SupplierAccount;
pub use crate::db::users::User;
pub use crate::db::webhook_secrets::WebhookSecret;
