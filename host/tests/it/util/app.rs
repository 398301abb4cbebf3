use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use secrecy::ExposeSecret;
use serde_json::json;
use sourcepilot::app::App;
use sourcepilot::config::Config;
use sourcepilot::http::router;
use sourcepilot_sandbox::{Sandbox, SandboxConfig, demo};
use sourcepilot_test_db::TestDb;

use super::Client;
use super::search::Search;

/// What a test wants beside the plain application.
#[derive(Default)]
pub struct Setup {
    variables: HashMap<String, String>,
    plugins: Vec<&'static str>,
    /// Entries of the registry beside those.
    entries: String,
    with_world: bool,
    world: SandboxConfig,
    with_stripe: bool,
}

impl Setup {
    /// One setting, by its variable.
    pub fn set(mut self, variable: &str, value: &str) -> Self {
        self.variables.insert(variable.to_owned(), value.to_owned());
        self
    }

    /// The real components of these plugins.
    pub fn plugins(mut self, ids: &[&'static str]) -> Self {
        self.plugins = ids.to_vec();
        self
    }

    /// One more entry of the registry, as an admin writes it.
    pub fn entry(mut self, text: &str) -> Self {
        self.entries.push_str(text);
        self
    }

    /// The demo world, to which suppliers' traffic goes.
    pub fn world(mut self) -> Self {
        self.with_world = true;
        self
    }

    /// The same, arranged in another way.
    pub fn world_of(mut self, world: SandboxConfig) -> Self {
        self.world = world;
        self.world()
    }

    /// The demo world, with its Stripe.
    pub fn stripe(mut self) -> Self {
        (self.with_world, self.with_stripe) = (true, true);
        self
    }

    fn reach_stripe(&mut self, base: &str) {
        let [pro, enterprise, _] = demo::STRIPE_PRICES;
        for (name, value) in [
            ("STRIPE_SECRET_KEY", demo::STRIPE_SECRET_KEY),
            ("STRIPE_WEBHOOK_SECRET", demo::STRIPE_WEBHOOK_SECRET),
            ("STRIPE_PRO_PRICE_ID", pro),
            ("STRIPE_ENTERPRISE_PRICE_ID", enterprise),
            ("STRIPE_API_BASE", &format!("{base}/stripe")),
        ] {
            self.variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }

    fn append(&mut self, variable: &str, items: &str) {
        let list = self.variables.entry(variable.to_owned()).or_default();
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(items);
    }

    pub async fn start(mut self) -> TestApp {
        let dir = tempfile::tempdir().expect("a directory");
        let db = TestDb::new().await;
        let registry = dir.path().join("plugin-registry.toml");
        std::fs::write(&registry, registry_of(&self.plugins) + &self.entries).expect("written");
        let defaults = [
            ("SOURCEPILOT_DATA_DIR", dir.path().display().to_string()),
            ("SOURCEPILOT_PLUGIN_REGISTRY", registry.display().to_string()),
            ("SOURCEPILOT_PLUGIN_CACHE", plugin_cache()),
            ("DATABASE_URL", db.url().to_owned()),
            ("DATABASE_CONNECTIONS", "4".to_owned()),
        ];
        for (name, value) in defaults {
            self.variables.entry(name.to_owned()).or_insert(value);
        }
        let world = match self.with_world {
            true => Some(sourcepilot_sandbox::start(self.world.clone()).await.expect("a demo world")),
            false => None,
        };
        if let Some(world) = &world {
            self.append("EGRESS_MAP", &world.egress_map());
            self.append("EGRESS_ALLOW_PRIVATE", &world.allow_private());
            let models = [
                ("LLM_GATEWAY_URL", format!("{}{}", world.urls.base, demo::LLM_PATH)),
                ("LLM_GATEWAY_KEY", demo::LLM_GATEWAY_KEY.to_owned()),
                ("ANTHROPIC_BASE_URL", format!("{}{}", world.urls.base, demo::ANTHROPIC_PATH)),
            ];
            for (name, value) in models {
                self.variables.entry(name.to_owned()).or_insert(value);
            }
            if self.with_stripe {
                self.reach_stripe(&world.urls.base);
            }
        }
        let mut config = Config::load(&|name| self.variables.get(name).cloned()).expect("settings").config;
        // Passwords are hashed as cheaply as the algorithm allows.
        (config.auth.password_memory_kib, config.auth.password_passes) = (64, 1);
        let settings = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let control = world.as_ref().map(|world| world.control().clone());
        let mut search = Search::begin(&self.variables["DATABASE_URL"], settings, control);
        let app = App::build(config).await.expect("an application");
        search.know("the key of tokens", app.config.auth.jwt_secret_key.expose_secret());
        search.know("the key of secrets", app.config.secrets.encryption_key.expose_secret());
        let router = search.hear(router::api(&app));
        TestApp { search, router, app, world, _db: db, _dir: dir }
    }
}

/// A running application on a database of its own.
pub struct TestApp {
    /// First, so that it ends before what it searches is gone.
    pub search: Search,
    pub router: Router,
    pub app: Arc<App>,
    pub world: Option<Sandbox>,
    _db: TestDb,
    _dir: tempfile::TempDir,
}

impl TestApp {
    /// The plain application, without plugins.
    pub async fn start() -> Self {
        Setup::default().start().await
    }

    /// Where its database is, for a second host beside it.
    pub fn database_url(&self) -> &str {
        self._db.url()
    }

    /// Somebody at the dashboard's port.
    pub fn dashboard(&self) -> Client {
        Client::new(self.search.hear(router::dashboard(&self.app)))
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// A merchant who has just registered.
    pub async fn user(&self) -> Client {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let email = format!("user{}@example.com", NUMBER.fetch_add(1, Ordering::Relaxed));
        let body = json!({"email": email, "password": format!("canary-password-of-{email}")});
        let reply = self.anonymous().post("/auth/register", &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        self.anonymous().with_token(reply.body["access_token"].as_str().expect("a token"))
    }
}

/// Compiled plugins are the same for all tests.
fn plugin_cache() -> String {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-cache").display().to_string()
}

fn registry_of(plugins: &[&str]) -> String {
    let real = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugin-registry.toml"));
    let real: toml::Table = real.expect("the registry").parse().expect("TOML");
    let entries = real["plugin"].as_array().expect("plugins");
    let mut text = String::new();
    for id in plugins {
        let mut entry = entries
            .iter()
            .find(|entry| entry["id"].as_str() == Some(id))
            .and_then(toml::Value::as_table)
            .expect("a known plugin")
            .clone();
        entry.remove("digest");
        // A component is called like its plugin's folder, which need not be its id.
        let file = entry["file"].as_str().map(Path::new).and_then(Path::file_stem);
        let folder = file.and_then(|name| name.to_str()).expect("a file");
        let component = sourcepilot_test_components::plugin(folder);
        entry.insert("file".into(), component.display().to_string().into());
        let list = toml::Table::from_iter([("plugin".to_owned(), vec![toml::Value::Table(entry)].into())]);
        writeln!(text, "{list}").expect("written");
    }
    text
}
