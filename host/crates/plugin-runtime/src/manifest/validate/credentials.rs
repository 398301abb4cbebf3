//! Credentials and the captures that fill them.

use std::collections::HashSet;

use sourcepilot_egress::{HostPattern, Origin, UrlPattern};
use toml::Spanned;

use super::{CONNECTION, reachable, shorten};
use crate::manifest::error::Findings;
use crate::manifest::raw::{RawCapture, RawCredential};
use crate::manifest::{CaptureSpec, CredentialSpec, CredentialUse, Network, Owner, words};

pub(super) fn check_credentials(
    findings: &mut Findings<'_>,
    network: &Network,
    raw: Vec<Spanned<RawCredential>>,
) -> Vec<CredentialSpec> {
    let mut seen = HashSet::new();
    raw.into_iter()
        .map(|credential| {
            let credential = credential.into_inner();
            let name = credential.name.as_ref();
            if !words::is_credential_name(name) {
                findings.at(
                    &credential.name,
                    format!("`{}` is no credential name; use a-z, 0-9 and `_`", shorten(name)),
                );
            }
            if !seen.insert(name.clone()) {
                findings
                    .at(&credential.name, format!("the credential `{}` is declared twice", shorten(name)));
            }
            if !words::is_line(credential.label.as_ref(), 80) {
                findings.at(&credential.label, "`label` must be a text of 1 to 80 characters");
            }
            check_uses(findings, &credential);
            for audience in &credential.audience {
                check_audience(findings, network, audience);
            }
            CredentialSpec {
                name: credential.name.into_inner(),
                label: credential.label.into_inner(),
                help: credential.help,
                owner: credential.owner.unwrap_or(Owner::Account),
                public: credential.public,
                entered: credential.entered.unwrap_or(true),
                optional: credential.optional,
                audience: credential.audience.into_iter().map(Spanned::into_inner).collect(),
                uses: credential.uses,
                sign: credential.sign,
            }
        })
        .collect()
}

fn check_uses(findings: &mut Findings<'_>, credential: &RawCredential) {
    let signs = credential.uses.contains(&CredentialUse::Sign);
    let travels = credential.uses.iter().any(|place| *place != CredentialUse::Sign);
    let name = shorten(credential.name.as_ref());
    if !credential.sign.is_empty() && !signs {
        findings
            .at(&credential.name, format!("`{name}` lists `sign` algorithms but not `sign` under `uses`"));
    }
    if travels && credential.audience.is_empty() {
        findings.at(
            &credential.name,
            format!("`{name}` is to be sent, so it needs an `audience`: the origins that may receive it"),
        );
    }
}

fn check_audience(findings: &mut Findings<'_>, network: &Network, audience: &Spanned<String>) {
    let text = audience.as_ref();
    let pattern = if text == CONNECTION {
        HostPattern::ConnectionOrigin
    } else {
        match Origin::parse(text) {
            Ok(origin) => HostPattern::Exact(origin),
            Err(error) => {
                findings.at(audience, format!("`audience`: {error}; wildcards are not possible here"));
                return;
            }
        }
    };
    if !reachable(network, &pattern) {
        findings.at(audience, format!("`audience` names {text}, which no entry of `network.hosts` covers"));
    }
}

pub(super) fn check_captures(
    findings: &mut Findings<'_>,
    network: &Network,
    credentials: &[CredentialSpec],
    raw: Vec<RawCapture>,
) -> Vec<CaptureSpec> {
    raw.into_iter()
        .map(|capture| {
            let RawCapture { credential, url, pointer, expires_in, expires_at, renews } = capture;
            if !credentials.iter().any(|known| known.name == *credential.as_ref()) {
                let name = shorten(credential.as_ref());
                findings.at(&credential, format!("`{name}` is captured but is no `[[credential]]`"));
            }
            check_url(findings, network, &url);
            for place in [Some(&pointer), expires_in.as_ref(), expires_at.as_ref()].into_iter().flatten() {
                if !place.as_ref().starts_with('/') {
                    findings.at(place, "a JSON pointer begins with `/`, such as `/access_token`");
                }
            }
            if let (Some(_), Some(second)) = (&expires_in, &expires_at) {
                findings.at(second, "only one of `expires_in` and `expires_at` is possible");
            }
            CaptureSpec {
                credential: credential.into_inner(),
                url: url.into_inner(),
                pointer: pointer.into_inner(),
                expires_in: expires_in.map(Spanned::into_inner),
                expires_at: expires_at.map(Spanned::into_inner),
                renews,
            }
        })
        .collect()
}

pub(super) fn check_url(findings: &mut Findings<'_>, network: &Network, url: &Spanned<String>) {
    // Any origin does for reading the pattern; the real one comes with a call.
    let sample = Origin::parse("https://connection.example").ok();
    match UrlPattern::parse(url.as_ref(), sample.as_ref()) {
        Err(error) => findings.at(url, format!("`url`: {error}")),
        Ok(_) if url.as_ref().starts_with(CONNECTION) => {
            if !reachable(network, &HostPattern::ConnectionOrigin) {
                findings.at(url, format!("`url` needs `{CONNECTION}` in `network.hosts`"));
            }
        }
        Ok(pattern) => {
            if !reachable(network, &HostPattern::Exact(pattern.origin().clone())) {
                findings.at(url, format!("no entry of `network.hosts` covers {}", pattern.origin()));
            }
        }
    }
}
