//! What the parts of a running host share. It is built once and decides nothing.

use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use sourcepilot_egress::Egress;
use sourcepilot_jobs_engine::{Backoff, EngineConfig, Queue};
use sourcepilot_plugin_runtime::{Ceilings, Runtime, RuntimeConfig};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cluster::events::Events;
use crate::config::{Config, ConfigError};
use crate::db::{Db, DbConfig, DbError, KeyRing};
use crate::gateway::llm::{self, Llm};
use crate::gateway::mail::{MailError, Mailer};
use crate::gateway::stripe::Stripe;
use crate::plugins::{Plugins, RegistryError};
use crate::service::ai::AiThrottle;
use crate::service::auth::{AuthError, Passwords, Throttle, Tokens};
use crate::service::billing;
use crate::service::calls::Renewals;
use crate::service::catalogues::Attempts;
use crate::service::consent::Consents;
use crate::service::price_watches::Watching;
use crate::service::product_cache::RecentProducts;

/// No plugin may take longer, whatever it asks for.
const LONGEST_CALL: Duration = Duration::from_secs(300);
/// Processor time of one call; ordinary ones take milliseconds.
const LONGEST_CPU: Duration = Duration::from_secs(5);
/// Requests of one call, whatever the plugin asks for.
const MOST_REQUESTS: u32 = 300;
/// Failed logins and e-mails of one account are counted over this time.
const LOGIN_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// E-mails to set a password anew, per account and window.
const MAILS_PER_ACCOUNT: u32 = 3;

/// Everything that handlers, services and jobs need.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub clock: Clock,
    pub db: Db,
    pub keys: Arc<KeyRing>,
    pub egress: Egress,
    pub plugins: Arc<Plugins>,
    pub queue: Queue,
    pub events: Events,
    /// Requests that go on after their client has gone.
    pub tasks: TaskTracker,
    /// Cancelled when the process begins to end.
    pub stopping: CancellationToken,
    pub passwords: Passwords,
    pub tokens: Tokens,
    pub login_throttle: Throttle,
    pub reset_throttle: Throttle,
    pub mailer: Mailer,
    pub renewals: Renewals,
    pub catalogue_attempts: Attempts,
    pub consents: Consents,
    pub recent_products: RecentProducts,
    pub watching: Watching,
    /// The way to Stripe, when plans are paid for with real money.
    pub stripe: Option<Stripe>,
    pub llm: Llm,
    pub ai_throttle: AiThrottle,
    me: OnceLock<Weak<App>>,
}

/// Tells the time.
#[derive(Clone, Copy, Debug, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// Always the same moment, for tests.
    Fixed(DateTime<Utc>),
}

