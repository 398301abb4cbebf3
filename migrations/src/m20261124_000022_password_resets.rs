//! Permissions to set a password anew: only the hashes of what was sent by e-mail.

crate::ddl::migration! {
    up: [
        "CREATE TABLE password_resets (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            token_hash TEXT NOT NULL,
            expires_at {time} NOT NULL,
            used_at {time},
            created_at {time} NOT NULL,
            CONSTRAINT pk_password_resets PRIMARY KEY (id),
            CONSTRAINT fk_password_resets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        ) {end}",
        "CREATE UNIQUE INDEX uq_password_resets_hash ON password_resets (token_hash)",
        "CREATE INDEX ix_password_resets_user ON password_resets (user_id)",
        "CREATE INDEX ix_password_resets_expires ON password_resets (expires_at)",
    ],
    down: ["DROP TABLE password_resets"],
}
