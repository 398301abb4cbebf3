//! What the Python package `email-validator` 2.4, as pydantic 2.14 calls it, answers to
//! these texts.

use super::normal_form;

const AS_TYPED: [&str; 26] = [
    "a@x.example",
    "a@münchen.de",
    "ü@example.com",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com",
    "a@x.c",
    "a+b@example.com",
    "a'b@example.com",
    "А@example.com",
    "x@gmail.com",
    "a@b.co",
    "a@localhost.localdomain",
    "me@subdomain.test.com",
    "a@x.internal",
    "Info.x@example.com",
    "a@faß.de",
    "a@\u{5d0}\u{5d1}.com",
    "\u{10d0}@example.com",
    "a@üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü.com",
    "a@l·l.com",
    "a@xn-x.com",
    "!#$%&'*+-/=?^_`{|}~@example.com",
    "Å@x.com",
    "a'\u{b4}b@x.com",
    "a@\u{30fb}\u{30a2}.com",
    "a.ü@x.com",
];

/// What was sent, and what is kept.
const CHANGED: [(&str, &str); 31] = [
    ("a@EXAMPLE.com", "a@example.com"),
    ("Name <a@example.com>", "a@example.com"),
    ("<a@example.com>", "a@example.com"),
    ("  a@example.com  ", "a@example.com"),
    ("a@xn--mnchen-3ya.de", "a@münchen.de"),
    ("a@MÜNCHEN.de", "a@münchen.de"),
    ("a@XN--mnchen-3ya.de", "a@münchen.de"),
    ("e\u{301}@example.com", "é@example.com"),
    ("INFO@example.com", "info@example.com"),
    ("PostMaster@example.com", "postmaster@example.com"),
    ("J. Doe <a@example.com>", "a@example.com"),
    ("\"J, Doe\" <a@example.com>", "a@example.com"),
    ("\"J, Doe\"<a@example.com>", "a@example.com"),
    ("Doe < a@example.com >", "a@example.com"),
    ("Jörg <a@example.com>", "a@example.com"),
    ("  Doe   <a@example.com>  ", "a@example.com"),
    ("\"<\" <a@example.com>", "a@example.com"),
    ("a\u{301}@example.com", "á@example.com"),
    ("a@ex\u{3002}com", "a@ex.com"),
    ("a@ex\u{ff0e}com", "a@ex.com"),
    ("a@\u{ff45}\u{ff58}.com", "a@ex.com"),
    ("a@x.xn--p1ai", "a@x.рф"),
    ("\u{1c}a@x.com", "a@x.com"),
    ("\u{1fef}@x.com", "`@x.com"),
    ("a@x\u{fe0f}.com", "a@x.com"),
    ("a@x\u{ff61}com", "a@x.com"),
    ("\"x\" \"y\" <b@x.com>", "b@x.com"),
    ("Doe  Jr <b@x.com>", "b@x.com"),
    ("a@İ.com", "a@i\u{307}.com"),
    ("a@\u{3a3}\u{3a3}.com", "a@\u{3c3}\u{3c3}.com"),
    ("a@xn--80ak6aa92e.com", "a@аррӏе.com"),
];

