//! HTML cut at the end of a block.

/// Elements that are written without an end.
const VOID: [&str; 9] = ["img", "br", "hr", "input", "col", "wbr", "source", "meta", "link"];
/// Elements whose content is no HTML and that no shop shows.
const RAW: [&str; 3] = ["script", "style", "iframe"];
/// Elements that flow with the text around them: it is not cut at their ends.
const INLINE: [&str; 18] = [
    "a", "b", "i", "u", "s", "em", "strong", "span", "font", "small", "big", "sub", "sup", "code", "del",
    "ins", "mark", "label",
];
/// Elements that another one of their kind ends.
const ENDED_BY_THE_NEXT: [&str; 8] = ["p", "li", "tr", "td", "th", "dt", "dd", "option"];
/// A tag longer than this carries data, such as a picture inside of its address.
const LONGEST_TAG: usize = 4096;
/// Elements inside of each other; deeper ones lose their tags.
const DEEPEST: usize = 100;

/// HTML as it is when it has at most `most` bytes; otherwise as many of its first whole
/// blocks as fit, with the elements around them closed. Scripts, styles, comments and
/// attributes that carry data go first. Never half a tag, an entity or a character.
pub fn html(html: String, most: usize) -> String {
    if html.len() <= most { html } else { Cutter::new(most).cut(&html) }
}

/// What is written so far, and where it could end.
struct Cutter<'a> {
    most: usize,
    out: String,
    open: Vec<&'a str>,
    /// Bytes of the ends of the open elements.
    ends: usize,
    /// Elements that are open and were not written.
    skipped: usize,
    /// A text did not fit: what was written since the last good place goes.
    is_full: bool,
    /// The last good place: the length of `out` and which elements were open there.
    good: (usize, Vec<&'a str>),
}

impl<'a> Cutter<'a> {
    fn new(most: usize) -> Self {
        let (out, open) = (String::with_capacity(most.min(1 << 20)), Vec::new());
        Cutter { most, out, open, ends: 0, skipped: 0, is_full: false, good: (0, Vec::new()) }
    }

    fn cut(mut self, html: &'a str) -> String {
        let mut rest = html;
        while !rest.is_empty() && self.fits() {
            rest = match rest.find('<') {
                Some(0) => self.markup(rest),
                at => self.text(rest, at.unwrap_or(rest.len())),
            };
        }
        if !self.is_full {
            self.remember();
        }
        let (end, open) = self.good;
        self.out.truncate(end);
        self.out.truncate(self.out.trim_end().len());
        for name in open.iter().rev() {
            self.out.push_str(&format!("</{name}>"));
        }
        self.out
    }

    fn fits(&self) -> bool {
        self.out.len() + self.ends <= self.most
    }

    fn remember(&mut self) {
        if self.fits() {
            self.good = (self.out.len(), self.open.clone());
        }
    }

    /// Text up to the next tag. Long text without any tag may end after a word.
    fn text(&mut self, rest: &'a str, end: usize) -> &'a str {
        let (text, after) = rest.split_at(end);
        let room = self.most.saturating_sub(self.out.len() + self.ends);
        if text.len() <= room {
            self.out.push_str(text);
            return after;
        }
        // Only where no block ended before; a word and an entity hold no white space.
        let limit = (0..=room).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        if let Some(end) = text[..limit].rfind(char::is_whitespace).filter(|_| self.is_without_blocks()) {
            self.out.push_str(&text[..end]);
            self.remember();
        }
        self.is_full = true;
        ""
    }

    /// Whether the good place is far behind, so that most of the room would stay empty.
    fn is_without_blocks(&self) -> bool {
        self.good.0 < self.most / 2
    }

    /// A tag, a comment, or a sign that begins neither.
    fn markup(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return comment.find("-->").map_or("", |end| &comment[end + 3..]);
        }
        let is_end = rest.starts_with("</");
        let name_at = if is_end { 2 } else { 1 };
        let name_end = rest[name_at..]
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':')
            .map_or(rest.len(), |at| name_at + at);
        let name = &rest[name_at..name_end];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            if rest[1..].starts_with(['!', '?', '/']) {
                return rest.find('>').map_or("", |end| &rest[end + 1..]);
            }
            self.out.push_str("&lt;");
            return &rest[1..];
        }
        let Some((end, is_sound)) = tag_end(rest) else { return "" };
        let (tag, after) = rest.split_at(end);
        if is_end {
            self.close(name);
            return after;
        }
        if let Some(raw) = RAW.iter().find(|raw| name.eq_ignore_ascii_case(raw)) {
            return after_raw(after, raw);
        }
        let tag = Some(tag).filter(|tag| is_sound && tag.len() <= LONGEST_TAG);
        self.open(name, tag);
        after
    }

    /// Begin an element; without its attributes when its tag cannot be kept.
    fn open(&mut self, name: &'a str, tag: Option<&str>) {
        let is = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
        let is_void = is(&VOID);
        if !is_void && (!is(&INLINE) || self.is_without_blocks()) {
            self.remember();
        }
        if is(&ENDED_BY_THE_NEXT) && self.open.last().is_some_and(|last| last.eq_ignore_ascii_case(name)) {
            self.open.pop();
            self.ends -= name.len() + 3;
        }
        if !is_void && self.open.len() >= DEEPEST {
            self.skipped += 1;
            return;
        }
        match tag {
            Some(tag) => self.out.push_str(tag),
            // A picture without its address shows nothing.
            None if is_void => {}
            None => self.out.push_str(&format!("<{name}>")),
        }
        if is_void {
            self.remember();
        } else {
            self.open.push(name);
            self.ends += name.len() + 3;
        }
    }

    fn close(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(at) = self.open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) else { return };
        for name in self.open.split_off(at).iter().rev() {
            self.ends -= name.len() + 3;
            self.out.push_str(&format!("</{name}>"));
        }
        if !INLINE.iter().any(|one| name.eq_ignore_ascii_case(one)) || self.is_without_blocks() {
            self.remember();
        }
    }
}

