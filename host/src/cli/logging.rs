//! Where the log goes: standard error, as text for people or as JSON.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Config;

const DEFAULT: &str =
    "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,wasmtime=warn,cranelift=warn,hyper=warn";

/// Start logging. `RUST_LOG` chooses what, `LOG_FORMAT=json` the form.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let asked = std::env::var("LOG_FORMAT").ok();
    let as_json = asked.as_deref().map_or(config.is_production(), |form| form == "json");
    if as_json {
        builder.json().flatten_event(true).init();
    } else {
        builder.with_ansi(std::io::stderr().is_terminal()).with_target(false).init();
    }
}
