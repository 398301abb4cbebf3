//! The address of a shop. Shopify's API answers only under `NAME.myshopify.com`;
//! the host brings what merchants type into that form, and it is checked again
//! here, because a token must never go anywhere else.

use sourcepilot_sdk::Failure;

const SUFFIX: &str = ".myshopify.com";

/// A shop's own name, the part before `.myshopify.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShopName(String);

impl ShopName {
    /// Read it from the connection's address.
    ///
    /// # Errors
    /// `invalid-input` for every other address.
    pub(crate) fn parse(address: &str) -> Result<ShopName, Failure> {
        let name = address
            .trim_end_matches('/')
            .strip_prefix("https://")
            .and_then(|host| host.strip_suffix(SUFFIX))
            .filter(|name| is_name(name));
        match name {
            Some(name) => Ok(ShopName(name.to_owned())),
            None => Err(Failure::invalid_input(
                "This is not the address of a Shopify shop. Enter it as NAME.myshopify.com; it is shown in \
                 the admin under Settings, Domains.",
            )
            .with_code("shop-address")),
        }
    }

    /// The name alone.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin of its API.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}{SUFFIX}", self.0)
    }

    /// Where the merchant edits a product.
    pub(crate) fn product_page(&self, number: &str) -> String {
        format!("https://admin.shopify.com/store/{}/products/{number}", self.0)
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shopifys_own_hosts_are_shops() {
        assert_eq!(
            ShopName::parse("https://my-shop.myshopify.com/").map(|n| n.origin()).ok().as_deref(),
            Some("https://my-shop.myshopify.com")
        );
        for address in [
            "",
            "http://my-shop.myshopify.com",
            "https://my-shop.myshopify.com.evil.example",
            "https://evil.example/.myshopify.com",
            "https://evil.example#.myshopify.com",
            "https://a@b.myshopify.com",
            "https://a.b.myshopify.com",
            "https://.myshopify.com",
            "https://shop.example",
        ] {
            assert!(ShopName::parse(address).is_err(), "{address}");
        }
    }
}
