//! Which product an address means. Nothing here touches the network.

use crate::address::Address;
use crate::id::ProductId;

/// What an address turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A product, and the variant that the address pointed at.
    Product { id: ProductId, variant: Option<String> },
    /// A short link: only its redirects tell.
    Short(String),
}

/// Why an address holds no product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// Not an address that a browser could open.
    Malformed,
    /// Somebody else's.
    Foreign,
    /// AliExpress, but a shop, a search, a category …
    NoProduct,
}

/// Longer than anything that a browser's address bar hands over.
const MAX_LENGTH: usize = 8 * 1024;
const SITES: [&str; 3] = ["aliexpress.com", "aliexpress.us", "aliexpress.ru"];
/// Left-most labels of the hosts that only forward.
const SHORT_HOSTS: [&str; 4] = ["a", "s", "s.click", "click"];
const WRAPPERS: [&str; 3] = ["redirectUrl", "dl_target_url", "return_url"];
const ID_KEYS: [&str; 6] = ["productId", "product_id", "itemId", "item_id", "objectId", "productIds"];
const VARIANT_KEYS: [&str; 2] = ["skuId", "sku_id"];
/// How many wrappers around an address are opened.
const MAX_UNWRAPS: u8 = 2;

/// Read an address, or a bare product id.
pub(crate) fn parse(input: &str) -> Result<Found, NotFound> {
    let input = input.trim();
    if input.is_empty() || input.len() > MAX_LENGTH {
        return Err(NotFound::Malformed);
    }
    if let Some(id) = ProductId::read(input) {
        return Ok(Found::Product { id, variant: None });
    }
    find(&open(input)?, MAX_UNWRAPS)
}

/// The address, with a scheme added where it was left out.
fn open(text: &str) -> Result<Address, NotFound> {
    let absolute = if text.starts_with("//") {
        format!("https:{text}")
    } else if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    Address::parse(&absolute).ok_or(NotFound::Malformed)
}

fn find(url: &Address, unwraps: u8) -> Result<Found, NotFound> {
    let subdomain = subdomain(url).ok_or(NotFound::Foreign)?;
    if let Some(id) = in_path(url) {
        return Ok(Found::Product { id, variant: variant(url) });
    }
    if unwraps > 0
        && let Some(inner) = wrapped(url)
        && let Ok(found) = find(&inner, unwraps - 1)
    {
        return Ok(found);
    }
    if SHORT_HOSTS.contains(&subdomain) && url.port.is_none() && url.path != "/" {
        return Ok(Found::Short(url.secure()));
    }
    match in_query(url) {
        Some(id) => Ok(Found::Product { id, variant: variant(url) }),
        None => Err(NotFound::NoProduct),
    }
}

/// What stands before the site's own name: `""` for the site itself, nothing when
/// the host is not AliExpress's.
fn subdomain(url: &Address) -> Option<&str> {
    SITES.iter().find_map(|site| match url.host.strip_suffix(site)? {
        "" => Some(""),
        rest => rest.strip_suffix('.'),
    })
}

/// `/item/…/<id>.html`, `/i/<id>.html`, `/product/<id>` and
/// `/store/product/<slug>/<store>_<id>.html`.
fn in_path(url: &Address) -> Option<ProductId> {
    let segments = url.segments();
    let name = strip_extension(segments.last()?);
    match segments.as_slice() {
        ["store", "product", _slug, _page] => ProductId::read(name.split_once('_')?.1),
        [.., "i" | "product", _page] => ProductId::read(name),
        parents if parents[..parents.len() - 1].contains(&"item") => ProductId::read(name),
        _ => None,
    }
}

fn strip_extension(segment: &str) -> &str {
    segment.strip_suffix(".html").or_else(|| segment.strip_suffix(".htm")).unwrap_or(segment)
}

fn wrapped(url: &Address) -> Option<Address> {
    value_of(url, &WRAPPERS).and_then(|inner| open(inner.trim()).ok())
}

fn in_query(url: &Address) -> Option<ProductId> {
    ID_KEYS.iter().find_map(|key| {
        let value = value_of(url, &[key])?;
        ProductId::read(value.split([':', ',']).next()?.trim())
    })
}

fn variant(url: &Address) -> Option<String> {
    let value = value_of(url, &VARIANT_KEYS)?;
    is_digits(&value, 8..=20).then_some(value)
}

/// The first of `keys` in the query. A second question mark ends a value: the
/// search answers carry such addresses.
fn value_of(url: &Address, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let mut value = url.value(key)?;
        if !WRAPPERS.contains(key)
            && let Some(end) = value.find('?')
        {
            value.truncate(end);
        }
        Some(value)
    })
}

/// Decimal digits only, of an allowed length.
pub(crate) fn is_digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
