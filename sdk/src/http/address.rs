//! Taking addresses apart.
//!
//! A URL library carries the tables of international host names, which are larger
//! than most plugins. The host reads every address again with such a library before
//! it sends anything, so that nothing depends on what is decided here.

use std::borrow::Cow;
use std::fmt::Write;

/// An absolute http or https address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub(super) https: bool,
    /// As written, with a user name and a port if there are any.
    pub(super) authority: &'a str,
    /// Path and query, at least a slash; what no request line can carry is encoded.
    pub(super) target: Cow<'a, str>,
}

impl<'a> Address<'a> {
    pub(super) fn parse(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let rest = rest.split('#').next()?;
        let (authority, target) = rest.split_at(rest.find(['/', '\\', '?']).unwrap_or(rest.len()));
        let spaced = authority.contains(|c: char| c.is_whitespace() || c.is_control());
        (!authority.is_empty() && !spaced).then(|| Address { https, authority, target: encoded(target) })
    }

    /// The host without user name and port.
    pub(super) fn host(&self) -> &'a str {
        let host = self.authority.rsplit('@').next().unwrap_or_default();
        match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        }
    }

    fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.authority)
    }
}

/// The absolute http or https address that `target` means on the page `base_url`;
/// `None` when it means none.
///
/// ```
/// use sourcepilot_sdk::http::join;
/// assert_eq!(join("https://shop.example/p/cup", "../a.jpg").unwrap(), "https://shop.example/a.jpg");
/// assert_eq!(join("https://shop.example/", "data:image/png;base64,AA"), None);
/// ```
pub fn join(base_url: &str, target: &str) -> Option<String> {
    let base = Address::parse(base_url)?;
    let target = target.trim();
    let scheme = target.split(['/', '\\', '?', '#']).next().is_some_and(|start| start.contains(':'));
    if scheme {
        let other = Address::parse(target)?;
        let fragment = target.find('#').map_or("", |at| &target[at..]);
        return Some(format!("{}{}{fragment}", other.origin(), without_dots(&other.target)));
    }
    if target.starts_with("//") {
        return join(base_url, &format!("{}:{target}", base.scheme()));
    }
    let path = base.target.split('?').next().unwrap_or_default();
    let before = match target.chars().next() {
        Some('/') => "",
        Some('?') => path,
        None | Some('#') => &base.target,
        Some(_) => &path[..=path.rfind('/')?],
    };
    Some(format!("{}{}", base.origin(), without_dots(&format!("{before}{target}"))))
}

/// Steps `.` and `..` of the path carried out.
fn without_dots(target: &str) -> String {
    let (path, rest) = target.split_at(target.find(['?', '#']).unwrap_or(target.len()));
    let mut steps: Vec<&str> = Vec::new();
    let mut open = false;
    for step in path.split(['/', '\\']).skip(1) {
        open = matches!(step, "." | "..");
        match step {
            "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    // A path that ends in a dot step means a folder.
    if open {
        steps.push("");
    }
    format!("/{}{rest}", steps.join("/"))
}

fn encoded(target: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\');
    if target.starts_with('/') && target.bytes().all(plain) {
        return Cow::Borrowed(target);
    }
    let mut out = String::with_capacity(target.len() + 8);
    if !target.starts_with(['/', '\\']) {
        out.push('/');
    }
    let path_end = target.find('?').unwrap_or(target.len());
    for (at, byte) in target.bytes().enumerate() {
        match byte {
            b'\\' if at < path_end => out.push('/'),
            byte if plain(byte) => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_as_browsers_do() {
        for (url, authority, host, target) in [
            ("https://shop.example", "shop.example", "shop.example", "/"),
            ("HTTP://shop.example:8080/a?b=c#d", "shop.example:8080", "shop.example", "/a?b=c"),
            ("https://shop.example?x=1", "shop.example", "shop.example", "/?x=1"),
            ("https://user@shop.example/", "user@shop.example", "shop.example", "/"),
            ("https://evil.example\\@shop.example/", "evil.example", "evil.example", "/@shop.example/"),
            ("https://[::1]:80/", "[::1]:80", "::1", "/"),
            (
                "https://shop.example/ü b?q={{credential:key}}",
                "shop.example",
                "shop.example",
                "/%C3%BC%20b?q={{credential:key}}",
            ),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(
                (address.authority, address.host(), &*address.target),
                (authority, host, target),
                "{url}"
            );
        }
        for url in ["", "shop.example/x", "ftp://shop.example/", "https:///x", "https://a b/"] {
            assert_eq!(Address::parse(url), None, "{url}");
        }
    }

    #[test]
    fn redirects_are_made_absolute() {
        let base = "https://shop.example:8443/a/b?c=d#e";
        for (target, expected) in [
            ("https://other.example/x", Some("https://other.example/x")),
            ("//other.example/x", Some("https://other.example/x")),
            ("/x?y=/z:1", Some("https://shop.example:8443/x?y=/z:1")),
            ("x", Some("https://shop.example:8443/a/x")),
            ("./../x/./y?z=/../", Some("https://shop.example:8443/x/y?z=/../")),
            ("../../..", Some("https://shop.example:8443/")),
            ("x/..", Some("https://shop.example:8443/a/")),
            ("?x=1", Some("https://shop.example:8443/a/b?x=1")),
            ("", Some("https://shop.example:8443/a/b?c=d")),
            ("javascript:alert(1)", None),
            ("app://item", None),
        ] {
            assert_eq!(join(base, target).as_deref(), expected, "{target}");
        }
    }
}
