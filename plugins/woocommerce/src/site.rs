//! Where the shop is, and where its API begins.

use std::fmt;

/// The address of a WordPress site: scheme, host, and the folder it lives in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    secure: bool,
    /// Without a trailing slash.
    base: String,
}

/// Why an address is none of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SiteError {
    /// Nothing was given.
    Missing,
    /// Neither `http` nor `https`.
    Scheme,
    /// No host name in it.
    Host,
    /// A user name or password in it.
    UserInfo,
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SiteError::Missing => "The address of the shop is missing.",
            SiteError::Scheme => "The address of the shop must begin with https:// or http://.",
            SiteError::Host => "The address of the shop has no host name.",
            SiteError::UserInfo => "The address of the shop must not contain a user name or password.",
        })
    }
}

/// Tails that people paste along from the administration or the API. A folder
/// such as `/shop` stays: the site may be installed in it.
const TAILS: [&str; 4] = ["/wp-admin", "/wp-json", "/wp-login.php", "/index.php"];

impl Site {
    /// Read an address as a merchant types it.
    ///
    /// # Errors
    /// When it is no web address.
    pub(crate) fn parse(text: &str) -> Result<Site, SiteError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SiteError::Missing);
        }
        let (secure, rest) = split_scheme(text)?;
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(SiteError::UserInfo);
        }
        let authority = authority.to_ascii_lowercase();
        let default_port = if secure { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
        if authority.is_empty() || authority.starts_with(':') || authority.contains(char::is_whitespace) {
            return Err(SiteError::Host);
        }
        let scheme = if secure { "https" } else { "http" };
        Ok(Site { secure, base: format!("{scheme}://{authority}{}", folder(path)) })
    }

    /// Whether requests travel encrypted.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The address, without a trailing slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.base
    }

    /// The address with the other scheme: how a shop behind a proxy that ends
    /// the encryption sees itself.
    pub(crate) fn with_plain_scheme(&self) -> String {
        self.base.replacen("https://", "http://", 1)
    }

    /// Whether both addresses lead to the same place.
    pub(crate) fn is_same(&self, other: &Site) -> bool {
        self == other
    }
}

fn split_scheme(text: &str) -> Result<(bool, &str), SiteError> {
    match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => Ok((true, rest)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => Ok((false, rest)),
        Some(_) => Err(SiteError::Scheme),
        None => Ok((true, text)),
    }
}

fn folder(path: &str) -> &str {
    let cut = TAILS
        .iter()
        .filter_map(|tail| {
            let at = path.find(tail)?;
            let end = at + tail.len();
            (path.len() == end || path[end..].starts_with('/')).then_some(at)
        })
        .min()
        .unwrap_or(path.len());
    path[..cut].trim_end_matches('/')
}

/// How the API is reached below the site's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RestBase(String);

impl RestBase {
    /// Every permalink structure except “plain”, on a server that rewrites.
    pub(crate) fn pretty() -> RestBase {
        RestBase("/wp-json".to_owned())
    }

    /// A server that does not rewrite addresses.
    pub(crate) fn index_php() -> RestBase {
        RestBase("/index.php/wp-json".to_owned())
    }

    /// One that an earlier check found, when it is a path and nothing else.
    pub(crate) fn remembered(path: &str) -> Option<RestBase> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        (path.starts_with('/') && path.len() > 1 && path.chars().all(plain) && !path.contains(".."))
            .then(|| RestBase(path.to_owned()))
    }

    /// What to try when this one leads nowhere.
    pub(crate) fn other(&self) -> RestBase {
        if *self == RestBase::index_php() { RestBase::pretty() } else { RestBase::index_php() }
    }

    /// As it is remembered.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: &str) {
        assert_eq!(Site::parse(typed).expect("an address").as_str(), expected, "{typed}");
    }

    #[test]
    fn addresses_are_read_as_people_type_them() {
        check("shop.example", "https://shop.example");
        check(" HTTPS://Shop.Example/ ", "https://shop.example");
        check("https://shop.example:443/", "https://shop.example");
        check("http://shop.example:80", "http://shop.example");
        check("https://shop.example:8443", "https://shop.example:8443");
        check("https://shop.example/?p=1#x", "https://shop.example");
    }

    #[test]
    fn a_folder_stays_and_a_pasted_tail_goes() {
        check("https://x.example/shop", "https://x.example/shop");
        check("https://x.example/Shop/", "https://x.example/Shop");
        check("https://x.example/shop/wp-admin/admin.php?page=wc", "https://x.example/shop");
        check("https://x.example/wp-json/wc/v3/", "https://x.example");
        check("https://x.example/wp-login.php", "https://x.example");
        check("https://x.example/index.php/wp-json", "https://x.example");
        check("https://x.example/wp-administrator", "https://x.example/wp-administrator");
    }

    #[test]
    fn what_is_no_shop_address_is_refused() {
        assert_eq!(Site::parse("  "), Err(SiteError::Missing));
        assert_eq!(Site::parse("ftp://x.example"), Err(SiteError::Scheme));
        assert_eq!(Site::parse("https:///x"), Err(SiteError::Host));
        assert_eq!(Site::parse("https://:80/x"), Err(SiteError::Host));
        assert_eq!(Site::parse("https://a:b@x.example"), Err(SiteError::UserInfo));
    }

    #[test]
    fn www_is_another_place() {
        let bare = Site::parse("https://x.example").expect("an address");
        let www = Site::parse("https://www.x.example").expect("an address");
        assert!(!bare.is_same(&www));
    }

    #[test]
    fn only_a_path_is_remembered_as_rest_base() {
        assert_eq!(RestBase::remembered("/wp-json/"), Some(RestBase::pretty()));
        for bad in ["", "/", "wp-json", "/a/../b", "/x?y", "//evil.example/%2e"] {
            assert_eq!(RestBase::remembered(bad), None, "{bad}");
        }
    }
}
