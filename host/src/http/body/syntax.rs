//! What is wrong with a text that is not JSON, in the words and with the places that
//! clients of the API know from Python's decoder. It runs only over texts that were
//! refused: once from the start to the first mistake, without recursion.

/// Deeper nesting is not looked at, as it is not read.
const DEEPEST: usize = 127;

/// The first mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// In characters from the start of the text.
    pub at: usize,
    pub reason: &'static str,
}

/// Nothing when the nesting is too deep.
pub(super) fn flaw(text: &str) -> Option<Flaw> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, beyond: None };
    let (at, reason) = match scanner.document() {
        Err(Stop::Mistake(at, reason)) => Some((at, reason)),
        Err(Stop::TooDeep) => None,
        // JSON by its syntax, with a value that cannot be kept.
        Ok(()) => scanner.beyond,
    }?;
    Some(Flaw { at: text.get(..at)?.chars().count(), reason })
}

enum Stop {
    /// The byte and the reason.
    Mistake(usize, &'static str),
    TooDeep,
}

type Scanned = Result<(), Stop>;

#[derive(Clone, Copy)]
enum Open {
    List,
    Object,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The first value that is well formed and has no meaning here.
    beyond: Option<(usize, &'static str)>,
}

impl Scanner<'_> {
    fn document(&mut self) -> Scanned {
        let mut open = Vec::new();
        self.blanks();
        loop {
            match self.value()? {
                Some(_) if open.len() == DEEPEST => return Err(Stop::TooDeep),
                Some(opened) => open.push(opened),
                None => {
                    if self.after_value(&mut open)? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// One whole value, or the start of one up to the first value in it.
    fn value(&mut self) -> Result<Option<Open>, Stop> {
        match self.peek() {
            Some(b'{') => {
                self.skip();
                if !self.passed(b'}') {
                    return self.key().map(|()| Some(Open::Object));
                }
            }
            Some(b'[') => {
                self.skip();
                if !self.passed(b']') {
                    return Ok(Some(Open::List));
                }
            }
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.literal()?,
        }
        Ok(None)
    }

    /// Everything from the end of a value to the start of the next one. Answers whether
    /// the text ends here.
    fn after_value(&mut self, open: &mut Vec<Open>) -> Result<bool, Stop> {
        loop {
            self.blanks();
            match (open.last(), self.peek()) {
                (None, None) => return Ok(true),
                (None, Some(_)) => return self.mistake("Extra data"),
                (Some(Open::List), Some(b']')) | (Some(Open::Object), Some(b'}')) => {
                    open.pop();
                    self.at += 1;
                }
                (Some(Open::List), Some(b',')) => {
                    self.skip();
                    return Ok(false);
                }
                (Some(Open::Object), Some(b',')) => {
                    self.skip();
                    return self.key().map(|()| false);
                }
                _ => return self.mistake("Expecting ',' delimiter"),
            }
        }
    }

    /// A name, its colon, and blanks.
    fn key(&mut self) -> Scanned {
        if self.peek() != Some(b'"') {
            return self.mistake("Expecting property name enclosed in double quotes");
        }
        self.string()?;
        self.blanks();
        if self.peek() != Some(b':') {
            return self.mistake("Expecting ':' delimiter");
        }
        self.skip();
        Ok(())
    }

    fn string(&mut self) -> Scanned {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => match self.byte(1) {
                    None => return Err(Stop::Mistake(start, "Unterminated string starting at")),
                    Some(b'u') => self.unicode_escape()?,
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
                    Some(_) => return self.mistake("Invalid \\escape"),
                },
                Some(0..=0x1F) => return self.mistake("Invalid control character at"),
                Some(_) => self.at += 1,
                None => return Err(Stop::Mistake(start, "Unterminated string starting at")),
            }
        }
    }

    /// One `\uXXXX`, or two that are a pair of surrogates.
    fn unicode_escape(&mut self) -> Scanned {
        const INVALID: &str = "Invalid \\uXXXX escape";
        let place = self.at + 1;
        let Some(unit) = self.unit(self.at) else { return Err(Stop::Mistake(place, INVALID)) };
        self.at += 6;
        match unit {
            0xD800..=0xDBFF if matches!(self.unit(self.at), Some(0xDC00..=0xDFFF)) => self.at += 6,
            0xD800..=0xDFFF => _ = self.beyond.get_or_insert((place, INVALID)),
            _ => {}
        }
        Ok(())
    }

    /// The unit that is escaped here; more of the text has to follow.
    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.bytes.get(at..at + 7)?.strip_prefix(b"\\u")?;
        digits.iter().take(4).try_fold(0, |unit, digit| {
            let digit = char::from(*digit).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
            Some(unit << 4 | digit)
        })
    }

    fn number(&mut self) -> Scanned {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.digits(self.at) {
            0 => return Err(Stop::Mistake(start, "Expecting value")),
            count => self.at += if self.peek() == Some(b'0') { 1 } else { count },
        }
        if self.peek() == Some(b'.') {
            let count = self.digits(self.at + 1);
            self.at += if count > 0 { count + 1 } else { 0 };
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.byte(1), Some(b'+' | b'-')));
            let count = self.digits(self.at + 1 + sign);
            self.at += if count > 0 { count + 1 + sign } else { 0 };
        }
        let number =
            std::str::from_utf8(&self.bytes[start..self.at]).ok().and_then(|text| text.parse::<f64>().ok());
        if !number.is_some_and(f64::is_finite) {
            self.beyond.get_or_insert((start, "Number out of range"));
        }
        Ok(())
    }

    fn literal(&mut self) -> Scanned {
        let rest = &self.bytes[self.at..];
        match ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word.as_bytes())) {
            Some(word) => self.at += word.len(),
            None => return self.mistake("Expecting value"),
        }
        Ok(())
    }

    fn digits(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    fn passed(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// One byte and the blanks behind it.
    fn skip(&mut self) {
        self.at += 1;
        self.blanks();
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    fn byte(&self, after: usize) -> Option<u8> {
        self.bytes.get(self.at + after).copied()
    }

    fn mistake<T>(&self, reason: &'static str) -> Result<T, Stop> {
        Err(Stop::Mistake(self.at, reason))
    }
}
