use serde_json::{Value, json};

use super::super::{Body, Fault, Input, Reader};

/// Reads one body field by the given rule and answers the faults as JSON.
fn faults_of<T>(body: Value, read: impl FnOnce(&mut Reader) -> Option<T>) -> Value {
    struct Probe;
    impl Input for Probe {
        const BODY: Body = Body::Required;
        fn read(_: &mut Reader) -> Option<Self> {
            None
        }
    }
    let mut reader = Reader::new(Vec::new(), "", Some(body));
    let value = read(&mut reader);
    let faults: Vec<Fault> = reader.finish::<Probe>().err().unwrap_or_default();
    assert_eq!(value.is_none(), !faults.is_empty(), "a value or a fault");
    serde_json::to_value(faults).expect("JSON")
}

#[test]
fn a_missing_field_shows_the_whole_body_without_secrets() {
    assert_eq!(
        faults_of(json!({"password": "hunter2!", "x": 1}), |r| r.body("email").email()),
        json!([{"type": "missing", "loc": ["body", "email"], "msg": "Field required",
            "input": {"password": "**********", "x": 1}}])
    );
}

#[test]
fn a_short_secret_is_not_repeated() {
    assert_eq!(
        faults_of(json!({"password": "abc"}), |r| r.body("password").text(8..=99)),
        json!([{"type": "string_too_short", "loc": ["body", "password"],
            "msg": "String should have at least 8 characters", "input": "**********", "ctx": {"min_length": 8}}])
    );
}

#[test]
fn texts_are_counted_in_characters() {
    assert_eq!(faults_of(json!({"a": "äöü"}), |r| r.body("a").text(3..=3)), json!([]));
    let long = faults_of(json!({"a": "äöü"}), |r| r.body("a").text(1..=1));
    assert_eq!(long[0]["msg"], "String should have at most 1 character");
    assert_eq!(faults_of(json!({"a": 5}), |r| r.body("a").text(0..=9))[0]["type"], "string_type");
    assert_eq!(faults_of(json!({"a": null}), |r| r.body("a").text(0..=9))[0]["type"], "string_type");
    assert_eq!(faults_of(json!({"a": "x\u{0}y"}), |r| r.body("a").text(0..=9))[0]["type"], "value_error");
}

#[test]
fn null_is_absence_for_optional_fields() {
    assert_eq!(faults_of(json!({"a": null}), |r| r.body("a").optional_text(1..=2)), json!([]));
    assert_eq!(faults_of(json!({}), |r| r.body("a").optional_uuid()), json!([]));
    assert_eq!(faults_of(json!({"a": ""}), |r| r.body("a").optional_uuid())[0]["type"], "uuid_parsing");
}

#[test]
fn uuids_in_all_usual_forms() {
    for text in [
        "0195f3a0-1111-7abc-8def-0123456789ab",
        "0195F3A011117ABC8DEF0123456789AB",
        "{0195f3a0-1111-7abc-8def-0123456789ab}",
    ] {
        assert_eq!(faults_of(json!({"a": text}), |r| r.body("a").uuid()), json!([]), "{text}");
    }
    let fault = &faults_of(json!({"a": "abc"}), |r| r.body("a").uuid())[0];
    assert_eq!(fault["type"], "uuid_parsing");
    assert!(fault["msg"].as_str().is_some_and(|m| m.starts_with("Input should be a valid UUID, ")));
}

#[test]
fn yes_and_no_in_all_usual_forms() {
    for value in [json!(true), json!(1), json!(0.0), json!("yes"), json!("Off"), json!("1")] {
        assert_eq!(faults_of(json!({"a": value}), |r| r.body("a").optional_bool()), json!([]), "{value}");
    }
    assert_eq!(faults_of(json!({"a": "maybe"}), |r| r.body("a").optional_bool())[0]["type"], "bool_parsing");
    for other in [json!([]), json!(1.5)] {
        assert_eq!(faults_of(json!({"a": other}), |r| r.body("a").optional_bool())[0]["type"], "bool_type");
    }
}

