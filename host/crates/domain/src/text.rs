//! Text from outside, made harmless to show.
//!
//! Nothing visible is changed: what goes are characters that hide, reverse or bury
//! other text.

/// More marks than this on one letter bury the lines around it.
const MOST_MARKS: usize = 3;

/// One line: white space collapsed, nothing hidden.
#[must_use]
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text) {
        if !c.is_whitespace() && !c.is_control() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Many lines: line breaks and tabs stay, nothing hidden.
#[must_use]
pub fn prose(text: &str) -> String {
    visible(text).filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// Whether a text is the same for a reader and for a program.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || is_hidden(c))
}

fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut marks = 0;
    text.chars().filter(move |c| {
        marks = if is_mark(*c) { marks + 1 } else { 0 };
        marks <= MOST_MARKS && !is_hidden(*c)
    })
}

/// Characters that are not seen and change how others are: directions, tags, joiners
/// of nothing, and code points that are none. Joiners inside of words and emoji stay.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'
        | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}'
        | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_goes_and_what_is_seen_stays() {
        for (text, expected) in [
            (" A\u{202E} lamp\n\u{0}b\t ", "A lamp b"),
            ("a\u{200B}b\u{FEFF}c\u{AD}d", "abcd"),
            ("e\u{301}\u{302}\u{303}\u{304}\u{305}x", "e\u{301}\u{302}\u{303}x"),
            ("👩\u{200D}🔬 می\u{200C}خواهم", "👩\u{200D}🔬 می\u{200C}خواهم"),
            ("a\u{E0041}\u{E0001}b\u{2066}c\u{2069}", "abc"),
            ("Größe 10\u{A0}cm", "Größe 10 cm"),
            ("\u{202E}\u{200B}\u{0}", ""),
        ] {
            assert_eq!(line(text), expected, "{text:?}");
        }
        assert_eq!(prose("a\n\u{202E}b\u{7}\tc"), "a\nb\tc");
        assert!(is_plain("Größe 10") && !is_plain("a\u{202E}") && !is_plain("a\0"));
    }
}
