//! Refresh tokens: only their hashes, chained into families so that the reuse of
//! an old one can end the whole chain.

crate::ddl::migration! {
    up: [
        "CREATE TABLE refresh_tokens (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            family_id {uuid} NOT NULL,
            parent_id {uuid},
            token_hash TEXT NOT NULL,
            expires_at {time} NOT NULL,
            used_at {time},
            revoked_at {time},
            created_at {time} NOT NULL,
            CONSTRAINT pk_refresh_tokens PRIMARY KEY (id),
            CONSTRAINT fk_refresh_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        ) {end}",
        "CREATE UNIQUE INDEX uq_refresh_tokens_hash ON refresh_tokens (token_hash)",
        "CREATE INDEX ix_refresh_tokens_family ON refresh_tokens (family_id)",
        "CREATE INDEX ix_refresh_tokens_user ON refresh_tokens (user_id)",
        "CREATE INDEX ix_refresh_tokens_expires ON refresh_tokens (expires_at)",
    ],
    down: ["DROP TABLE refresh_tokens"],
}
