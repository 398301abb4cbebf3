//! Runs a command beside a PostgreSQL server of its own:
//! `test-services cargo nextest run`.

use std::process::ExitCode;

use sourcepilot_test_db::{Error, Postgres};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            tell(&format!("test-services: {error}"));
            ExitCode::from(70)
        }
    }
}

async fn run() -> Result<ExitCode, Error> {
    let mut words = std::env::args_os().skip(1);
    let program = words.next().ok_or("say which command to run")?;
    // Before the server: a signal that comes while it starts must not leave it behind.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let postgres = Postgres::start()?;
    let mut command = tokio::process::Command::new(program);
    command.args(words).env("TEST_DATABASE_URL", postgres.url()).kill_on_drop(true);
    let mut child = command.spawn()?;
    tokio::select! {
        ended = child.wait() => {
            let code = ended?.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
            Ok(ExitCode::from(code))
        }
        _ = terminate.recv() => Ok(ExitCode::from(143)),
        _ = interrupt.recv() => Ok(ExitCode::from(130)),
    }
}

#[expect(clippy::print_stderr, reason = "this is a command")]
fn tell(text: &str) {
    eprintln!("{text}");
}
