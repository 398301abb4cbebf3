//! Settings of the gate: what an operator may decide.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::ConfigError;
use crate::origin::{HostPort, Origin};

/// One redirection of `EGRESS_MAP`: traffic for `from` goes to `to`, while every
/// rule still sees `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginMap {
    /// What was asked for.
    pub from: Origin,
    /// Where the connection is made. A target with TLS must prove its own name,
    /// not that of `from`.
    pub to: Origin,
}

/// Settings of an [`Egress`](crate::Egress). The defaults suit production.
#[derive(Clone, Debug)]
pub struct EgressConfig {
    /// Host and port pairs that the address filter and the port rule let through.
    pub allow_private: Vec<HostPort>,
    /// Origins whose connections are made elsewhere.
    pub map: Vec<OriginMap>,
    /// A PEM file with certificate authorities to trust beside the built-in ones.
    pub extra_ca: Option<PathBuf>,
    /// Sent when the request names no agent of its own.
    pub user_agent: String,
    /// Resolution, TCP and TLS together.
    pub connect_timeout: Duration,
    /// From the request's end to the answer's head.
    pub first_byte_timeout: Duration,
    /// Between two pieces of a body.
    pub idle_body_timeout: Duration,
    /// How long an unused connection stays open.
    pub keep_idle: Duration,
    /// Requests under way in the whole process.
    pub max_in_flight: usize,
    /// Requests under way per pool key.
    pub max_in_flight_per_pool: usize,
    /// Pool keys that keep connections at a time.
    pub max_pools: u64,
    /// Unused connections kept per pool key and host.
    pub max_idle_per_host: usize,
}

impl Default for EgressConfig {
    fn default() -> Self {
        EgressConfig {
            allow_private: Vec::new(),
            map: Vec::new(),
            extra_ca: None,
            user_agent: concat!("SourcePilot/", env!("CARGO_PKG_VERSION")).into(),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(30),
            idle_body_timeout: Duration::from_secs(15),
            keep_idle: Duration::from_secs(30),
            max_in_flight: 256,
            max_in_flight_per_pool: 16,
            max_pools: 256,
            max_idle_per_host: 4,
        }
    }
}

impl EgressConfig {
    /// Reads `EGRESS_ALLOW_PRIVATE`: `host:port` pairs separated by commas.
    pub fn parse_allow_private(text: &str) -> Result<Vec<HostPort>, ConfigError> {
        items(text)
            .map(|item| {
                HostPort::parse(item).map_err(|e| ConfigError::new(format!("EGRESS_ALLOW_PRIVATE: {e}")))
            })
            .collect()
    }

    /// Reads `EGRESS_MAP`: `origin=origin` pairs separated by commas.
    pub fn parse_map(text: &str) -> Result<Vec<OriginMap>, ConfigError> {
        let mut map: Vec<OriginMap> = Vec::new();
        for item in items(text) {
            let (from, to) = item.split_once('=').ok_or_else(|| {
                ConfigError::new(format!("EGRESS_MAP: `{item}` is not `origin=origin`, such as https://a.example=http://127.0.0.1:9001"))
            })?;
            let read = |side: &str| {
                Origin::parse(side.trim()).map_err(|e| ConfigError::new(format!("EGRESS_MAP: {e}")))
            };
            let pair = OriginMap { from: read(from)?, to: read(to)? };
            if map.iter().any(|known| known.from == pair.from) {
                return Err(ConfigError::new(format!("EGRESS_MAP: {} is mapped twice", pair.from)));
            }
            map.push(pair);
        }
        Ok(map)
    }

    /// True when a setting is in force that production must refuse.
    pub fn has_local_exceptions(&self) -> bool {
        !self.allow_private.is_empty() || !self.map.is_empty()
    }

    /// Whether an address may be written down for others to fetch: http or https, no
    /// user name, and no place that only exists inside of a network, unless the
    /// settings let it through. Names are not resolved; the gate does that when it
    /// sends.
    pub fn permits_address(&self, address: &str) -> bool {
        let Ok(origin) = Origin::of_address(address) else { return false };
        let is_public = match origin.ip() {
            Some(ip) => crate::address::is_public(ip),
            None => origin.host().contains('.') && !LOCAL.iter().any(|end| origin.host().ends_with(end)),
        };
        is_public || self.is_allowed_private(&origin)
    }

