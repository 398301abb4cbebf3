//! Looks at everything that an installation needs and says what to do about it.

mod machine;
mod neighbours;

use std::fmt;

use crate::app;
use crate::config::Config;
use crate::db::Db;
use crate::gateway::mail::Mailer;
use crate::plugins::Plugins;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    /// It runs, but something will be missed.
    Warn,
    /// It does not run like this.
    Fail,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "fail",
        })
    }
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    /// What was looked at.
    pub what: &'static str,
    /// What was found and, unless all is well, what to do.
    pub sentence: String,
}

impl Finding {
    fn new(level: Level, what: &'static str, sentence: impl Into<String>) -> Self {
        Finding { level, what, sentence: sentence.into() }
    }

    fn ok(what: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Level::Ok, what, sentence)
    }

    fn warn(what: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Level::Warn, what, sentence)
    }

    fn fail(what: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Level::Fail, what, sentence)
    }
}

/// Check everything; `plugins` is the registry as it could be loaded. Nothing is
/// changed.
pub async fn examine(config: &Config, plugins: Result<Plugins, String>) -> Vec<Finding> {
    let mut findings = vec![settings(config)];
    findings.extend(database(config).await);
    findings.extend(neighbours::redis(config).await);
    findings.extend(of_plugins(plugins, config.is_production()));
    findings.push(machine::disk(&config.server.data_dir));
    findings.push(mail(config).await);
    findings.extend(neighbours::stripe(config));
    findings.push(neighbours::gateway(config).await);
    findings
}

fn settings(config: &Config) -> Finding {
    let kind = if config.is_production() { "production" } else { "development" };
    match config.check() {
        Ok(()) => Finding::ok("settings", format!("They are right for {kind}.")),
        Err(error) => Finding::fail("settings", error.to_string()),
    }
}

async fn database(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "database";
    let db = match app::connect(config).await {
        Ok(db) => db,
        Err(error) => {
            return vec![Finding::fail(WHAT, format!("{error}. Is it running, and is DATABASE_URL right?"))];
        }
    };
    let findings = vec![schema(&db).await, clock(&db).await];
    db.close().await.ok();
    findings
}

async fn schema(db: &Db) -> Finding {
    const WHAT: &str = "database";
    match db.pending_migrations().await {
        Ok(0) => Finding::ok(WHAT, "It answers and its schema is up to date."),
        Ok(count) => Finding::warn(
            WHAT,
            format!(
                "It answers; {count} changes of the schema wait. Run `sourcepilot migrate`, or start the service."
            ),
        ),
        Err(error) => Finding::fail(WHAT, format!("It does not answer: {error}.")),
    }
}

async fn clock(db: &Db) -> Finding {
    match db.clock().await {
        Ok(theirs) => machine::clock(chrono::Utc::now(), theirs),
        Err(error) => Finding::fail("clock", format!("The database does not tell the time: {error}.")),
    }
}

fn of_plugins(plugins: Result<Plugins, String>, is_production: bool) -> Vec<Finding> {
    const WHAT: &str = "plugins";
    let plugins = match plugins {
        Ok(plugins) => plugins,
        Err(problem) => return vec![Finding::fail(WHAT, problem)],
    };
    let catalogue = plugins.catalogue();
    let mut findings = Vec::new();
    for problem in catalogue.problems() {
        findings.push(Finding::fail(WHAT, format!("{} does not run: {}", problem.id, problem.sentence)));
    }
    for plugin in catalogue.installed().iter().filter(|plugin| plugin.entry.digest.is_none()) {
        let sentence =
            format!("{0} has no digest; run `sourcepilot plugin pin {0}` once you trust it.", plugin.id());
        let level = if is_production { Level::Fail } else { Level::Warn };
        findings.push(Finding::new(level, WHAT, sentence));
    }
    match catalogue.installed().len() {
        0 => findings.push(Finding::warn(
            WHAT,
            "None runs; name some in plugin-registry.toml and run `make plugins`.",
        )),
        count => findings.push(Finding::ok(WHAT, format!("{count} load."))),
    }
    findings
}

async fn mail(config: &Config) -> Finding {
    const WHAT: &str = "mail";
    let mailer = match Mailer::new(&config.mail, &config.server.data_dir) {
        Ok(mailer) => mailer,
        Err(error) => return Finding::fail(WHAT, format!("SMTP_HOST, SMTP_FROM: {error}.")),
    };
    match mailer.check().await {
        Ok(Some(())) => Finding::ok(WHAT, format!("{} answers.", config.mail.host)),
        Ok(None) => Finding::warn(
            WHAT,
            "SMTP_HOST is not set: mail is written into files below SOURCEPILOT_DATA_DIR, and nobody gets any.",
        ),
        Err(error) => {
            Finding::fail(WHAT, format!("{error}. Check SMTP_HOST, SMTP_PORT, SMTP_TLS and the login."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_wrong_is_named_with_what_to_do() {
        let dir = tempfile::tempdir().expect("a folder");
        let data = dir.path().display().to_string();
        let variable = |name: &str| match name {
            "SOURCEPILOT_ENV" => Some("production".to_owned()),
            "SOURCEPILOT_DATA_DIR" => Some(data.clone()),
            "REDIS_URL" => Some("redis://127.0.0.1:1".to_owned()),
            "LLM_GATEWAY_URL" => Some("http://127.0.0.1:1".to_owned()),
            "SMTP_HOST" => Some("127.0.0.1".to_owned()),
            "SMTP_PORT" => Some("1".to_owned()),
            _ => None,
        };
        let config = Config::load(&variable).expect("readable").config;
        let findings = examine(&config, Err("plugin-registry.toml: gone".to_owned())).await;
        let level = |what: &str| findings.iter().filter(|one| one.what == what).map(|one| one.level).max();
        for what in ["settings", "redis", "plugins", "mail"] {
            assert_eq!(level(what), Some(Level::Fail), "{what}: {findings:?}");
        }
        assert_eq!((level("database"), level("clock")), (Some(Level::Warn), Some(Level::Ok)));
        assert_eq!(level("LLM gateway"), Some(Level::Warn));
        assert!(findings.iter().any(|one| one.sentence.contains("JWT_SECRET_KEY")), "{findings:?}");
    }
}
