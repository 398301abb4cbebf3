//! The three conversations over a shop in memory, with everything that was seen
//! to go wrong in real ones.

mod browse;
mod check;
mod create;
mod fake;
mod plan;
mod recovery;
mod rig;
mod session;
mod upkeep;
