#![doc = include_str!("../README.md")]

mod database;
mod postgres;
mod template;

pub use database::TestDb;
pub use postgres::Postgres;

/// Why a test has no database.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
