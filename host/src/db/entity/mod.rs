//! Rows as they are today. Nothing outside `db` sees them.

#![expect(unreachable_pub, reason = "the derive macros need items that are pub")]

pub(super) mod api_keys;
pub(super) mod billing_checkouts;
pub(super) mod billing_customers;
pub(super) mod browser_sessions;
pub(super) mod catalogue_items;
pub(super) mod catalogues;
pub(super) mod house_accounts;
pub(super) mod idempotency_keys;
pub(super) mod import_history;
pub(super) mod import_jobs;
mod json_text;
pub(super) mod password_resets;
pub(super) mod platform_events;
pub(super) mod price_watches;
pub(super) mod product_cache;
mod raw_text;
pub(super) mod refresh_tokens;
pub(super) mod schedules;
pub(super) mod store_connections;
pub(super) mod store_ops;
pub(super) mod store_product_changes;
pub(super) mod store_products;
pub(super) mod stripe_events;
pub(super) mod subscriptions;
pub(super) mod supplier_accounts;
pub(super) mod usage_counters;
pub(super) mod users;
pub(super) mod watch_prices;
pub(super) mod webhook_secrets;

pub(super) use json_text::JsonText;
pub(super) use raw_text::RawText;
