//! Which suppliers and shop platforms there are, and what connecting one takes.

use serde_json::Value;
use sourcepilot_plugin_runtime::manifest::{CredentialSpec, Feature, Owner};

use crate::app::App;
use crate::plugins::{Installed, Problem};

/// A plugin as a merchant may see it.
#[derive(Clone, Debug)]
pub struct PluginInfo {
    pub id: String,
    pub name: String,
    pub version: String,
    /// `supplier` or `store`.
    pub kind: String,
    pub description: String,
    pub aliases: Vec<String>,
    pub features: Vec<&'static str>,
    /// Hosts whose pages a supplier knows.
    pub url_hosts: Vec<String>,
    /// What a merchant types in to connect.
    pub credentials: Vec<CredentialInfo>,
    /// Accepted forms of a shop's key in one text.
    pub api_key_forms: Vec<String>,
    /// JSON Schema of its settings.
    pub settings: Value,
    pub digest: String,
}

/// Something that a merchant types in.
#[derive(Clone, Debug)]
pub struct CredentialInfo {
    pub name: String,
    pub label: String,
    pub help: String,
    pub optional: bool,
    /// The installation has it already; a merchant may bring an own one.
    pub supplied_by_installation: bool,
}

/// What is installed, and what could not be.
#[derive(Clone, Debug)]
pub struct PluginList {
    pub installed: Vec<PluginInfo>,
    pub problems: Vec<Problem>,
}

/// Everything of the registry.
pub fn all(app: &App) -> PluginList {
    let catalogue = app.plugins.catalogue();
    PluginList {
        installed: catalogue.installed().iter().map(|plugin| info(plugin)).collect(),
        problems: catalogue.problems().to_vec(),
    }
}

fn info(plugin: &Installed) -> PluginInfo {
    let manifest = plugin.manifest();
    let features = Feature::ALL.into_iter().filter(|feature| plugin.plugin.offers(*feature));
    let forms = manifest.store.as_ref().map_or(&[] as &[Vec<String>], |store| &store.api_key);
    PluginInfo {
        id: manifest.id.clone(),
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        kind: plugin.plugin.kind().to_string(),
        description: manifest.description.clone(),
        aliases: manifest.aliases.clone(),
        features: features.map(Feature::as_str).collect(),
        url_hosts: manifest.supplier.as_ref().map(|supplier| supplier.url_hosts.clone()).unwrap_or_default(),
        credentials: manifest.credentials.iter().filter(|spec| spec.entered).map(credential).collect(),
        api_key_forms: forms.iter().map(|names| names.join(":")).collect(),
        settings: manifest.settings.clone(),
        digest: plugin.digest.clone(),
    }
}

fn credential(spec: &CredentialSpec) -> CredentialInfo {
    CredentialInfo {
        name: spec.name.clone(),
        label: spec.label.clone(),
        help: spec.help.clone(),
        optional: spec.optional,
        supplied_by_installation: spec.owner == Owner::Installation,
    }
}
