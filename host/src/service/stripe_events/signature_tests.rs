use super::*;

const NOW: i64 = 1_795_000_000;
const BODY: &[u8] = br#"{"id":"evt_1","type":"x"}"#;
const SECRET: &str = "whsec_current";

fn secrets(all: &[&str]) -> Vec<SecretString> {
    all.iter().map(|secret| SecretString::from(*secret)).collect()
}

fn v1(secret: &str, moment: &str, body: &[u8]) -> String {
    hex::encode(sign(&SecretString::from(secret), moment, body))
}

fn header(secret: &str, moment: i64) -> String {
    format!("t={moment},v1={}", v1(secret, &moment.to_string(), BODY))
}

fn accepts(header: &str) -> bool {
    is_genuine(&secrets(&[SECRET]), header, BODY, NOW)
}

/// Computed with another implementation: `printf '1.a' | openssl dgst -sha256 -hmac k`.
#[test]
fn the_signature_is_the_agreed_one() {
    assert_eq!(v1("k", "1", b"a"), "940c074e1710d2683e9acd909d307f633c7f71f0264eb9cdb5dff5ea92d12a35");
}

#[test]
fn genuine_events_are_believed() {
    let good = v1(SECRET, &NOW.to_string(), BODY);
    let zeros = "0".repeat(64);
    for text in [
        header(SECRET, NOW),
        header(SECRET, NOW - 300),
        header(SECRET, NOW + 300),
        format!("t={NOW},v1={zeros},v1={good}"),
        format!("t={NOW},v1={good},v1={zeros}"),
        format!("v1={good},t={NOW}"),
        format!("t={NOW}, v1={good}"),
        format!("t={NOW},v1={good},v0={zeros}"),
        format!("t={NOW},v1=zork,v1={good}"),
        format!("t={NOW},v2=x,v1={good}"),
    ] {
        assert!(accepts(&text), "{text}");
    }
}

#[test]
fn any_of_several_secrets_may_have_signed() {
    let rolling = secrets(&["whsec_new", SECRET]);
    for secret in ["whsec_new", SECRET] {
        assert!(is_genuine(&rolling, &header(secret, NOW), BODY, NOW), "{secret}");
    }
    assert!(!is_genuine(&rolling, &header("whsec_older", NOW), BODY, NOW));
}

#[test]
fn nothing_else_is_believed() {
    let good = v1(SECRET, &NOW.to_string(), BODY);
    let of = |moment: &str| format!("t={moment},v1={}", v1(SECRET, moment, BODY));
    let flipped = |at: usize| {
        let mut text = good.clone().into_bytes();
        text[at] = if text[at] == b'0' { b'1' } else { b'0' };
        format!("t={NOW},v1={}", String::from_utf8(text).expect("text"))
    };
    let forged = vec![
        // Nothing, or not this form.
        String::new(),
        " ".to_owned(),
        ",".to_owned(),
        "=".to_owned(),
        "t".to_owned(),
        good.clone(),
        format!("v1={good}"),
        format!("t={NOW}"),
        format!("t={NOW},v1="),
        format!("t={NOW},v1"),
        format!("t=,v1={good}"),
        format!("{NOW},{good}"),
        format!("t:{NOW},v1:{good}"),
        format!("t={NOW};v1={good}"),
        format!("T={NOW},v1={good}"),
        format!("t={NOW},V1={good}"),
        // Other schemes.
        format!("t={NOW},v0={good}"),
        format!("t={NOW},v2={good}"),
        format!("t={NOW},v11={good}"),
        // Not the digits.
        flipped(0),
        flipped(31),
        flipped(63),
        format!("t={NOW},v1={}", &good[..63]),
        format!("t={NOW},v1={}", &good[..62]),
        format!("t={NOW},v1={good}0"),
        format!("t={NOW},v1={good}00"),
        format!("t={NOW},v1={}", good.to_uppercase()),
        format!("t={NOW},v1=0x{good}"),
        format!("t={NOW},v1=\"{good}\""),
        format!("t={NOW},v1={}", "0".repeat(64)),
        format!("t={NOW},v1={}", good.chars().rev().collect::<String>()),
        // Another moment than the signed one.
        format!("t={},v1={good}", NOW - 1),
        format!("t={},v1={good}", NOW + 1),
        format!("t={NOW},t={NOW},v1={good}"),
        format!("t={},v1={good},t={NOW}", NOW - 1000),
        format!("t=+{NOW},v1={good}"),
        format!("t={NOW}.0,v1={good}"),
        format!("t=0{NOW},v1={good}"),
        format!("t=0x6AFD5640,v1={good}"),
        // Too old, too new, out of all bounds.
        of(&(NOW - 301).to_string()),
        of(&(NOW + 301).to_string()),
        of("0"),
        of("-1"),
        of("9223372036854775807"),
        of("9223372036854775808"),
        of("99999999999999999999999999"),
        // Other secrets.
        header("whsec_other", NOW),
        header("", NOW),
        header(&format!("{SECRET} "), NOW),
        header("current", NOW),
        header(&SECRET.to_uppercase(), NOW),
        // Other texts.
        format!("t={NOW},v1={}", v1(SECRET, &NOW.to_string(), b"")),
        format!("t={NOW},v1={}", v1(SECRET, &NOW.to_string(), br#"{"id":"evt_2","type":"x"}"#)),
        format!("t={NOW},v1={}", v1(SECRET, "", BODY)),
        format!("t={NOW},v1={}", hex::encode(<Sha256 as sha2::Digest>::digest(BODY))),
        // Too much.
        format!("t={NOW},{}v1={good}", "v1=00,".repeat(20)),
        format!("t={NOW},v1={good},{}", "x".repeat(5000)),
    ];
    assert!(forged.len() >= 40, "{}", forged.len());
    for text in &forged {
        assert!(!accepts(text), "{text}");
    }
}

#[test]
fn a_body_that_was_changed_is_not_believed() {
    let text = header(SECRET, NOW);
    for body in
        [&b""[..], b"{}", &BODY[..BODY.len() - 1], &[BODY, b" "].concat(), &[b"\xef\xbb\xbf", BODY].concat()]
    {
        assert!(!is_genuine(&secrets(&[SECRET]), &text, body, NOW));
    }
}

#[test]
fn without_a_secret_nothing_is_believed() {
    for none in [&[][..], &[""], &["  "]] {
        assert!(!is_genuine(&secrets(none), &header("", NOW), BODY, NOW));
        assert!(!is_genuine(&secrets(none), &header("  ", NOW), BODY, NOW));
    }
}
