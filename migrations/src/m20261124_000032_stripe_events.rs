//! Events of the payment provider that were obeyed or set aside, each once.

crate::ddl::migration! {
    up: [
        "CREATE TABLE stripe_events (
            event_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            stripe_subscription_id TEXT,
            stripe_customer_id TEXT,
            outcome TEXT NOT NULL,
            received_at {time} NOT NULL,
            CONSTRAINT pk_stripe_events PRIMARY KEY (event_id)
        ) {end}",
        "CREATE INDEX ix_stripe_events_received ON stripe_events (received_at)",
    ],
    down: ["DROP TABLE stripe_events"],
}
