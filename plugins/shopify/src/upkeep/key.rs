//! Keys that let Shopify recognise a repeated change.

/// The key of a change: the same for the same content within one call, so that a
/// request repeated after a pause counts once, and another one for every other
/// change. It has the form of a UUID.
pub(super) fn of(call_id: &str, content: &str) -> String {
    let (high, low) =
        (hash(0x6c62_272e_07bb_0142, call_id, content), hash(0x62b8_2175_6295_c58d, call_id, content));
    let hex = format!("{high:016x}{low:016x}");
    let variant = ["8", "9", "a", "b"][usize::from(hex.as_bytes()[16]) % 4];
    format!("{}-{}-4{}-{variant}{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

/// FNV-1a of 64 bits, with a finish that spreads the last bytes.
fn hash(seed: u64, call_id: &str, content: &str) -> u64 {
    let bytes = call_id.bytes().chain([0]).chain(content.bytes());
    let mut hash = bytes.fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_change_of_a_call_has_one_key() {
        let key = of("call", "a");
        assert_eq!(key, of("call", "a"));
        assert_eq!((key.len(), key.matches('-').count(), key.as_bytes()[14]), (36, 4, b'4'));
        assert!(key != of("call", "b") && key != of("other", "a") && of("ab", "c") != of("a", "bc"));
    }
}
