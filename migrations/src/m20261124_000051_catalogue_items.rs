//! The products of merchants' catalogues. `position` is their order in what the
//! merchant supplied; `words` is what a search looks into, in lower case; `url_key`
//! is the digest of the address in its usual form, because addresses are too long
//! for an index.

crate::ddl::migration! {
    up: [
        "CREATE TABLE catalogue_items (
            account_id {uuid} NOT NULL,
            item_id TEXT NOT NULL,
            user_id {uuid} NOT NULL,
            position {big} NOT NULL,
            title TEXT NOT NULL,
            url TEXT,
            url_key TEXT,
            price TEXT,
            currency TEXT,
            words TEXT NOT NULL,
            document TEXT NOT NULL,
            CONSTRAINT pk_catalogue_items PRIMARY KEY (account_id, item_id),
            CONSTRAINT fk_catalogue_items_catalogue
                FOREIGN KEY (account_id) REFERENCES catalogues (account_id) ON DELETE CASCADE,
            CONSTRAINT fk_catalogue_items_user
                FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_catalogue_items_id CHECK (length(item_id) BETWEEN 1 AND 255)
        ) {end}",
        "CREATE INDEX ix_catalogue_items_position ON catalogue_items (account_id, position)",
        "CREATE INDEX ix_catalogue_items_url ON catalogue_items (user_id, url_key)",
    ],
    down: ["DROP TABLE catalogue_items"],
}