#[test]
fn lists_are_counted_and_their_items_placed() {
    let empty = faults_of(json!({"a": []}), |r| r.body("a").texts(1..=2, 0..=5));
    assert_eq!(empty[0]["msg"], "List should have at least 1 item after validation, not 0");
    assert_eq!(empty[0]["ctx"], json!({"field_type": "List", "min_length": 1, "actual_length": 0}));
    let items = faults_of(json!({"a": ["x", 3]}), |r| r.body("a").texts(1..=2, 0..=5));
    assert_eq!(items[0]["loc"], json!(["body", "a", 1]));
    assert_eq!(faults_of(json!({"a": {}}), |r| r.body("a").texts(1..=2, 0..=5))[0]["type"], "list_type");
}

#[test]
fn a_body_that_is_no_object_is_one_fault() {
    let faults = faults_of(json!([1]), |r| {
        let first = r.body("a").text(1..=2);
        let second = r.body("b").text(1..=2);
        first.zip(second)
    });
    assert_eq!(faults.as_array().map(Vec::len), Some(1));
    assert_eq!((&faults[0]["type"], &faults[0]["input"]), (&json!("model_attributes_type"), &json!([1])));
}

#[test]
fn integers_of_the_query() {
    struct Page(i128);
    impl Input for Page {
        fn read(reader: &mut Reader) -> Option<Self> {
            reader.query("n").integer(1..=100, 20).map(Page)
        }
    }
    let read = |query: &str| {
        Reader::new(Vec::new(), query, None)
            .finish::<Page>()
            .map(|page| page.0)
            .map_err(|faults| faults[0].kind)
    };
    assert_eq!(read(""), Ok(20));
    assert_eq!(read("n=7&n=8"), Ok(8));
    assert_eq!(read("n=1.0"), Ok(1));
    assert_eq!(read("n=0"), Err("greater_than_equal"));
    assert_eq!(read("n=101"), Err("less_than_equal"));
    assert_eq!(read(&format!("n={}", "9".repeat(60))), Err("less_than_equal"));
    assert_eq!(read("n=1_0"), Ok(10));
    assert_eq!(read(&format!("n={}", "9".repeat(4301))), Err("int_parsing_size"));
    for text in ["n=", "n=x", "n=1.5", "n=--1", "n=1e3", "n=1."] {
        assert_eq!(read(text), Err("int_parsing"), "{text}");
    }
}

#[test]
fn numbers_are_finite_and_within_bounds() {
    let fault = |value: Value| faults_of(json!({"a": value}), |r| r.body("a").number());
    for good in [json!(1), json!(-2.5), json!("7.5"), json!(" 1e3 "), json!("1_000"), json!(true)] {
        assert_eq!(fault(good.clone()), json!([]), "{good}");
    }
    for (bad, kind) in [
        (json!("x"), "float_parsing"),
        (json!(""), "float_parsing"),
        (json!("nan"), "finite_number"),
        (json!("-inf"), "finite_number"),
        (json!("1e999"), "finite_number"),
        (json!(null), "float_type"),
        (json!([1]), "float_type"),
    ] {
        assert_eq!(fault(bad.clone())[0]["type"], kind, "{bad}");
    }
    let within = |value: Value| faults_of(json!({"a": value}), |r| r.body("a").number_within(0.0..=999.99));
    assert_eq!(
        within(json!(-1)),
        json!([{"type": "greater_than_equal", "loc": ["body", "a"], "input": -1, "ctx": {"ge": 0.0},
            "msg": "Input should be greater than or equal to 0"}])
    );
    assert_eq!(within(json!(1000))[0]["type"], "less_than_equal");
    assert_eq!(within(json!("nan"))[0]["msg"], "Input should be greater than or equal to 0");
    assert_eq!(within(json!("inf"))[0]["type"], "less_than_equal");
    assert_eq!(within(json!(null))[0]["type"], "float_type");
    assert_eq!(faults_of(json!({}), |r| r.body("a").number_within(0.0..=1.0)), json!([]));
    assert_eq!(faults_of(json!({"a": null}), |r| r.body("a").optional_number(0.0..=1.0)), json!([]));
}
