//! The address of a consent page: the one text with placeholders that does not
//! pass the egress gate, because a browser opens it.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::{HostPattern, Origin};
use url::Url;

use crate::call::Call;
use crate::plugin::Plugin;

const OPEN: &str = "{{credential:";
const CLOSE: &str = "}}";
const LONGEST: usize = 8 * 1024;

/// Public values, and the places a browser may be sent to.
pub(crate) struct Filling {
    public: BTreeMap<String, SecretString>,
    hosts: Vec<HostPattern>,
    connection: Option<Origin>,
}

impl Filling {
    pub(crate) fn of(plugin: &Plugin, call: &Call) -> Self {
        let public = plugin
            .granted_credentials()
            .filter(|spec| spec.public)
            .filter_map(|spec| Some((spec.name.clone(), call.credentials.get(&spec.name)?.clone())))
            .collect();
        Filling {
            public,
            hosts: plugin.hosts().to_vec(),
            connection: call.base_url.as_deref().and_then(|url| Origin::of_address(url).ok()),
        }
    }

    /// Fill in public credentials and check where the address leads.
    ///
    /// # Errors
    /// When a placeholder names no public credential with a value, or the address
    /// is outside of the plugin's granted hosts.
    pub(crate) fn fill(&self, text: &str) -> Result<String, Failure> {
        let bad = |why: String| {
            Failure::new(ErrorKind::BadAnswer, format!("the consent address cannot be used: {why}"))
        };
        if text.len() > LONGEST {
            return Err(bad("it is too long".into()));
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (name, tail) =
                after.split_once(CLOSE).ok_or_else(|| bad("a placeholder has no end".into()))?;
            let name = name.strip_suffix(":percent").unwrap_or(name);
            let value = self.public.get(name).ok_or_else(|| {
                let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
                bad(format!("`{name}` is no credential with `public = true` that has a value"))
            })?;
            filled.push_str(before);
            filled.extend(url::form_urlencoded::byte_serialize(value.expose_secret().as_bytes()));
            rest = tail;
        }
        filled.push_str(rest);
        let url = Url::parse(&filled).map_err(|error| bad(error.to_string()))?;
        let origin = Origin::of_address(&filled).map_err(|error| bad(error.to_string()))?;
        if !self.may_lead_to(&origin) {
            return Err(bad(format!("{origin} is not among the plugin's granted hosts")));
        }
        Ok(url.into())
    }

    fn may_lead_to(&self, origin: &Origin) -> bool {
        let exact = HostPattern::Exact(origin.clone());
        self.hosts.iter().any(|host| match host {
            HostPattern::ConnectionOrigin => self.connection.as_ref() == Some(origin),
            host => host.covers(&exact),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filling() -> Filling {
        Filling {
            public: BTreeMap::from([("app_key".to_owned(), SecretString::from("12 34"))]),
            hosts: vec![
                HostPattern::parse("https://api.example.com").unwrap(),
                HostPattern::ConnectionOrigin,
            ],
            connection: Some(Origin::parse("https://shop.example").unwrap()),
        }
    }

    #[test]
    fn public_values_are_filled_in() {
        let url =
            filling().fill("https://api.example.com/oauth?client_id={{credential:app_key}}&x=1").unwrap();
        assert_eq!(url, "https://api.example.com/oauth?client_id=12+34&x=1");
        assert!(filling().fill("https://shop.example/admin/oauth").is_ok());
    }

    #[test]
    fn secrets_and_foreign_places_are_refused() {
        for text in [
            "https://api.example.com/?s={{credential:app_secret}}",
            "https://api.example.com/?s={{credential:app_key",
            "https://evil.example/",
            "http://api.example.com/",
            "javascript:alert(1)",
            "https://user@api.example.com/",
        ] {
            assert_eq!(filling().fill(text).unwrap_err().kind, ErrorKind::BadAnswer, "{text}");
        }
    }
}
