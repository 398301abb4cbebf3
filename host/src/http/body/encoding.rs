//! The text of a body in any of Unicode's encodings. Which one it is, the first bytes
//! tell: a byte order mark, or where the zeros of the first two characters are, which
//! JSON has from ASCII (RFC 4627 section 3).

use std::borrow::Cow;

/// Unpaired surrogates and any other wrong bytes make it no text.
pub(super) fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0, 0, 0xFE, 0xFF, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0, 0, _, _, ..] => utf32(bytes, u32::from_be_bytes),
        [0, _, _, _, ..] | [0, _] => utf16(bytes, u16::from_be_bytes),
        [_, 0, 0, 0, ..] => utf32(bytes, u32::from_le_bytes),
        [_, 0, _, _, ..] | [_, 0] => utf16(bytes, u16::from_le_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'_, str>> {
    let (units, []) = bytes.as_chunks::<2>() else { return None };
    char::decode_utf16(units.iter().copied().map(unit)).collect::<Result<String, _>>().ok().map(Cow::Owned)
}

fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Option<Cow<'_, str>> {
    let (numbers, []) = bytes.as_chunks::<4>() else { return None };
    numbers
        .iter()
        .copied()
        .map(|bytes| char::from_u32(number(bytes)))
        .collect::<Option<String>>()
        .map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::text;

    const SENT: &str = "{\"ä😀\": 1}";

    fn units(to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        SENT.encode_utf16().flat_map(to_bytes).collect()
    }

    fn numbers(to_bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        SENT.chars().map(u32::from).flat_map(to_bytes).collect()
    }

    #[test]
    fn every_encoding_is_recognised_with_and_without_its_mark() {
        let known: [(&[u8], Vec<u8>); 5] = [
            (&[0xEF, 0xBB, 0xBF], SENT.as_bytes().to_vec()),
            (&[0xFF, 0xFE], units(u16::to_le_bytes)),
            (&[0xFE, 0xFF], units(u16::to_be_bytes)),
            (&[0xFF, 0xFE, 0, 0], numbers(u32::to_le_bytes)),
            (&[0, 0, 0xFE, 0xFF], numbers(u32::to_be_bytes)),
        ];
        for (mark, bytes) in known {
            assert_eq!(text(&bytes).as_deref(), Some(SENT), "{mark:?} left out");
            assert_eq!(text(&[mark, &bytes].concat()).as_deref(), Some(SENT), "{mark:?}");
        }
        assert_eq!(text(b"7\0").as_deref(), Some("7"));
        assert_eq!(text(b"\x007").as_deref(), Some("7"));
        assert_eq!(text(b"\0").as_deref(), Some("\0"));
    }

    #[test]
    fn wrong_bytes_are_no_text() {
        for bytes in [
            &b"{\"a\":\"\xff\"}"[..],
            b"\xed\xa0\x80",
            b"{\0\"\0a",
            b"\xff\xfe{\0\x00\xd8",
            b"{\0\0\0\"\0\0",
            b"\xff\xfe\0\0\0\xd8\0\0",
        ] {
            assert_eq!(text(bytes), None, "{bytes:?}");
        }
    }
}
