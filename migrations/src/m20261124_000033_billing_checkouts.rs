//! The payment page that a user was sent to last, so that a later one takes its
//! place and nobody pays on two.

crate::ddl::migration! {
    up: [
        "CREATE TABLE billing_checkouts (
            user_id {uuid} NOT NULL,
            stripe_session_id TEXT NOT NULL,
            created_at {time} NOT NULL,
            CONSTRAINT pk_billing_checkouts PRIMARY KEY (user_id),
            CONSTRAINT fk_billing_checkouts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        ) {end}",
    ],
    down: ["DROP TABLE billing_checkouts"],
}
