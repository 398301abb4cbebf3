//! Putting secrets where their placeholders stand, as the bytes leave.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::ExposeSecret;
use url::Url;

use crate::credential::{CredentialSet, Use};
use crate::encode;
use crate::error::EgressError;
use crate::origin::Origin;
use crate::placeholder::{self, Piece, Placeholder};
use crate::scope::CallScope;
use crate::target::Target;

/// Fills a whole request in. `headers` and `body` are the guest's own.
pub(crate) fn fill(
    scope: &CallScope,
    target: &Target,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<(Url, HeaderMap, Bytes), EgressError> {
    scope.with_credentials(|set| {
        let filler = Filler { set, origin: &target.origin, scope };
        let mut url = target.url.clone();
        if let Some(query) = target.url.query() {
            url.set_query(Some(&filler.pairs(query, Use::Query)?));
        }
        let filled = filler.headers(headers)?;
        let body = filler.body(headers.get(CONTENT_TYPE), body)?;
        Ok((url, filled, body))
    })
}

impl CallScope {
    /// An address to show to a merchant's browser: placeholders of credentials
    /// that are public are filled in, percent-encoded.
    ///
    /// # Errors
    /// When it names any other credential, for its value would be shown.
    pub fn fill_public(&self, text: &str) -> Result<String, EgressError> {
        self.with_credentials(|set| {
            let mut out = String::with_capacity(text.len());
            for piece in placeholder::split(text) {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Hole(Placeholder::Credential { name, .. }, _) => {
                        let public = set.get(&name).filter(|credential| credential.public).ok_or_else(|| {
                            EgressError::credential(&name, "only a credential with public = true may stand in an address that is shown")
                        })?;
                        out.push_str(&encode::percent(exposed(public.value.as_ref(), &name)?));
                    }
                    Piece::Hole(Placeholder::Basic { user, .. }, _) => {
                        return Err(EgressError::credential(user, "{{basic:…}} belongs into an authorization header"));
                    }
                }
            }
            Ok(out)
        })
    }
}

struct Filler<'a> {
    set: &'a CredentialSet,
    origin: &'a Origin,
    scope: &'a CallScope,
}

