//! What a user has used of a plan in a calendar month. One row per user, metric
//! and month is raised by a conditional update, which is what makes parallel
//! requests unable to pass the limit.

crate::ddl::migration! {
    up: [
        "CREATE TABLE usage_counters (
            user_id {uuid} NOT NULL,
            metric TEXT NOT NULL,
            month TEXT NOT NULL,
            used {big} NOT NULL DEFAULT 0,
            CONSTRAINT pk_usage_counters PRIMARY KEY (user_id, metric, month),
            CONSTRAINT fk_usage_counters_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_usage_counters_used CHECK (used >= 0),
            CONSTRAINT ck_usage_counters_month CHECK (length(month) = 7)
        ) {end}",
    ],
    down: ["DROP TABLE usage_counters"],
}
