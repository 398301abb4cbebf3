//! Which page an address means.

use sourcepilot_sdk::{Failure, ProductRef, Result, fit};

use crate::address::Address;

/// Parameters that say where a visitor came from, not what is shown.
const TRACKING: [&str; 20] = [
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "dclid",
    "fbclid",
    "gad_source",
    "gbraid",
    "gclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "msclkid",
    "ref_src",
    "s_kwcid",
    "srsltid",
    "ttclid",
    "twclid",
    "wbraid",
    "yclid",
];

/// The reference to the page. Its id is the address without what does not matter, so
/// that the same page shared by different people is one product.
pub(crate) fn reference(address: &str) -> Result<ProductRef> {
    let page = canonical(address)?.to_string();
    let id = fit::id(&page);
    Ok(ProductRef::new(id).with_url(page))
}

fn canonical(address: &str) -> Result<Address> {
    let address = address.trim();
    let (scheme, _) = address.split_once(':').unwrap_or_default();
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    if !is_web && !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Failure::invalid_input(
            "Only addresses that begin with https:// or http:// can be read.",
        ));
    }
    let mut page = Address::read(address).ok_or_else(|| {
        Failure::invalid_input(
            "This is not a web address: copy it from the browser's address bar, beginning with https://.",
        )
    })?;
    if page.has_user {
        return Err(Failure::invalid_input("The address holds a user name or password: remove it."));
    }
    if !page.host.contains(['.', ':']) {
        return Err(Failure::invalid_input("The address names no website."));
    }
    page.query = page.query.and_then(|query| without_tracking(&query));
    Ok(page)
}

fn without_tracking(query: &str) -> Option<String> {
    let kept: Vec<&str> =
        query.split('&').filter(|pair| !is_tracking(pair.split('=').next().unwrap_or_default())).collect();
    (!kept.is_empty()).then(|| kept.join("&"))
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_id() {
        for (address, id) in [
            ("https://shop.example/p/cup", "https://shop.example/p/cup"),
            (" HTTPS://Shop.Example:443/p/cup#reviews ", "https://shop.example/p/cup"),
            (
                "https://shop.example/p/cup?utm_source=x&color=red&gclid=1",
                "https://shop.example/p/cup?color=red",
            ),
            ("https://shop.example/p/cup?UTM_Source=x", "https://shop.example/p/cup"),
            ("https://shop.example/p/cup?", "https://shop.example/p/cup"),
            ("https://shop.example/p?id=a%20b&x", "https://shop.example/p?id=a%20b&x"),
            ("http://shop.example", "http://shop.example/"),
            ("https://müller.example/tasse", "https://xn--mller-kva.example/tasse"),
        ] {
            let reference = reference(address).unwrap();
            assert_eq!(reference.id, id, "{address}");
            assert_eq!(reference.url.as_deref(), Some(id), "{address}");
        }
    }

    #[test]
    fn long_addresses_get_a_short_id_and_keep_their_page() {
        let address = format!("https://shop.example/{}", "x".repeat(400));
        let reference = reference(&address).unwrap();
        assert_eq!(reference.id.len(), fit::ID);
        assert_eq!(reference.url.as_deref(), Some(address.as_str()));
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for address in [
            "",
            "cup",
            "shop.example/p",
            "ftp://shop.example/p",
            "javascript:alert(1)",
            "https://",
            "https://localhost/p",
            "https://me:secret@shop.example/",
        ] {
            let failure = reference(address).unwrap_err();
            assert_eq!(failure.kind, sourcepilot_sdk::ErrorKind::InvalidInput, "{address}");
            assert!(!failure.message.contains("secret"));
        }
    }
}
