//! What merchants supply for their accounts with suppliers: one catalogue per
//! account, as it was read last.

crate::ddl::migration! {
    up: [
        "CREATE TABLE catalogues (
            account_id {uuid} NOT NULL,
            user_id {uuid} NOT NULL,
            source TEXT NOT NULL,
            connection_id {uuid},
            entries {big} NOT NULL,
            problems TEXT NOT NULL,
            problem_count {big} NOT NULL,
            observed_at {time} NOT NULL,
            CONSTRAINT pk_catalogues PRIMARY KEY (account_id),
            CONSTRAINT fk_catalogues_account
                FOREIGN KEY (account_id) REFERENCES supplier_accounts (id) ON DELETE CASCADE,
            CONSTRAINT fk_catalogues_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_catalogues_source CHECK (source IN ('feed', 'shop')),
            CONSTRAINT ck_catalogues_entries CHECK (entries >= 0 AND problem_count >= 0)
        ) {end}",
        "CREATE INDEX ix_catalogues_user ON catalogues (user_id)",
    ],
    down: ["DROP TABLE catalogues"],
}
