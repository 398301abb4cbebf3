//! What a watched product has cost: one row whenever the price was another one
//! than before.

crate::ddl::migration! {
    up: [
        "CREATE TABLE watch_prices (
            id {uuid} NOT NULL,
            watch_id {uuid} NOT NULL,
            price TEXT NOT NULL,
            currency TEXT NOT NULL,
            in_stock {bool},
            observed_at {time} NOT NULL,
            CONSTRAINT pk_watch_prices PRIMARY KEY (id),
            CONSTRAINT fk_watch_prices_watch FOREIGN KEY (watch_id)
                REFERENCES price_watches (id) ON DELETE CASCADE
        ) {end}",
        "CREATE INDEX ix_watch_prices_watch ON watch_prices (watch_id, observed_at)",
        "CREATE INDEX ix_watch_prices_observed ON watch_prices (observed_at)",
    ],
    down: ["DROP TABLE watch_prices"],
}
