//! From what is written to what is meant, with every rule of `plugin.toml`.

mod callback;
mod credentials;
mod rates;
mod store;

use std::collections::BTreeSet;

use sourcepilot_egress::HostPattern;
use toml::Spanned;

use super::error::{Findings, ManifestError};
use super::raw::{RawLimits, RawManifest, RawNetwork, RawPlugin, RawStore, RawSupplier};
use super::{
    ApiVersion, AskedLimits, CredentialSpec, Feature, Kind, Manifest, Network, StoreSection, SupplierSection,
    words,
};
use callback::check_callback;
use credentials::{check_captures, check_credentials};
use rates::check_rates;

const REQUESTS_PER_CALL: u32 = 16;
const PRICE_BATCH: u32 = 20;
const CONNECTION: &str = "{connection.origin}";

pub(super) fn check(text: &str, raw: RawManifest) -> Result<Manifest, ManifestError> {
    let mut findings = Findings::new(text);
    let RawManifest {
        plugin,
        supplier,
        store,
        network,
        rate,
        credential,
        capture,
        callback,
        limits,
        settings,
    } = raw;
    let kind = *plugin.as_ref().kind.as_ref();

    let features = features(&mut findings, kind, supplier.as_ref(), store.as_ref());
    sides(&mut findings, &plugin, supplier.as_ref(), store.as_ref());
    let network = check_network(&mut findings, &network);
    let rates = check_rates(&mut findings, &network, &plugin.as_ref().id, rate);
    let credentials = check_credentials(&mut findings, &network, credential);
    let captures = check_captures(&mut findings, &network, &credentials, capture);
    let store = store.map(|store| check_store(&mut findings, &credentials, store.as_ref()));
    let callback = callback
        .map(|callback| check_callback(&mut findings, &features, &credentials, store.as_ref(), callback));
    let supplier = supplier.map(|supplier| check_supplier(&mut findings, supplier.into_inner()));
    let limits = check_limits(&mut findings, &limits);
    let settings = check_settings(&mut findings, settings);

    let api = names(&mut findings, plugin.as_ref());
    let plugin = plugin.into_inner();
    findings.finish(Manifest {
        id: plugin.id.into_inner(),
        name: plugin.name.into_inner(),
        version: plugin.version.into_inner(),
        kind,
        api,
        description: plugin.description.map(Spanned::into_inner).unwrap_or_default(),
        aliases: plugin.aliases.into_iter().map(Spanned::into_inner).collect(),
        supplier,
        store,
        features,
        network,
        rates,
        credentials,
        captures,
        callback,
        limits,
        settings,
    })
}

/// The `[plugin]` table; gives the version of the contract.
fn names(findings: &mut Findings<'_>, plugin: &RawPlugin) -> ApiVersion {
    let mut line = |value: &Spanned<String>, key: &str, ok: bool, rule: &str| {
        if !ok {
            findings.at(value, format!("`{key}` is `{}`, but it must be {rule}", shorten(value.as_ref())));
        }
    };
    line(&plugin.id, "id", words::is_id(plugin.id.as_ref()), "2 to 40 of a-z, 0-9 and `-`");
    line(&plugin.name, "name", words::is_line(plugin.name.as_ref(), 80), "a text of 1 to 80 characters");
    line(&plugin.version, "version", words::is_version(plugin.version.as_ref()), "a version such as 0.1.0");
    let api = words::api_version(plugin.api.as_ref());
    line(&plugin.api, "api", api.is_some(), "the number of the contract, such as 0.1");
    for alias in &plugin.aliases {
        line(alias, "aliases", words::is_alias(alias.as_ref()), "2 to 40 of a-z, 0-9, `-` and `_`");
    }
    if let Some(description) = &plugin.description {
        let ok = words::is_line(description.as_ref(), 500);
        line(description, "description", ok, "one line of at most 500 characters");
    }
    api.unwrap_or(ApiVersion { major: 0, minor: 0 })
}

fn sides(
    findings: &mut Findings<'_>,
    plugin: &Spanned<RawPlugin>,
    supplier: Option<&Spanned<RawSupplier>>,
    store: Option<&Spanned<RawStore>>,
) {
    let kind = &plugin.as_ref().kind;
    match (kind.as_ref(), supplier, store) {
        (Kind::Supplier, None, _) => {
            findings.at(kind, "a supplier needs a `[supplier]` table with `url_hosts`");
        }
        (Kind::Store, _, None) => findings.at(kind, "a store needs a `[store]` table"),
        (Kind::Supplier, _, Some(other)) => {
            findings.at(other, "a supplier has no `[store]` table; remove it or change `kind`");
        }
        (Kind::Store, Some(other), _) => {
            findings.at(other, "a store has no `[supplier]` table; remove it or change `kind`");
        }
        _ => {}
    }
}

fn features(
    findings: &mut Findings<'_>,
    kind: Kind,
    supplier: Option<&Spanned<RawSupplier>>,
    store: Option<&Spanned<RawStore>>,
) -> BTreeSet<Feature> {
    let written = match kind {
        Kind::Supplier => supplier.map(|table| &table.as_ref().features),
        Kind::Store => store.map(|table| &table.as_ref().features),
    };
    let mut features = BTreeSet::new();
    for name in written.into_iter().flatten() {
        let known = Feature::ALL.into_iter().find(|feature| feature.as_str() == name.as_ref());
        match known.filter(|feature| feature.fits(kind)) {
            Some(feature) => _ = features.insert(feature),
            None => {
                let possible: Vec<&str> =
                    Feature::ALL.into_iter().filter(|f| f.fits(kind)).map(Feature::as_str).collect();
                let name_text = shorten(name.as_ref());
                findings.at(
                    name,
                    format!("`{name_text}` is no feature of a {kind}; possible are {}", possible.join(", ")),
                );
            }
        }
    }
    features
}

