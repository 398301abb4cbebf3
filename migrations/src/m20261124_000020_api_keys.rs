//! API keys: only their hashes. `scopes` is a list of texts in JSON, as it was sent.

crate::ddl::migration! {
    up: [
        "CREATE TABLE api_keys (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            name TEXT NOT NULL,
            key_hash TEXT NOT NULL,
            key_prefix TEXT NOT NULL,
            scopes TEXT NOT NULL,
            is_active {bool} NOT NULL DEFAULT TRUE,
            expires_at {time},
            last_used_at {time},
            created_at {time} NOT NULL,
            CONSTRAINT pk_api_keys PRIMARY KEY (id),
            CONSTRAINT fk_api_keys_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        ) {end}",
        "CREATE UNIQUE INDEX uq_api_keys_hash ON api_keys (key_hash)",
        "CREATE INDEX ix_api_keys_user ON api_keys (user_id, created_at)",
    ],
    down: ["DROP TABLE api_keys"],
}
