//! Products as they come, and what is left of them.

use sourcepilot_domain::product::{Attribute, Availability, ProductRef, Variant};
use sourcepilot_domain::{Currency, Money};

use super::*;

fn outside() -> EgressConfig {
    EgressConfig::default()
}

fn product(prices: &[&str]) -> Product {
    let money = |text: &&str| Money::new(text.parse().unwrap_or_default(), Currency::USD);
    let variants = prices
        .iter()
        .enumerate()
        .map(|(n, text)| Variant {
            id: n.to_string(),
            sku: None,
            title: "Red".into(),
            options: vec![Attribute { name: "Color".into(), value: "Red\u{202E}".into() }],
            price: money(text),
            list_price: None,
            stock: None,
            image: Some("javascript:alert(1)".into()),
            weight_grams: None,
            barcode: None,
            extra: Vec::new(),
        })
        .collect();
    Product {
        reference: ProductRef { id: "1".into(), url: None, variant: None },
        title: "  A\u{202E} lamp\n <b>".into(),
        description_html: Some(
            "<p onclick='x()'>\u{202E}Nice</p><script>steal()</script><a href='javascript:1'>x</a>".into(),
        ),
        price: money(&prices[0]),
        list_price: None,
        availability: Availability::Available,
        images: vec![
            "https://a.example/1.jpg".into(),
            "data:image/png,xx".into(),
            "https://a.example/1.jpg".into(),
        ],
        variants,
        categories: Vec::new(),
        supplier_name: None,
        rating: None,
        rating_count: None,
        order_count: None,
        shipping: None,
        extra: Vec::new(),
    }
}

#[test]
fn text_images_and_html_are_harmless_afterwards() {
    let taken = take_in(&outside(), product(&["3.99"])).expect("a good product");
    assert_eq!(taken.title, "A lamp <b>");
    assert_eq!(taken.images, ["https://a.example/1.jpg"]);
    let html = taken.description_html.unwrap_or_default();
    assert!(html.contains("<p>Nice</p>"), "{html}");
    assert!(!html.contains("script") && !html.contains("onclick"), "{html}");
    assert_eq!(taken.variants[0].options[0].value, "Red");
    assert_eq!(taken.variants[0].image, None);
}

#[test]
fn absurd_prices_are_refused_with_the_reason() {
    for prices in [&["0"][..], &["5000000"], &["0.01", "99999"]] {
        let failure = take_in(&outside(), product(prices)).expect_err("absurd");
        assert_eq!(failure.kind, ErrorKind::BadAnswer, "{prices:?}");
        assert!(failure.message.contains("price"), "{}", failure.message);
    }
}

#[test]
fn descriptions_keep_their_structure_and_nothing_else() {
    for (html, expected) in [
        ("<h2 class=x style='position:fixed'>A</h2><p>b</p>", "<h2>A</h2><p>b</p>"),
        ("<a href='https://supplier.example/'>Our shop</a>", "Our shop"),
        ("<img src='http://cdn.example/a.jpg' onerror=x>", "<img src=\"https://cdn.example/a.jpg\">"),
        ("<img src='https://169.254.169.254/a'><p>x</p>", "<p>x</p>"),
        ("<img src='data:image/svg+xml,x'>x", "x"),
        ("<svg><script>x</script></svg><style>p{}</style><p>x</p>", "<p>x</p>"),
        ("<p>x<iframe src='https://e.example'></iframe><form><input></form></p>", "<p>x</p><p></p>"),
        ("<td colspan='2' rowspan='x'>x", "x"),
        ("<p>a\u{202E}b\0</p>", "<p>ab</p>"),
    ] {
        let mut product = product(&["3.99"]);
        product.description_html = Some(html.into());
        let taken = take_in(&outside(), product).expect("a good product");
        assert_eq!(taken.description_html.unwrap_or_default(), expected, "{html}");
    }
}

#[test]
fn a_bomb_of_tags_is_read_as_text_in_time() {
    for html in
        ["<div>".repeat(100_000), "<b><i><a>".repeat(6_000), "<table><tr>".repeat(6_000), "<".repeat(500_000)]
    {
        let mut product = product(&["3.99"]);
        product.description_html = Some(format!("words {html}"));
        let began = std::time::Instant::now();
        let taken = take_in(&outside(), product).expect("a good product");
        assert!(taken.description_html.unwrap_or_default().contains("words"));
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
    }
}

#[test]
fn variants_without_a_price_are_left_out_and_the_others_kept() {
    let taken = take_in(&outside(), product(&["0", "4.00", "0.00001", "5.123456"])).expect("two can be sold");
    let prices: Vec<String> = taken.variants.iter().map(|variant| variant.price.to_string()).collect();
    assert_eq!(prices, ["4.00 USD", "5.1235 USD"]);
    assert_eq!(taken.price, taken.variants[0].price, "the stated price was nothing");
}

#[test]
fn list_prices_mean_something_or_go() {
    let usd = |text: &str| Money::new(text.parse().expect("a number"), Currency::USD);
    for (price, list, kept) in
        [("4.00", "5.00", true), ("4.00", "4.00", false), ("4.00", "3.00", false), ("4.00", "900.00", false)]
    {
        let mut product = product(&[price]);
        product.variants[0].list_price = Some(usd(list));
        product.list_price = Some(usd(list));
        let taken = take_in(&outside(), product).expect("a good product");
        assert_eq!(
            (taken.list_price.is_some(), taken.variants[0].list_price.is_some()),
            (kept, kept),
            "{list}"
        );
    }
    let mut trap = product(&["4000.00"]);
    trap.variants[0].list_price = Some(usd("4.00"));
    let failure = take_in(&outside(), trap).expect_err("absurd");
    assert!(failure.message.contains("before any discount"), "{failure}");
}

#[test]
fn a_million_dong_is_a_cup() {
    let dong: Currency = "VND".parse().expect("a code");
    let mut product = product(&["1290000"]);
    product.price.currency = dong;
    product.variants[0].price.currency = dong;
    assert!(take_in(&outside(), product).is_ok());
}

#[test]
fn long_values_of_choices_are_cut_and_stay_apart() {
    let mut long = product(&["3.99", "4.99", "5.99"]);
    for (variant, end) in long.variants.iter_mut().zip(["a", "b", "a"]) {
        let value = format!("{}{end}", "x".repeat(300));
        variant.options = vec![Attribute { name: "Style".into(), value }];
    }
    long.variants[2].options[0].name = "STYLE".into();
    let taken = take_in(&outside(), long).expect("a good product");
    let values: Vec<&str> = taken.variants.iter().map(|variant| variant.options[0].value.as_str()).collect();
    assert_eq!(values[0].len(), 200);
    assert!(values[1].ends_with(" (2)") && values[1].len() <= 200, "{}", values[1]);
    assert_eq!(values[2], values[0], "one value stays one");
}
