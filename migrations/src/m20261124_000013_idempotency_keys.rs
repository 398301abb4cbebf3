//! Answers already given to requests that carried an `Idempotency-Key`.

crate::ddl::migration! {
    up: [
        "CREATE TABLE idempotency_keys (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            operation TEXT NOT NULL,
            idem_key TEXT NOT NULL,
            request_hash TEXT NOT NULL,
            status_code INTEGER,
            answer TEXT,
            created_at {time} NOT NULL,
            expires_at {time} NOT NULL,
            CONSTRAINT pk_idempotency_keys PRIMARY KEY (id),
            CONSTRAINT fk_idempotency_keys_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_idempotency_keys_key CHECK (length(idem_key) BETWEEN 1 AND 255)
        ) {end}",
        "CREATE UNIQUE INDEX uq_idempotency_keys_key ON idempotency_keys (user_id, operation, idem_key)",
        "CREATE INDEX ix_idempotency_keys_expires ON idempotency_keys (expires_at)",
    ],
    down: ["DROP TABLE idempotency_keys"],
}
