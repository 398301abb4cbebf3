//! Which product an address means. Nothing here touches the network.

use crate::id::{self, ProductId};

/// Why an address holds no product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// Not an address that a browser could open.
    Malformed,
    /// Somebody else's.
    Foreign,
    /// CJ's, but a list, a picture, a page of help …
    NoProduct,
}

/// Longer than anything that a browser's address bar hands over.
const MAX_LENGTH: usize = 8 * 1024;
const SITE: &str = "cjdropshipping.com";
/// Hosts of pictures, whose paths look like those of products.
const PICTURES: [&str; 2] = ["cf", "oss-cf"];
const KEYS: [&str; 3] = ["pid", "productId", "id"];

/// Read an address, a bare id, or a code.
pub(crate) fn parse(input: &str) -> Result<ProductId, NotFound> {
    let input = input.trim();
    if input.is_empty() || input.len() > MAX_LENGTH {
        return Err(NotFound::Malformed);
    }
    if let Some(id) = ProductId::read(input) {
        return Ok(id);
    }
    let address = Address::parse(input).ok_or(NotFound::Malformed)?;
    let subdomain = address.subdomain().ok_or(NotFound::Foreign)?;
    if PICTURES.contains(&subdomain) {
        return Err(NotFound::NoProduct);
    }
    address.in_path().or_else(|| address.in_query()).ok_or(NotFound::NoProduct)
}

/// An absolute http or https address without a user name.
struct Address<'a> {
    host: String,
    path: Vec<&'a str>,
    query: &'a str,
}

impl<'a> Address<'a> {
    /// The way browsers read it; a missing scheme is added.
    fn parse(text: &'a str) -> Option<Self> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return None;
        }
        let rest = match text.split_once("://") {
            Some((scheme, rest)) => {
                let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
                web.then_some(rest)?
            }
            None => text.strip_prefix("//").unwrap_or(text),
        };
        let rest = rest.split('#').next()?;
        let end = rest.find(['/', '\\', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        let path = path.split(['/', '\\']).filter(|segment| !segment.is_empty()).collect();
        Some(Address { host: host(authority)?, path, query })
    }

    /// What stands before the site's own name: `""` for the site itself.
    fn subdomain(&self) -> Option<&str> {
        match self.host.strip_suffix(SITE)? {
            "" => Some(""),
            rest => rest.strip_suffix('.'),
        }
    }

    /// `/product/<words>-p-<pid>.html`, `/product/<pid or code>[.html]` and
    /// `/product-detail/<pid>`.
    fn in_path(&self) -> Option<ProductId> {
        let [kind, page] = self.path.as_slice() else { return None };
        let name = page.strip_suffix(".html").or_else(|| page.strip_suffix(".htm")).unwrap_or(page);
        match *kind {
            "product" => match name.rsplit_once("-p-") {
                Some((_, id)) => id::marked(id),
                None => ProductId::read(name),
            },
            "product-detail" => id::pid(name),
            _ => None,
        }
    }

    /// `?id=<pid>` and its like on the pages of products.
    fn in_query(&self) -> Option<ProductId> {
        if !self.path.first()?.starts_with("product") {
            return None;
        }
        let value = |key: &str| {
            let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == key).and_then(|(_, value)| ProductId::read(value))
        };
        KEYS.iter().find_map(|key| value(key))
    }
}

/// The host in lower case, without port and final dot.
fn host(authority: &str) -> Option<String> {
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    // Anything beyond ASCII is kept: it is somebody else's name, but a name.
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!host.is_empty() && host.chars().all(plain)).then_some(host)
}
