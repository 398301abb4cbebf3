//! What hosts of one installation share while they run. Everything here is inside
//! this process; what must last is in the database.

pub mod events;
