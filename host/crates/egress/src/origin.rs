//! Scheme, host and port: the unit in which rights are given.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::error::ConfigError;

/// The two schemes that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// The scheme as written in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    /// The port that need not be written.
    pub fn default_port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

/// Scheme, host and port, in the one canonical spelling (lower case, IDN in its
/// ASCII form, IPv4 in four decimals, no trailing dot).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `https://host[:port]`; a path, a query or a user name is an error.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let complaint = |why: &str| ConfigError::new(format!("`{text}` is not an origin: {why}"));
        let url = Url::parse(text).map_err(|error| complaint(&error.to_string()))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(complaint("write only scheme, host and port, such as https://api.example.com"));
        }
        Self::of(&url).map_err(|why| complaint(&why))
    }

    /// The origin of a full address, such as the one of a shop.
    ///
    /// # Errors
    /// When it is no http or https address, names a user, or has no usable host.
    pub fn of_address(text: &str) -> Result<Self, ConfigError> {
        let complaint = |why: &str| ConfigError::new(format!("`{text}` is not a usable address: {why}"));
        let url = Url::parse(text).map_err(|error| complaint(&error.to_string()))?;
        Self::of(&url).map_err(|why| complaint(&why))
    }

    pub(crate) fn of(url: &Url) -> Result<Self, String> {
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            other => return Err(format!("the scheme `{other}` is not http or https")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not contain a user name or password".into());
        }
        let host = canonical_host(url)?;
        let port = url.port().unwrap_or(scheme.default_port());
        if port == 0 {
            return Err("port 0 does not exist".into());
        }
        Ok(Origin { scheme, host, port })
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host; IPv6 addresses stand in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, written or implied.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// True for https.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The address, when the host is one rather than a name.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// Host and, unless implied, port: the value of a `Host` header.
    pub fn authority(&self) -> String {
        if self.port == self.scheme.default_port() {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Host names end up in the resolver and in comparisons, so exactly one spelling
/// may exist: a trailing dot is dropped, anything but letters, digits, `-`, `_`
/// and `.` is refused.
fn canonical_host(url: &Url) -> Result<String, String> {
    match url.host() {
        None => Err("it has no host".into()),
        Some(Host::Ipv4(ip)) => Ok(ip.to_string()),
        Some(Host::Ipv6(ip)) => Ok(format!("[{ip}]")),
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
            let label_ok = |label: &str| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            };
            if name.len() > 253 || !name.split('.').all(label_ok) {
                return Err("its host is not a valid name".into());
            }
            Ok(name)
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A host and a port, as in `EGRESS_ALLOW_PRIVATE`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    host: String,
    port: u16,
}

impl HostPort {
    /// Reads `host:port`; an IPv6 address stands in brackets.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let complaint =
            || ConfigError::new(format!("`{text}` is not `host:port`; write for example 127.0.0.1:8110"));
        let (host, port) = text.rsplit_once(':').ok_or_else(complaint)?;
        let port: u16 = port.parse().ok().filter(|port| *port > 0).ok_or_else(complaint)?;
        if host.is_empty() || host.contains(['/', '@', '?', '#']) {
            return Err(complaint());
        }
        let url = Url::parse(&format!("http://{host}:{port}/")).map_err(|_| complaint())?;
        let host = canonical_host(&url).map_err(|_| complaint())?;
        Ok(HostPort { host, port })
    }

    /// True when it names exactly this host and port.
    pub(crate) fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host == host
    }

    /// True when it names exactly this address and port.
    pub(crate) fn is_ip(&self, ip: IpAddr, port: u16) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        self.port == port && host.parse() == Ok(ip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_one_origin() {
        for text in ["https://API.Example.com", "https://api.example.com:443/", "https://api.example.com./"] {
            assert_eq!(Origin::parse(text).unwrap().to_string(), "https://api.example.com", "{text}");
        }
        assert_eq!(Origin::parse("http://0x7f.1:8080").unwrap().to_string(), "http://127.0.0.1:8080");
        assert_eq!(Origin::parse("https://bücher.example").unwrap().host(), "xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_origin() {
        for text in [
            "api.example.com",
            "ftp://example.com",
            "https://user@example.com",
            "https://:pw@example.com",
            "https://example.com/path",
            "https://example.com?x",
            "https://example.com:0",
            "https://exa mple.com",
            "https://example.com..",
            "https://",
            "https://*.example.com",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn address_with_a_path_has_an_origin() {
        let origin = Origin::of_address("http://127.0.0.1:8110/woocommerce").unwrap();
        assert_eq!(origin.to_string(), "http://127.0.0.1:8110");
        assert_eq!(origin.ip(), Some("127.0.0.1".parse().unwrap()));
    }
}