/// Behind the `>` that ends a tag, which is none inside of quotes. Where the quotes never
/// end it is the first one, and the tag is not sound.
fn tag_end(tag: &str) -> Option<(usize, bool)> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) if tag[..at].trim_end().ends_with('=') => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'>', None) => return Some((at + 1, true)),
            _ => {}
        }
    }
    tag.find('>').map(|at| (at + 1, false))
}

/// Behind the end of an element whose content is skipped.
fn after_raw<'a>(rest: &'a str, name: &str) -> &'a str {
    let is_end = |at: usize| {
        let tag = &rest.as_bytes()[at..];
        tag.len() >= name.len() + 2 && tag[2..name.len() + 2].eq_ignore_ascii_case(name.as_bytes())
    };
    match rest.match_indices("</").map(|(at, _)| at).find(|at| is_end(*at)) {
        Some(at) => rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]),
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, most: usize, expected: &str) {
        let cut = html(input.to_owned(), most);
        assert_eq!(cut, expected);
        assert!(cut.len() <= most, "{} > {most}", cut.len());
    }

    #[test]
    fn whole_blocks_stay_and_what_is_around_them_is_closed() {
        check("<p>one</p><p>two</p>", 20, "<p>one</p><p>two</p>");
        check("<p>one</p><p>two</p><p>three</p>", 25, "<p>one</p><p>two</p>");
        check("<div class=\"a\"><p>one</p><p>two</p></div>", 38, "<div class=\"a\"><p>one</p></div>");
        check(
            "<table><tr><td>1</td></tr><tr><td>2</td></tr></table>",
            40,
            "<table><tr><td>1</td></tr></table>",
        );
        check("<p>one <b>bold</b> more words</p>", 20, "<p>one</p>");
        check("<p>one<p>two<p>three", 18, "<p>one<p>two</p>");
    }

    #[test]
    fn nothing_is_cut_in_the_middle() {
        for most in 0..60 {
            let cut = html(
                "<div>ä &amp; ö<img alt=\"a > b\" src='https://x.example/1.jpg'><br>ü &lt; x</div>".into(),
                most,
            );
            assert!(cut.len() <= most, "{most}: {cut}");
            assert_eq!(cut.matches("<div>").count(), cut.matches("</div>").count(), "{most}: {cut}");
            assert_eq!(cut.matches('&').count(), cut.matches(';').count(), "{most}: {cut}");
            assert_eq!(cut.matches("<img").count(), cut.matches(".jpg'>").count(), "{most}: {cut}");
        }
        check("one two three &amp; four", 18, "one two three");
        check("äöüäöüäöü", 5, "");
    }

    #[test]
    fn what_no_shop_shows_goes_first() {
        let long = "x".repeat(5000);
        let input = format!(
            "<style>{long}</style><!-- {long} --><script>if (a</b) {{}}</script><img src=\"data:{long}\"><p data-x=\"{long}\">one</p><SCRIPT>{long}</SCRIPT ><p>two</p>"
        );
        check(&input, 100, "<p>one</p><p>two</p>");
    }

    #[test]
    fn broken_html_ends_well_too() {
        check("<p>one</p></div><p>two</p>", 21, "<p>one</p><p>two</p>");
        check("<p>1 < 2</p><p>three</p>", 20, "<p>1 &lt; 2</p>");
        check("<p>one</p><p title=\"never ends>two</p>", 30, "<p>one</p><p>two</p>");
        check("<p>one</p><!-- never ends", 20, "<p>one</p>");
        check("<p>one</p><script>never ends", 20, "<p>one</p>");
        let deep = format!("{}<p>x</p>{}", "<div>".repeat(5000), "</div>".repeat(5000));
        let cut = html(deep, 20_000);
        assert_eq!(cut.matches("<div>").count(), DEEPEST);
        assert_eq!(cut.matches("</div>").count(), DEEPEST);
    }
}
