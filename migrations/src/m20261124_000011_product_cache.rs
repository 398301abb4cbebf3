//! Suppliers' products as they were read lately, shared by all users. The
//! context is what else the answer depended on: locale, currency, country.

crate::ddl::migration! {
    up: [
        "CREATE TABLE product_cache (
            plugin TEXT NOT NULL,
            source_product_id TEXT NOT NULL,
            context TEXT NOT NULL,
            plugin_version TEXT NOT NULL,
            product TEXT NOT NULL,
            fetched_at {time} NOT NULL,
            expires_at {time} NOT NULL,
            CONSTRAINT pk_product_cache PRIMARY KEY (plugin, source_product_id, context)
        ) {end}",
        "CREATE INDEX ix_product_cache_expires ON product_cache (expires_at)",
    ],
    down: ["DROP TABLE product_cache"],
}
