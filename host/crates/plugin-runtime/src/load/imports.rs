//! What a component may import, and what it is told about everything else.

use super::error::LoadError;
use crate::api;
use crate::manifest::Manifest;

/// The WASI packages that the standard libraries of guests need.
const WASI: &[(&str, &[&str])] = &[
    ("wasi:io", &["error", "poll", "streams"]),
    (
        "wasi:cli",
        &[
            "environment",
            "exit",
            "stdin",
            "stdout",
            "stderr",
            "terminal-input",
            "terminal-output",
            "terminal-stdin",
            "terminal-stdout",
            "terminal-stderr",
        ],
    ),
    ("wasi:clocks", &["monotonic-clock", "wall-clock"]),
    ("wasi:random", &["random", "insecure", "insecure-seed"]),
    ("wasi:http", &["types", "outgoing-handler"]),
];

struct Name<'a> {
    package: &'a str,
    interface: &'a str,
    version: &'a str,
}

fn split(name: &str) -> Option<Name<'_>> {
    let (path, version) = name.split_once('@').unwrap_or((name, ""));
    let (package, interface) = path.split_once('/')?;
    package.contains(':').then_some(Name { package, interface, version })
}

/// Check every import against what is linked.
///
/// # Errors
/// For the first one that no plugin gets.
pub(super) fn check(imports: &[String]) -> Result<(), LoadError> {
    imports.iter().try_for_each(|import| check_one(import))
}

/// Check the version of every exported interface of the contract.
///
/// # Errors
/// When one belongs to another version of it.
pub(super) fn check_exports(exports: &[String]) -> Result<(), LoadError> {
    exports
        .iter()
        .filter_map(|export| split(export))
        .filter(|name| name.package == api::PACKAGE)
        .try_for_each(|name| check_contract_version(&name))
}

/// The merchant's catalogue is only for plugins that say they work from it.
///
/// # Errors
/// When the component uses it and its manifest does not say so.
pub(super) fn check_catalogue(imports: &[String], manifest: &Manifest) -> Result<(), LoadError> {
    let is_catalogue = |import: &&String| {
        split(import).is_some_and(|name| name.package == api::PACKAGE && name.interface == api::CATALOGUE)
    };
    match imports.iter().find(is_catalogue) {
        Some(import) if !manifest.uses_catalogue() => Err(LoadError::Import {
            name: import.clone(),
            why: "plugin.toml has to say `catalogue = true` under `[supplier]`".into(),
        }),
        _ => Ok(()),
    }
}

fn check_one(import: &str) -> Result<(), LoadError> {
    let refuse = |why: String| LoadError::Import { name: import.to_owned(), why };
    let Some(name) = split(import) else {
        return Err(refuse(
            "a plugin can only import interfaces of the plugin contract and of WASI 0.2".into(),
        ));
    };
    if name.package == api::PACKAGE {
        check_contract_version(&name)?;
        return if api::HOST_INTERFACES.contains(&name.interface) {
            Ok(())
        } else {
            Err(refuse(format!("plugin API {} has no such interface", api::SERVED)))
        };
    }
    let Some((_, interfaces)) = WASI.iter().find(|(package, _)| *package == name.package) else {
        return Err(refuse(why_not(name.package).into()));
    };
    if !name.version.starts_with("0.2.") {
        return Err(refuse(format!("this host serves WASI 0.2, not {}", name.version)));
    }
    if interfaces.contains(&name.interface) {
        return Ok(());
    }
    Err(refuse(why_not(name.package).into()))
}

fn check_contract_version(name: &Name<'_>) -> Result<(), LoadError> {
    if api::serves(name.version) {
        return Ok(());
    }
    Err(api_version_error(name.version))
}

/// The sentence for a plugin of another contract.
pub(super) fn api_version_error(wanted: &str) -> LoadError {
    let number = |text: &str| text.split('.').map_while(|part| part.parse().ok()).collect::<Vec<u64>>();
    let advice = if number(wanted) > number(&api::SERVED.to_string()) {
        "update the host, or build the plugin with an SDK of this version"
    } else {
        "rebuild the plugin with a current SDK"
    };
    LoadError::ApiVersion {
        wanted: wanted.to_owned(),
        served: api::SERVED.to_string(),
        advice: advice.into(),
    }
}

fn why_not(package: &str) -> &'static str {
    match package {
        "wasi:sockets" => "there are no sockets; remove std::net and use the HTTP client of the SDK",
        "wasi:filesystem" => "there is no file system; remove std::fs",
        "wasi:config" => "settings come with every call, in the context",
        "wasi:keyvalue" => "plugins keep nothing between calls; the host caches",
        "wasi:logging" => "use the contract's own `log` interface",
        "wasi:cli" | "wasi:clocks" | "wasi:random" | "wasi:io" | "wasi:http" => {
            "this part of WASI is not available to plugins"
        }
        _ => "nothing of that name is available to plugins",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(import: &str) -> String {
        check(&[import.to_owned()]).unwrap_err().to_string()
    }

    #[test]
    fn what_std_and_the_contract_need_is_there() {
        for import in [
            "wasi:io/streams@0.2.6",
            "wasi:cli/terminal-stderr@0.2.6",
            "wasi:http/outgoing-handler@0.2.12",
            "wasi:random/insecure-seed@0.2.12",
            "sourcepilot:plugin/types@0.1.0",
            "sourcepilot:plugin/credentials@0.1.7",
        ] {
            assert_eq!(check(&[import.to_owned()]), Ok(()), "{import}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_advice() {
        for (import, words) in [
            ("wasi:sockets/tcp@0.2.6", "std::net"),
            ("wasi:filesystem/types@0.2.6", "std::fs"),
            ("wasi:io/streams@0.3.0", "WASI 0.2"),
            ("wasi:http/incoming-handler@0.2.6", "not available"),
            ("sourcepilot:plugin/log@0.2.0", "built for plugin API 0.2.0"),
            ("sourcepilot:plugin/log@1.0.0", "update the host"),
            ("sourcepilot:plugin/files@0.1.0", "no such interface"),
            ("acme:thing/door@1.0.0", "nothing of that name"),
            ("env", "only import interfaces"),
        ] {
            let said = message(import);
            assert!(said.contains(words), "{import}: {said}");
        }
    }

    #[test]
    fn a_catalogue_has_to_be_asked_for() {
        let manifest = |line: &str| {
            Manifest::parse(&format!(
                "[plugin]\nid = \"acme\"\nname = \"Acme\"\nversion = \"0.1.0\"\nkind = \"supplier\"\napi = \"0.1\"\n\
                 [supplier]\nurl_hosts = [\"acme.example\"]\nfeatures = [\"feed\"]\n{line}\n"
            ))
            .unwrap()
        };
        let imports =
            ["sourcepilot:plugin/log@0.1.0", "sourcepilot:plugin/catalogue@0.1.0"].map(str::to_owned);
        let refused = check_catalogue(&imports, &manifest("")).unwrap_err().to_string();
        assert!(refused.contains("catalogue = true"), "{refused}");
        assert_eq!(check_catalogue(&imports, &manifest("catalogue = true")), Ok(()));
        assert_eq!(check_catalogue(&imports[..1], &manifest("")), Ok(()));
    }
}
