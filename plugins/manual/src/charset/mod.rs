//! From a page's bytes to text, in the character set that a browser would take.

mod double;

mod tables {
    include!(concat!(env!("OUT_DIR"), "/charsets.rs"));
}

/// How far a page may go before it names its character set.
const HEAD: usize = 4096;

/// A character set of the web, as far as shops still use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Utf16 {
        big: bool,
    },
    /// One byte per character; an index into the tables.
    Single(usize),
    ShiftJis,
    EucJp,
    Gbk,
    EucKr,
}

/// Text of a page. What the header says counts before what the page says of itself, a
/// byte order mark before both. A page that is no UTF-8 and names nothing else is read
/// as the web's oldest character set, so that no bytes are lost.
pub(crate) fn decode(bytes: &[u8], content_type: &str) -> String {
    let marks: [(&[u8], Charset); 3] = [
        (b"\xef\xbb\xbf", Charset::Utf8),
        (b"\xff\xfe", Charset::Utf16 { big: false }),
        (b"\xfe\xff", Charset::Utf16 { big: true }),
    ];
    if let Some((mark, charset)) = marks.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return charset.decode(&bytes[mark.len()..]);
    }
    let stated = after(content_type, "charset=").or_else(|| declared(bytes));
    stated.unwrap_or_else(|| guessed(bytes)).decode(bytes)
}

impl Charset {
    /// By a label of the WHATWG encoding standard.
    fn of(label: &str) -> Option<Charset> {
        let label = label.trim().to_ascii_lowercase();
        let single =
            |name: &str| tables::SINGLE.iter().position(|(known, _)| *known == name).map(Charset::Single);
        match label.as_str() {
            "utf-8" | "utf8" | "unicode-1-1-utf-8" => Some(Charset::Utf8),
            "utf-16" | "utf-16le" | "unicode" => Some(Charset::Utf16 { big: false }),
            "utf-16be" => Some(Charset::Utf16 { big: true }),
            "shift_jis" | "shift-jis" | "sjis" | "x-sjis" | "ms_kanji" | "windows-31j" | "ms932" => {
                Some(Charset::ShiftJis)
            }
            "euc-jp" | "x-euc-jp" => Some(Charset::EucJp),
            "gbk" | "gb2312" | "gb18030" | "gb_2312-80" | "x-gbk" | "chinese" | "csgb2312" => {
                Some(Charset::Gbk)
            }
            "euc-kr" | "ks_c_5601-1987" | "korean" | "windows-949" | "ksc5601" | "cseuckr" => {
                Some(Charset::EucKr)
            }
            "ascii" | "us-ascii" | "latin1" | "l1" | "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "cp1252" => {
                single("windows-1252")
            }
            "latin5" | "l5" | "iso-8859-9" | "iso8859-9" => single("windows-1254"),
            "latin2" | "l2" => single("iso-8859-2"),
            "latin9" | "l9" | "latin-9" | "iso-8859-15" => single("iso-8859-15"),
            "iso-8859-11" | "tis-620" => single("windows-874"),
            "iso-8859-8-i" => single("iso-8859-8"),
            "koi8" | "koi" => single("koi8-r"),
            "mac" | "x-mac-roman" => single("macintosh"),
            "cp866" => single("ibm866"),
            label => single(
                &label
                    .replace("iso8859", "iso-8859")
                    .replace("iso_8859", "iso-8859")
                    .replace("cp12", "windows-12"),
            ),
        }
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Charset::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Charset::Utf16 { big } => utf16(bytes, big),
            Charset::Single(index) => {
                let (_, table) = &tables::SINGLE[index];
                let one = |byte: u8| {
                    if byte < 0x80 { char::from(byte) } else { of_unit(table[usize::from(byte - 0x80)]) }
                };
                bytes.iter().map(|byte| one(*byte)).collect()
            }
            Charset::ShiftJis => double::shift_jis(bytes),
            Charset::EucJp => double::euc_jp(bytes),
            Charset::Gbk => double::gbk(bytes),
            Charset::EucKr => double::euc_kr(bytes),
        }
    }
}

fn of_unit(unit: u16) -> char {
    char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}')
}

fn utf16(bytes: &[u8], big: bool) -> String {
    let pairs = bytes.chunks_exact(2);
    let units: Vec<u16> = pairs
        .map(|pair| {
            if big { u16::from_be_bytes([pair[0], pair[1]]) } else { u16::from_le_bytes([pair[0], pair[1]]) }
        })
        .collect();
    String::from_utf16_lossy(&units)
}

