//! Products that we put into shops, by our own id: the `created_product_id` of
//! an import. The external key is what we find them by in the shop.

crate::ddl::migration! {
    up: [
        "CREATE TABLE store_products (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            connection_id {uuid} NOT NULL,
            import_job_id {uuid},
            source TEXT NOT NULL,
            source_product_id TEXT NOT NULL,
            source_url TEXT,
            title TEXT NOT NULL,
            external_key TEXT NOT NULL,
            remote_id TEXT NOT NULL,
            remote_url TEXT,
            remote_admin_url TEXT,
            variants TEXT NOT NULL,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_store_products PRIMARY KEY (id),
            CONSTRAINT fk_store_products_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT fk_store_products_job
                FOREIGN KEY (import_job_id) REFERENCES import_jobs (id) ON DELETE SET NULL,
            CONSTRAINT ck_store_products_key CHECK (length(external_key) BETWEEN 1 AND 64)
        ) {end}",
        "CREATE UNIQUE INDEX uq_store_products_key ON store_products (connection_id, external_key)",
        "CREATE INDEX ix_store_products_user ON store_products (user_id, created_at, id)",
        "CREATE INDEX ix_store_products_job ON store_products (import_job_id)",
        "CREATE INDEX ix_store_products_source ON store_products (source, source_product_id)",
    ],
    down: ["DROP TABLE store_products"],
}
