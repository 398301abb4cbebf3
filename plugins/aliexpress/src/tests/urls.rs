//! The table of addresses in `tests/fixtures/urls.txt`.

use crate::url::{Found, NotFound, parse};

const TABLE: &str = include_str!("../../tests/fixtures/urls.txt");

fn answer(address: &str) -> String {
    match parse(address) {
        Ok(Found::Product { id, variant: None }) => id.main().to_owned(),
        Ok(Found::Product { id, variant: Some(variant) }) => format!("{}+{variant}", id.main()),
        Ok(Found::Short(link)) => format!("short={link}"),
        Err(NotFound::NoProduct) => "no-product".to_owned(),
        Err(NotFound::Foreign) => "foreign".to_owned(),
        Err(NotFound::Malformed) => "malformed".to_owned(),
    }
}

#[test]
fn every_form_of_address_is_read_as_expected() {
    let rows: Vec<(&str, &str)> = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once("  ").expect("two columns"))
        .collect();
    assert!(rows.len() >= 60, "only {} forms", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(expected, address)| answer(address) != *expected)
        .map(|(expected, address)| {
            format!("{address}\n  expected {expected}\n  got      {}", answer(address))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} forms:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn hostile_input_ends_in_an_answer() {
    let long = format!("https://www.aliexpress.com/item/{}.html", "1".repeat(100_000));
    let nested = (0..200).fold("https://www.aliexpress.com/".to_owned(), |inner, _| {
        format!("https://login.aliexpress.com/?return_url={}", inner.replace(['?', '='], "%3F"))
    });
    for input in
        [long.as_str(), nested.as_str(), "", "\0", "https://[::1", "%00", "//", "?productId=1005001111222333"]
    {
        assert!(parse(input).is_err(), "{}", &input[..input.len().min(80)]);
    }
}