/// UTF-8 with a few broken bytes stays UTF-8; a page with more bad than good is not.
fn guessed(bytes: &[u8]) -> Charset {
    if std::str::from_utf8(bytes).is_ok() {
        return Charset::Utf8;
    }
    let text = String::from_utf8_lossy(bytes);
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    let whole = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    match Charset::of("windows-1252") {
        Some(latin) if whole <= broken => latin,
        _ => Charset::Utf8,
    }
}

/// What `<meta charset=…>`, `<meta … content="text/html; charset=…">` or
/// `<?xml … encoding="…"?>` says.
fn declared(bytes: &[u8]) -> Option<Charset> {
    let head: String = bytes.iter().take(HEAD).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let xml = head.starts_with("<?xml").then(|| after(head.split("?>").next()?, "encoding=")).flatten();
    let found =
        xml.or_else(|| head.split("<meta").skip(1).find_map(|tag| after(tag.split('>').next()?, "charset=")));
    // A page that can be read as ASCII is not in UTF-16, whatever it says.
    found.map(|charset| if matches!(charset, Charset::Utf16 { .. }) { Charset::Utf8 } else { charset })
}

fn after(text: &str, mark: &str) -> Option<Charset> {
    let text = text.to_ascii_lowercase().replace(" =", "=").replace("= ", "=");
    let rest = text.split(mark).nth(1)?.trim_start_matches([' ', '"', '\'']);
    Charset::of(rest.split([' ', '"', '\'', ';', '/', '>', ',']).next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_the_mark_and_the_page_are_asked_in_turn() {
        let latin = b"<meta charset=latin1>\xa0\x80";
        assert!(decode(latin, "text/html").ends_with("\u{a0}€"));
        assert!(decode("€".as_bytes(), "text/html; charset=\"UTF-8\"").ends_with('€'));
        assert_eq!(decode(b"\xef\xbb\xbf\xe2\x82\xac", "text/html; charset=iso-8859-1"), "€");
        assert_eq!(decode(b"\xff\xfea\0b\0", "text/html"), "ab");
        assert_eq!(decode(b"<?xml version='1.0' encoding='iso-8859-15'?>\xa4", "").chars().last(), Some('€'));
        let meta = b"<meta http-equiv='Content-Type' content='text/html; charset = Shift_JIS'>\x83J";
        assert!(decode(meta, "text/html").ends_with('カ'));
        assert!(decode(b"<meta charset=utf-16>\xc3\xa4", "").ends_with('ä'));
    }

    #[test]
    fn without_a_word_utf8_is_told_from_latin_1() {
        assert_eq!(decode(b"T\xe4\xdfchen", "text/html"), "Täßchen");
        assert_eq!(decode(b"T\xc3\xa4\xc3\x9fchen \xff", "text/html"), "Täßchen \u{fffd}");
    }

    /// Each text goes through the reference and back.
    #[test]
    fn texts_read_as_the_reference_reads_them() {
        for (label, text) in [
            ("windows-1250", "Příliš žluťoučký kůň € ő"),
            ("windows-1251", "Кружка для чая"),
            ("iso-8859-2", "Zażółć gęślą jaźń"),
            ("iso-8859-7", "Κούπα"),
            ("iso-8859-9", "Fincan şğıİ"),
            ("koi8-r", "Чашка"),
            ("shift_jis", "茶碗 ｶﾗｰ:赤 価格￥1,980"),
            ("euc-jp", "日本の湯呑み・青"),
            ("gbk", "陶瓷茶杯 镕鎔 ￥29.00 堃"),
            ("gb2312", "红色保温杯"),
            ("euc-kr", "머그컵 색상: 빨강 뷁 韓"),
        ] {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let bytes = encoding.encode(text).0;
            assert_eq!(decode(&bytes, &format!("text/html; charset={label}")), text, "{label}");
        }
    }

    /// Every pair of bytes that is a character.
    #[test]
    fn every_pair_reads_as_the_reference_reads_it() {
        for (label, charset) in [
            ("shift_jis", Charset::ShiftJis),
            ("euc-jp", Charset::EucJp),
            ("gbk", Charset::Gbk),
            ("euc-kr", Charset::EucKr),
        ] {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let pairs = (0x81..=0xfe_u8).flat_map(|lead| (0x40..=0xfe_u8).map(move |trail| [lead, trail]));
            let whole = pairs.filter(|pair| {
                let (text, broken) = encoding.decode_without_bom_handling(pair);
                // Characters of the user's own have no meaning between people.
                let private = text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c));
                !broken && text.chars().count() == 1 && !private
            });
            let bytes = whole.collect::<Vec<_>>().concat();
            assert!(bytes.len() > 10_000, "{label}");
            assert!(charset.decode(&bytes) == encoding.decode_without_bom_handling(&bytes).0, "{label}");
        }
    }
}
