//! Every row of the table of addresses.

use sourcepilot_sdk::{ErrorKind, Supplier, UrlMatch};

use super::U;
use crate::Spocket;

fn id(address: &str) -> Result<String, ErrorKind> {
    match Spocket::parse_url(address) {
        Ok(UrlMatch::Product(reference)) => {
            assert_eq!(
                reference.url.as_deref(),
                Some(format!("https://app.spocket.co/product/{U}").as_str())
            );
            Ok(reference.id)
        }
        Ok(UrlMatch::Indirect(url)) => panic!("{url} is no short link"),
        Err(failure) => Err(failure.kind),
    }
}

#[test]
fn product_addresses_give_their_id() {
    for address in [
        "https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f/",
        "https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f?ref=search&utm_source=x",
        "http://app.spocket.co/product/3F0C9A52-7B1E-4D5A-9C3E-1A2B3C4D5E6F",
        "app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f#reviews",
        "https://app.spocket.co/search?listing_id=3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://app.spocket.co/search?keywords=lamp&listing_id=3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        // The same in other clothes.
        "HTTPS://APP.SPOCKET.CO:443/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "  https://app.spocket.co./product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f\n",
    ] {
        assert_eq!(id(address).as_deref(), Ok(U), "{address}");
    }
}

#[test]
fn spocket_addresses_without_a_product_say_so() {
    for address in [
        "https://app.spocket.co/search?text=lamp",
        "https://app.spocket.co/dashboard",
        "https://www.spocket.co/products?search=lamp",
        "https://www.spocket.co/product/premium-hoodie",
        "https://www.spocket.co/blogs/some-post",
        "https://www.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://app.spocket.co/product/premium-hoodie",
        "https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f/edit",
        "https://app.spocket.co/search?keywords=listing_id",
        "spocket.co",
    ] {
        assert_eq!(id(address), Err(ErrorKind::InvalidInput), "{address}");
    }
}

#[test]
fn addresses_of_others_are_refused() {
    for address in [
        "https://www.spocket.dev/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://app.spocket.co.example.net/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://evilspocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://app.spocket.co@example.net/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://example.net\\@app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://example.net/?u=https://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "https://app.spocket.co:8443/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "ftp://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "javascript://app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "//app.spocket.co/product/3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f",
        "3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6",
        "3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f0",
        "",
        "lamp",
    ] {
        assert_eq!(id(address), Err(ErrorKind::Unsupported), "{address}");
    }
}
