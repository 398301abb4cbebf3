//! Repeats of imports are recognised by `idempotency_keys`; the column of its own
//! was never filled.

crate::ddl::migration! {
    up: [
        "DROP INDEX uq_import_jobs_idempotency",
        "ALTER TABLE import_jobs DROP COLUMN idempotency_key",
    ],
    down: [
        "ALTER TABLE import_jobs ADD COLUMN idempotency_key TEXT",
        "CREATE UNIQUE INDEX uq_import_jobs_idempotency ON import_jobs (user_id, idempotency_key)
            WHERE idempotency_key IS NOT NULL",
    ],
}
