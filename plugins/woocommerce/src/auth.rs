//! The ways in which a request proves who sends it.

/// How a request proves who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// The key and the secret in the `Authorization` header; https only.
    Basic,
    /// Both in the query, for servers that drop the header; https only.
    Query,
    /// OAuth 1.0a: the only way over plain http.
    Signed,
    /// OAuth 1.0a over https with an `http` address in the signature, for a shop
    /// that does not know that its proxy encrypts.
    SignedAsPlain,
}

impl Auth {
    /// As it is remembered.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Auth::Basic => "basic",
            Auth::Query => "query",
            Auth::Signed => "oauth1",
            Auth::SignedAsPlain => "oauth1-http",
        }
    }

    /// The ways that are safe for an address, the likely one first.
    pub(crate) fn ways(secure: bool, remembered: Option<&str>) -> Vec<Auth> {
        let all: &[Auth] =
            if secure { &[Auth::Basic, Auth::Query, Auth::SignedAsPlain] } else { &[Auth::Signed] };
        let mut ways = all.to_vec();
        ways.sort_by_key(|way| remembered != Some(way.as_str()));
        ways
    }
}

#[cfg(test)]
mod tests {
    use super::Auth;

    #[test]
    fn the_secret_never_travels_over_plain_http() {
        for remembered in [None, Some("basic"), Some("query"), Some("oauth1")] {
            assert_eq!(Auth::ways(false, remembered), [Auth::Signed]);
        }
    }

    #[test]
    fn what_is_remembered_comes_first() {
        assert_eq!(Auth::ways(true, Some("query")), [Auth::Query, Auth::Basic, Auth::SignedAsPlain]);
        assert_eq!(Auth::ways(true, Some("nonsense"))[0], Auth::Basic);
    }
}
