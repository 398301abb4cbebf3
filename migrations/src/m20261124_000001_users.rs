//! Merchants and administrators.

crate::ddl::migration! {
    up: [
        "CREATE TABLE users (
            id {uuid} NOT NULL,
            email TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            is_active {bool} NOT NULL DEFAULT TRUE,
            is_admin {bool} NOT NULL DEFAULT FALSE,
            plan TEXT NOT NULL DEFAULT 'free',
            token_epoch {big} NOT NULL DEFAULT 0,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_users PRIMARY KEY (id),
            CONSTRAINT ck_users_email CHECK (length(email) BETWEEN 1 AND 255),
            CONSTRAINT ck_users_plan CHECK (plan IN ('free', 'pro', 'enterprise'))
        ) {end}",
        "CREATE UNIQUE INDEX uq_users_email ON users (email)",
    ],
    down: ["DROP TABLE users"],
}
