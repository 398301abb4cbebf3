//! The `sourcepilot` program.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// The system's allocator takes a third of the processor time of a list of imports.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    sourcepilot::cli::main()
}
