//! From a request's address to the one canonical form that all rules see.

use http::{Method, Request};
use url::Url;

use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::origin::Origin;
use crate::scope::CallScope;

/// Ports above 1023 on which something other than a web server listens, from
/// the list of the Fetch standard.
const BAD_PORTS: &[u16] = &[
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669,
    6679, 6697, 10080, 11211,
];

/// A checked address and method.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) origin: Origin,
    pub(crate) method: Method,
}

impl Target {
    pub(crate) fn of<B>(request: &Request<B>) -> Result<Self, EgressError> {
        let method = request.method().clone();
        let known = [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ];
        if !known.contains(&method) {
            return Err(EgressError::invalid(format!("the method {method} is not offered")));
        }
        let uri = request.uri();
        if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) {
            return Err(EgressError::invalid("the address must be absolute and name no user"));
        }
        let mut url = Url::parse(&uri.to_string())
            .map_err(|error| EgressError::invalid(format!("the address cannot be read: {error}")))?;
        url.set_fragment(None);
        let origin =
            Origin::of(&url).map_err(|why| EgressError::invalid(format!("the address is refused: {why}")))?;
        if crate::placeholder::contains(url.path()) {
            return Err(EgressError::invalid("a placeholder cannot stand in the path of an address"));
        }
        Ok(Target { url, origin, method })
    }

    /// Ports, IP addresses and the allow list.
    pub(crate) fn permit(&self, scope: &CallScope, config: &EgressConfig) -> Result<(), EgressError> {
        let origin = &self.origin;
        let excepted = config.is_allowed_private(origin);
        if origin.ip().is_some() && !excepted {
            return Err(EgressError::Denied {
                what: format!("{origin} is an IP address rather than a name"),
                hint: format!(
                    "use a host name (for local work, EGRESS_ALLOW_PRIVATE={}:{} makes an exception)",
                    origin.host(),
                    origin.port()
                ),
            });
        }
        let port = origin.port();
        if !excepted && !matches!(port, 80 | 443) && (port < 1024 || BAD_PORTS.contains(&port)) {
            return Err(EgressError::Denied {
                what: format!("port {port} of {} belongs to another service than the web", origin.host()),
                hint: "it cannot be reached from here".into(),
            });
        }
        let allowed =
            scope.allow().iter().any(|pattern| pattern.matches(origin, scope.connection_origin(), config));
        if allowed {
            return Ok(());
        }
        Err(EgressError::Denied {
            what: format!("{origin} is not among the hosts that this plugin may reach"),
            hint: format!(
                "add \"{origin}\" to `network.hosts` in plugin.toml and to `grant.hosts` in plugin-registry.toml"
            ),
        })
    }

    /// True when the request may change something at the other side. Some
    /// servers take the real method from a query parameter.
    pub(crate) fn is_write(&self) -> bool {
        let reads = matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS);
        !reads || self.url.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case("_method"))
    }
}
