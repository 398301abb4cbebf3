//! What a plugin answers is checked field by field before anybody believes it.
//!
//! Nothing here knows a version of the contract. Texts are cleaned of characters that
//! control, hide or reverse, which suppliers really send; everything else that breaks a rule is
//! refused with the name of the field.

use std::fmt;
use std::time::Duration;

use rust_decimal::Decimal;
use sourcepilot_domain::product::Attribute;
use sourcepilot_domain::text;
use sourcepilot_domain::{Currency, Effect, ErrorKind, Failure, Money};
use url::Url;

/// Characters of ids.
pub(crate) const ID: usize = 255;
/// Characters of titles.
pub(crate) const TITLE: usize = 1000;
/// Characters of names, labels and single values.
pub(crate) const NAME: usize = 500;
/// Bytes of a description.
pub(crate) const DESCRIPTION: usize = 512 * 1024;
/// Variants of a product.
pub(crate) const VARIANTS: usize = 2048;
/// Images of a product.
pub(crate) const IMAGES: usize = 200;
/// Choices of a product.
pub(crate) const CHOICES: usize = 10;
/// Entries of any other list.
pub(crate) const ENTRIES: usize = 200;

const URL: usize = 4096;
const CURSOR: usize = 2048;
const ATTRIBUTE_NAME: usize = 200;
const ATTRIBUTE_VALUE: usize = 8 * 1024;
/// In the smallest of currencies a house costs this much.
const HIGHEST_AMOUNT: i64 = 1_000_000_000;
/// Digits behind the point: no currency has more than four, rates of fuel have five.
const DIGITS: u32 = 8;
const LONGEST_FAILURE: usize = 1000;
/// Nobody is told to come back later than this.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 86_400);

