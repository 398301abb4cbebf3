//! The queue on a real database: SQLite, or PostgreSQL with `TEST_DATABASE_URL`.

mod ending;
mod enqueueing;
mod leases;
mod many_workers;
mod restart;
mod shutdown;
mod world;
