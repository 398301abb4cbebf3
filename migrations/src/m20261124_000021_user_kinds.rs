//! Service accounts, and the platform's names for accounts that it provided.

crate::ddl::migration! {
    up: [
        "ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person'",
        "ALTER TABLE users ADD COLUMN external_platform_id TEXT",
        "ALTER TABLE users ADD COLUMN external_store_id TEXT",
        "CREATE UNIQUE INDEX uq_users_external_platform_id ON users (external_platform_id)",
    ],
    down: [
        "DROP INDEX uq_users_external_platform_id",
        "ALTER TABLE users DROP COLUMN external_store_id",
        "ALTER TABLE users DROP COLUMN external_platform_id",
        "ALTER TABLE users DROP COLUMN kind",
    ],
}
