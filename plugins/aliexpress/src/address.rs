//! Web addresses, as far as this plugin needs them.
//!
//! A full URL library carries the tables of international host names, which weigh
//! more than everything else in the component. AliExpress's hosts are plain, so any
//! other host is simply none of them; the host of this plugin reads every address
//! again before it sends anything.

use std::borrow::Cow;

/// An absolute http or https address without a user name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// In lower case, without a final dot.
    pub(crate) host: String,
    /// Absent for 80 and 443.
    pub(crate) port: Option<u16>,
    /// Begins with a slash.
    pub(crate) path: String,
    /// Without its question mark.
    pub(crate) query: Option<String>,
}

impl Address {
    /// Read an absolute address; nothing when a browser would not open it, or when
    /// it holds a user name.
    pub(crate) fn parse(text: &str) -> Option<Address> {
        let (scheme, rest) = text.split_once("://")?;
        let https = scheme.eq_ignore_ascii_case("https");
        let spaced = text.contains(|c: char| c.is_whitespace() || c.is_control());
        if spaced || !(https || scheme.eq_ignore_ascii_case("http")) {
            return None;
        }
        let rest = rest.split('#').next()?;
        let end = rest.find(['/', '\\', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (path, query) = match tail.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (tail, None),
        };
        let (host, port) = authority_parts(authority)?;
        let path = if path.is_empty() { "/".to_owned() } else { path.replace('\\', "/") };
        Some(Address { host, port: port.filter(|port| *port != if https { 443 } else { 80 }), path, query })
    }

    /// The address that `target` means on this page.
    pub(crate) fn join(&self, target: &str) -> Option<Address> {
        let target = target.trim();
        if target.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':')) {
            return Address::parse(target);
        }
        if target.starts_with("//") {
            return Address::parse(&format!("https:{target}"));
        }
        let folder = if target.starts_with('/') { "" } else { &self.path[..=self.path.rfind('/')?] };
        Address::parse(&format!("https://{}{}{folder}{target}", self.host, self.port_text()))
    }

    /// The non-empty steps of the path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }

    /// The first value of that name in the query that is not empty, decoded.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let pairs = self.query.as_deref()?.split('&');
        let mut values =
            pairs.filter_map(|pair| pair.split_once('=')).filter(|(found, _)| decode(found) == name);
        values.find_map(|(_, value)| Some(decode(value).into_owned()).filter(|value| !value.is_empty()))
    }

    /// The same address over https.
    pub(crate) fn secure(&self) -> String {
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("https://{}{}{}{query}", self.host, self.port_text(), self.path)
    }

    fn port_text(&self) -> String {
        self.port.map(|port| format!(":{port}")).unwrap_or_default()
    }
}

fn authority_parts(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.split_once(':') {
        Some((host, "")) => (host, None),
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, Some(port.parse().ok()?))
        }
        Some(_) => return None,
        None => (authority, None),
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    // Anything beyond ASCII is kept: it is somebody else's name, but a name.
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!host.is_empty() && host.chars().all(plain)).then_some((host, port))
}

/// Percent signs and pluses as forms have them; what is no UTF-8 is replaced.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(target: &str) -> Option<String> {
        let base = Address::parse("https://s.click.aliexpress.com/e/_x?a=b").unwrap();
        base.join(target).map(|address| address.secure())
    }

    #[test]
    fn targets_are_taken_as_browsers_take_them() {
        for (target, expected) in [
            ("https://a.aliexpress.com/_y#top", Some("https://a.aliexpress.com/_y")),
            ("http://a.aliexpress.com", Some("https://a.aliexpress.com/")),
            ("//a.aliexpress.com/_y", Some("https://a.aliexpress.com/_y")),
            ("/login?x=1", Some("https://s.click.aliexpress.com/login?x=1")),
            ("_z", Some("https://s.click.aliexpress.com/e/_z")),
            ("?u=https://x.example", Some("https://s.click.aliexpress.com/e/?u=https://x.example")),
            ("aliexpress://item", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(joined(target).as_deref(), expected, "{target}");
        }
    }

    #[test]
    fn the_host_is_what_a_browser_would_connect_to() {
        let host = |text: &str| Address::parse(text).map(|address| address.host);
        for (text, expected) in [
            ("https://evil.example\\@www.aliexpress.com/", Some("evil.example")),
            ("https://evil.example?@www.aliexpress.com/", Some("evil.example")),
            ("https://evil.example#@www.aliexpress.com/", Some("evil.example")),
            ("https://www.aliexpress.com@evil.example/", None),
            ("https://www.aliexpress.com:80:80/", None),
            ("https://www.aliexpress.com\t.evil.example/", None),
            ("https://www.aliexpress.com%2eevil.example/", None),
            ("HTTPS://WWW.AliExpress.COM.", Some("www.aliexpress.com")),
            ("https://[::1]/", None),
        ] {
            assert_eq!(host(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn values_are_decoded_and_the_first_that_says_something_counts() {
        let address = Address::parse("https://x.example/?a=&a=1%2B1+2%&b=%D1%82").unwrap();
        assert_eq!(address.value("a").as_deref(), Some("1+1 2%"));
        assert_eq!((address.value("b").as_deref(), address.value("c")), (Some("т"), None));
    }
}
