//! Secrets with which other services sign what they tell us about a merchant.

crate::ddl::migration! {
    up: [
        "CREATE TABLE webhook_secrets (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            name TEXT NOT NULL,
            secret {bytes} NOT NULL,
            last_used_at {time},
            created_at {time} NOT NULL,
            CONSTRAINT pk_webhook_secrets PRIMARY KEY (id),
            CONSTRAINT fk_webhook_secrets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_webhook_secrets_name CHECK (length(name) <= 255)
        ) {end}",
        "CREATE INDEX ix_webhook_secrets_user ON webhook_secrets (user_id, created_at)",
    ],
    down: ["DROP TABLE webhook_secrets"],
}
