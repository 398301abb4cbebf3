use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use secrecy::SecretString;

/// From a supplier's product page to a product in your shop.
#[derive(Debug, Parser)]
#[command(name = "sourcepilot", version, about)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API and the dashboard and do the work, in one process.
    Serve(Serve),
    /// Only do the work: the same as `serve --role worker`.
    Worker,
    /// Bring the database's schema up to date.
    Migrate,
    /// Print the API's description (OpenAPI).
    Openapi,
    /// Print what is needed to use the demo world.
    Demo(Demo),
    /// Run only the demo world.
    Sandbox,
    /// Accounts of merchants.
    #[command(subcommand)]
    User(User),
    /// Suppliers and shop platforms.
    #[command(subcommand)]
    Plugin(Plugin),
    /// Accounts of programs, such as a platform that provisions its users.
    #[command(subcommand)]
    ServiceAccount(ServiceAccount),
    /// Secrets at rest.
    #[command(subcommand)]
    Secrets(Secrets),
    /// Look at everything that an installation needs, and say what to do.
    Doctor,
    /// The installation's own accounts with suppliers.
    #[command(subcommand)]
    Supplier(Supplier),
}

#[derive(Debug, clap::Args)]
pub struct Serve {
    /// What this process does.
    #[arg(long, value_enum, default_value_t = Role::All)]
    pub role: Role,
    /// Run the demo world beside it: a simulated supplier and shop, and a login.
    #[arg(long)]
    pub demo: bool,
    /// Do not import a product by itself when the demo world starts.
    #[arg(long, requires = "demo")]
    pub quiet: bool,
}

impl Serve {
    pub fn worker() -> Self {
        Serve { role: Role::Worker, demo: false, quiet: true }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// API, dashboard and worker.
    All,
    /// API and dashboard.
    Api,
    /// Worker.
    Worker,
}

impl Role {
    pub fn serves(self) -> bool {
        self != Role::Worker
    }

    pub fn works(self) -> bool {
        self != Role::Api
    }
}

#[derive(Debug, clap::Args)]
pub struct Demo {
    /// As JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Make an account. The password is read from standard input when it is not given.
    Create(NewUser),
}

#[derive(Debug, clap::Args)]
pub struct NewUser {
    #[arg(long)]
    pub email: String,
    /// Better through the environment than on the command line, where others see it.
    #[arg(long, env = "SOURCEPILOT_USER_PASSWORD", hide_env_values = true)]
    pub password: Option<SecretString>,
    /// May administer the installation.
    #[arg(long)]
    pub admin: bool,
    /// free, pro or enterprise.
    #[arg(long, default_value = "free")]
    pub plan: String,
}

#[derive(Debug, Subcommand)]
pub enum ServiceAccount {
    /// Make one and print its API key, which is shown only now.
    Create {
        /// Letters, digits, dots, hyphens and underscores.
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Secrets {
    /// Put every stored secret under the first key of SOURCEPILOT_ENCRYPTION_KEY.
    Rewrap,
}

#[derive(Debug, Subcommand)]
pub enum Plugin {
    /// Show the registry's plugins and what is wrong with those that do not run.
    List,
    /// Write the digests of the components into the registry.
    Pin {
        /// Only this plugin.
        id: Option<String>,
    },
    /// Check a component's file without installing it.
    Check { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub enum Supplier {
    /// The account that serves merchants who have connected none.
    #[command(subcommand)]
    HouseAccount(HouseAccount),
}

#[derive(Debug, Subcommand)]
pub enum HouseAccount {
    /// Set it, in place of an earlier one. Reads a JSON object with the credentials by
    /// name from standard input.
    Set(NewHouseAccount),
}

#[derive(Debug, clap::Args)]
pub struct NewHouseAccount {
    /// A supplier's id, such as aliexpress.
    pub supplier: String,
}
