//! Commands: what runs in this process.

pub mod admin;
pub mod args;
pub mod demo;
pub mod doctor;
pub mod furnish;
pub mod logging;
pub mod plugin;
pub mod ports;
pub mod serve;
pub mod showcase;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::app::StartError;
use crate::config::{Config, ConfigError, Loaded};
use args::{Args, Command};

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{0}")]
    Other(String),
}

impl CliError {
    #[expect(clippy::needless_pass_by_value, reason = "errors are given away here")]
    fn other(error: impl ToString) -> Self {
        CliError::Other(error.to_string())
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        CliError::Start(StartError::Config(error))
    }
}

/// Run the command that the command line names. Settings that must not run end with
/// exit code 2, everything else that fails with 1.
pub fn main() -> ExitCode {
    let args = Args::parse();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(if matches!(error, CliError::Start(StartError::Config(_))) { 2 } else { 1 })
        }
    }
}

fn run(args: Args) -> Result<(), CliError> {
    let Loaded { config, notes } = Config::load(&|name| std::env::var(name).ok())?;
    logging::start(&config);
    for note in notes {
        tracing::warn!("{note}");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::other)?;
    runtime.block_on(dispatch(args.command, config))
}

async fn dispatch(command: Command, config: Config) -> Result<(), CliError> {
    match command {
        Command::Serve(options) => Box::pin(serve::serve(config, options)).await,
        Command::Worker => Box::pin(serve::serve(config, args::Serve::worker())).await,
        Command::Migrate => admin::migrate(&config).await,
        Command::Openapi => {
            say(crate::http::openapi::json().map_err(CliError::other)?.trim_end());
            Ok(())
        }
        Command::Demo(options) => demo::print(&config, &options),
        Command::Sandbox => demo::sandbox(&config).await,
        Command::User(args::User::Create(new)) => Box::pin(admin::create_user(config, new)).await,
        Command::ServiceAccount(args::ServiceAccount::Create { name }) => {
            Box::pin(admin::create_service_account(config, &name)).await
        }
        Command::Secrets(args::Secrets::Rewrap) => Box::pin(admin::rewrap_secrets(config)).await,
        Command::Doctor => Box::pin(doctor::run(&config)).await,
        Command::Plugin(command) => plugin::run(&config, command).await,
        Command::Supplier(args::Supplier::HouseAccount(args::HouseAccount::Set(new))) => {
            Box::pin(admin::set_house_account(config, new)).await
        }
    }
}

/// What was asked for, on standard output.
fn say(text: impl AsRef<str>) {
    // Nobody listens any more: then there is nothing left to say.
    writeln!(std::io::stdout(), "{}", text.as_ref()).ok();
}

fn complain(error: &CliError) {
    writeln!(std::io::stderr(), "sourcepilot: {error}").ok();
}
