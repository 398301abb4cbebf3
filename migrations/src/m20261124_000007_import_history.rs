//! What happened to each import, in order.

crate::ddl::migration! {
    up: [
        "CREATE TABLE import_history (
            id {uuid} NOT NULL,
            job_id {uuid} NOT NULL,
            action TEXT NOT NULL,
            details TEXT,
            created_at {time} NOT NULL,
            CONSTRAINT pk_import_history PRIMARY KEY (id),
            CONSTRAINT fk_import_history_job FOREIGN KEY (job_id) REFERENCES import_jobs (id) ON DELETE CASCADE,
            CONSTRAINT ck_import_history_action CHECK (length(action) BETWEEN 1 AND 50)
        ) {end}",
        "CREATE INDEX ix_import_history_job ON import_history (job_id, created_at, id)",
    ],
    down: ["DROP TABLE import_history"],
}
