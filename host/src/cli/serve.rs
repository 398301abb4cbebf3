//! `sourcepilot serve`: demo world, application, API, dashboard, worker, end.

use std::sync::Arc;
use std::time::Duration;

use sourcepilot_jobs_engine::Worker;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::args::Serve;
use super::ports::Port;
use super::{CliError, demo, furnish, say, showcase};
use crate::app::App;
use crate::config::Config;
use crate::http::router;
use crate::{jobs, plugins};

/// Beyond the time for what runs: to write down how it ended.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Serve until SIGTERM or SIGINT.
///
/// # Errors
/// What keeps the process from starting, or a port that is lost.
pub async fn serve(mut config: Config, options: Serve) -> Result<(), CliError> {
    let world = match options.demo {
        true => Some(demo::start(&mut config).await?),
        false => None,
    };
    let app = App::build(config).await?;
    if app.config.demo.is_some() {
        furnish::furnish(&app).await?;
    }

    let mut parts = JoinSet::new();
    let mut addresses = Vec::new();
    if options.role.serves() {
        addresses = open_ports(&app, &mut parts).await?;
    }
    if options.role.works() {
        let worker = Worker::new(app.queue.clone(), jobs::registry(&app));
        let stop = app.stopping.clone();
        parts.spawn(async move {
            worker.run(stop).await;
            Ok(())
        });
    }
    let watching = tokio::spawn(plugins::watch(Arc::clone(&app.plugins)));
    let cleaning = tokio::spawn(jobs::housekeeping::run(Arc::clone(&app)));
    if options.role.works() {
        app.tasks.spawn(jobs::watch_schedule::run(Arc::clone(&app)));
    }

    for (what, url) in addresses {
        say(format!("{what:<14}{url}"));
    }
    if options.demo {
        demo::introduce(&app.config);
    }
    if options.demo && !options.quiet && options.role.works() {
        tokio::spawn(showcase::import_one(Arc::clone(&app)));
    }

    let outcome = until_told(&app.stopping, &mut parts).await;
    watching.abort();
    cleaning.abort();
    wind_up(&app, parts).await;
    if let Some(world) = world {
        world.shutdown().await;
    }
    outcome
}

type Parts = JoinSet<std::io::Result<()>>;

async fn open_ports(app: &Arc<App>, parts: &mut Parts) -> Result<Vec<(&'static str, String)>, CliError> {
    let server = &app.config.server;
    let api = Port::open(server, server.port, "SERVICE_PORT").await?;
    let mut addresses = vec![("API", api.url()), ("API documents", format!("{}/docs", api.url()))];
    parts.spawn(api.serve(router::api(app), app.stopping.clone()));
    if server.dashboard_port != 0 {
        let dashboard = Port::open(server, server.dashboard_port, "DASHBOARD_PORT").await?;
        addresses.insert(0, ("Dashboard", dashboard.url()));
        parts.spawn(dashboard.serve(router::dashboard(app), app.stopping.clone()));
    }
    Ok(addresses)
}

/// Wait for a signal, or for a part that ends by itself, which none should.
async fn until_told(stopping: &CancellationToken, parts: &mut Parts) -> Result<(), CliError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::other)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::other)?;
    let outcome = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        Some(ended) = parts.join_next() => match ended {
            Ok(Ok(())) => Err(CliError::other("a part of the service ended by itself")),
            Ok(Err(error)) => Err(CliError::other(error)),
            Err(error) => Err(CliError::other(error)),
        },
    };
    tracing::info!("ending: no new work is taken, what runs is finished");
    stopping.cancel();
    outcome
}

async fn wind_up(app: &Arc<App>, mut parts: Parts) {
    let limit = app.config.server.shutdown() + LAST_WORDS;
    let finish = async {
        while parts.join_next().await.is_some() {}
        app.tasks.close();
        app.tasks.wait().await;
    };
    if tokio::time::timeout(limit, finish).await.is_err() {
        tracing::warn!("not everything could be finished in time");
    }
    if let Err(error) = app.db.clone().close().await {
        tracing::warn!(%error, "the database was not closed by the book");
    }
}