/// A sentence, and the texts that are refused with it.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "The part after the @-sign contains invalid characters: '@'.",
        &["a@b@example.com", "Doe <a@b@example.com>", "a@@x.com"],
    ),
    ("An email address cannot end with a period.", &["a@example.com.", "a@.", "a@.."]),
    ("The email address contains invalid characters before the @-sign: SPACE.", &["a b@example.com"]),
    (
        "Quoting the part before the @-sign is not allowed here.",
        &["\"a b\"@example.com", "\"ab\"@example.com", "\"a\\\"b\"@example.com", "\"a\\\\\"@x.com"],
    ),
    ("A bracketed IP address after the @-sign is not allowed here.", &["a@[127.0.0.1]", "a@[IPv6:::1]"]),
    (
        "The part after the @-sign in brackets is not an IPv4 address and has no address literal tag.",
        &["a@[x]", "a@[]"],
    ),
    (
        "The address in brackets after the @-sign is not valid: It is not an IPv4 address (Octet 300 (> 255) not permitted in '300.1.1.1') or is missing an address literal tag.",
        &["a@[300.1.1.1]"],
    ),
    ("The part after the @-sign contains an invalid address literal tag in brackets.", &["a@[tag:x]"]),
    ("The part after the @-sign contains invalid characters: '['.", &["a@[", "a@[1.2.3.4"]),
    (
        "The part after the @-sign is not valid. It is not within a valid top-level domain.",
        &["a@1.2.3.4", "a@x.c1", "a@x.123", "a@ü.c1"],
    ),
    (
        "The part after the @-sign is not valid. It should have a period.",
        &["a@localhost", "a@foo", "a@example", "Doe <a@example>", "a@ü"],
    ),
    (
        "The part after the @-sign is a special-use or reserved name that cannot be used with email.",
        &[
            "a@x.test",
            "a@x.invalid",
            "a@x.local",
            "a@x.onion",
            "a@x.arpa",
            "a@x.localhost",
            "a@home.arpa",
            "a@Ü.test",
        ],
    ),
    ("An email address cannot have two periods in a row.", &["a..b@example.com", "a@x..com"]),
    ("An email address cannot start with a period.", &[".a@example.com", ".ü@x.com"]),
    (
        "An email address cannot have a period immediately before the @-sign.",
        &["a.@example.com", ".@example.com"],
    ),
    ("There must be something before the @-sign.", &["@example.com", "@", "@@"]),
    ("There must be something after the @-sign.", &["a@"]),
    (
        "An email address must have an @-sign.",
        &["a", "", "Doe <>", "<>", "\"ab@example.com", "a\"b@example.com"],
    ),
    ("The email address contains invalid characters before the @-sign: U+0009.", &["a\t@example.com"]),
    (
        "An email address cannot have a hyphen immediately after the @-sign.",
        &["a@-x.com", "a@-.com", "a@-ü.com"],
    ),
    (
        "An email address cannot have a period and a hyphen next to each other.",
        &["a@x-.com", "a@x.-com", "a@xn--.com", "a@ab--.com", "a@ü-.com"],
    ),
    ("An email address cannot end with a hyphen.", &["a@x.com-", "a@-"]),
    ("An email address cannot have a period immediately after the @-sign.", &["a@.x.com"]),
    (
        "After the @-sign, periods cannot be separated by so many characters (1 character too many).",
        &["a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.com"],
    ),
    (
        "After the @-sign, periods cannot be separated by so many characters (2 characters too many).",
        &["a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.com"],
    ),
    ("The part after the @-sign contains invalid characters: '_'.", &["a@ex_ample.com"]),
    ("The part after the @-sign contains invalid characters: SPACE.", &["a@exa mple.com", "a@example.com x"]),
    ("The email address contains invalid characters before the @-sign: \"\\\".", &["a\\b@example.com"]),
    ("The email address contains invalid characters before the @-sign: ','.", &["a,b@example.com"]),
    ("The email address contains invalid characters before the @-sign: ',', ';'.", &["a,;b@example.com"]),
    ("The email address contains invalid characters before the @-sign: ';'.", &["a;b@example.com"]),
    ("The part after the @-sign contains invalid characters: ','.", &["a@example,com"]),
    ("Carriage return and line feed characters are not allowed", &["a\n@example.com", "a@example.com\n"]),
    (
        "An email address cannot have two letters followed by two dashes immediately after the @-sign or after a period, except Punycode.",
        &["a@ex--ample.com", "a@ab--cd.com", "a@a.ab--cd.com", "a@Ab--Cd.com"],
    ),
    ("The email address contains unsafe characters: ZERO WIDTH NO-BREAK SPACE.", &["\u{feff}a@example.com"]),
    ("The email address contains invalid characters before the @-sign: U+0000.", &["a\u{0}@example.com"]),
    (
        "The part after the @-sign contains invalid characters: U+0000.",
        &["a@exa\u{0}mple.com", "a@example.com\u{0}"],
    ),
    (
        "The email address has the \"full-width\" at-sign (@) character instead of a regular at-sign.",
        &["a\u{ff20}example.com"],
    ),
    (
        "The email address has the \"small commercial at\" character instead of a regular at-sign.",
        &["a\u{fe6b}example.com"],
    ),
    ("The email address contains invalid characters before the @-sign: '(', ')'.", &["a(b)@example.com"]),
    ("The part after the @-sign contains invalid characters: '>'.", &["a@example.com>"]),
    ("The display name contains invalid characters when not quoted: ','.", &["J, Doe <a@example.com>"]),
    ("The display name contains invalid characters when not quoted: ',', ';'.", &["J;,Doe <a@example.com>"]),
    (
        "An open angle bracket at the start of the email address has to be followed by a close angle bracket at the end.",
        &["Doe <a@example.com", "<a@example.com", "a<b@example.com"],
    ),
    ("There can't be anything after the email address.", &["Doe <a@example.com> x", "\"a\" <b@x.com> c"]),
    (
        "A display name and angle brackets around the email address are not permitted here.",
        &["Doe <<a@example.com>>", "\"\" <a@example.com>"],
    ),
    (
        "The part after the @-sign contains invalid characters: '<', '>', '@', SPACE.",
        &["x@y <a@example.com>"],
    ),
    ("Extra character(s) found after close quote: 'b'", &["\"a\"b <a@example.com>", "\"a\"b@example.com"]),
    (
        "The email address contains unsafe characters: COMBINING ACUTE ACCENT.",
        &["\u{301}a@example.com", "a@\u{301}x.com"],
    ),
    (
        "The email address contains unsafe characters: ZERO WIDTH SPACE.",
        &["a\u{200b}b@example.com", "a@x\u{200b}y.com"],
    ),
    ("The email address contains unsafe characters: NO-BREAK SPACE.", &["a\u{a0}b@example.com"]),
    ("The email address contains unsafe characters: LINE SEPARATOR.", &["a\u{2028}b@example.com"]),
    ("The email address contains unsafe characters: RIGHT-TO-LEFT OVERRIDE.", &["a\u{202e}b@example.com"]),
    (
        "The part after the @-sign is invalid (Codepoint U+2764 at position 1 of '❤' not allowed).",
        &["a@❤.com"],
    ),
    (
        "The part after the @-sign is invalid (Codepoint U+1F600 at position 1 of '😀' not allowed).",
        &["a@😀.com"],
    ),
    ("The email address contains unsafe characters: U+E000.", &["a\u{e000}@example.com"]),
    ("The email address contains invalid characters before the @-sign: '>'.", &["a>b@example.com"]),
    (
        "The email address contains invalid characters before the @-sign: ':'.",
        &["a:b@example.com", "mailto:a@x.com"],
    ),
    ("The email address contains invalid characters before the @-sign: '[', ']'.", &["a[b]@example.com"]),
    ("The email address contains unsafe characters: SOFT HYPHEN.", &["a@ex\u{ad}ample.com"]),
    ("The part after the @-sign contains invalid characters: ',', '@'.", &["a@x.com,b@x.com"]),
    ("The part after the @-sign contains invalid characters: '@', SPACE.", &["a@x.com b@x.com"]),
    ("The part after the @-sign contains invalid characters: '/'.", &["a@x/y.com"]),
    ("The part after the @-sign contains invalid characters: '?'.", &["a@x.com?x"]),
    ("The email address contains invalid characters before the @-sign: U+007F.", &["a\u{7f}@x.com"]),
    ("The email address contains unsafe characters: U+0085.", &["a\u{85}@x.com", "a@x\u{85}.com"]),
    (
        "The part after the @-sign is invalid (Label too long).",
        &["a@üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü.com"],
    ),
    ("The email address contains invalid characters before the @-sign: '<'.", &["<\u{338}a@x.com"]),
    (
        "The part after the @-sign is invalid (Codepoint U+00B7 not allowed at position 2 in 'a·b').",
        &["a@a·b.com"],
    ),
    ("The email address contains unsafe characters: ZERO WIDTH JOINER.", &["a@a\u{200d}b.com"]),
    (
        "The part after the @-sign is invalid (Codepoint U+2044 at position 2 of '1\u{2044}2' not allowed).",
        &["a@\u{bd}.com"],
    ),
    (
        "The part after the @-sign contains invalid characters after Unicode normalization: '/'.",
        &["a@\u{2100}.com"],
    ),
    (
        "After Unicode normalization: The email address contains invalid characters before the @-sign: ';'.",
        &["a\u{37e}b@x.com"],
    ),
    (
        "The address in brackets after the @-sign is not valid: It is not an IPv4 address (Expected 4 octets in '1.2') or is missing an address literal tag.",
        &["a@[1.2]"],
    ),
    (
        "The address in brackets after the @-sign is not valid: It is not an IPv4 address (Empty octet not permitted in '1..2.3') or is missing an address literal tag.",
        &["a@[1..2.3]"],
    ),
    (
        "The address in brackets after the @-sign is not valid: It is not an IPv4 address (At most 3 characters permitted in '1234' in '1234.1.1.1') or is missing an address literal tag.",
        &["a@[1234.1.1.1]"],
    ),
    (
        "The address in brackets after the @-sign is not valid: It is not an IPv4 address (Leading zeros are not permitted in '01' in '01.1.1.1') or is missing an address literal tag.",
        &["a@[01.1.1.1]"],
    ),
    ("The part after the @-sign contains invalid characters: \"'\".", &["a@x'y.com"]),
    ("The email address contains unsafe characters: LANGUAGE TAG.", &["\u{e0001}@x.com"]),
    (
        "The part after the @-sign is invalid (Codepoint U+0660 not allowed at position 1 in '\u{660}\u{6f0}').",
        &["a@\u{660}\u{6f0}.com"],
    ),
    (
        "The part after the @-sign is invalid (Codepoint U+30FB not allowed at position 1 in '\u{30fb}').",
        &["a@\u{30fb}.com"],
    ),
    ("The part after the @-sign contains invalid characters: '\u{2024}'.", &["a@\u{2024}x.com"]),
    (
        "The email address contains invalid characters in quotes before the @-sign: U+0001.",
        &["\"a\u{1}\"@x.com"],
    ),
    (
        "The part after the @-sign is not valid IDNA (Codepoint U+1F4A9 at position 1 of '\u{1f4a9}' not allowed).",
        &["a@xn--ls8h.com"],
    ),
];

