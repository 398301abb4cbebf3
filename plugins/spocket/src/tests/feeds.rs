//! Tables of rows.

use sourcepilot_sdk::{ErrorKind, Feed, Item, Parsed};

use super::{U, call, parse, with_settings};
use crate::Spocket;
use crate::document::Document;

fn document(item: &Item) -> Document {
    serde_json::from_str(&item.document).expect("a document")
}

fn only(text: &str) -> Document {
    let parsed = parse(text);
    assert_eq!((parsed.items.len(), parsed.problem_count), (1, 0), "{:?}", parsed.problems);
    document(&parsed.items[0])
}

#[track_caller]
fn problems(parsed: &Parsed) -> Vec<(Option<u32>, &str)> {
    assert_eq!(parsed.problem_count as usize, parsed.problems.len());
    parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect()
}

#[test]
fn one_row_per_variant_becomes_one_product() {
    let document = only(include_str!("../../tests/fixtures/documented.csv"));
    assert_eq!((document.source_product_id.as_str(), document.title.as_str()), (U, "Linen Table Runner"));
    assert_eq!(document.images.len(), 2);
    assert_eq!(document.currency, "USD");
    assert_eq!(document.processing_time_days.map(|days| (days.min, days.max)), Some((1, 3)));
    assert_eq!(document.shipping.len(), 2);
    assert_eq!(document.shipping[1].cost.as_deref(), Some("9.90"));
    let [grey, sand] = document.variants.as_slice() else { panic!("{:?}", document.variants) };
    assert_eq!(
        (grey.cost.as_deref(), grey.price.as_deref(), grey.stock),
        (Some("11.40"), Some("24.90"), None)
    );
    assert_eq!((sand.id.as_str(), sand.title().as_str(), sand.stock), ("NW-RUN-SND", "Sand", Some(12)));
}

#[test]
fn marks_separators_commas_and_quoted_lines() {
    let text = "\u{feff}Source URL;Title;You pay;You sell;Currency;Description\r\n\
        https://app.spocket.co/product/3F0C9A52-7B1E-4D5A-9C3E-1A2B3C4D5E6F;\"Lamp; \"\"the\"\" one\";1.234,50 €;\"2.000,00\";eur;\"First\nSecond; third\"\r\n";
    let document = only(text);
    assert_eq!(document.source_product_id, U);
    assert_eq!(document.title, "Lamp; \"the\" one");
    assert_eq!(document.variants[0].cost.as_deref(), Some("1234.50"));
    assert_eq!(document.variants[0].price.as_deref(), Some("2000.00"));
    assert_eq!(document.description_html.as_deref(), Some("First\nSecond; third"));
    for text in
        ["sep=|\nid|title|cost|currency\nU|Lamp|3.50|USD\n", "id\ttitle\tcost\tcurrency\r\nU\tLamp\t3,5\tUSD"]
    {
        assert_eq!(
            only(&text.replace('U', U).replace(&format!("{U}SD"), "USD")).variants[0].cost.as_deref(),
            Some("3.50")
        );
    }
}

#[test]
fn files_of_old_spreadsheets_are_read() {
    let text = format!("id;title;cost;currency\n{U};Café für 5 €;5;EUR\n");
    let western: Vec<u8> = text.chars().map(|c| if c == '€' { 0x80 } else { c as u8 }).collect();
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [western, wide] {
        let parsed = Spocket::parse(&call(), "text/csv", bytes).expect("a feed");
        assert_eq!(parsed.items[0].title, "Café für 5 €");
    }
}

#[test]
fn columns_that_are_missing_are_named() {
    for (text, words) in [
        ("id,cost,currency\n1,2,USD\n", vec!["`title`", "id, cost, currency"]),
        ("title,cost\nLamp,2\n", vec!["`source_url` or `source_product_id`"]),
        ("id,title\n1,Lamp\n", vec!["`cost` or `price`"]),
        ("apples\npears\n", vec!["`title`", "`cost` or `price`", "apples"]),
    ] {
        let failure = Spocket::parse(&call(), "text/csv", text.into()).expect_err(text);
        assert_eq!(failure.kind, ErrorKind::InvalidInput);
        for word in words {
            assert!(failure.message.contains(word), "{word}: {}", failure.message);
        }
    }
}

