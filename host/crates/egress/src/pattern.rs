//! Which addresses a grant covers.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::config::EgressConfig;
use crate::error::ConfigError;
use crate::origin::{Origin, Scheme};

/// Stands for the origin of the connection's own address.
pub const CONNECTION_ORIGIN: &str = "{connection.origin}";

/// One entry of `network.hosts` in plugin.toml or of `grant.hosts` in
/// plugin-registry.toml.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// Exactly this origin.
    Exact(Origin),
    /// Every name below `suffix`, but not `suffix` itself.
    Subdomains {
        /// With or without TLS.
        scheme: Scheme,
        /// The part behind `*.`.
        suffix: String,
        /// Written or implied.
        port: u16,
    },
    /// Any public host on the scheme's own port: `https://*`.
    AnyPublic(Scheme),
    /// The origin of the connection's address.
    ConnectionOrigin,
}

impl HostPattern {
    /// Reads an entry.
    ///
    /// # Errors
    /// Without a scheme, with a path, a user name, an IP address, or a `*` that
    /// is not the left-most label of a name with at least two more.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        match text {
            CONNECTION_ORIGIN => return Ok(HostPattern::ConnectionOrigin),
            "https://*" => return Ok(HostPattern::AnyPublic(Scheme::Https)),
            "http://*" => return Ok(HostPattern::AnyPublic(Scheme::Http)),
            _ => {}
        }
        if !text.starts_with("https://") && !text.starts_with("http://") {
            return Err(ConfigError::new(format!("`{text}` needs a scheme, such as https://{text}")));
        }
        let wildcard = text.contains("://*.");
        let origin = Origin::parse(&text.replacen("://*.", "://", 1))?;
        if origin.ip().is_some() {
            return Err(ConfigError::new(format!("`{text}` is an IP address; write a host name")));
        }
        if !wildcard {
            return Ok(HostPattern::Exact(origin));
        }
        if !origin.host().contains('.') {
            return Err(ConfigError::new(format!(
                "`{text}` is too wide; `*.` needs a registered domain behind it"
            )));
        }
        Ok(HostPattern::Subdomains {
            scheme: origin.scheme(),
            suffix: origin.host().to_owned(),
            port: origin.port(),
        })
    }

    pub(crate) fn matches(&self, asked: &Origin, connection: Option<&Origin>, config: &EgressConfig) -> bool {
        match self {
            HostPattern::Exact(origin) => origin == asked,
            HostPattern::ConnectionOrigin => connection == Some(asked),
            HostPattern::Subdomains { scheme, suffix, port } => {
                *scheme == asked.scheme() && *port == asked.port() && is_below(asked.host(), suffix)
            }
            HostPattern::AnyPublic(scheme) => {
                *scheme == asked.scheme()
                    && (asked.port() == scheme.default_port() || config.is_allowed_private(asked))
            }
        }
    }

    /// True when everything that `other` allows is allowed by `self` as well:
    /// how a grant is compared with what a manifest asks for.
    pub fn covers(&self, other: &HostPattern) -> bool {
        match (self, other) {
            (HostPattern::Subdomains { scheme, suffix, port }, HostPattern::Exact(origin)) => {
                *scheme == origin.scheme() && *port == origin.port() && is_below(origin.host(), suffix)
            }
            (
                HostPattern::Subdomains { scheme, suffix, port },
                HostPattern::Subdomains { scheme: s, suffix: below, port: p },
            ) => scheme == s && port == p && (suffix == below || is_below(below, suffix)),
            (HostPattern::AnyPublic(scheme), HostPattern::Exact(origin)) => {
                *scheme == origin.scheme() && origin.port() == scheme.default_port()
            }
            (HostPattern::AnyPublic(scheme), HostPattern::Subdomains { scheme: s, port, .. }) => {
                scheme == s && *port == scheme.default_port()
            }
            _ => self == other,
        }
    }
}

fn is_below(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostPattern::Exact(origin) => origin.fmt(f),
            HostPattern::Subdomains { scheme, suffix, port } => {
                write!(f, "{}://*.{suffix}", scheme.as_str())?;
                if *port == scheme.default_port() { Ok(()) } else { write!(f, ":{port}") }
            }
            HostPattern::AnyPublic(scheme) => write!(f, "{}://*", scheme.as_str()),
            HostPattern::ConnectionOrigin => f.write_str(CONNECTION_ORIGIN),
        }
    }
}

/// The `url` of a `[[capture]]`: an address, or the beginning of one with a
/// trailing `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlPattern {
    origin: Origin,
    path: String,
    prefix: bool,
}

impl UrlPattern {
    /// Reads a pattern; `{connection.origin}` at its beginning stands for
    /// `connection`.
    ///
    /// # Errors
    /// When it is no address, holds a query, or needs a connection that is absent.
    pub fn parse(text: &str, connection: Option<&Origin>) -> Result<Self, ConfigError> {
        let complaint = |why: &str| ConfigError::new(format!("`{text}` is not a capture address: {why}"));
        let full = match (text.strip_prefix(CONNECTION_ORIGIN), connection) {
            (Some(rest), Some(origin)) => format!("{origin}{rest}"),
            (Some(_), None) => return Err(complaint("there is no connection whose origin it could mean")),
            (None, _) => text.to_owned(),
        };
        let (full, prefix) = match full.strip_suffix('*') {
            Some(start) => (start.to_owned(), true),
            None => (full, false),
        };
        let url = Url::parse(&full).map_err(|error| complaint(&error.to_string()))?;
        if url.query().is_some() || url.fragment().is_some() || url.path().contains('*') {
            return Err(complaint("only a `*` at its end is understood, and no query"));
        }
        let origin = Origin::of(&url).map_err(|why| complaint(&why))?;
        Ok(UrlPattern { origin, path: plain_path(url.path()), prefix })
    }

