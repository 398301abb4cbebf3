//! The table of addresses in `tests/fixtures/urls.txt`.

use crate::id::ProductId;
use crate::url::{NotFound, parse};

const TABLE: &str = include_str!("../../tests/fixtures/urls.txt");

fn answer(address: &str) -> String {
    match parse(address) {
        Ok(ProductId::Pid(id)) => format!("pid={id}"),
        Ok(ProductId::Spu(code)) => format!("spu={code}"),
        Ok(ProductId::VariantSku(code)) => format!("sku={code}"),
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
    assert!(rows.len() >= 50, "only {} forms", rows.len());
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
fn what_was_read_once_is_read_again_from_its_page_and_its_text() {
    for line in TABLE.lines() {
        let Some((_, address)) = line.split_once("  ") else { continue };
        let Ok(id) = parse(address) else { continue };
        assert_eq!(ProductId::read(id.text()).as_ref(), Some(&id), "{address}");
        if let Some(page) = id.page() {
            assert_eq!(parse(&page).as_ref(), Ok(&id), "{address}");
        }
    }
}

/// An address that says where its id begins is asked about, however short the id.
#[test]
fn a_marked_id_may_be_short() {
    let id = parse("https://cjdropshipping.com/product/x-p-1.html").expect("an id");
    assert_eq!(id.parameter(), ("pid", "1"));
    assert_eq!(parse(&id.page().expect("a page")).as_ref(), Ok(&id));
    assert!(parse("https://cjdropshipping.com/product/1.html").is_err());
    assert!(parse("https://cjdropshipping.com/product/x-p-.html").is_err());
}

#[test]
fn hostile_input_ends_in_an_answer() {
    let long = format!("https://cjdropshipping.com/product/{}.html", "1".repeat(100_000));
    for input in [
        long.as_str(),
        "",
        "\0",
        "https://[::1",
        "%00",
        "//",
        "?id=1424608189734850560",
        "-p-",
        "CJ-",
        "CJAé1234",
    ] {
        assert!(parse(input).is_err(), "{}", &input[..input.len().min(80)]);
    }
}