#[test]
fn a_bad_row_costs_one_row_and_says_where_it_stands() {
    let good = "https://app.spocket.co/product/00000000-0000-4000-8000-00000000000";
    let text = format!(
        "source_url,title,cost,currency,stock,shipping,images\n\
         {good}1,Good,1.50,USD,,,\n\
         ,Nameless,1.50,USD,,,\n\
         {good}2,No price,,USD,,,\n\
         {good}3,Unclear,1.234,USD,,,\n\
         {good}4,Free,0,USD,,,\n\
         {good}5,No currency,2,,,,\n\
         {good}6,Odd currency,2,dollars,,,\n\
         {good}7,,2,USD,,,\n\
         {good}8,Stocked,2,USD,many,,\n\
         {good}9,Unquoted, Ltd,2,USD,,,,x\n\
         {good}1,Good,1.60,USD,,,\n\
         {good}1,Good,1.60,EUR,,,\n\
         {good}a,Kept,3,USD,-2,Mars:3:1-2,ftp://x.example/1.jpg|https://x.example/2.jpg\n"
    );
    let parsed = parse(&text);
    assert_eq!(parsed.items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["Good", "Kept"]);
    let found = problems(&parsed);
    let expected = [
        (3, "Nothing names the product"),
        (4, "no price"),
        (5, "1.234"),
        (6, "zero"),
        (7, "currency"),
        (8, "dollars"),
        (9, "no title"),
        (10, "many"),
        (11, "fields but there are 7 columns"),
        (12, "same choices"),
        (13, "one currency"),
        (14, "images"),
        (14, "MARS"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((line, message), (at, words)) in found.into_iter().zip(expected) {
        assert_eq!(line, Some(at), "{message}");
        assert!(message.contains(words), "{words}: {message}");
    }
    let kept = document(&parsed.items[1]);
    assert_eq!(
        (kept.images.as_slice(), kept.variants[0].stock),
        (["https://x.example/2.jpg".to_owned()].as_slice(), Some(0))
    );
    assert!(kept.shipping.is_empty());
}

#[test]
fn choices_come_from_numbered_and_from_named_columns() {
    let rows = format!(
        "id,title,cost,currency,option1_name,option1_value,Option: Size\n\
         {U},Shirt,5,USD,Colour,Red,S\n{U},Shirt,6,USD,Colour,Red,M\n{U},Shirt,6,USD,Color,Blue,M\n{U},Shirt,6,USD,Colour,Blue,\n"
    );
    let parsed = parse(&rows);
    let document = document(&parsed.items[0]);
    assert_eq!(
        document.variants.iter().map(|variant| variant.title()).collect::<Vec<_>>(),
        ["Red / S", "Red / M"]
    );
    assert_eq!(problems(&parsed).len(), 2);
    assert!(parsed.problems[0].message.ends_with("Colour, Size."), "{}", parsed.problems[0].message);
}

#[test]
fn the_account_s_currency_fills_in_and_products_of_ones_own_need_an_address() {
    let call = with_settings(r#"{"currency": "EUR"}"#);
    let text =
        "id,url,title,cost\nlamp-1,https://merchant.example/lamp,Lamp,3\nlamp-2,,Lamp,3\nlamp-1,,Lamp,3\n";
    let parsed = Spocket::parse(&call, "", text.into()).expect("a feed");
    assert_eq!(parsed.items.len(), 1);
    assert_eq!(
        (parsed.items[0].id.as_str(), parsed.items[0].url.as_deref()),
        ("lamp-1", Some("https://merchant.example/lamp"))
    );
    assert_eq!(document(&parsed.items[0]).currency, "EUR");
    assert_eq!(parsed.problem_count, 2);
}

#[test]
fn variant_ids_stay_and_never_collide() {
    let rows = format!(
        "id,title,cost,currency,sku,variant_id,option1_value\n\
         {U},Shirt,5,USD,A,,Red\n{U},Shirt,5,USD,A,,Blue\n{U},Shirt,5,USD,,v9,Green\n{U},Shirt,5,USD,,,Black\n"
    );
    let ids: Vec<String> = only(&rows).variants.into_iter().map(|variant| variant.id).collect();
    assert_eq!(ids, ["A", "A#2", "v9", "Black"]);
    assert_eq!(ids, only(&rows).variants.into_iter().map(|variant| variant.id).collect::<Vec<_>>());
}

#[test]
fn an_open_quotation_mark_loses_no_row_before_it() {
    let filler = "x,".repeat(300_000);
    let parsed = parse(&format!("id,title,cost,currency\n{U},Lamp,3,USD\nb,\"Open,3,USD\n{filler}"));
    assert_eq!(parsed.items.len(), 1);
    assert!(parsed.problems[0].message.contains("never closed"), "{:?}", parsed.problems);
}

#[test]
fn fifty_thousand_rows_are_read() {
    let mut text = String::from("id,title,cost,currency,sku,images\n");
    for number in 0..50_000 {
        let row = format!(
            "00000000-0000-4000-8000-{number:012},Product {number},1.50,USD,SKU-{number},https://img.example/{number}.jpg\n"
        );
        text.push_str(&row);
    }
    let parsed = parse(&text);
    assert_eq!((parsed.items.len(), parsed.problem_count), (50_000, 0));
    text.push_str("99999999-0000-4000-8000-000000000000,One too many,1.50,USD,S,\n");
    let parsed = parse(&text);
    assert_eq!((parsed.items.len(), parsed.problem_count), (50_000, 1));
}

#[test]
fn hundreds_of_problems_are_counted_and_some_told() {
    let text = format!("id,title,cost,currency\n{}", "x,Lamp,3,USD\n".repeat(1000));
    let parsed = parse(&text);
    assert_eq!((parsed.items.len(), parsed.problem_count, parsed.problems.len()), (0, 1000, 200));
}

#[test]
fn a_product_with_too_much_text_gives_up_some_of_its_description() {
    let block = "<p>Woven by hand \\\"here\\\".</p>";
    let description = block.repeat(300 * 1024 / block.len());
    let variants: Vec<String> = (0..2000)
        .map(|at| {
            let image = format!("https://images.example/{}-{at}.jpg", "a".repeat(100));
            format!(r#"{{"sku":"S{at}","cost":"3.50","options":{{"Size":"{at}"}},"image":"{image}"}}"#)
        })
        .collect();
    let text = format!(
        r#"[{{"source_product_id":"{U}","title":"Runner","currency":"USD","description_html":"{description}","variants":[{}]}}]"#,
        variants.join(",")
    );
    let document = only(&text);
    assert_eq!(document.variants.len(), 2000, "nothing that is for sale is lost");
    let kept = document.description_html.expect("the beginning");
    assert!(kept.len() > 10_000 && kept.len() < description.len(), "{}", kept.len());
    assert!(kept.ends_with("</p>"));

    let long = format!(
        r#"[{{"source_product_id":"{U}","title":"Runner","currency":"USD","cost":"3.50","description_html":"{}"}}]"#,
        block.repeat(40_000)
    );
    let kept = only(&long).description_html.expect("the beginning");
    assert!(kept.len() > 300_000 && kept.len() <= 300 * 1024);
}
