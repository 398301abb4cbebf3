//! Which customer of the payment provider a user is.

crate::ddl::migration! {
    up: [
        "CREATE TABLE billing_customers (
            user_id {uuid} NOT NULL,
            stripe_customer_id TEXT NOT NULL,
            created_at {time} NOT NULL,
            CONSTRAINT pk_billing_customers PRIMARY KEY (user_id),
            CONSTRAINT fk_billing_customers_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT ck_billing_customers_id CHECK (length(stripe_customer_id) BETWEEN 1 AND 255)
        ) {end}",
        "CREATE UNIQUE INDEX uq_billing_customers_stripe ON billing_customers (stripe_customer_id)",
    ],
    down: ["DROP TABLE billing_customers"],
}
