//! What names a product: its id, or one of the codes that the site shows.

/// A name under which the API finds a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProductId {
    /// CJ's id: 10 to 20 digits, or an UUID in upper case. Longer than a number of
    /// JavaScript, so never anything but text.
    Pid(String),
    /// The product's code, such as `CJYD1818194`.
    Spu(String),
    /// A variant's code, such as `CJYD181819401AZ` or `CJNSSYWY01847-Black`.
    VariantSku(String),
}

const LONGEST: usize = 80;

impl ProductId {
    /// Read an id or code that stands alone.
    pub(crate) fn read(text: &str) -> Option<ProductId> {
        pid(text).or_else(|| code(text))
    }

    /// The name and value of the query parameter.
    pub(crate) fn parameter(&self) -> (&'static str, &str) {
        match self {
            ProductId::Pid(id) => ("pid", id),
            ProductId::Spu(code) => ("productSku", code),
            ProductId::VariantSku(code) => ("variantSku", code),
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.parameter().1
    }

    /// A page of the product, where one can be named without knowing its title.
    pub(crate) fn page(&self) -> Option<String> {
        match self {
            // Short ones are read only where they are marked.
            ProductId::Pid(text) if pid(text).is_none() => {
                Some(format!("https://cjdropshipping.com/product/product-p-{text}.html"))
            }
            ProductId::Pid(text) | ProductId::Spu(text) => {
                Some(format!("https://cjdropshipping.com/product/{text}.html"))
            }
            ProductId::VariantSku(_) => None,
        }
    }
}

/// An id where an address says that there is one, however short: CJ tells whether the
/// product exists.
pub(crate) fn marked(text: &str) -> Option<ProductId> {
    let digits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Some(ProductId::Pid(text.to_owned())) } else { pid(text) }
}

/// An id proper.
pub(crate) fn pid(text: &str) -> Option<ProductId> {
    let digits = (10..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits || is_uuid(text)).then(|| ProductId::Pid(text.to_ascii_uppercase()))
}

fn is_uuid(text: &str) -> bool {
    let mut lengths = text.split('-').map(str::len);
    [8, 4, 4, 4, 12].into_iter().all(|length| lengths.next() == Some(length))
        && lengths.next().is_none()
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// `CJ`, letters, digits; then nothing, letters and digits, or a hyphen and words.
fn code(text: &str) -> Option<ProductId> {
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
    let (base, rest) = text.split_at(letters + digits);
    if letters < 3 || digits < 4 || !base.get(..2)?.eq_ignore_ascii_case("cj") {
        return None;
    }
    let base = base.to_ascii_uppercase();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b' ' | b'/');
    match rest.strip_prefix('-') {
        None if rest.is_empty() => Some(ProductId::Spu(base)),
        None if rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Some(ProductId::VariantSku(format!("{base}{}", rest.to_ascii_uppercase())))
        }
        // Words are kept as they are: whether their case matters is not known.
        Some(words) if !words.is_empty() && words.bytes().all(word) => {
            Some(ProductId::VariantSku(format!("{base}{rest}")))
        }
        _ => None,
    }
}
