//! Text in the form in which Shopify keeps it.

/// One space between words, none at the ends, no control characters, and at most
/// this many characters.
pub(crate) fn tidy(text: &str, longest: usize) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = printable.split_whitespace().collect();
    shorten(&words.join(" "), longest).trim_end().to_owned()
}

/// At most this many characters.
pub(crate) fn shorten(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

/// A handle as Shopify makes one of a title: letters and digits in lower case with
/// single dashes between them. It is how a collection of the same name is found.
pub(crate) fn handle(title: &str) -> String {
    let mut handle = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            handle.push(c);
        } else if c != '\'' && c != '’' && !handle.ends_with('-') && !handle.is_empty() {
            handle.push('-');
        }
    }
    shorten(handle.trim_end_matches('-'), 255).to_owned()
}

/// The number at the end of a global id; a plain number stays.
pub(crate) fn number_of(id: &str) -> &str {
    let last = id.rsplit('/').next().unwrap_or(id);
    last.split('?').next().unwrap_or(last)
}

/// The global id of a number or of a global id of this kind.
pub(crate) fn global_id(kind: &str, id: &str) -> Option<String> {
    let number = match id.strip_prefix("gid://shopify/") {
        Some(rest) => rest.strip_prefix(kind)?.strip_prefix('/')?,
        None => id,
    };
    let plain = (1..=20).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| format!("gid://shopify/{kind}/{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_those_that_shopify_makes() {
        for (title, expected) in [
            ("Home & Garden", "home-garden"),
            ("  Men's  T-Shirts ", "mens-t-shirts"),
            ("Größe / Länge", "größe-länge"),
            ("!!!", ""),
        ] {
            assert_eq!(handle(title), expected);
        }
    }

    #[test]
    fn ids_go_both_ways() {
        assert_eq!(global_id("Product", "12").as_deref(), Some("gid://shopify/Product/12"));
        assert_eq!(
            global_id("Product", "gid://shopify/Product/12").as_deref(),
            Some("gid://shopify/Product/12")
        );
        for id in ["", "x", "gid://shopify/ProductVariant/12", "gid://shopify/Order/1", "1/2", "-1"] {
            assert_eq!(global_id("Product", id), None, "{id}");
        }
        assert_eq!((number_of("gid://shopify/Product/12"), number_of("12")), ("12", "12"));
    }
}
