//! A merchant's shops. At most one of them is the default one.

crate::ddl::migration! {
    up: [
        "CREATE TABLE store_connections (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            store_name TEXT NOT NULL,
            platform TEXT NOT NULL,
            store_url TEXT NOT NULL,
            credentials {bytes},
            settings TEXT,
            is_default {bool} NOT NULL DEFAULT FALSE,
            remote_id TEXT,
            remote_label TEXT,
            remote_currency TEXT,
            remote_extra TEXT,
            problem TEXT,
            checked_at {time},
            version {big} NOT NULL DEFAULT 0,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_store_connections PRIMARY KEY (id),
            CONSTRAINT fk_store_connections_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_store_connections_name CHECK (length(store_name) BETWEEN 1 AND 255),
            CONSTRAINT ck_store_connections_platform CHECK (length(platform) BETWEEN 1 AND 50),
            CONSTRAINT ck_store_connections_url CHECK (length(store_url) <= 500)
        ) {end}",
        "CREATE UNIQUE INDEX uq_store_connections_url ON store_connections (user_id, store_url)",
        "CREATE UNIQUE INDEX uq_store_connections_default ON store_connections (user_id) WHERE is_default",
    ],
    down: ["DROP TABLE store_connections"],
}
