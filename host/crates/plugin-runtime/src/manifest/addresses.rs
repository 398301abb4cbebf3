//! How people write the address of a shop, and the one address that it means.
//!
//! Many platforms serve their API only below names of their own. A manifest can say so:
//! then nothing else becomes the origin of a connection, whatever a merchant enters, and
//! no credential of the installation can be drawn to a stranger's server.

use serde::Serialize;

/// What stands for the shop's own name.
pub(super) const NAME: &str = "{name}";

/// `[store] addresses` and `canonical`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Accepted forms, without a scheme; each holds `{name}` once.
    pub forms: Vec<String>,
    /// An origin that holds `{name}` once.
    pub canonical: String,
}

impl Addresses {
    /// The shop's address for what was entered; `None` when it is in no known form.
    /// Scheme, case, path, query and blanks around it do not matter.
    #[must_use]
    pub fn canonical_of(&self, entered: &str) -> Option<String> {
        let entered = entered.trim().to_ascii_lowercase();
        let bare = ["https://", "http://"]
            .iter()
            .find_map(|scheme| entered.strip_prefix(scheme))
            .unwrap_or(&entered);
        let bare = bare.split(['?', '#']).next().unwrap_or_default();
        let name = self.forms.iter().find_map(|form| name_in(form, bare))?;
        Some(self.canonical.replace(NAME, name))
    }

    /// How a merchant would write one.
    #[must_use]
    pub fn example(&self) -> String {
        self.forms.first().map(|form| form.replace(NAME, "NAME")).unwrap_or_default()
    }
}

fn name_in<'a>(form: &str, entered: &'a str) -> Option<&'a str> {
    let (before, after) = form.split_once(NAME)?;
    let rest = entered.strip_prefix(before)?;
    let end = rest.find(|c: char| !is_name_char(c)).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let rest = rest.strip_prefix(after)?;
    let is_name = (1..=60).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (is_name && (rest.is_empty() || rest.starts_with('/'))).then_some(name)
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Addresses {
        let forms = ["{name}.shops.example", "admin.example/store/{name}", "{name}"];
        Addresses {
            forms: forms.map(str::to_owned).into(),
            canonical: "https://{name}.shops.example".to_owned(),
        }
    }

    #[test]
    fn every_way_to_write_a_shop_is_one_address() {
        for entered in [
            "my-shop",
            " My-Shop ",
            "my-shop.shops.example",
            "http://my-shop.shops.example/",
            "https://MY-SHOP.shops.example/admin/products?x=1#y",
            "https://admin.example/store/my-shop/products/12",
        ] {
            assert_eq!(
                rule().canonical_of(entered).as_deref(),
                Some("https://my-shop.shops.example"),
                "{entered}"
            );
        }
    }

    #[test]
    fn no_other_server_is_one() {
        for entered in [
            "",
            "https://evil.example",
            "my-shop.shops.example.evil.example",
            "https://my-shop.shops.example:8443",
            "https://my-shop.shops.example@evil.example",
            "https://evil.example/my-shop.shops.example",
            "https://a.b.shops.example",
            "-shop",
            "https://evil.example\\.shops.example",
            "file:///etc/passwd",
            "admin.example/store/",
        ] {
            assert_eq!(rule().canonical_of(entered), None, "{entered}");
        }
    }
}
