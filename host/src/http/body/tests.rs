//! Python 3.12's `json` decoder answers to these texts the same.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::parse;
use super::syntax::{Flaw, flaw};

/// The reason, and texts with the place of their mistake in characters.
const BROKEN: &[(&str, &[(&str, usize)])] = &[
    (
        "Expecting property name enclosed in double quotes",
        &[
            ("{", 1),
            ("{bad", 1),
            ("{'a':1}", 1),
            (r#"{"a":1,}"#, 7),
            ("{1:2}", 1),
            ("{,}", 1),
            ("{ ", 2),
            (r#"{"a":1,"#, 7),
            (r#"{"a":1, "#, 8),
            (r#"{"a":1, x"#, 8),
            ("{]", 1),
            (r#"{"a":1,,"b":2}"#, 7),
            ("{a:1}", 1),
            (r#"{"a":1 , }"#, 9),
        ],
    ),
    (
        "Expecting value",
        &[
            ("[1,]", 3),
            (r#"{"a":"#, 5),
            (r#"{"a":}"#, 5),
            ("[1,", 3),
            ("nul", 0),
            ("tru", 0),
            ("fals", 0),
            (" ", 1),
            ("\n", 1),
            ("-", 0),
            ("-x", 0),
            (".5", 0),
            ("+1", 0),
            ("[,]", 1),
            ("\n{\n \"a\": b}", 9),
            (r#"{"ä": }"#, 6),
            ("[", 1),
            ("[ ", 2),
            (r#"{"a" :"#, 6),
            ("}", 0),
            ("]", 0),
            ("[}", 1),
            ("[1,,2]", 3),
            (r#"{"a":tru}"#, 5),
            ("[nulL]", 1),
            ("/* x */{}", 0),
            ("\u{0}{}", 0),
            ("\u{a0}{}", 0),
            ("{\"a\":\u{a0}1}", 5),
            ("undefined", 0),
            (r#"{"a":{"b":[1,{"c":}]}}"#, 18),
            ("--1", 0),
            ("\u{c}{}", 0),
            ("[1 ,]", 4),
            ("[1 , ]", 5),
            ("'a'", 0),
            (r#"{"a":+1}"#, 5),
            (r#"{"a":.5}"#, 5),
            (r#"{"a":-}"#, 5),
            (r#"{"a":- 1}"#, 5),
            ("INF", 0),
            ("nan", 0),
        ],
    ),
    ("Expecting ':' delimiter", &[(r#"{"a""#, 4), (r#"{"a" 1}"#, 5), (r#"{"a" x:1}"#, 5), (r#"{"a"=1}"#, 4)]),
    (
        "Invalid control character at",
        &[("{\"a\":\"\u{1}\"}", 6), ("{\"a\":\"b\nc\"}", 7), ("{\"a\tb\":1}", 3)],
    ),
    (
        "Unterminated string starting at",
        &[
            (r#""abc"#, 0),
            (r#""\"#, 0),
            (r#""\ud83dx"#, 0),
            (r#"{"a":"abc"#, 5),
            (r#"{"abc"#, 1),
            (r#""a\"#, 0),
        ],
    ),
    (
        "Invalid \\uXXXX escape",
        &[
            (r#""\u12""#, 2),
            (r#""a\u"#, 3),
            (r#""a\u00e"#, 3),
            (r#""\u00g0""#, 2),
            (r#""\u+123""#, 2),
            (r#""\u 123""#, 2),
            (r#""\ud83d\u12""#, 8),
            (r#""\ud800"#, 2),
            (r#""\u"#, 2),
            (r#""\u1"#, 2),
            (r#""\u123"#, 2),
        ],
    ),
    ("Invalid \\escape", &[(r#""\x""#, 1), (r#""\ud83d\x""#, 7), (r#""\U1234""#, 1)]),
    (
        "Extra data",
        &[
            (r#"{"a":1}x"#, 7),
            ("{} {}", 3),
            ("1.", 1),
            ("1.e5", 1),
            ("1e", 1),
            ("1e+", 1),
            ("01", 1),
            ("[1],", 3),
            (r#""a" "b""#, 4),
            ("truex", 4),
            (r#"{"a":1}//x"#, 7),
            ("{}\u{0}", 2),
            ("-01", 2),
            ("1 .5", 2),
            ("\"\u{7f}\" x", 4),
            (r#""\u12345" x"#, 10),
        ],
    ),
    (
        "Expecting ',' delimiter",
        &[
            (r#"{"a":1 "b":2}"#, 7),
            ("[1 2]", 3),
            (r#"{"a":01}"#, 6),
            (r#"{"a":1.e}"#, 6),
            (r#"{"ä":"ö" x}"#, 9),
            (r#"{"😀":1 2}"#, 7),
            ("[1,2", 4),
            ("[1", 2),
            (r#"{"a":1"#, 6),
            (r#"{"a":1 "#, 7),
            (r#"["\u00e4" x]"#, 10),
            (r#"{"a":"x" "b""#, 9),
            (r#"{"a":1;}"#, 6),
            (r#"{"a":1]"#, 6),
            (r#"["a"}"#, 4),
            (r#"{"a":0x10}"#, 6),
            (r#"{"a":1e5x}"#, 8),
        ],
    ),
];

#[test]
fn mistakes_have_the_place_and_the_words_of_pythons_decoder() {
    for (reason, texts) in BROKEN {
        for (text, at) in *texts {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text:?}");
            assert_eq!(flaw(text), Some(Flaw { at: *at, reason }), "{text:?}");
        }
    }
}

#[test]
fn what_python_reads_and_we_cannot_keep_is_named_when_nothing_else_is_wrong() {
    for (text, at, reason) in [
        (r#"["\ud800"]"#, 3, "Invalid \\uXXXX escape"),
        (r#"["\udc00\ud800"]"#, 3, "Invalid \\uXXXX escape"),
        (r#"["\ud83d\ude00", "\ud83d\u0041"]"#, 19, "Invalid \\uXXXX escape"),
        ("[1, -1e999, 2e999]", 4, "Number out of range"),
        ("{\"a\": NaN}", 6, "Expecting value"),
        ("[-Infinity]", 1, "Expecting value"),
        (r#"["\ud800", 1e999 x]"#, 17, "Expecting ',' delimiter"),
    ] {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        assert_eq!(flaw(text), Some(Flaw { at, reason }), "{text}");
    }
}

/// Status and `detail` of a refused body.
async fn refused(bytes: &[u8]) -> (StatusCode, Value) {
    let response = parse(&HeaderMap::new(), bytes).expect_err("refused").into_response();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 9999).await.expect("a body");
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    (status, answer["detail"].clone())
}

#[tokio::test]
async fn a_mistake_is_one_fault_and_what_is_no_text_or_too_deep_a_bad_request() {
    let (status, detail) = refused(b"{\"a\": }").await;
    let fault = json!([{"type": "json_invalid", "loc": ["body", 6], "msg": "JSON decode error", "input": {},
        "ctx": {"error": "Expecting value"}}]);
    assert_eq!((status, detail), (StatusCode::UNPROCESSABLE_ENTITY, fault));
    let bad_request = (StatusCode::BAD_REQUEST, json!("There was an error parsing the body"));
    assert_eq!(refused(b"{\"a\":\"\xff\"}").await, bad_request);
    for deep in ["[".repeat(1500), "{\"a\":".repeat(128), format!("{}{}", "[".repeat(128), "]".repeat(128))] {
        assert_eq!(refused(deep.as_bytes()).await, bad_request);
    }
    assert_eq!(refused("[".repeat(127).as_bytes()).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let deepest = format!("{}{}", "[".repeat(127), "]".repeat(127));
    assert!(parse(&HeaderMap::new(), deepest.as_bytes()).is_ok());
}

#[test]
fn marks_and_wide_encodings_are_read_and_another_type_has_no_fields() {
    let plain = HeaderMap::new();
    assert_eq!(parse(&plain, b"\xEF\xBB\xBF{}").ok(), Some(Some(json!({}))));
    let wide: Vec<u8> = "{\"ä\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(parse(&plain, &wide).ok(), Some(Some(json!({"ä": 1}))));
    assert_eq!(parse(&plain, b"").ok(), Some(None));
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"] {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        assert_eq!(parse(&headers, b"{bad").ok(), Some(Some(Value::Null)), "{kind}");
    }
    for kind in ["application/json; charset=utf-8", "application/vnd.api+json", "APPLICATION/JSON", ""] {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        assert!(parse(&headers, b"{bad").is_err(), "{kind}");
    }
}