/// Why the host does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("DATABASE_URL: {0}")]
    Db(#[from] DbError),
    #[error(transparent)]
    Plugins(#[from] RegistryError),
    #[error(transparent)]
    Runtime(#[from] sourcepilot_plugin_runtime::StartError),
    #[error(transparent)]
    Egress(#[from] sourcepilot_egress::ConfigError),
    #[error(transparent)]
    Llm(#[from] llm::SetupError),
    #[error("password hashing: {0}")]
    Passwords(#[from] AuthError),
    #[error("SMTP_HOST, SMTP_FROM: {0}")]
    Mail(#[from] MailError),
    #[error("SOURCEPILOT_DATA_DIR: {0}")]
    DataDir(std::io::Error),
}

impl App {
    /// Build everything: database, schema, way to the network, plugins, queue.
    ///
    /// # Errors
    /// The first thing that cannot be had, naming its setting.
    pub async fn build(mut config: Config) -> Result<Arc<App>, StartError> {
        config.check()?;
        config.complete_secrets()?;
        let db = connect(&config).await?;
        db.migrate().await?;
        let egress = Egress::new(config.egress.to_egress()?)?;
        let longest = config.server.request_timeout();
        let llm = Llm::new(&config.llm_gateway, &config.anthropic, egress.config(), longest)?;
        let plugins = load_plugins(&config, egress.clone()).await?;
        let engine = engine_config(&config);
        let keys = KeyRing::parse(config.secrets.encryption_key.expose_secret())
            .map_err(|error| ConfigError::value("SOURCEPILOT_ENCRYPTION_KEY", error))?;
        let app = Arc::new(App {
            me: OnceLock::new(),
            clock: Clock::System,
            queue: Queue::new(db.for_engine(), engine),
            db,
            keys: Arc::new(keys),
            egress,
            plugins: Arc::new(plugins),
            events: Events::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            passwords: Passwords::new(&config.auth)?,
            tokens: Tokens::new(
                &config.auth.jwt_secret_key,
                config.auth.access_life(),
                config.auth.refresh_life(),
            ),
            login_throttle: Throttle::new(config.limits.login_attempts_per_account, LOGIN_WINDOW),
            reset_throttle: Throttle::new(MAILS_PER_ACCOUNT, LOGIN_WINDOW),
            mailer: Mailer::new(&config.mail, &config.server.data_dir)?,
            renewals: Renewals::default(),
            catalogue_attempts: Attempts::default(),
            consents: Consents::default(),
            recent_products: RecentProducts::default(),
            watching: Watching::new(config.watches.fresh()),
            stripe: billing::gateway(&config.stripe)
                .map_err(|error| ConfigError::value("STRIPE_SECRET_KEY, STRIPE_API_BASE", error))?,
            llm,
            ai_throttle: AiThrottle::new(config.llm_gateway.per_user_per_minute),
            config,
        });
        app.me.get_or_init(|| Arc::downgrade(&app));
        Ok(app)
    }

    /// For work that must not end with its caller, and so runs in a task of its own.
    pub fn shared(&self) -> Option<Arc<App>> {
        self.me.get().and_then(Weak::upgrade)
    }

    /// The time as rules see it.
    pub fn now(&self) -> DateTime<Utc> {
        match self.clock {
            Clock::System => Utc::now(),
            Clock::Fixed(moment) => moment,
        }
    }
}

/// The engine's times keep their proportions to the lease.
fn engine_config(config: &Config) -> EngineConfig {
    let Config { worker, server, .. } = config;
    let (lease, usual) = (worker.lease(), EngineConfig::default());
    EngineConfig {
        grace: server.shutdown(),
        slots: worker.concurrency.max(1),
        lease,
        heartbeat: lease / 3,
        margin: lease / 6,
        sweep: usual.sweep.min(lease / 3),
        backoff: Backoff { base: worker.retry(), ..usual.backoff },
        ..usual
    }
}

/// Connect to the database; the schema is left as it is.
///
/// # Errors
/// When nothing answers there.
pub async fn connect(config: &Config) -> Result<Db, StartError> {
    let data_dir = &config.server.data_dir;
    tokio::fs::create_dir_all(data_dir).await.map_err(StartError::DataDir)?;
    let address = config.database.address(data_dir);
    let mut settings = DbConfig::new(address.expose_secret());
    settings.connections = config.database.connections;
    Ok(Db::connect(&settings).await?)
}

async fn load_plugins(config: &Config, egress: Egress) -> Result<Plugins, StartError> {
    let cache_dir = Some(config.plugins.cache_dir(&config.server.data_dir));
    // A shop fetches pictures while its plugin waits, and a product of a hundred
    // variants takes many requests.
    let ceilings = Ceilings {
        call_ceiling: LONGEST_CALL,
        requests_per_call: MOST_REQUESTS,
        cpu: LONGEST_CPU,
        ..Ceilings::default()
    };
    let runtime = Runtime::new(RuntimeConfig { cache_dir, ceilings, ..RuntimeConfig::default() }, egress)?;
    Ok(Plugins::load(runtime, config.plugins.registry.clone(), config.is_production()).await?)
}
