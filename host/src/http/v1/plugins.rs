use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{AppState, Authorized, Nothing, Refusal};
use crate::service::plugin_list::{self, CredentialInfo, PluginInfo};

/// A supplier or shop platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plugin {
    /// The `source` of imports, or the `platform` of connections.
    id: String,
    name: String,
    version: String,
    /// `supplier` or `store`.
    kind: String,
    description: String,
    /// Other spellings of the id that are understood.
    aliases: Vec<String>,
    /// What it can do beyond the minimum, such as `search`.
    features: Vec<&'static str>,
    /// Hosts whose pages a supplier knows; `*` for any page.
    url_hosts: Vec<String>,
    /// What connecting it takes.
    credentials: Vec<Credential>,
    /// How a shop's key is written in one text.
    api_key_forms: Vec<String>,
    /// JSON Schema of its settings.
    #[schema(value_type = Object)]
    settings: Value,
}

/// Something to enter when connecting.
#[derive(Debug, Serialize, ToSchema)]
pub struct Credential {
    name: String,
    label: String,
    help: String,
    optional: bool,
    /// The installation has one already.
    supplied_by_installation: bool,
}

/// All suppliers and shop platforms.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginList {
    items: Vec<Plugin>,
}

impl From<PluginInfo> for Plugin {
    fn from(info: PluginInfo) -> Self {
        let PluginInfo {
            id,
            name,
            version,
            kind,
            description,
            aliases,
            features,
            url_hosts,
            credentials,
            api_key_forms,
            settings,
            digest: _,
        } = info;
        let credentials = credentials.into_iter().map(Credential::from).collect();
        Plugin {
            id,
            name,
            version,
            kind,
            description,
            aliases,
            features,
            url_hosts,
            credentials,
            api_key_forms,
            settings,
        }
    }
}

impl From<CredentialInfo> for Credential {
    fn from(info: CredentialInfo) -> Self {
        let CredentialInfo { name, label, help, optional, supplied_by_installation } = info;
        Credential { name, label, help, optional, supplied_by_installation }
    }
}

/// Which suppliers and shop platforms there are.
#[utoipa::path(get, path = "/api/v1/plugins", tag = "plugins", security(("jwt" = [])), responses(
    (status = 200, body = PluginList), (status = 401, body = Refusal)))]
pub async fn list(State(app): AppState, _: Authorized<Nothing>) -> Json<PluginList> {
    let items = plugin_list::all(&app).installed.into_iter().map(Plugin::from).collect();
    Json(PluginList { items })
}