    pub(crate) fn is_allowed_private(&self, origin: &Origin) -> bool {
        self.allow_private.iter().any(|entry| entry.is(origin.host(), origin.port()))
    }

    pub(crate) fn mapped(&self, origin: &Origin) -> Option<&Origin> {
        self.map.iter().find(|entry| entry.from == *origin).map(|entry| &entry.to)
    }
}

/// Endings of names that mean something only inside of a network.
const LOCAL: [&str; 7] = [".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".onion"];

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allow_private_reads_names_and_addresses() {
        let list = EgressConfig::parse_allow_private(" 127.0.0.1:8110, localhost:80,[::1]:9,, ").unwrap();
        let config = EgressConfig { allow_private: list, ..EgressConfig::default() };
        for (origin, allowed) in [
            ("http://127.0.0.1:8110", true),
            ("https://127.0.0.1:8110", true),
            ("http://0x7f000001:8110", true),
            ("http://LOCALHOST", true),
            ("http://[0:0::1]:9", true),
            ("http://127.0.0.1:8111", false),
            ("http://127.0.0.2:8110", false),
        ] {
            assert_eq!(config.is_allowed_private(&Origin::parse(origin).unwrap()), allowed, "{origin}");
        }
        assert!(config.has_local_exceptions());
    }

    #[test]
    fn addresses_for_others_are_public() {
        let list = EgressConfig::parse_allow_private("127.0.0.1:8110").unwrap();
        let config = EgressConfig { allow_private: list, ..EgressConfig::default() };
        for (address, permitted) in [
            ("https://cdn.example/a.jpg", true),
            ("http://8.8.8.8/a.jpg", true),
            ("http://127.0.0.1:8110/a.jpg", true),
            ("http://127.0.0.1:8111/a.jpg", false),
            ("http://2130706433/a.jpg", false),
            ("http://[::ffff:10.0.0.1]/a.jpg", false),
            ("https://169.254.169.254/latest", false),
            ("https://localhost/a.jpg", false),
            ("https://printer.local./a.jpg", false),
            ("https://metadata.google.internal/", false),
            ("https://user:word@cdn.example/a.jpg", false),
            ("data:image/png;base64,AA", false),
            ("javascript:alert(1)", false),
            ("//cdn.example/a.jpg", false),
        ] {
            assert_eq!(config.permits_address(address), permitted, "{address}");
        }
    }

    #[test]
    fn bad_entries_are_named() {
        for text in
            ["127.0.0.1", "127.0.0.1:", ":80", "a:b", "http://x:80", "x:0", "x:65536", "u@x:80", "::1:80"]
        {
            let error = EgressConfig::parse_allow_private(text).unwrap_err().to_string();
            assert!(error.starts_with("EGRESS_ALLOW_PRIVATE: ") && error.contains(text), "{error}");
        }
        for text in [
            "https://a.example",
            "https://a.example=",
            "a.example=http://127.0.0.1:1",
            "https://a.example/x=http://127.0.0.1:1",
            "https://a.example=http://127.0.0.1:1/p",
            "https://a.example=http://127.0.0.1:1,https://A.example:443=http://127.0.0.1:2",
        ] {
            let error = EgressConfig::parse_map(text).unwrap_err().to_string();
            assert!(error.starts_with("EGRESS_MAP: "), "{error}");
        }
    }

    #[test]
    fn map_redirects_the_origin_only() {
        let map = EgressConfig::parse_map(
            "https://a.example=http://127.0.0.1:9001, http://b.example:81=https://c.example",
        )
        .unwrap();
        let config = EgressConfig { map, ..EgressConfig::default() };
        let to = |text: &str| config.mapped(&Origin::parse(text).unwrap()).map(ToString::to_string);
        assert_eq!(to("https://a.example").as_deref(), Some("http://127.0.0.1:9001"));
        assert_eq!(to("http://b.example:81").as_deref(), Some("https://c.example"));
        assert_eq!(to("http://a.example"), None);
        assert_eq!(to("https://a.example:444"), None);
    }
}
