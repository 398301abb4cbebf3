//! Web addresses in the one spelling by which they are compared.
//!
//! A library for addresses carries the tables of international host names, a third of
//! what this plugin may weigh. The host reads each address again with such a library
//! before anything is sent or stored.

use sourcepilot_sdk::http;

use crate::letters;

/// An absolute address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) https: bool,
    /// In lower case, international names in their ASCII form, without a usual port.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// Whether a user name or a password stood in it; they are dropped.
    pub(crate) has_user: bool,
    /// Begins with a slash; no query.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
}

impl Address {
    /// Reads an absolute http or https address; a fragment is dropped.
    pub(crate) fn read(text: &str) -> Option<Address> {
        let text = text.trim();
        let absolute = http::join(text, "")?;
        let (scheme, rest) = absolute.split_once("://")?;
        let (authority, target) = rest.split_at(rest.find('/')?);
        let target = target.split('#').next()?;
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned()).filter(|query| !query.is_empty())),
            None => (target, None),
        };
        let https = scheme == "https";
        let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(u, p)| (Some(u), p));
        let (host, port) = split_port(place)?;
        Some(Address {
            https,
            host: ascii_host(host)?,
            port: port.filter(|port| *port != if https { 443 } else { 80 }),
            has_user: user.is_some(),
            path: path.to_owned(),
            query,
        })
    }

    /// What `target` means on a page with this address, https where the page itself is.
    pub(crate) fn join(&self, target: &str) -> Option<Address> {
        let target: String = target.trim().chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
        if target.is_empty() {
            return None;
        }
        let mut joined = Address::read(&http::join(&self.to_string(), &target)?)?;
        joined.https = joined.https || (self.https && joined.port.is_none());
        Some(joined)
    }

    /// The last part of the path.
    pub(crate) fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)?;
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

fn split_port(place: &str) -> Option<(&str, Option<u16>)> {
    if place.starts_with('[') {
        let end = place.find(']')? + 1;
        let port = place[end..].strip_prefix(':').filter(|port| !port.is_empty());
        return Some((&place[..end], port.map(str::parse).transpose().ok()?));
    }
    match place.split_once(':') {
        Some((host, "")) => Some((host, None)),
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
        None => Some((place, None)),
    }
}

fn ascii_host(host: &str) -> Option<String> {
    let host = letters::lower(host);
    let labels: Option<Vec<String>> = host
        .trim_end_matches('.')
        .split('.')
        .map(|label| {
            if label.is_ascii() { Some(label.to_owned()) } else { Some(format!("xn--{}", punycode(label)?)) }
        })
        .collect();
    let host = labels?.join(".");
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '[' | ']' | ':');
    (!host.is_empty() && host.chars().all(plain)).then_some(host)
}

/// The ASCII form of a label, as RFC 3492 describes it.
fn punycode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    let total = u32::try_from(label.chars().count()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut reached, mut delta, mut bias, mut done) = (128_u32, 0_u32, 72_u32, basic);
    while done < total {
        let next = label.chars().map(u32::from).filter(|code| *code >= reached).min()?;
        delta = delta.checked_add((next - reached).checked_mul(done + 1)?)?;
        reached = next;
        for code in label.chars().map(u32::from) {
            if code < reached {
                delta = delta.checked_add(1)?;
            }
            if code != reached {
                continue;
            }
            let (mut rest, mut k) = (delta, BASE);
            loop {
                let threshold = k.saturating_sub(bias).clamp(1, 26);
                if rest < threshold {
                    break;
                }
                out.push(digit(threshold + (rest - threshold) % (BASE - threshold)));
                rest = (rest - threshold) / (BASE - threshold);
                k += BASE;
            }
            out.push(digit(rest));
            bias = adapted(delta, done + 1, done == basic);
            delta = 0;
            done += 1;
        }
        delta += 1;
        reached += 1;
    }
    Some(out)
}

fn digit(value: u32) -> char {
    let value = u8::try_from(value).unwrap_or_default();
    char::from(if value < 26 { b'a' + value } else { b'0' + (value - 26) })
}

fn adapted(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(page: &str, target: &str) -> Option<String> {
        Address::read(page)?.join(target).map(|address| address.to_string())
    }

    #[test]
    fn hosts_have_one_spelling() {
        for (text, expected) in [
            ("https://MÜLLER.example/tasse", "https://xn--mller-kva.example/tasse"),
            ("https://bücher.example", "https://xn--bcher-kva.example/"),
            ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
            ("https://пример.испытание/", "https://xn--e1afmkfd.xn--80akhbyknj4f/"),
            ("HTTP://Shop.example:80/a?b#c", "http://shop.example/a?b"),
            ("https://shop.example:8443?", "https://shop.example:8443/"),
            ("https://[::1]:443/x", "https://[::1]/x"),
        ] {
            assert_eq!(Address::read(text).unwrap().to_string(), expected, "{text}");
        }
        for text in ["https://a:b:c/", "https://a:99999/", "https://a!b/", "data:image/png,x", "javascript:1"]
        {
            assert_eq!(Address::read(text), None, "{text}");
        }
    }

    #[test]
    fn targets_are_joined_to_their_page() {
        for (target, expected) in [
            ("/a.jpg", Some("https://shop.example/a.jpg")),
            ("//cdn.example/a.jpg", Some("https://cdn.example/a.jpg")),
            ("http://cdn.example/a.jpg", Some("https://cdn.example/a.jpg")),
            ("http://cdn.example:8080/a.jpg", Some("http://cdn.example:8080/a.jpg")),
            ("a b.jpg", Some("https://shop.example/p/a%20b.jpg")),
            ("\n /a.jpg#x ", Some("https://shop.example/a.jpg")),
            ("data:image/gif;base64,R0", None),
            ("", None),
        ] {
            assert_eq!(on("https://shop.example/p/cup", target).as_deref(), expected, "{target}");
        }
    }
}
