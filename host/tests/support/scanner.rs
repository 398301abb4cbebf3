//! Finds secrets in bytes, whatever they were dressed in.

use std::collections::HashMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// As many bytes of a form are looked up before the rest is compared.
const HEAD: usize = 8;
/// So much of what stands before a secret is told.
const BEFORE: usize = 60;

/// A secret that must be nowhere.
#[derive(Clone, Debug)]
pub struct Canary {
    pub name: String,
    pub value: String,
}

/// One form of one secret.
struct Needle {
    bytes: Vec<u8>,
    what: String,
}

/// All forms of all secrets.
pub struct Scanner {
    needles: Vec<Needle>,
    by_head: HashMap<u64, Vec<usize>>,
    /// Whether some head has this hash: what settles nearly every byte.
    filter: Vec<bool>,
}

impl Scanner {
    pub fn new(canaries: &[Canary]) -> Self {
        let mut scanner =
            Scanner { needles: Vec::new(), by_head: HashMap::new(), filter: vec![false; 1 << 16] };
        for Canary { name, value } in canaries {
            for (form, text) in forms(value) {
                scanner.add(text.into_bytes(), format!("{name} ({form})"));
            }
        }
        scanner
    }

    fn add(&mut self, bytes: Vec<u8>, what: String) {
        let Some(head) = bytes.first_chunk::<HEAD>().map(|head| u64::from_be_bytes(*head)) else {
            panic!("{what} is too short to be told from chance");
        };
        self.filter[hash(head)] = true;
        self.by_head.entry(head).or_default().push(self.needles.len());
        self.needles.push(Needle { bytes, what });
    }

    /// What was found, by name, each with a little of what stands before it; the secret
    /// itself is not told.
    pub fn find(&self, hay: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let (mut head, mut end) = (0_u64, 0);
        // An index rather than an iterator: this loop sees every byte, in builds that are
        // not optimised.
        while end < hay.len() {
            head = (head << 8) | hay[end] as u64;
            end += 1;
            if self.filter[hash(head)] && end >= HEAD {
                let at = end - HEAD;
                for index in self.by_head.get(&head).into_iter().flatten() {
                    let needle = &self.needles[*index];
                    if hay[at..].starts_with(&needle.bytes) {
                        found.push(format!("{} after …{}", needle.what, before(&hay[..at])));
                    }
                }
            }
        }
        found
    }
}

fn hash(head: u64) -> usize {
    (((head >> 32) ^ (head >> 13) ^ head) & 0xffff) as usize
}

/// The end of what stands before a secret, long words of which may be secrets too.
fn before(hay: &[u8]) -> String {
    let end = &hay[hay.len().saturating_sub(BEFORE)..];
    let text = String::from_utf8_lossy(end).escape_debug().to_string();
    let is_word = |letter: char| letter.is_alphanumeric() || "_-+/=.".contains(letter);
    let mut told = String::new();
    for piece in text.split_inclusive(|letter| !is_word(letter)) {
        if piece.chars().filter(|letter| is_word(*letter)).count() > 24 {
            told.push('…');
        } else {
            told.push_str(piece);
        }
    }
    told
}

/// A secret in every dress in which it may get out.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("as it is", secret.to_owned()),
        ("hex", hex::encode(secret)),
        ("HEX", hex::encode_upper(secret)),
    ];
    for offset in 0..3 {
        all.push(("base64", base64_inside(secret, offset, &STANDARD_NO_PAD)));
        all.push(("base64url", base64_inside(secret, offset, &URL_SAFE_NO_PAD)));
    }
    let json = serde_json::Value::from(secret).to_string();
    all.push(("JSON", json.trim_matches('"').to_owned()));
    all.push(("form", url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()));
    all.push(("percent", percent(secret)));
    all.push(("decimal list", secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ")));
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all.dedup_by(|a, b| a.1 == b.1);
    all
}

/// What is certain of a secret's base64 when `offset` unknown bytes stand before it.
fn base64_inside(secret: &str, offset: usize, engine: &impl Engine) -> String {
    let text = engine.encode([&vec![0; offset][..], secret.as_bytes()].concat());
    let first = (offset * 8).div_ceil(6);
    let last = (offset + secret.len()) * 8 / 6;
    text[first..last].to_owned()
}

/// Everything that is no letter or digit as `%XX`.
fn percent(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        match byte.is_ascii_alphanumeric() {
            true => text.push(char::from(byte)),
            false => write!(text, "%{byte:02X}").expect("written"),
        }
        text
    })
}

#[test]
fn a_planted_secret_is_found_in_every_dress_and_never_told() {
    let secret = "canary+key/with \"odd\" bytes=é";
    let scanner = Scanner::new(&[Canary { name: "planted".into(), value: secret.into() }]);
    let json = serde_json::json!({ "a": secret }).to_string();
    for dressed in [
        secret.to_owned(),
        json,
        hex::encode(format!("x{secret}y")),
        hex::encode_upper(secret),
        STANDARD_NO_PAD.encode(format!("user:{secret}")),
        STANDARD_NO_PAD.encode(format!("users:{secret}.")),
        URL_SAFE_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(format!("a{secret}")),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        percent(secret),
        format!("{:?}", secret.as_bytes()),
    ] {
        let hay = format!("before {dressed} after");
        let found = scanner.find(hay.as_bytes());
        assert!(!found.is_empty(), "{dressed}");
        assert!(
            found.iter().all(|told| told.starts_with("planted (") && !told.contains(&dressed)),
            "{found:?}"
        );
    }
    // At the very beginning and the very end, too.
    assert_eq!(scanner.find(secret.as_bytes()).len(), 1);
    assert!(scanner.find(b"nothing of the kind: canary+key/with").is_empty());
}
