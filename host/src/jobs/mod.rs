//! What workers run: one file per job, and the list of all of them.

mod fence;
pub mod process_import;
mod progress;
mod verdict;
