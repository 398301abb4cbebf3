//! What merchants changed on products in shops, each with how the product was
//! before. A change is written before it is sent, and only one is under way per
//! product.

crate::ddl::migration! {
    up: [
        "CREATE TABLE store_product_changes (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            store_product_id {uuid} NOT NULL,
            status TEXT NOT NULL,
            wanted TEXT NOT NULL,
            before_image TEXT NOT NULL,
            after_image TEXT,
            problem TEXT,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_store_product_changes PRIMARY KEY (id),
            CONSTRAINT fk_store_product_changes_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT fk_store_product_changes_product
                FOREIGN KEY (store_product_id) REFERENCES store_products (id) ON DELETE CASCADE,
            CONSTRAINT ck_store_product_changes_status
                CHECK (status IN ('sent', 'confirmed', 'failed', 'unknown'))
        ) {end}",
        "CREATE INDEX ix_store_product_changes_product
            ON store_product_changes (store_product_id, created_at, id)",
        "CREATE INDEX ix_store_product_changes_user ON store_product_changes (user_id)",
        "CREATE UNIQUE INDEX uq_store_product_changes_sent
            ON store_product_changes (store_product_id) WHERE status = 'sent'",
    ],
    down: ["DROP TABLE store_product_changes"],
}