impl Filler<'_> {
    /// The value of a credential for a place, if every rule allows it.
    fn value(&self, name: &str, place: Use) -> Result<&str, EgressError> {
        let complaint = |reason: String| EgressError::credential(name, reason);
        let Some(credential) = self.set.get(name) else {
            return Err(complaint("it is not declared; add a [[credential]] to plugin.toml".into()));
        };
        if !credential.uses.contains(&place) {
            let place = place.as_str();
            return Err(complaint(format!(
                "it may not stand in a {place}; add \"{place}\" to `uses` of its [[credential]] in plugin.toml"
            )));
        }
        if !credential.audience.contains(self.origin) {
            let origin = self.origin;
            return Err(complaint(format!(
                "it may not be sent to {origin}; add \"{origin}\" to `audience` of its [[credential]] in plugin.toml"
            )));
        }
        if !credential.public && !self.origin.is_https() {
            return Err(complaint(
                "a secret is never sent without TLS; use https, or sign with it instead".into(),
            ));
        }
        exposed(credential.value.as_ref(), name)
    }

    /// True when a body may be meant to carry this placeholder. Bodies transport
    /// what third parties wrote, so anything else that looks like a placeholder
    /// there is text.
    fn expected(&self, name: &str, place: Use) -> bool {
        let known = self.set.get(name);
        match place {
            Use::Body => known.is_some_and(|credential| credential.uses.contains(&Use::Body)),
            _ => known.is_some(),
        }
    }

    fn headers(&self, headers: &HeaderMap) -> Result<HeaderMap, EgressError> {
        let mut filled = HeaderMap::with_capacity(headers.len() + 4);
        for (name, value) in headers {
            let text = value.to_str().ok().filter(|text| placeholder::contains(text));
            let value = match text {
                None => value.clone(),
                Some(text) => self.header(text)?,
            };
            filled.append(name.clone(), value);
        }
        Ok(filled)
    }

    fn header(&self, text: &str) -> Result<HeaderValue, EgressError> {
        let mut out = String::with_capacity(text.len() + 64);
        let mut last = String::new();
        for piece in placeholder::split(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hole(Placeholder::Credential { name, percent }, _) => {
                    let value = self.value(&name, Use::Header)?;
                    out.push_str(&if percent { encode::percent(value) } else { value.to_owned() });
                    last = name;
                }
                Piece::Hole(Placeholder::Basic { user, password }, _) => {
                    let name = self.value(&user, Use::Header)?;
                    if name.contains(':') {
                        return Err(EgressError::credential(
                            user,
                            "a user name for Basic must not contain a colon",
                        ));
                    }
                    out.push_str(&encode::basic(name, self.value(&password, Use::Header)?));
                    last = user;
                }
            }
        }
        let mut value = HeaderValue::from_str(&out).map_err(|_| {
            EgressError::credential(last, "its value holds characters that no header can carry")
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// A query or a form: placeholders count only as whole values.
    fn pairs(&self, text: &str, place: Use) -> Result<String, EgressError> {
        let mut out = String::with_capacity(text.len());
        for (position, pair) in text.split('&').enumerate() {
            if position > 0 {
                out.push('&');
            }
            let hole =
                pair.split_once('=').and_then(|(name, value)| Some((name, placeholder::whole(value)?)));
            match hole {
                Some((key, Placeholder::Credential { name, .. })) if self.expected(&name, place) => {
                    out.push_str(key);
                    out.push('=');
                    out.push_str(&encode::percent(self.value(&name, place)?));
                }
                _ => {
                    self.note_text(pair, place);
                    out.push_str(pair);
                }
            }
        }
        Ok(out)
    }

    fn body(&self, content_type: Option<&HeaderValue>, body: Bytes) -> Result<Bytes, EgressError> {
        let Some(text) = std::str::from_utf8(&body).ok().filter(|text| !text.is_empty()) else {
            return Ok(body);
        };
        let kind = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let filled = if kind == "application/x-www-form-urlencoded" {
            self.pairs(text, Use::Body)?
        } else if kind == "application/json" || kind.ends_with("+json") {
            self.json(text)?
        } else {
            let markup = kind.ends_with("xml") || kind == "text/html";
            self.other(text, |value| if markup { encode::markup(value) } else { value.to_owned() })?
        };
        Ok(Bytes::from(filled))
    }

    /// JSON: placeholders count only as whole strings.
    fn json(&self, text: &str) -> Result<String, EgressError> {
        let pieces = placeholder::split(text);
        let text_at = |position: Option<usize>| match position.and_then(|position| pieces.get(position)) {
            Some(Piece::Text(text)) => *text,
            _ => "",
        };
        let is_whole = |position: usize| {
            let before = text_at(position.checked_sub(1));
            before.ends_with('"') && !before.ends_with("\\\"") && text_at(Some(position + 1)).starts_with('"')
        };
        self.replace(&pieces, is_whole, encode::json)
    }

    fn other(&self, text: &str, encode: impl Fn(&str) -> String) -> Result<String, EgressError> {
        self.replace(&placeholder::split(text), |_| true, encode)
    }

    fn replace(
        &self,
        pieces: &[Piece<'_>],
        counts: impl Fn(usize) -> bool,
        encode: impl Fn(&str) -> String,
    ) -> Result<String, EgressError> {
        let mut out = String::new();
        for (position, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hole(Placeholder::Credential { name, .. }, _)
                    if counts(position) && self.expected(name, Use::Body) =>
                {
                    out.push_str(&encode(self.value(name, Use::Body)?));
                }
                Piece::Hole(_, spelled) => {
                    self.note_text(spelled, Use::Body);
                    out.push_str(spelled);
                }
            }
        }
        Ok(out)
    }

    /// Authors need to learn why a placeholder of theirs was not filled in.
    fn note_text(&self, text: &str, place: Use) {
        if placeholder::contains(text) {
            let place = place.as_str();
            self.scope.note(format!(
                "a placeholder in a {place} was left as it is: it is filled in only as a whole value and for a credential whose `uses` in plugin.toml contain \"{place}\""
            ));
        }
    }
}

fn exposed<'a>(value: Option<&'a secrecy::SecretString>, name: &str) -> Result<&'a str, EgressError> {
    value
        .map(ExposeSecret::expose_secret)
        .ok_or_else(|| EgressError::credential(name, "it has no value in this connection"))
}
