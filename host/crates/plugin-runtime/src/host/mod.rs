//! What a guest finds outside its walls.

pub(crate) mod http;
pub(crate) mod linker;
pub(crate) mod log;
pub(crate) mod state;
pub(crate) mod stdio;
