//! Which characters a label may have (RFC 5892). Stricter than what browsers accept:
//! symbols are none of them.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A label in lower case and composed.
///
/// # Errors
/// The first character that may not be there, in a sentence.
pub(super) fn check(label: &str) -> Result<(), String> {
    for (at, c) in label.chars().enumerate() {
        let (number, place) = (u32::from(c), at + 1);
        if depends_on_context(c) {
            if !fits_context(label, at, c) {
                return Err(format!("Codepoint U+{number:04X} not allowed at position {place} in '{label}'"));
            }
        } else if !is_valid(c) {
            return Err(format!("Codepoint U+{number:04X} at position {place} of '{label}' not allowed"));
        }
    }
    Ok(())
}

/// Letters, marks and digits with the exceptions of RFC 5892 2.6 and without what is
/// ignored (2.2) or a part of a Korean syllable (2.9).
fn is_valid(c: char) -> bool {
    use GeneralCategory::{
        DecimalNumber, LowercaseLetter, ModifierLetter, NonspacingMark, OtherLetter, SpacingMark,
    };
    match c {
        '-' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => true,
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => false,
        '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}' => false,
        _ if is_ignored(c) => false,
        _ => matches!(
            c.general_category(),
            LowercaseLetter | OtherLetter | ModifierLetter | NonspacingMark | SpacingMark | DecimalNumber
        ),
    }
}

/// What UTS #46 drops from a label: joiners and selectors of variants of a letter.
pub(super) fn is_ignored(c: char) -> bool {
    matches!(
        c,
        '\u{34f}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

fn depends_on_context(c: char) -> bool {
    matches!(
        c,
        '\u{b7}' | '\u{375}' | '\u{5f3}' | '\u{5f4}' | '\u{30fb}' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}'
    )
}

/// The rules of RFC 5892 A.3 to A.9.
fn fits_context(label: &str, at: usize, c: char) -> bool {
    let before = at.checked_sub(1).and_then(|place| label.chars().nth(place));
    let after = label.chars().nth(at + 1);
    match c {
        '\u{b7}' => before == Some('l') && after == Some('l'),
        '\u{375}' => after.is_some_and(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')),
        '\u{5f3}' | '\u{5f4}' => before.is_some_and(|c| matches!(c, '\u{591}'..='\u{5f4}')),
        '\u{30fb}' => label.chars().any(is_japanese),
        '\u{660}'..='\u{669}' => !label.contains(|c| matches!(c, '\u{6f0}'..='\u{6f9}')),
        _ => !label.contains(|c| matches!(c, '\u{660}'..='\u{669}')),
    }
}

fn is_japanese(c: char) -> bool {
    c != '\u{30fb}'
        && matches!(
            c,
            '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        )
}