#[test]
fn addresses_are_kept_as_typed_or_in_their_usual_form() {
    for text in AS_TYPED {
        assert_eq!(normal_form(text).as_deref(), Ok(text));
    }
    for (text, kept) in CHANGED {
        assert_eq!(normal_form(text).as_deref(), Ok(kept), "{text}");
        assert_eq!(super::usual(kept), kept);
    }
}

#[test]
fn what_is_no_address_is_refused_with_its_reason() {
    for (reason, texts) in REFUSED {
        for text in *texts {
            assert_eq!(normal_form(text).as_ref().map_err(String::as_str), Err(*reason), "{text:?}");
            assert_eq!(super::usual(text), *text);
        }
    }
}

/// Here the package goes on in brackets with the words of its libraries, or has a name
/// for a mark.
const WITH_FEWER_WORDS: [(&str, &str); 5] = [
    (
        "\u{928}\u{93e} <b@x.com>",
        "The display name contains invalid characters when not quoted: '\u{928}', U+093E.",
    ),
    ("a@[IPv6:x]", "The IPv6 address in brackets after the @-sign is not valid."),
    ("a@xn--zz.com", "The part after the @-sign is not valid IDNA."),
    ("a@xn--a.com", "The part after the @-sign is not valid IDNA."),
    ("a@1.xn--4dbc.com", "The part after the @-sign is not valid IDNA."),
];

