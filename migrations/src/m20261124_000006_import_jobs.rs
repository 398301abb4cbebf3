//! Imports as the merchant sees them. `store_id` names a connection without a
//! foreign key: removing a shop leaves the record of what went there.

crate::ddl::migration! {
    up: [
        "CREATE TABLE import_jobs (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            store_id {uuid},
            source TEXT NOT NULL,
            source_url TEXT,
            source_product_id TEXT,
            status TEXT NOT NULL DEFAULT 'pending',
            product_data TEXT,
            config TEXT,
            error_message TEXT,
            created_product_id {uuid},
            progress_percent INTEGER NOT NULL DEFAULT 0,
            progress_note TEXT,
            quota_month TEXT NOT NULL,
            idempotency_key TEXT,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_import_jobs PRIMARY KEY (id),
            CONSTRAINT fk_import_jobs_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_import_jobs_status
                CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
            CONSTRAINT ck_import_jobs_progress CHECK (progress_percent BETWEEN 0 AND 100),
            CONSTRAINT ck_import_jobs_source CHECK (length(source) BETWEEN 1 AND 50),
            CONSTRAINT ck_import_jobs_url CHECK (length(source_url) <= 2000),
            CONSTRAINT ck_import_jobs_month CHECK (length(quota_month) = 7)
        ) {end}",
        "CREATE INDEX ix_import_jobs_user_created ON import_jobs (user_id, created_at, id)",
        "CREATE INDEX ix_import_jobs_user_month ON import_jobs (user_id, quota_month)",
        "CREATE UNIQUE INDEX uq_import_jobs_idempotency ON import_jobs (user_id, idempotency_key)
            WHERE idempotency_key IS NOT NULL",
    ],
    down: ["DROP TABLE import_jobs"],
}