fn check_supplier(findings: &mut Findings<'_>, raw: RawSupplier) -> SupplierSection {
    if raw.url_hosts.as_ref().is_empty() {
        findings
            .at(&raw.url_hosts, "`url_hosts` is empty; name the hosts whose pages the plugin understands");
    }
    for host in raw.url_hosts.as_ref() {
        if host.as_ref() != "*" && !words::is_page_host(host.as_ref()) {
            findings.at(
                host,
                format!(
                    "`{}` is no host; write a name in lower case such as example.com, without scheme, port or path",
                    shorten(host.as_ref())
                ),
            );
        }
    }
    if let Some(batch) = &raw.max_price_batch
        && !(1..=200).contains(batch.as_ref())
    {
        findings.at(batch, "`max_price_batch` must be between 1 and 200");
    }
    let reads_feeds = raw.features.iter().any(|feature| feature.as_ref() == Feature::Feed.as_str());
    if let Some(catalogue) = raw.catalogue.as_ref().filter(|wanted| *wanted.as_ref() && !reads_feeds) {
        findings.at(catalogue, "`catalogue = true` needs the feature `feed`, which fills the catalogue");
    }
    SupplierSection {
        url_hosts: raw.url_hosts.into_inner().into_iter().map(Spanned::into_inner).collect(),
        max_price_batch: raw.max_price_batch.map_or(PRICE_BATCH, Spanned::into_inner),
        catalogue: raw.catalogue.is_some_and(Spanned::into_inner),
    }
}

fn check_store(findings: &mut Findings<'_>, credentials: &[CredentialSpec], raw: &RawStore) -> StoreSection {
    let mut forms = Vec::new();
    for form in &raw.api_key {
        let names: Vec<String> = form.as_ref().split(':').map(str::to_owned).collect();
        for name in &names {
            if !credentials.iter().any(|credential| credential.name == *name) {
                findings
                    .at(form, format!("`api_key` names `{}`, which is no `[[credential]]`", shorten(name)));
            }
        }
        forms.push(names);
    }
    StoreSection { api_key: forms, addresses: store::check_addresses(findings, raw) }
}

fn check_network(findings: &mut Findings<'_>, raw: &RawNetwork) -> Network {
    for host in &raw.hosts {
        if let Err(error) = HostPattern::parse(host.as_ref()) {
            findings.at(host, format!("`hosts`: {error}"));
        }
    }
    if let Some(requests) = &raw.requests_per_call
        && !(1..=256).contains(requests.as_ref())
    {
        findings.at(requests, "`requests_per_call` must be between 1 and 256");
    }
    if let Some(accounts) = &raw.accounts_per_address
        && !(1..=100_000).contains(accounts.as_ref())
    {
        findings.at(accounts, "`accounts_per_address` must be between 1 and 100000");
    }
    Network {
        accounts_per_address: raw.accounts_per_address.as_ref().map(|n| *n.as_ref()),
        hosts: raw.hosts.iter().map(|host| host.as_ref().clone()).collect(),
        requests_per_call: raw.requests_per_call.as_ref().map_or(REQUESTS_PER_CALL, |n| *n.as_ref()),
    }
}

/// Whether something that goes to `asked` can leave at all.
fn reachable(network: &Network, asked: &HostPattern) -> bool {
    network.hosts.iter().filter_map(|host| HostPattern::parse(host).ok()).any(|host| host.covers(asked))
}

fn check_limits(findings: &mut Findings<'_>, raw: &RawLimits) -> AskedLimits {
    let mut value = |value: &Option<Spanned<u32>>, key: &str, least: u32, most: u32| {
        let value = value.as_ref()?;
        if !(least..=most).contains(value.as_ref()) {
            findings.at(value, format!("`{key}` must be between {least} and {most}"));
        }
        Some(*value.as_ref())
    };
    AskedLimits {
        memory_mib: value(&raw.memory_mib, "memory_mib", 1, 4096),
        call_ms: value(&raw.call_ms, "call_ms", 100, 600_000),
        response_kib: value(&raw.response_kib, "response_kib", 1, 1_048_576),
    }
}

fn check_settings(findings: &mut Findings<'_>, raw: Option<Spanned<toml::Table>>) -> serde_json::Value {
    let empty = || serde_json::json!({ "type": "object", "properties": {} });
    let Some(raw) = raw else { return empty() };
    let schema = match serde_json::to_value(raw.as_ref()) {
        Ok(serde_json::Value::Object(schema)) => schema,
        Ok(_) | Err(_) => {
            findings.at(&raw, "`[settings]` must be a JSON Schema written as TOML");
            return empty();
        }
    };
    let mut schema = schema;
    match schema.get("type").map(|kind| kind == "object") {
        None => _ = schema.insert("type".into(), "object".into()),
        Some(true) => {}
        Some(false) => findings.at(&raw, "`settings.type` can only be \"object\""),
    }
    let properties = schema.entry("properties").or_insert_with(|| serde_json::json!({}));
    match properties.as_object() {
        None => findings.at(&raw, "`settings.properties` must be a table"),
        Some(properties) => {
            for (name, property) in properties {
                let kind = property.get("type").and_then(serde_json::Value::as_str);
                if !matches!(kind, Some("string" | "integer" | "number" | "boolean")) {
                    findings.at(
                        &raw,
                        format!("setting `{name}` needs a `type`: string, integer, number or boolean"),
                    );
                }
            }
        }
    }
    serde_json::Value::Object(schema)
}

/// Long enough to be recognised, short enough for a message.
fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
