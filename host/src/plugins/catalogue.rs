//! The plugins that are loaded at one moment.

use std::sync::Arc;

use sourcepilot_plugin_runtime::Plugin;
use sourcepilot_plugin_runtime::manifest::{Kind, Manifest};
use url::Url;

use super::Entry;

/// One plugin that can be called.
#[derive(Clone, Debug)]
pub struct Installed {
    pub entry: Entry,
    pub plugin: Arc<Plugin>,
    pub digest: String,
}

/// A plugin that could not be loaded, and why.
#[derive(Clone, Debug)]
pub struct Problem {
    pub id: String,
    pub sentence: String,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Catalogue {
    installed: Vec<Arc<Installed>>,
    problems: Vec<Problem>,
}

impl Installed {
    pub(super) fn new(entry: Entry, plugin: Arc<Plugin>, digest: String) -> Self {
        Installed { entry, plugin, digest }
    }

    pub fn id(&self) -> &str {
        &self.entry.id
    }

    pub fn manifest(&self) -> &Manifest {
        self.plugin.manifest()
    }

    fn answers_to(&self, name: &str) -> bool {
        self.id() == name || self.manifest().aliases.iter().any(|alias| alias == name)
    }

    fn url_hosts(&self) -> &[String] {
        self.manifest().supplier.as_ref().map_or(&[], |supplier| supplier.url_hosts.as_slice())
    }
}

impl Catalogue {
    /// Put a catalogue together. Of two plugins that claim the same name or the
    /// same addresses the later one stays out, so that nobody can take over a
    /// supplier's addresses.
    pub(super) fn build(candidates: Vec<Arc<Installed>>, mut problems: Vec<Problem>) -> Self {
        let mut installed: Vec<Arc<Installed>> = Vec::new();
        for candidate in candidates {
            match installed.iter().find_map(|other| conflict(other, &candidate)) {
                None => installed.push(candidate),
                Some(sentence) => {
                    tracing::error!(plugin.id = candidate.id(), problem = %sentence, "a plugin was not enabled");
                    problems.push(Problem { id: candidate.id().to_owned(), sentence });
                }
            }
        }
        Catalogue { installed, problems }
    }

    /// Everything that runs, in the registry's order.
    pub fn installed(&self) -> &[Arc<Installed>] {
        &self.installed
    }

    /// Everything that does not, and why.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub fn by_id(&self, id: &str) -> Option<Arc<Installed>> {
        self.installed.iter().find(|plugin| plugin.id() == id).cloned()
    }

    /// The supplier of this id or alias.
    pub fn supplier(&self, name: &str) -> Option<Arc<Installed>> {
        self.named(Kind::Supplier, name)
    }

    /// The shop platform of this id or alias.
    pub fn store(&self, name: &str) -> Option<Arc<Installed>> {
        self.named(Kind::Store, name)
    }

    fn named(&self, kind: Kind, name: &str) -> Option<Arc<Installed>> {
        self.installed.iter().find(|plugin| plugin.plugin.kind() == kind && plugin.answers_to(name)).cloned()
    }

    /// The ids of all suppliers, sorted.
    pub fn source_ids(&self) -> Vec<String> {
        let suppliers = self.installed.iter().filter(|plugin| plugin.plugin.kind() == Kind::Supplier);
        let mut ids: Vec<String> = suppliers.map(|plugin| plugin.id().to_owned()).collect();
        ids.sort();
        ids
    }

    /// The source of a search that names none: the first in the registry.
    pub fn default_source(&self) -> Option<String> {
        let first = self.installed.iter().find(|plugin| plugin.plugin.kind() == Kind::Supplier)?;
        Some(first.id().to_owned())
    }

    /// The suppliers that may know an address, the most special first.
    pub fn suppliers_for(&self, address: &str) -> Vec<Arc<Installed>> {
        let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
        let claims = |plugin: &&Arc<Installed>| {
            host.as_deref().is_some_and(|host| plugin.manifest().claims_host(host))
        };
        let special = self.installed.iter().filter(claims);
        special
            .chain(self.installed.iter().filter(|plugin| plugin.manifest().claims_any_host()))
            .cloned()
            .collect()
    }
}

/// Stands in a manifest for any page; it conflicts with nobody.
const ANY_PAGE: &str = "*";

fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn conflict(first: &Installed, second: &Installed) -> Option<String> {
    let names = std::iter::once(&second.entry.id).chain(&second.manifest().aliases);
    for name in names {
        if first.answers_to(name) {
            return Some(format!("the name `{name}` belongs to the plugin `{}`", first.id()));
        }
    }
    let shared =
        second.url_hosts().iter().filter(|mine| *mine != ANY_PAGE).find(|mine| {
            first.url_hosts().iter().any(|theirs| is_under(mine, theirs) || is_under(theirs, mine))
        });
    shared.map(|host| format!("the addresses of `{host}` belong to the plugin `{}`", first.id()))
}

#[cfg(test)]
mod tests {
    use super::is_under;

    #[test]
    fn a_host_belongs_to_a_domain_only_on_a_dot() {
        let cases = [
            ("aliexpress.com", true),
            ("fr.aliexpress.com", true),
            ("evilaliexpress.com", false),
            ("aliexpress.com.example.net", false),
        ];
        for (host, expected) in cases {
            assert_eq!(is_under(host, "aliexpress.com"), expected, "{host}");
        }
    }
}
