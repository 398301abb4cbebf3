//! A file of rows: its characters and its separator.

use std::borrow::Cow;

/// The text of a file: UTF-8, UTF-16 with its mark, or else the western table that old
/// spreadsheets write.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
        },
    }
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Windows-1252 is Latin-1 but for these.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The separator of a table, and the table itself. A first line `sep=;` says it; else it
/// is what stands most often in the first line, outside of quotation marks.
pub(super) fn separator(text: &str) -> (u8, &str) {
    let first = text.lines().next().unwrap_or_default();
    if let Some(mark) = first.trim().strip_prefix("sep=").or_else(|| first.trim().strip_prefix("SEP=")) {
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        return (mark.bytes().next().filter(u8::is_ascii).unwrap_or(b'\t'), rest);
    }
    let count = |mark: u8| {
        let mut quoted = false;
        let counts = first.bytes().filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == mark
        });
        counts.count()
    };
    let best = [b',', b';', b'\t'].into_iter().rev().max_by_key(|mark| count(*mark));
    (best.filter(|mark| count(*mark) > 0).unwrap_or(b','), text)
}
