//! The installation's own accounts with suppliers, for merchants who have
//! connected none and for the keys that every merchant shares.

crate::ddl::migration! {
    up: [
        "CREATE TABLE house_accounts (
            id {uuid} NOT NULL,
            platform TEXT NOT NULL,
            credentials {bytes} NOT NULL,
            settings TEXT,
            problem TEXT,
            checked_at {time},
            version {big} NOT NULL DEFAULT 0,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_house_accounts PRIMARY KEY (id),
            CONSTRAINT ck_house_accounts_platform CHECK (length(platform) BETWEEN 1 AND 100)
        ) {end}",
        "CREATE UNIQUE INDEX uq_house_accounts_platform ON house_accounts (platform)",
    ],
    down: ["DROP TABLE house_accounts"],
}
