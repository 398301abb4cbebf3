//! Commands around plugins. They need no database.

use std::path::Path;

use sourcepilot_egress::Egress;
use sourcepilot_plugin_runtime::{Grants, Manifest, Policy, Runtime, RuntimeConfig};

use super::args::Plugin;
use super::{CliError, say};
use crate::config::Config;
use crate::plugins::{Plugins, RegistryFile, digest_of};

/// `sourcepilot plugin …`.
///
/// # Errors
/// When the registry or a component cannot be used.
pub async fn run(config: &Config, command: Plugin) -> Result<(), CliError> {
    match command {
        Plugin::List => list(config).await,
        Plugin::Pin { id } => pin(&config.plugins.registry, id.as_deref()),
        Plugin::Check { file } => check(config, &file).await,
    }
}

pub(super) fn runtime(config: &Config) -> Result<Runtime, CliError> {
    let egress = Egress::new(config.egress.to_egress()?).map_err(CliError::other)?;
    Runtime::new(RuntimeConfig::default(), egress).map_err(CliError::other)
}

async fn list(config: &Config) -> Result<(), CliError> {
    let plugins = Plugins::load(runtime(config)?, config.plugins.registry.clone(), config.is_production())
        .await
        .map_err(CliError::other)?;
    let catalogue = plugins.catalogue();
    for plugin in catalogue.installed() {
        let manifest = plugin.manifest();
        let pinned = if plugin.entry.digest.is_some() { "pinned" } else { "not pinned" };
        let kind = plugin.plugin.kind().to_string();
        say(format!(
            "{:<20} {:<9} {:<8} {pinned:<11} {}",
            plugin.id(),
            kind,
            manifest.version,
            plugin.digest
        ));
    }
    for problem in catalogue.problems() {
        say(format!("{:<20} does not run: {}", problem.id, problem.sentence));
    }
    match catalogue.problems().len() {
        0 => Ok(()),
        1 => Err(CliError::other("1 plugin does not run")),
        many => Err(CliError::other(format!("{many} plugins do not run"))),
    }
}

async fn check(config: &Config, file: &Path) -> Result<(), CliError> {
    let bytes =
        std::fs::read(file).map_err(|error| CliError::other(format!("{}: {error}", file.display())))?;
    let digest = digest_of(&bytes);
    // Nobody has granted anything yet: check it with what it asks for.
    let asked = Manifest::from_component(&bytes).map_err(CliError::other)?;
    let policy = Policy { grants: Grants::as_asked(&asked), ..Policy::default() };
    let plugin = runtime(config)?.load(bytes, policy).await.map_err(CliError::other)?;
    let manifest = plugin.manifest();
    say(format!(
        "{} {} ({}) is a right {} plugin.",
        manifest.name,
        manifest.version,
        manifest.id,
        plugin.kind()
    ));
    say(format!("Digest:       {digest}"));
    say(format!("Asks for:     {}", manifest.network.hosts.join(", ")));
    let credentials: Vec<&str> = manifest.credentials.iter().map(|spec| spec.name.as_str()).collect();
    say(format!("Credentials:  {}", credentials.join(", ")));
    Ok(())
}

fn pin(registry: &Path, only: Option<&str>) -> Result<(), CliError> {
    let file = RegistryFile::read(registry).map_err(CliError::other)?;
    let mut text = std::fs::read_to_string(registry).map_err(CliError::other)?;
    if let Some(id) = only.filter(|id| !file.plugins.iter().any(|entry| entry.id == **id)) {
        return Err(CliError::other(format!("the registry has no plugin `{id}`")));
    }
    for entry in file.plugins.iter().filter(|entry| only.is_none_or(|id| id == entry.id)) {
        let path = registry.parent().unwrap_or(Path::new(".")).join(&entry.file);
        let bytes =
            std::fs::read(&path).map_err(|error| CliError::other(format!("{}: {error}", path.display())))?;
        let digest = digest_of(&bytes);
        text = with_digest(&text, &entry.id, &digest);
        say(format!("{:<20} {digest}", entry.id));
    }
    let draft = registry.with_extension("toml.new");
    std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, registry)).map_err(CliError::other)
}

/// The registry's text with another digest for one plugin; all else, comments
/// included, stays.
fn with_digest(text: &str, id: &str, digest: &str) -> String {
    let line = format!("digest = \"{digest}\"");
    let blocks: Vec<&str> = split_keeping(text, "[[plugin]]");
    blocks
        .into_iter()
        .map(|block| if names(block, id) { set(block, &line) } else { block.to_owned() })
        .collect()
}

fn split_keeping<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let starts: Vec<usize> = text
        .match_indices(mark)
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text[..*at].ends_with('\n'))
        .chain([text.len()])
        .collect();
    let head = starts.first().map(|first| &text[..*first]);
    head.into_iter().chain(starts.windows(2).map(|pair| &text[pair[0]..pair[1]])).collect()
}

fn key(line: &str) -> &str {
    line.split('=').next().unwrap_or_default().trim()
}

fn names(block: &str, id: &str) -> bool {
    block.starts_with("[[plugin]]")
        && block.lines().any(|line| {
            key(line) == "id"
                && line.split('=').nth(1).is_some_and(|value| value.contains(&format!("\"{id}\"")))
        })
}

fn set(block: &str, digest: &str) -> String {
    let has_digest = block.lines().any(|line| key(line) == "digest");
    block
        .split_inclusive('\n')
        .map(|line| match key(line) {
            "digest" => format!("{digest}\n"),
            "file" if !has_digest => format!("{}\n{digest}\n", line.trim_end()),
            _ => line.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "# head\n\n[[plugin]]\nid = \"a\"\nfile = \"a.wasm\" # here\nenabled = true\n\n[[plugin]]\nid = \"b\"\nfile = \"b.wasm\"\ndigest = \"sha256:old\"\n";

    #[test]
    fn only_the_digest_of_the_named_plugin_changes() {
        let pinned = with_digest(REGISTRY, "a", "sha256:new");
        assert_eq!(pinned, REGISTRY.replace("# here\n", "# here\ndigest = \"sha256:new\"\n"));
        let pinned = with_digest(REGISTRY, "b", "sha256:new");
        assert_eq!(pinned, REGISTRY.replace("sha256:old", "sha256:new"));
        assert_eq!(with_digest(REGISTRY, "c", "sha256:new"), REGISTRY);
    }
}
