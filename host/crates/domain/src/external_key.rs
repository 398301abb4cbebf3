//! Keys by which our products can be found in a shop. They are a function of the
//! shop and the supplier's product alone: however often and by however many imports
//! a product is put into a shop, it stands there once.
//!
//! A key is also the SKU that a merchant reads on a packing slip, so the supplier's
//! product id is in it. Form: `SP-<product id>-<26 characters>`, and for a variant
//! 13 characters more. At most 64 of `A-Z`, `0-9` and `-`.

use uuid::Uuid;

use crate::ids::ConnectionId;

/// The longest key that every shop software takes.
pub const LONGEST: usize = 64;

/// Under which our keys are derived; a random number chosen once.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0b_96c5_3a1e_4d27_9c54_2b8e_7d10_a3f9);

/// Without the letters that are mistaken for digits or each other.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const READABLE: usize = 20;
const VARIANT_CHARACTERS: usize = 13;

/// What a product's keys are made of.
#[derive(Clone, Copy, Debug)]
pub struct KeySource<'a> {
    /// The shop.
    pub connection: ConnectionId,
    /// The supplier's plugin.
    pub source: &'a str,
    /// The supplier's id of the product.
    pub product: &'a str,
}

impl KeySource<'_> {
    /// The key of the product.
    #[must_use]
    pub fn product_key(&self) -> String {
        let hash = base32(self.hash(None).as_u128());
        match readable(self.product) {
            text if text.is_empty() => format!("SP-{hash}"),
            text => format!("SP-{text}-{hash}"),
        }
    }

    /// The key of one of its variants, by the supplier's id of the variant.
    #[must_use]
    pub fn variant_key(&self, variant: &str) -> String {
        let hash = base32(self.hash(Some(variant)).as_u128());
        format!("{}-{}", self.product_key(), &hash[hash.len() - VARIANT_CHARACTERS..])
    }

    fn hash(&self, variant: Option<&str>) -> Uuid {
        let KeySource { connection, source, product } = self;
        let mut name = Vec::new();
        for part in [connection.to_string().as_str(), source, product] {
            part_of(&mut name, part);
        }
        if let Some(variant) = variant {
            part_of(&mut name, variant);
        }
        Uuid::new_v5(&NAMESPACE, &name)
    }
}

/// With its length before it, so that parts cannot run into each other.
fn part_of(name: &mut Vec<u8>, part: &str) {
    name.extend_from_slice(&(part.len() as u64).to_be_bytes());
    name.extend_from_slice(part.as_bytes());
}

/// 128 bits in 26 characters.
fn base32(bits: u128) -> String {
    (0..26)
        .rev()
        .map(|index| {
            let digit = usize::try_from((bits >> (index * 5)) & 31).unwrap_or(0);
            char::from(ALPHABET[digit])
        })
        .collect()
}

/// What of an id may stand in a key. Ids that differ elsewhere differ in the hash.
fn readable(id: &str) -> String {
    id.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .take(READABLE)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn source<'a>(source: &'a str, product: &'a str) -> KeySource<'a> {
        KeySource { connection: "0193a000-0000-7000-8000-000000000001".parse().unwrap(), source, product }
    }

    /// These stand in shops: they may never change.
    #[test]
    fn keys_are_for_ever() {
        let lamp = source("aliexpress", "1005006123456789");
        assert_eq!(lamp.product_key(), "SP-1005006123456789-1JEJM3B98PB2ZA96DJQ8F99PDG");
        assert_eq!(
            lamp.variant_key("12000035"),
            "SP-1005006123456789-1JEJM3B98PB2ZA96DJQ8F99PDG-SEV3BGFHVMW4N"
        );
    }

    #[test]
    fn every_part_counts() {
        let lamp = source("aliexpress", "1");
        let mut keys = HashSet::from([lamp.product_key()]);
        assert!(keys.insert(KeySource { connection: ConnectionId::generate(), ..lamp }.product_key()));
        assert!(keys.insert(source("manual", "1").product_key()));
        assert!(keys.insert(source("aliexpress", "2").product_key()));
        assert!(keys.insert(lamp.variant_key("")));
        assert!(keys.insert(lamp.variant_key("1")));
        assert!(keys.insert(lamp.variant_key("2")));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(source("ab", "c").product_key(), source("a", "bc").product_key());
        assert_ne!(source("a", "b").variant_key("cd"), source("a", "bc").variant_key("d"));
    }

    proptest! {
        #[test]
        fn any_id_gives_a_key_that_every_shop_takes(product in ".*", variant in ".*") {
            let product = source("manual", &product);
            for key in [product.product_key(), product.variant_key(&variant)] {
                prop_assert!(key.len() <= LONGEST, "{key}");
                prop_assert!(key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-'));
            }
        }
    }
}