#[test]
fn some_reasons_are_shorter_than_the_packages() {
    for (text, reason) in WITH_FEWER_WORDS {
        assert_eq!(normal_form(text).as_ref().map_err(String::as_str), Err(reason), "{text}");
    }
}

/// `a@`, as many bytes of domain as shall be, `.com`.
fn with_domain_of(bytes: usize) -> String {
    let mut domain = "b".repeat(bytes - ".com".len());
    for at in (60..domain.len()).step_by(61) {
        domain.replace_range(at..=at, ".");
    }
    format!("a@{domain}.com")
}

#[test]
fn lengths_are_counted_and_the_excess_is_named() {
    let local = |count: usize| format!("{}@example.com", "a".repeat(count));
    for text in
        [local(64), local(65), local(242), with_domain_of(252), format!("{}@x.example", "\u{fc}".repeat(122))]
    {
        assert_eq!(normal_form(&text).as_deref(), Ok(text.as_str()));
    }
    for (text, reason) in [
        (local(243), "The email address is too long (1 character too many)."),
        (local(244), "The email address is too long (2 characters too many)."),
        (with_domain_of(253), "The email address is too long (1 character too many)."),
        (with_domain_of(254), "The email address is too long after the @-sign (1 character too many)."),
        (
            format!("{}@example.com", "\u{fc}".repeat(122)),
            "The email address is too long (1-2 characters too many).",
        ),
        (
            format!("{}@example.com", "\u{fc}".repeat(130)),
            "The email address is too long (9-18 characters too many).",
        ),
        ("x".repeat(2049), "Length must not exceed 2048 characters"),
        ("x".repeat(2048), "An email address must have an @-sign."),
    ] {
        assert_eq!(normal_form(&text).as_ref().map_err(String::as_str), Err(reason), "{}", text.len());
    }
}
