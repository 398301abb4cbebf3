//! The integration tests of the host: one binary, folders like the addresses.

mod contract;
mod conventions;
mod dashboard;
mod described;
mod documents;
mod races;
mod secrets;
mod tidy;
mod util;
mod v1;
mod whole_path;
