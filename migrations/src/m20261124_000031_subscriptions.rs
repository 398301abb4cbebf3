//! Subscriptions as the payment provider described them last.
//!
//! `as_of` and `plan_as_of` are sortable texts that name the event in which status
//! and price were read, so that an older event changes neither.

crate::ddl::migration! {
    up: [
        "CREATE TABLE subscriptions (
            id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            stripe_subscription_id TEXT NOT NULL,
            stripe_price_id TEXT,
            plan TEXT,
            plan_as_of TEXT NOT NULL,
            status TEXT NOT NULL,
            has_granted {bool} NOT NULL,
            current_period_start {time} NOT NULL,
            current_period_end {time} NOT NULL,
            cancel_at_period_end {bool} NOT NULL,
            cancel_at {time},
            trial_start {time},
            trial_end {time},
            as_of TEXT NOT NULL,
            version {big} NOT NULL,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_subscriptions PRIMARY KEY (id),
            CONSTRAINT fk_subscriptions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_subscriptions_stripe_id CHECK (length(stripe_subscription_id) BETWEEN 1 AND 255)
        ) {end}",
        "CREATE UNIQUE INDEX uq_subscriptions_stripe ON subscriptions (stripe_subscription_id)",
        "CREATE INDEX ix_subscriptions_user ON subscriptions (user_id, created_at)",
    ],
    down: ["DROP TABLE subscriptions"],
}