/// Where in an answer a value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At<'a> {
    Root(&'a str),
    Field(&'a At<'a>, &'a str),
    Index(&'a At<'a>, usize),
}

impl<'a> At<'a> {
    pub(crate) fn field(&'a self, name: &'a str) -> At<'a> {
        At::Field(self, name)
    }

    pub(crate) fn index(&'a self, index: usize) -> At<'a> {
        At::Index(self, index)
    }

    pub(crate) fn lie(&self, problem: impl fmt::Display) -> Lie {
        Lie { field: self.to_string(), problem: problem.to_string() }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Root(name) => f.write_str(name),
            At::Field(parent, name) => write!(f, "{parent}.{name}"),
            At::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A value that cannot be true.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lie {
    pub(crate) field: String,
    pub(crate) problem: String,
}

impl From<Lie> for Failure {
    fn from(lie: Lie) -> Failure {
        let message = format!("the plugin's answer cannot be used: `{}` {}", lie.field, lie.problem);
        let mut failure = Failure::new(ErrorKind::BadAnswer, message).with_effect(Effect::Unknown);
        failure.details.push(("field".into(), lie.field));
        failure
    }
}

pub(crate) type Checked<T> = Result<T, Lie>;

/// A text of one line that may be empty.
#[expect(clippy::needless_pass_by_value, reason = "what comes from a guest is consumed by being checked")]
pub(crate) fn line(at: &At<'_>, text: String, longest: usize) -> Checked<String> {
    let is_long = |text: &str| text.len() > longest && text.chars().count() > longest;
    // What is longer by far is not worth cleaning.
    if text.len() > longest.saturating_mul(16) {
        return Err(at.lie(format_args!("has more than {longest} characters")));
    }
    let text = text::line(&text);
    if is_long(&text) { Err(at.lie(format_args!("has more than {longest} characters"))) } else { Ok(text) }
}

/// A text of one line that is there.
pub(crate) fn required(at: &At<'_>, text: String, longest: usize) -> Checked<String> {
    let text = line(at, text, longest)?;
    if text.is_empty() { Err(at.lie("is empty")) } else { Ok(text) }
}

/// A text of one line; an empty one counts as absent.
pub(crate) fn optional(at: &At<'_>, text: Option<String>, longest: usize) -> Checked<Option<String>> {
    let text = text.map(|text| line(at, text, longest)).transpose()?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// An id, kept exactly as it is.
pub(crate) fn id(at: &At<'_>, text: String) -> Checked<String> {
    if text.is_empty() || text.chars().count() > ID {
        return Err(at.lie(format_args!("is not an id of 1 to {ID} characters")));
    }
    if !text::is_plain(&text) {
        return Err(at.lie("holds control characters or characters that are not seen"));
    }
    Ok(text)
}

/// Text of many lines.
pub(crate) fn prose(at: &At<'_>, text: Option<String>) -> Checked<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    if text.len() > DESCRIPTION {
        return Err(at.lie(format_args!("has more than {DESCRIPTION} bytes")));
    }
    let text = text::prose(&text);
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// An absolute http or https address without a user name.
pub(crate) fn address(at: &At<'_>, text: &str) -> Checked<String> {
    if text.len() > URL {
        return Err(at.lie(format_args!("is longer than {URL} bytes")));
    }
    let url = Url::parse(text.trim())
        .map_err(|error| at.lie(format_args!("is not an absolute address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(at.lie("is not an http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(at.lie("holds a user name or password"));
    }
    Ok(url.into())
}

/// A place in a list, kept exactly as it is.
pub(crate) fn cursor(at: &At<'_>, text: String) -> Checked<String> {
    if text.is_empty() || text.len() > CURSOR || text.chars().any(char::is_control) {
        return Err(at.lie(format_args!("is no text of 1 to {CURSOR} bytes")));
    }
    Ok(text)
}

/// A JSON object, kept as text.
pub(crate) fn document(at: &At<'_>, text: String) -> Checked<String> {
    if text.len() > DESCRIPTION {
        return Err(at.lie(format_args!("has more than {DESCRIPTION} bytes")));
    }
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text) {
        // PostgreSQL keeps no NUL in a text.
        Ok(_) if !text.contains('\0') => Ok(text),
        Ok(_) => Err(at.lie("holds a NUL character")),
        Err(_) => Err(at.lie("is no JSON object")),
    }
}

/// An address that may be absent.
pub(crate) fn optional_address(at: &At<'_>, text: Option<String>) -> Checked<Option<String>> {
    text.filter(|text| !text.trim().is_empty()).map(|text| address(at, &text)).transpose()
}

/// Not more than `most` entries.
pub(crate) fn count<T>(at: &At<'_>, list: Vec<T>, most: usize) -> Checked<Vec<T>> {
    if list.len() > most {
        Err(at.lie(format_args!("has {} entries; at most {most} are possible", list.len())))
    } else {
        Ok(list)
    }
}

/// A list, each entry checked.
pub(crate) fn each<T, U>(
    at: &At<'_>,
    list: Vec<T>,
    most: usize,
    check: impl Fn(&At<'_>, T) -> Checked<U>,
) -> Checked<Vec<U>> {
    count(at, list, most)?
        .into_iter()
        .enumerate()
        .map(|(index, item)| check(&at.index(index), item))
        .collect()
}

/// A list of texts of one line, without the empty ones.
pub(crate) fn lines(at: &At<'_>, list: Vec<String>, most: usize, longest: usize) -> Checked<Vec<String>> {
    let lines = each(at, list, most, |at, text| line(at, text, longest))?;
    Ok(lines.into_iter().filter(|text| !text.is_empty()).collect())
}

/// An amount that is not negative and not absurd.
pub(crate) fn money(at: &At<'_>, amount: &str, currency: &str) -> Checked<Money> {
    let money =
        Money::parse(amount, currency).map_err(|error| at.lie(format_args!("is no money: {error}")))?;
    if money.amount.is_sign_negative() && !money.amount.is_zero() {
        return Err(at.lie("is negative"));
    }
    if money.amount.normalize().scale() > DIGITS {
        return Err(at.lie(format_args!("has more than {DIGITS} digits behind the point")));
    }
    if money.amount > Decimal::from(HIGHEST_AMOUNT) {
        return Err(at.lie(format_args!("is more than {HIGHEST_AMOUNT}")));
    }
    Ok(money)
}

/// A currency code.
pub(crate) fn currency(at: &At<'_>, code: &str) -> Checked<Currency> {
    code.parse().map_err(|error| at.lie(format_args!("is no currency: {error}")))
}

/// 0 to 5.
pub(crate) fn rating(at: &At<'_>, text: Option<String>) -> Checked<Option<Decimal>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let rating: Option<Decimal> = (text.len() <= 30).then(|| text.parse().ok()).flatten();
    match rating {
        Some(rating) if rating >= Decimal::ZERO && rating <= Decimal::from(5) => Ok(Some(rating)),
        _ => Err(at.lie("is not a number from 0 to 5")),
    }
}

/// One named value.
pub(crate) fn attribute(at: &At<'_>, name: String, value: &str) -> Checked<Attribute> {
    let name = required(&at.field("name"), name, ATTRIBUTE_NAME)?;
    if value.len() > ATTRIBUTE_VALUE {
        return Err(at.field("value").lie(format_args!("has more than {ATTRIBUTE_VALUE} bytes")));
    }
    Ok(Attribute { name, value: text::prose(value) })
}

/// The choices of a variant: each is named once and has a value.
pub(crate) fn choices(at: &At<'_>, options: &[Attribute]) -> Checked<()> {
    for (index, option) in options.iter().enumerate() {
        let at = at.index(index);
        if option.value.trim().is_empty() {
            return Err(at.field("value").lie("is empty"));
        }
        if options[..index].iter().any(|earlier| earlier.name.eq_ignore_ascii_case(&option.name)) {
            return Err(at.field("name").lie("names a choice for the second time"));
        }
    }
    Ok(())
}

/// A failure as a plugin reports it, cut to a size that can be shown.
pub(crate) fn failure(
    kind: ErrorKind,
    effect: Effect,
    message: &str,
    code: Option<String>,
    retry_after_ms: Option<u64>,
    details: Vec<(String, String)>,
) -> Failure {
    let cut = |text: &str, longest: usize| text::line(text).chars().take(longest).collect::<String>();
    let message = cut(message, LONGEST_FAILURE);
    Failure {
        kind,
        effect,
        message: if message.is_empty() { "the plugin gave no reason".into() } else { message },
        code: code.map(|code| cut(&code, 100)).filter(|code| !code.is_empty()),
        retry_after: retry_after_ms.map(Duration::from_millis).map(|wait| wait.min(LONGEST_WAIT)),
        details: details
            .into_iter()
            .take(50)
            .map(|(name, value)| (cut(&name, ATTRIBUTE_NAME), cut(&value, LONGEST_FAILURE)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: At<'_> = At::Root("product");

    #[test]
    fn a_lie_names_its_field() {
        let variants = ROOT.field("variants");
        let variant = variants.index(7);
        let lie = money(&variant.field("price"), "-1.00", "USD").unwrap_err();
        let failure = Failure::from(lie);
        assert_eq!(failure.kind, ErrorKind::BadAnswer);
        assert_eq!(
            failure.message,
            "the plugin's answer cannot be used: `product.variants[7].price` is negative"
        );
    }

    #[test]
    fn amounts() {
        for (amount, currency, fits) in [
            ("0", "USD", true),
            ("-0.00", "USD", true),
            ("12.90", "eur", true),
            ("1000000000", "VND", true),
            ("1000000000.01", "USD", false),
            ("0.00000000001", "USD", false),
            ("1.50000000000", "USD", true),
            ("-0.01", "USD", false),
            ("1e9", "USD", false),
            ("NaN", "USD", false),
            ("12,90", "USD", false),
            ("", "USD", false),
            ("1", "DOLLAR", false),
        ] {
            assert_eq!(money(&ROOT, amount, currency).is_ok(), fits, "{amount} {currency}");
        }
    }

    #[test]
    fn addresses() {
        for (text, fits) in [
            ("https://example.com/a.jpg", true),
            ("http://example.com", true),
            ("javascript:alert(1)", false),
            ("//example.com/a.jpg", false),
            ("/a.jpg", false),
            ("file:///etc/passwd", false),
            ("https://user@example.com/", false),
            ("data:image/png;base64,AAAA", false),
        ] {
            assert_eq!(address(&ROOT, text).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn texts_are_cleaned_and_bounded() {
        assert_eq!(line(&ROOT, " a\n\tb\0 ".into(), 10).unwrap(), "a b");
        assert!(line(&ROOT, "ä".repeat(11), 10).is_err());
        assert_eq!(line(&ROOT, "ä".repeat(10), 10).unwrap().chars().count(), 10);
        assert!(required(&ROOT, " \u{7} ".into(), 10).is_err());
        assert_eq!(prose(&ROOT, Some("a\nb\0c".into())).unwrap().as_deref(), Some("a\nbc"));
        assert!(prose(&ROOT, Some("x".repeat(DESCRIPTION + 1))).is_err());
        assert_eq!(line(&ROOT, "a\u{202E}b".into(), 2).unwrap(), "ab");
        assert!(id(&ROOT, "a\u{200B}".into()).is_err());
        assert!(id(&ROOT, "a\nb".into()).is_err() && id(&ROOT, "x".repeat(256)).is_err());
    }

    #[test]
    fn the_sdk_cuts_to_the_same_limits() {
        use sourcepilot_sdk::fit;
        assert_eq!((fit::ID, fit::TITLE, fit::NAME, fit::DESCRIPTION), (ID, TITLE, NAME, DESCRIPTION));
        assert_eq!(
            (fit::VARIANTS, fit::IMAGES, fit::CHOICES, fit::ENTRIES),
            (VARIANTS, IMAGES, CHOICES, ENTRIES)
        );
        assert_eq!(
            (fit::URL, fit::ATTRIBUTE_NAME, fit::ATTRIBUTE_VALUE),
            (URL, ATTRIBUTE_NAME, ATTRIBUTE_VALUE)
        );
    }

    #[test]
    fn ratings() {
        assert_eq!(rating(&ROOT, Some("4.7".into())).unwrap(), Some("4.7".parse().unwrap()));
        assert_eq!(rating(&ROOT, None).unwrap(), None);
        for text in ["5.01", "-1", "five", "inf"] {
            assert!(rating(&ROOT, Some(text.into())).is_err(), "{text}");
        }
    }
}
