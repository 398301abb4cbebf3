//! Letters in lower case, for comparing words.
//!
//! The tables of all scripts would weigh as much as the rest of a reader; words of shops
//! are in Latin, Greek and Cyrillic letters, and other scripts have one case.

/// A letter in lower case.
pub(crate) fn lower_char(c: char) -> char {
    let code = u32::from(c);
    let lower = match code {
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a1 | 0x3a3..=0x3ab | 0x410..=0x42f => {
            code + 0x20
        }
        0x400..=0x40f => code + 0x50,
        0x386 => 0x3ac,
        0x388..=0x38a => code + 0x25,
        0x38c => 0x3cc,
        0x38e | 0x38f => code + 0x3f,
        0x130 => 0x69,
        0x178 => 0xff,
        0x139..=0x148 | 0x179..=0x17e => code + code % 2,
        0x100..=0x137 | 0x14a..=0x177 | 0x460..=0x481 | 0x48a..=0x4bf | 0x4d0..=0x52f => code | 1,
        _ => code,
    };
    char::from_u32(lower).unwrap_or(c)
}

/// A text in lower case.
pub(crate) fn lower(text: &str) -> String {
    text.chars().map(lower_char).collect()
}

/// A text that begins with a capital, as far as it begins with an ASCII letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| std::iter::once(first.to_ascii_uppercase()).chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_standard_library_does_it() {
        for c in ('\0'..'\u{530}')
            .filter(|c| !matches!(u32::from(*c), 0x130 | 0x180..=0x385 | 0x3cf..=0x3ff | 0x4c0..=0x4cf))
        {
            assert_eq!(Some(lower_char(c)), c.to_lowercase().next(), "{:x}", u32::from(c));
        }
        assert_eq!((lower("ÄÖÉ ŁЖΣ").as_str(), capital("frame color").as_str()), ("äöé łжσ", "Frame color"));
    }
}
