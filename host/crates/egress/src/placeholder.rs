//! The notation by which a guest names a secret that it does not know.

/// What stands for a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Placeholder {
    /// `{{credential:NAME}}` or `{{credential:NAME:percent}}`.
    Credential { name: String, percent: bool },
    /// `{{basic:USER:PASSWORD}}`.
    Basic { user: String, password: String },
}

/// A piece of a text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    /// A placeholder and how it was spelled.
    Hole(Placeholder, &'a str),
}

/// Splits a text into literal pieces and placeholders. Braces that form no
/// placeholder stay literal.
pub(crate) fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut literal, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['{', '%']) {
        let start = at + found;
        match read(&text[start..]) {
            Some((hole, length)) => {
                if literal < start {
                    pieces.push(Piece::Text(&text[literal..start]));
                }
                at = start + length;
                pieces.push(Piece::Hole(hole, &text[start..at]));
                literal = at;
            }
            None => at = start + 1,
        }
    }
    if literal < text.len() {
        pieces.push(Piece::Text(&text[literal..]));
    }
    pieces
}

/// The placeholder that is the whole of `text`.
pub(crate) fn whole(text: &str) -> Option<Placeholder> {
    read(text).filter(|(_, length)| *length == text.len()).map(|(hole, _)| hole)
}

/// True when the text holds a placeholder anywhere.
pub(crate) fn contains(text: &str) -> bool {
    split(text).iter().any(|piece| matches!(piece, Piece::Hole(..)))
}

/// Reads one placeholder at the beginning. URL libraries percent-encode braces
/// and colons, so each of those may be written either way.
fn read(text: &str) -> Option<(Placeholder, usize)> {
    let mut cursor = Cursor { rest: text };
    cursor.mark('{')?;
    cursor.mark('{')?;
    let kind = cursor.word();
    cursor.mark(':')?;
    let first = cursor.name()?;
    let hole = match kind {
        "credential" => {
            let percent = cursor.mark(':').is_some();
            if percent && cursor.word() != "percent" {
                return None;
            }
            Placeholder::Credential { name: first, percent }
        }
        "basic" => {
            cursor.mark(':')?;
            Placeholder::Basic { user: first, password: cursor.name()? }
        }
        _ => return None,
    };
    cursor.mark('}')?;
    cursor.mark('}')?;
    Some((hole, text.len() - cursor.rest.len()))
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn mark(&mut self, mark: char) -> Option<()> {
        if let Some(rest) = self.rest.strip_prefix(mark) {
            self.rest = rest;
            return Some(());
        }
        let (head, rest) = (self.rest.get(..3)?, self.rest.get(3..)?);
        let code = u8::from_str_radix(head.strip_prefix('%')?, 16).ok()?;
        (char::from(code) == mark).then(|| self.rest = rest)
    }

    fn word(&mut self) -> &'a str {
        let end = self.rest.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn name(&mut self) -> Option<String> {
        Some(self.word()).filter(|word| !word.is_empty()).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(name: &str, percent: bool) -> Placeholder {
        Placeholder::Credential { name: name.into(), percent }
    }

    #[test]
    fn splits_text_and_holes() {
        let bearer = "Bearer {{credential:access_token}}!";
        assert_eq!(
            split(bearer),
            [
                Piece::Text("Bearer "),
                Piece::Hole(credential("access_token", false), "{{credential:access_token}}"),
                Piece::Text("!")
            ]
        );
        assert_eq!(
            split("{{credential:a}}{{credential:b:percent}}"),
            [
                Piece::Hole(credential("a", false), "{{credential:a}}"),
                Piece::Hole(credential("b", true), "{{credential:b:percent}}")
            ]
        );
        let basic = Placeholder::Basic { user: "u".into(), password: "p".into() };
        assert_eq!(split("{{basic:u:p}}"), [Piece::Hole(basic, "{{basic:u:p}}")]);
    }

    #[test]
    fn reads_percent_encoded_marks() {
        assert_eq!(whole("%7B%7Bcredential%3Akey_1%7d%7D"), Some(credential("key_1", false)));
        assert_eq!(whole("{%7bcredential:key%3apercent%7D}"), Some(credential("key", true)));
    }

    #[test]
    fn other_braces_are_text() {
        for text in [
            "",
            "{{",
            "%",
            "%7",
            "%é",
            "{{credential:}}",
            "{{credential:UPPER}}",
            "{{credential:a:raw}}",
            "{{credential:a}",
            "{{secret:a}}",
            "{{basic:a}}",
            "{ {credential:a}}",
            "{{credential:a b}}",
            "ünï {\"a\":{\"b\":1}}",
        ] {
            assert!(!contains(text), "{text}");
            assert_eq!(whole(text), None);
        }
        assert!(contains("{{{credential:a}}}"));
        assert_eq!(whole("{{{credential:a}}}"), None);
    }
}
