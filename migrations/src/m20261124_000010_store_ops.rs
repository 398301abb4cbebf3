//! What an import is about to do, or has done, to a shop. Written before the
//! first byte leaves, so that a later attempt knows it has to look first.

crate::ddl::migration! {
    up: [
        "CREATE TABLE store_ops (
            id {uuid} NOT NULL,
            job_id {uuid} NOT NULL,
            connection_id {uuid} NOT NULL,
            external_key TEXT NOT NULL,
            status TEXT NOT NULL DEFAULT 'planned',
            remote_id TEXT,
            remote_url TEXT,
            before_image TEXT,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_store_ops PRIMARY KEY (id),
            CONSTRAINT fk_store_ops_job FOREIGN KEY (job_id) REFERENCES import_jobs (id) ON DELETE CASCADE,
            CONSTRAINT ck_store_ops_status CHECK (status IN ('planned', 'sent', 'confirmed')),
            CONSTRAINT ck_store_ops_key CHECK (length(external_key) BETWEEN 1 AND 64)
        ) {end}",
        "CREATE INDEX ix_store_ops_job ON store_ops (job_id, connection_id)",
        "CREATE UNIQUE INDEX uq_store_ops_key ON store_ops (connection_id, external_key)",
    ],
    down: ["DROP TABLE store_ops"],
}
