//! Services that the operator has chosen and that are trusted for it: their
//! addresses are settings, never input, and may be private.

pub mod llm;
pub mod mail;
pub mod stripe;