    /// The origin part.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn matches(&self, origin: &Origin, url: &Url) -> bool {
        let path = plain_path(url.path());
        self.origin == *origin && if self.prefix { path.starts_with(&self.path) } else { path == self.path }
    }
}

/// The path as a lenient server reads it. A guest must not get around a capture
/// by spelling the path in a way that only the server understands.
fn plain_path(path: &str) -> String {
    let mut decoded = path.to_owned();
    for _ in 0..3 {
        decoded = percent_decode_str(&decoded).decode_utf8_lossy().into_owned();
    }
    let mut plain = String::with_capacity(decoded.len());
    for segment in decoded.split(['/', '\\']) {
        let segment = segment.split(';').next().unwrap_or_default();
        match segment {
            "" | "." => {}
            ".." => plain.truncate(plain.rfind('/').unwrap_or(0)),
            name => {
                plain.push('/');
                plain.push_str(&name.to_lowercase());
            }
        }
    }
    if path.ends_with('/') {
        plain.push('/');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap()
    }

    #[test]
    fn patterns_match_what_they_say() {
        let config = EgressConfig {
            allow_private: EgressConfig::parse_allow_private("127.0.0.1:8110").unwrap(),
            ..EgressConfig::default()
        };
        let shop = origin("https://shop.example:8443");
        for (pattern, asked, expected) in [
            ("https://api.example.com", "https://api.example.com", true),
            ("https://api.example.com", "http://api.example.com", false),
            ("https://api.example.com", "https://api.example.com:8443", false),
            ("https://api.example.com", "https://api.example.com.evil.test", false),
            ("https://*.example.com", "https://a.b.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://notexample.com", false),
            ("https://*.example.com:8443", "https://a.example.com:8443", true),
            ("https://*", "https://anything.test", true),
            ("https://*", "http://anything.test", false),
            ("https://*", "https://anything.test:8443", false),
            ("http://*", "http://127.0.0.1:8110", true),
            ("http://*", "http://127.0.0.1:8111", false),
            ("{connection.origin}", "https://shop.example:8443", true),
            ("{connection.origin}", "https://shop.example", false),
        ] {
            let parsed = HostPattern::parse(pattern).unwrap();
            assert_eq!(parsed.to_string(), pattern);
            assert_eq!(parsed.matches(&origin(asked), Some(&shop), &config), expected, "{pattern} {asked}");
            if pattern == CONNECTION_ORIGIN {
                assert!(!parsed.matches(&origin(asked), None, &config));
            }
        }
    }

    #[test]
    fn patterns_that_are_refused() {
        for text in [
            "api.example.com",
            "*",
            "ftp://*",
            "https://*.com",
            "https://a.*.example.com",
            "https://*example.com",
            "https://*.*.example.com",
            "https://127.0.0.1",
            "https://2130706433",
            "https://[::1]",
            "https://u@example.com",
            "https://example.com/path",
            "https://example.com?x=1",
            "{connection.url}",
        ] {
            assert!(HostPattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn grants_cover_requests() {
        let p = |text: &str| HostPattern::parse(text).unwrap();
        assert!(p("https://*.example.com").covers(&p("https://api.example.com")));
        assert!(p("https://*.example.com").covers(&p("https://*.eu.example.com")));
        assert!(!p("https://*.eu.example.com").covers(&p("https://*.example.com")));
        assert!(p("https://*").covers(&p("https://*.example.com")));
        assert!(!p("https://*").covers(&p("http://*")));
        assert!(!p("https://*").covers(&p("{connection.origin}")));
        assert!(!p("https://api.example.com").covers(&p("https://*")));
    }

    #[test]
    fn a_capture_sees_through_spellings() {
        let pattern = UrlPattern::parse("https://a.example/rest/auth/token/*", None).unwrap();
        let hit = |text: &str| {
            let url = Url::parse(text).unwrap();
            pattern.matches(&Origin::of(&url).unwrap(), &url)
        };
        for text in [
            "https://a.example/rest/auth/token/create",
            "https://a.example/rest/auth/token/create?x=1",
            "https://a.example/rest//auth/token/create",
            "https://a.example/rest/auth/%74oken/create",
            "https://a.example/rest/auth/%2574oken/create",
            "https://a.example/rest/x/%2e%2e/auth/token/create",
            "https://a.example/REST/Auth/Token/Create",
            "https://a.example/rest/auth;v=1/token/create",
            "https://a.example/rest\\auth\\token\\create",
        ] {
            assert!(hit(text), "{text}");
        }
        for text in [
            "https://a.example/rest/auth",
            "https://b.example/rest/auth/token/create",
            "https://a.example/sync",
        ] {
            assert!(!hit(text), "{text}");
        }
        assert!(UrlPattern::parse("{connection.origin}/oauth/token", None).is_err());
        let shop = origin("https://shop.example");
        assert_eq!(*UrlPattern::parse("{connection.origin}/oauth", Some(&shop)).unwrap().origin(), shop);
    }
}
