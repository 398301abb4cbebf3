#![doc = include_str!("../README.md")]

mod ddl;
mod m20261124_000001_users;
mod m20261124_000002_refresh_tokens;
mod m20261124_000003_supplier_accounts;
mod m20261124_000004_house_accounts;
mod m20261124_000005_store_connections;
mod m20261124_000006_import_jobs;
mod m20261124_000007_import_history;
mod m20261124_000008_usage_counters;
mod m20261124_000009_store_products;
mod m20261124_000010_store_ops;
mod m20261124_000011_product_cache;
mod m20261124_000012_jobs;
mod m20261124_000013_idempotency_keys;
mod m20261124_000020_api_keys;
mod m20261124_000021_user_kinds;
mod m20261124_000022_password_resets;
mod m20261124_000023_browser_sessions;
mod m20261124_000030_billing_customers;
mod m20261124_000031_subscriptions;
mod m20261124_000032_stripe_events;
mod m20261124_000033_billing_checkouts;
mod m20261124_000040_price_watches;
mod m20261124_000041_watch_prices;
mod m20261124_000042_schedules;
mod m20261124_000043_webhook_secrets;
mod m20261124_000044_platform_events;
mod m20261124_000045_import_jobs_without_key;
mod m20261124_000050_catalogues;
mod m20261124_000051_catalogue_items;
mod m20261124_000070_store_product_changes;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// The ordered history of the schema.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_users::Migration),
            Box::new(m20261124_000002_refresh_tokens::Migration),
            Box::new(m20261124_000003_supplier_accounts::Migration),
            Box::new(m20261124_000004_house_accounts::Migration),
            Box::new(m20261124_000005_store_connections::Migration),
            Box::new(m20261124_000006_import_jobs::Migration),
            Box::new(m20261124_000007_import_history::Migration),
            Box::new(m20261124_000008_usage_counters::Migration),
            Box::new(m20261124_000009_store_products::Migration),
            Box::new(m20261124_000010_store_ops::Migration),
            Box::new(m20261124_000011_product_cache::Migration),
            Box::new(m20261124_000012_jobs::Migration),
            Box::new(m20261124_000013_idempotency_keys::Migration),
            Box::new(m20261124_000020_api_keys::Migration),
            Box::new(m20261124_000021_user_kinds::Migration),
            Box::new(m20261124_000022_password_resets::Migration),
            Box::new(m20261124_000023_browser_sessions::Migration),
            Box::new(m20261124_000030_billing_customers::Migration),
            Box::new(m20261124_000031_subscriptions::Migration),
            Box::new(m20261124_000032_stripe_events::Migration),
            Box::new(m20261124_000033_billing_checkouts::Migration),
            Box::new(m20261124_000040_price_watches::Migration),
            Box::new(m20261124_000041_watch_prices::Migration),
            Box::new(m20261124_000042_schedules::Migration),
            Box::new(m20261124_000043_webhook_secrets::Migration),
            Box::new(m20261124_000044_platform_events::Migration),
            Box::new(m20261124_000045_import_jobs_without_key::Migration),
            Box::new(m20261124_000050_catalogues::Migration),
            Box::new(m20261124_000051_catalogue_items::Migration),
            Box::new(m20261124_000070_store_product_changes::Migration),
        ]
    }
}
