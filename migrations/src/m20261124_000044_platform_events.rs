//! Events that the platform has told. Only what names an event is kept: its
//! payload may hold buyers' names and is not.

crate::ddl::migration! {
    up: [
        "CREATE TABLE platform_events (
            digest TEXT NOT NULL,
            event TEXT NOT NULL,
            user_id {uuid},
            resource_type TEXT,
            resource_id TEXT,
            deliveries INTEGER NOT NULL DEFAULT 1,
            received_at {time} NOT NULL,
            CONSTRAINT pk_platform_events PRIMARY KEY (digest),
            CONSTRAINT fk_platform_events_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        ) {end}",
        "CREATE INDEX ix_platform_events_received ON platform_events (received_at)",
    ],
    down: ["DROP TABLE platform_events"],
}
