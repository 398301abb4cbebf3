//! Asked for and granted.

use std::collections::BTreeSet;

use sourcepilot_egress::HostPattern;

use super::error::LoadError;
use crate::manifest::Manifest;
use crate::plugin::Grants;

/// What a plugin may do, before a merchant's connection narrows it further.
#[derive(Debug)]
pub(super) struct Effective {
    pub(super) hosts: Vec<HostPattern>,
    pub(super) credentials: BTreeSet<String>,
}

/// Everything asked for must be granted; what is granted beyond that has no effect.
///
/// # Errors
/// When something is missing, with the complete lines to write; or when a grant
/// cannot be read.
pub(super) fn effective(manifest: &Manifest, grants: &Grants) -> Result<Effective, LoadError> {
    let asked = patterns(&manifest.network.hosts)?;
    let granted = patterns(&grants.hosts)?;
    let hosts_missing = asked.iter().any(|wanted| !granted.iter().any(|grant| grant.covers(wanted)));

    let has = |name: &String| grants.credentials.contains(name);
    let credentials_missing =
        manifest.credentials.iter().any(|credential| !credential.optional && !has(&credential.name));

    if hosts_missing || credentials_missing {
        let mut lines = Vec::new();
        if hosts_missing {
            lines.push(line("grant.hosts", manifest.network.hosts.iter()));
        }
        if credentials_missing {
            lines.push(line(
                "grant.credentials",
                manifest.credentials.iter().map(|credential| &credential.name),
            ));
        }
        return Err(LoadError::NeedsApproval { id: manifest.id.clone(), lines });
    }
    let credentials = manifest
        .credentials
        .iter()
        .map(|credential| credential.name.clone())
        .filter(|name| has(name))
        .collect();
    Ok(Effective { hosts: asked, credentials })
}

fn patterns(texts: &[String]) -> Result<Vec<HostPattern>, LoadError> {
    texts
        .iter()
        .map(|text| {
            HostPattern::parse(text).map_err(|error| LoadError::Registry(format!("grant.hosts: {error}")))
        })
        .collect()
}

fn line<'a>(key: &str, values: impl Iterator<Item = &'a String>) -> String {
    let quoted: Vec<String> = values.map(|value| format!("\"{value}\"")).collect();
    format!("{key} = [{}]", quoted.join(", "))
}
