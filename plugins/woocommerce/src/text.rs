//! Text on its way into a shop that treats names as HTML, and back.

/// A name without markup: what could open a tag is written as an entity, because
/// the shop stores the names that a manager writes as they are.
pub(crate) fn escape_name(text: &str) -> String {
    tidy(text).replace('<', "&lt;").replace('>', "&gt;")
}

/// A choice or a value of it, in a form that the shop keeps unchanged on the
/// product and on its variations, so that both sides still match.
///
/// On variations WooCommerce strips tags, backslashes and percent-encoded bytes;
/// on products it joins values with `|`.
pub(crate) fn clean_choice(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = tidy(text);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '|' | '\\' => out.push('/'),
            '<' => out.push('‹'),
            '>' => out.push('›'),
            '%' if chars.peek().is_some_and(char::is_ascii_hexdigit) => out.push_str("% "),
            other => out.push(other),
        }
    }
    out
}

/// One space between words, none at the ends, no control characters.
fn tidy(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The choice's name as WooCommerce tells names apart: it makes an address part
/// of it, in which case and punctuation are lost.
pub(crate) fn fold_name(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// At most this many characters.
pub(crate) fn shorten(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

/// Undo the entities that WordPress puts into names.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest[1..].find(';').filter(|end| *end <= 8).map(|end| (&rest[1..=end], end + 2));
        match entity.and_then(|(name, length)| Some((decode(name)?, length))) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn decode(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    })
}

/// Whether two names are the same to a reader: entities, the typographer's quotes
/// and dashes, and spaces aside.
pub(crate) fn same_name(left: &str, right: &str) -> bool {
    let plain = |text: &str| -> String {
        tidy(&unescape(text))
            .chars()
            .filter_map(|c| match c {
                '‘' | '’' | '′' | '‚' => Some('\''),
                '“' | '”' | '″' | '„' => Some('"'),
                '–' | '—' => Some('-'),
                '×' => Some('x'),
                c if c.is_whitespace() => None,
                c => Some(c),
            })
            .collect()
    };
    plain(left) == plain(right)
}

/// A short fingerprint that tells addresses apart (FNV-1a, 64 bits).
pub(crate) fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_no_markup() {
        assert_eq!(escape_name(" A <b>B</b>\n& C "), "A &lt;b&gt;B&lt;/b&gt; & C");
    }

    #[test]
    fn choices_survive_the_cleaning_of_the_shop() {
        for (given, kept) in [
            ("A|B", "A/B"),
            (r"5\6", "5/6"),
            ("<5 kg", "‹5 kg"),
            ("50%fabric", "50% fabric"),
            ("100% cotton", "100% cotton"),
            ("  two\tspaces ", "two spaces"),
            ("0", "0"),
        ] {
            assert_eq!(clean_choice(given), kept);
        }
    }

    #[test]
    fn entities_are_undone_once() {
        assert_eq!(unescape("T &amp; &lt;b&gt; &#8211; &#x27;q&quot;"), "T & <b> – 'q\"");
        assert_eq!(unescape("&amp;lt;"), "&lt;");
        assert_eq!(unescape("AT&T & more; x"), "AT&T & more; x");
        assert_eq!(unescape("&€;&"), "&€;&");
    }

    #[test]
    fn names_compare_as_a_reader_would() {
        assert!(same_name("Tom's &amp; 5x7", "Tom’s & 5×7"));
        assert!(!same_name("Red", "Blue"));
    }

    #[test]
    fn names_fold_as_addresses_do() {
        assert_eq!(fold_name("Ships From!"), fold_name("ships-from"));
        assert_ne!(fold_name("颜色"), fold_name("尺码"));
    }

    #[test]
    fn shortening_respects_characters() {
        assert_eq!(shorten("äöü", 2), "äö");
        assert_eq!(shorten("a", 2), "a");
    }
}
