//! A merchant's accounts with suppliers, and what the last check found behind them.

crate::ddl::migration! {
    up: [
        "CREATE TABLE supplier_accounts (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            name TEXT NOT NULL,
            platform TEXT NOT NULL,
            credentials {bytes},
            settings TEXT,
            is_active {bool} NOT NULL DEFAULT TRUE,
            last_synced_at {time},
            remote_id TEXT,
            remote_label TEXT,
            remote_currency TEXT,
            remote_extra TEXT,
            problem TEXT,
            checked_at {time},
            version {big} NOT NULL DEFAULT 0,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_supplier_accounts PRIMARY KEY (id),
            CONSTRAINT fk_supplier_accounts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_supplier_accounts_name CHECK (length(name) BETWEEN 1 AND 255),
            CONSTRAINT ck_supplier_accounts_platform CHECK (length(platform) <= 100)
        ) {end}",
        "CREATE UNIQUE INDEX uq_supplier_accounts_name ON supplier_accounts (user_id, name, platform)",
    ],
    down: ["DROP TABLE supplier_accounts"],
}
