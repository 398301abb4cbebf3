//! Suppliers' products whose price a merchant wants to know about. The threshold
//! counts hundredths of a percent; prices are decimal text. `store_id` names a
//! connection without a foreign key, as for imports.

crate::ddl::migration! {
    up: [
        "CREATE TABLE price_watches (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            store_id {uuid},
            product_url TEXT NOT NULL,
            source TEXT NOT NULL,
            threshold INTEGER NOT NULL,
            is_active {bool} NOT NULL,
            source_product_id TEXT,
            source_url TEXT,
            currency TEXT,
            last_price TEXT,
            current_price TEXT,
            price_changed {bool} NOT NULL,
            changed_at {time},
            last_checked_at {time},
            problem TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            due_at {time} NOT NULL,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_price_watches PRIMARY KEY (id),
            CONSTRAINT fk_price_watches_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_price_watches_url CHECK (length(product_url) <= 2000),
            CONSTRAINT ck_price_watches_source CHECK (length(source) <= 50),
            CONSTRAINT ck_price_watches_threshold CHECK (threshold BETWEEN 0 AND 99999)
        ) {end}",
        "CREATE INDEX ix_price_watches_user ON price_watches (user_id, created_at, id)",
        "CREATE INDEX ix_price_watches_due ON price_watches (is_active, due_at)",
    ],
    down: ["DROP TABLE price_watches"],
}
