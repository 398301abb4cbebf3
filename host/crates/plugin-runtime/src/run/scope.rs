//! The rights of one call: asked for, granted, and of this connection.

use std::collections::BTreeMap;

use secrecy::SecretString;
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::{
    Algorithm, CONNECTION_ORIGIN, CallScope, CaptureRule, Credential, CredentialSet, Origin, ScopeLimits,
    UrlPattern, Use,
};
use tokio::time::Instant;

use super::Network;
use crate::call::Call;
use crate::limits::Limits;
use crate::manifest::{CredentialSpec, CredentialUse, SignAlgorithm};
use crate::plugin::Plugin;

/// The scope of a call.
///
/// # Errors
/// When the connection's address is none.
pub(crate) fn of_call(
    plugin: &Plugin,
    network: Network,
    call: &Call,
    deadline: Instant,
) -> Result<CallScope, Failure> {
    if network == Network::Denied {
        return Ok(CallScope::builder().started(call.now).deadline(deadline).build());
    }
    let connection = match &call.base_url {
        None => None,
        Some(address) => Some(Origin::of_address(address).map_err(|error| {
            Failure::new(
                ErrorKind::InvalidInput,
                format!("the address of the connection cannot be used: {error}"),
            )
        })?),
    };
    let rates = if plugin.keeps_rates() {
        plugin.budgets().rates(plugin.manifest(), &call.pool_key, &call.extra, connection.as_ref())
    } else {
        Vec::new()
    };
    Ok(CallScope::builder()
        .pool_key(format!("{}/{}", plugin.manifest().id, call.pool_key))
        .allow(plugin.hosts().to_vec())
        .credentials(credentials(plugin, &call.credentials, connection.as_ref()))
        .captures(captures(plugin, connection.as_ref()))
        .connection_origin(connection)
        .limits(limits(plugin.limits()))
        .deadline(deadline)
        .started(call.now)
        .fence(call.fence.clone())
        .rates(rates)
        .build())
}

fn limits(limits: &Limits) -> ScopeLimits {
    ScopeLimits {
        requests: limits.requests,
        request_body: limits.request_bytes,
        response_body: limits.response_bytes,
        total_received: limits.received_bytes,
        headers: limits.header_bytes as u64 / 2,
        request_time: limits.call,
        ..ScopeLimits::default()
    }
}

fn credentials(
    plugin: &Plugin,
    values: &BTreeMap<String, SecretString>,
    connection: Option<&Origin>,
) -> CredentialSet {
    let mut set = CredentialSet::new();
    for spec in plugin.granted_credentials() {
        let credential = match values.get(&spec.name) {
            Some(value) => Credential::new(value.clone()),
            None => Credential::declared(),
        };
        let credential = credential
            .public(spec.public)
            .audience(audience(spec, connection))
            .uses(spec.uses.iter().copied().map(place))
            .algorithms(spec.sign.iter().copied().map(algorithm));
        set.insert(spec.name.clone(), credential);
    }
    set
}

fn audience(spec: &CredentialSpec, connection: Option<&Origin>) -> Vec<Origin> {
    let origin = |text: &String| {
        if text == CONNECTION_ORIGIN { connection.cloned() } else { Origin::parse(text).ok() }
    };
    spec.audience.iter().filter_map(origin).collect()
}

fn captures(plugin: &Plugin, connection: Option<&Origin>) -> Vec<CaptureRule> {
    let granted = |name: &str| plugin.granted_credentials().any(|spec| spec.name == name);
    let rules = plugin.manifest().captures.iter().filter(|capture| granted(&capture.credential));
    rules
        .filter_map(|capture| {
            Some(CaptureRule {
                credential: capture.credential.clone(),
                url: UrlPattern::parse(&capture.url, connection).ok()?,
                pointer: capture.pointer.clone(),
                expires_in: capture.expires_in.clone(),
                expires_at: capture.expires_at.clone(),
                renews: capture.renews,
            })
        })
        .collect()
}

fn place(place: CredentialUse) -> Use {
    match place {
        CredentialUse::Header => Use::Header,
        CredentialUse::Query => Use::Query,
        CredentialUse::Body => Use::Body,
        CredentialUse::Sign => Use::Sign,
    }
}

fn algorithm(algorithm: SignAlgorithm) -> Algorithm {
    match algorithm {
        SignAlgorithm::HmacSha256 => Algorithm::HmacSha256,
        SignAlgorithm::HmacSha1 => Algorithm::HmacSha1,
        SignAlgorithm::HmacMd5 => Algorithm::HmacMd5,
    }
}
