//! Logins of browsers: only the hashes of their cookies.

crate::ddl::migration! {
    up: [
        "CREATE TABLE browser_sessions (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            token_hash TEXT NOT NULL,
            expires_at {time} NOT NULL,
            created_at {time} NOT NULL,
            CONSTRAINT pk_browser_sessions PRIMARY KEY (id),
            CONSTRAINT fk_browser_sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        ) {end}",
        "CREATE UNIQUE INDEX uq_browser_sessions_hash ON browser_sessions (token_hash)",
        "CREATE INDEX ix_browser_sessions_user ON browser_sessions (user_id)",
        "CREATE INDEX ix_browser_sessions_expires ON browser_sessions (expires_at)",
    ],
    down: ["DROP TABLE browser_sessions"],
}
