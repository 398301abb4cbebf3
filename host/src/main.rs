//! The `sourcepilot` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    sourcepilot::cli::main()
}
