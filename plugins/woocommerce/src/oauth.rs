//! OAuth 1.0a with one leg, as WooCommerce checks it on plain http.
//!
//! Facts from the authentication chapter of the WooCommerce REST API
//! documentation and from RFC 5849: the signature covers the method, the address
//! and every query parameter, but not a JSON body; the signing key is the
//! consumer secret and an ampersand.

use std::fmt::Write;

/// What the host puts in place of the consumer key, which the guest never sees.
const KEY_IN_QUERY: &str = "{{credential:consumer_key}}";
const KEY_IN_MESSAGE: &str = "{{credential:consumer_key:percent}}";

/// The parameters of one signed request.
#[derive(Debug)]
pub(crate) struct Signing<'a> {
    /// As it goes over the wire, so `POST` when the real method is overridden.
    pub(crate) method: &'a str,
    /// With the scheme that the shop believes in, without a query.
    pub(crate) url: &'a str,
    /// Names and values, not encoded.
    pub(crate) query: &'a [(String, String)],
    /// Unique among the requests of a quarter of an hour.
    pub(crate) nonce: &'a str,
    /// Seconds since 1970.
    pub(crate) timestamp: u64,
}

impl Signing<'_> {
    fn parameters(&self) -> Vec<(&str, String)> {
        let mut all: Vec<(&str, String)> =
            self.query.iter().map(|(name, value)| (name.as_str(), percent(value))).collect();
        all.push(("oauth_nonce", percent(self.nonce)));
        all.push(("oauth_signature_method", "HMAC-SHA256".to_owned()));
        all.push(("oauth_timestamp", self.timestamp.to_string()));
        all
    }

    /// The text to sign, with a placeholder where the consumer key stands.
    pub(crate) fn base_string(&self) -> String {
        let mut parameters: Vec<(String, String)> = self
            .parameters()
            .into_iter()
            .map(|(name, value)| (percent(name), percent(&value)))
            .chain([("oauth_consumer_key".to_owned(), KEY_IN_MESSAGE.to_owned())])
            .map(|(name, value)| (percent(&name), value))
            .collect();
        parameters.sort();
        let joined: Vec<String> =
            parameters.into_iter().map(|(name, value)| format!("{name}%3D{value}")).collect();
        format!("{}&{}&{}", self.method, percent(self.url), joined.join("%26"))
    }

    /// The query of the signed request.
    pub(crate) fn signed_query(&self, signature: &str) -> String {
        let mut query = format!("oauth_consumer_key={KEY_IN_QUERY}");
        for (name, value) in self.parameters() {
            // Writing to a string cannot fail.
            let _ = write!(query, "&{}={value}", percent(name));
        }
        let _ = write!(query, "&oauth_signature={}", percent(signature));
        query
    }
}

/// RFC 3986: everything but letters, digits and `-._~` is encoded.
pub(crate) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = u32::from(chunk[0]) << 16
            | chunk.get(1).map_or(0, |byte| u32::from(*byte) << 8)
            | chunk.get(2).map_or(0, |byte| u32::from(*byte));
        for (place, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = if place <= chunk.len() { BASE64[(word >> shift & 63) as usize] } else { b'=' };
            out.push(char::from(digit));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signing<'a>(query: &'a [(String, String)]) -> Signing<'a> {
        Signing {
            method: "GET",
            url: "http://shop.example/wp-json/wc/v3/products",
            query,
            nonce: "n1",
            timestamp: 1_790_000_000,
        }
    }

    #[test]
    fn the_base_string_sorts_and_encodes_twice() {
        let query = [("sku".to_owned(), "A B&C".to_owned()), ("per_page".to_owned(), "100".to_owned())];
        assert_eq!(
            signing(&query).base_string(),
            "GET&http%3A%2F%2Fshop.example%2Fwp-json%2Fwc%2Fv3%2Fproducts\
             &oauth_consumer_key%3D{{credential:consumer_key:percent}}\
             %26oauth_nonce%3Dn1%26oauth_signature_method%3DHMAC-SHA256\
             %26oauth_timestamp%3D1790000000%26per_page%3D100%26sku%3DA%2520B%2526C"
        );
    }

    #[test]
    fn the_signature_is_encoded_in_the_query() {
        let query = [("sku".to_owned(), "A/B".to_owned())];
        assert_eq!(
            signing(&query).signed_query("a+b/c="),
            "oauth_consumer_key={{credential:consumer_key}}&sku=A%2FB&oauth_nonce=n1\
             &oauth_signature_method=HMAC-SHA256&oauth_timestamp=1790000000&oauth_signature=a%2Bb%2Fc%3D"
        );
    }

    #[test]
    fn base64_pads_as_the_standard_says() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn percent_encodes_bytes_of_other_alphabets() {
        assert_eq!(percent("é~-._ "), "%C3%A9~-._%20");
    }
}
