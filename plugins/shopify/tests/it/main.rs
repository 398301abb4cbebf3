//! The component in the real runtime against the simulated shop, and its documents
//! against the published schema.

mod browse;
mod create;
mod faults;
mod large;
mod rig;
mod schema;
mod tokens;
mod upkeep;
