//! The runtime against components that mean harm, and against ordinary ones.

mod data;
mod isolation;
mod load;
mod network;
mod resources;
mod upstream;
mod world;
