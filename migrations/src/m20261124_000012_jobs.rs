//! The queue. Times are microseconds since 1970 UTC by the database's clock, so
//! that both databases compare and add them in the same way. `lane` is what
//! shares a remote resource: the tenant and, where there is one, the shop.

crate::ddl::migration! {
    up: [
        "CREATE TABLE jobs (
            id {uuid} NOT NULL,
            tenant_id {uuid} NOT NULL,
            kind TEXT NOT NULL,
            queue TEXT NOT NULL,
            lane TEXT NOT NULL,
            lane_cap INTEGER NOT NULL,
            priority INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'ready',
            run_at {big} NOT NULL,
            attempt INTEGER NOT NULL DEFAULT 0,
            max_attempts INTEGER NOT NULL,
            crash_count INTEGER NOT NULL DEFAULT 0,
            lease_token {uuid},
            lease_until {big},
            locked_by TEXT,
            unique_key TEXT,
            payload TEXT NOT NULL,
            last_error TEXT,
            created_at {big} NOT NULL,
            finished_at {big},
            CONSTRAINT pk_jobs PRIMARY KEY (id),
            CONSTRAINT ck_jobs_state CHECK (state IN ('ready', 'running', 'done', 'failed', 'cancelled')),
            CONSTRAINT ck_jobs_lease CHECK
                ((state = 'running') = (lease_token IS NOT NULL AND lease_until IS NOT NULL)),
            CONSTRAINT ck_jobs_finished CHECK
                ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
        ) {end}",
        "CREATE INDEX ix_jobs_ready ON jobs (queue, lane, priority, run_at, id) WHERE state = 'ready'",
        "CREATE INDEX ix_jobs_due ON jobs (queue, run_at) WHERE state = 'ready'",
        "CREATE INDEX ix_jobs_running ON jobs (lease_until) WHERE state = 'running'",
        "CREATE INDEX ix_jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL",
        "CREATE UNIQUE INDEX uq_jobs_key ON jobs (unique_key) WHERE state IN ('ready', 'running')",
    ],
    down: ["DROP TABLE jobs"],
}
