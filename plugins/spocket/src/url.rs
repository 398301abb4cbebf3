//! Which product an address means.
//!
//! Ids stand only in addresses of `app.spocket.co`: `/product/<uuid>`, and `/search` with
//! `listing_id=<uuid>`. The marketing pages of `www.spocket.co` carry none.

use sourcepilot_sdk::{Failure, Result};

const DOMAIN: &str = "spocket.co";
const APPLICATION: &str = "app.spocket.co";

/// The product's page in Spocket's application.
pub(crate) fn page(id: &str) -> String {
    format!("https://{APPLICATION}/product/{id}")
}

/// The id in an address, or the text when it is an id itself.
///
/// # Errors
/// `unsupported` for addresses of others, `invalid-input` for Spocket's without a
/// product.
pub(crate) fn product_id(text: &str) -> Result<String> {
    let text = text.trim();
    if let Some(id) = uuid(text) {
        return Ok(id);
    }
    let address = Address::parse(text).ok_or_else(foreign)?;
    if !is_under(&address.host, DOMAIN) {
        return Err(foreign());
    }
    address.product().ok_or_else(|| {
        Failure::invalid_input(
            "This Spocket address names no product. Open the product in Spocket's application and copy the address \
             that begins with https://app.spocket.co/product/.",
        )
    })
}

/// The id in one of Spocket's addresses, if there is one.
pub(crate) fn id_in(address: &str) -> Option<String> {
    Address::parse(address.trim()).filter(|address| is_under(&address.host, DOMAIN))?.product()
}

/// A UUID in lower case, when the text is one.
pub(crate) fn uuid(text: &str) -> Option<String> {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    (text.len() == 36 && text.bytes().enumerate().all(fits)).then(|| text.to_ascii_lowercase())
}

fn foreign() -> Failure {
    Failure::unsupported(
        "This is no Spocket address. Spocket products have addresses such as https://app.spocket.co/product/….",
    )
}

/// Equal, or below on a dot.
fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// As much of an address as the rules need. A full URL library weighs more than the
/// whole plugin; whatever it would read in another way is refused here.
struct Address<'a> {
    host: String,
    path: &'a str,
    query: &'a str,
}

impl<'a> Address<'a> {
    fn parse(text: &'a str) -> Option<Address<'a>> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return None;
        }
        let rest = match text.split_once("://") {
            Some((scheme, rest))
                if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") =>
            {
                rest
            }
            Some((before, _)) if !before.contains(['/', '?', '#']) => return None,
            _ => text,
        };
        let rest = rest.split('#').next()?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = match authority.split_once(':') {
            Some((host, "80" | "443")) => host,
            Some(_) => return None,
            None => authority,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        (!host.is_empty() && host.bytes().all(plain)).then_some(Address { host, path, query })
    }

    fn product(&self) -> Option<String> {
        if self.host != APPLICATION {
            return None;
        }
        let path = self.path.strip_suffix('/').unwrap_or(self.path);
        match path.strip_prefix("/product/") {
            Some(id) => uuid(id),
            None if path == "/search" => self.listing(),
            None => None,
        }
    }

    fn listing(&self) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(name, _)| *name == "listing_id").find_map(|(_, value)| uuid(value))
    }
}
