//! What pages say about themselves.

use sourcepilot_sdk::{Availability, ErrorKind};

use super::*;

#[test]
fn a_plain_product() {
    let product = ld(
        r#"{"@context": "https://schema.org", "@type": "Product", "name": "Cup &amp; saucer", "sku": "C-1",
            "image": ["/img/a.jpg", "//cdn.example/b.jpg", "http://shop.example/c.jpg", "data:image/png;base64,AA", "/img/a.jpg"],
            "description": "For tea.\nHolds 2 < 3 dl.", "brand": {"@type": "Brand", "name": "Potter"},
            "category": "Kitchen > Cups", "gtin13": "4006381333931", "weight": {"value": "0.35", "unitCode": "KGM"},
            "aggregateRating": {"ratingValue": "9", "bestRating": 10, "reviewCount": "17"},
            "offers": {"@type": "Offer", "price": 12.5, "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}}"#,
    )
    .unwrap();
    assert_eq!(product.title, "Cup & saucer");
    assert_eq!(price(&product), "12.50 EUR");
    assert_eq!(product.availability, Availability::Available);
    assert_eq!(
        product.images,
        ["https://shop.example/img/a.jpg", "https://cdn.example/b.jpg", "https://shop.example/c.jpg"]
    );
    assert_eq!(product.description_html.as_deref(), Some("<p>For tea.</p><p>Holds 2 &lt; 3 dl.</p>"));
    assert_eq!(product.supplier_name.as_deref(), Some("Potter"));
    assert_eq!(product.categories, ["Kitchen", "Cups"]);
    assert_eq!((product.rating.as_deref(), product.rating_count), (Some("4.50"), Some(17)));
    let variant = &product.variants[0];
    assert_eq!((variant.id.as_str(), variant.sku.as_deref()), ("C-1", Some("C-1")));
    assert_eq!((variant.weight_grams, variant.barcode.as_deref()), (Some(350), Some("4006381333931")));
    assert_eq!((variant.stock, variant.options.len()), (None, 0));
}

/// Shapes that all describe a cup for 12.50 EUR.
#[test]
fn the_same_cup_in_many_shapes() {
    for data in [
        r#"[{"@type": "BreadcrumbList"}, {"@type": "Product", "name": "Cup", "offers": {"price": "12.50", "priceCurrency": "EUR"}}]"#,
        r##"{"@graph": [{"@type": "WebPage"}, {"@type": ["Product", "Thing"], "name": "Cup", "offers": {"@id": "#o"}}, {"@type": "Offer", "@id": "#o", "price": "12,50", "priceCurrency": "eur"}]}"##,
        r#"{"@type": "WebPage", "mainEntity": {"@type": "http://schema.org/Product", "name": ["Cup"], "offers": [{"price": "12.50", "priceCurrency": "EUR"}]}}"#,
        r#"{"@type": "Product", "name": {"@value": "Cup", "@language": "en"}, "offers": {"price": "€12.50"}}"#,
        r#"{"@type": "Product", "name": "Cup", "offers": {"@type": "Offer", "priceSpecification": {"price": 12.5, "priceCurrency": "EUR"}}}"#,
        r#"{"@type": "Product", "name": "Cup", "offers": {"@type": "AggregateOffer", "lowPrice": "12.50", "highPrice": "12.50", "priceCurrency": "EUR"}}"#,
        r#"{"@type": "Product", "name": "Cup", "offers": {"@type": "AggregateOffer", "lowPrice": 1, "priceCurrency": "EUR", "offers": [{"price": 12.50}]}}"#,
        "<!-- {\"@type\": \"Product\", \"name\": \"Cup\", \"offers\": {\"price\": \"12.50\", \"priceCurrency\": \"EUR\",},} -->",
        "{\"@type\": \"Product\", \"name\": \"Cup\", \"description\": \"a\nb\", \"offers\": {\"price\": 12.5, \"priceCurrency\": \"EUR\"}};",
        r#"{"@type": "ProductGroup", "name": "Cup", "hasVariant": [{"@type": "Product", "name": "Cup", "offers": {"price": 12.5, "priceCurrency": "EUR"}}]}"#,
    ] {
        let product = ld(data).unwrap_or_else(|failure| panic!("{failure:?} {data}"));
        assert_eq!((product.title.as_str(), price(&product)), ("Cup", "12.50 EUR".to_owned()), "{data}");
        assert_eq!(product.variants.len(), 1, "{data}");
    }
}

#[test]
fn a_broken_block_does_not_hide_a_whole_one() {
    let page = r#"<script type="application/ld+json">{"@type": "Product", "name": </script>
        <script type=application/ld+json>{"@type": "Product", "name": "Cup", "offers": {"price": 3, "priceCurrency": "USD"}}</script>"#;
    assert_eq!(price(&product(page).unwrap()), "3.00 USD");
}

#[test]
fn the_page_is_about_its_own_product() {
    let data = r#"[{"@type": "Product", "name": "Recommended", "url": "/p/plate", "offers": {"price": 1, "priceCurrency": "EUR"}},
        {"@type": "Product", "name": "Mine", "url": "https://shop.example/p/cup?variant=3", "offers": {"price": 2, "priceCurrency": "EUR"}}]"#;
    assert_eq!(ld(data).unwrap().title, "Mine");
}

#[test]
fn a_group_with_choices() {
    let product = ld(
        r##"{"@type": "ProductGroup", "name": "Shirt", "variesBy": ["https://schema.org/color", "size"], "hasVariant": [
            {"@type": "Product", "sku": "S-R-M", "color": "Red", "size": "M", "image": "/r.jpg", "offers": {"price": 9, "priceCurrency": "EUR", "availability": "OutOfStock"}},
            {"@type": "Product", "sku": "S-B-M", "color": "Blue", "size": {"@type": "SizeSpecification", "name": "M"}, "offers": {"price": 11, "priceCurrency": "EUR", "availability": "InStock"}},
            {"@type": "Product", "sku": "S-B-L", "color": "Blue", "size": "L", "offers": {"price": "12.00", "priceCurrency": "EUR",
              "priceSpecification": {"priceType": "https://schema.org/StrikethroughPrice", "price": 15}}}]}"##,
    )
    .unwrap();
    assert_eq!(
        variants(&product),
        ["Color=Red, Size=M: 9.00 [0]", "Color=Blue, Size=M: 11.00", "Color=Blue, Size=L: 12.00"]
    );
    assert_eq!(price(&product), "11.00 EUR", "the cheapest that can be bought");
    assert_eq!(product.availability, Availability::Available);
    assert_eq!(product.variants[0].image.as_deref(), Some("https://shop.example/r.jpg"));
    assert_eq!(product.variants[2].list_price.as_ref().map(|money| money.amount.as_str()), Some("15.00"));
    assert_eq!(product.variants[1].id, "S-B-M");
}

#[test]
fn variants_that_point_at_their_group() {
    let product = ld(
        r##"{"@graph": [{"@type": "ProductGroup", "@id": "#g", "name": "Shirt", "productGroupID": "17"},
            {"@type": "Product", "name": "Shirt - S", "isVariantOf": {"@id": "#g"}, "offers": {"price": 1, "priceCurrency": "USD"}},
            {"@type": "Product", "name": "Shirt - L", "inProductGroupWithID": 17, "offers": {"price": 2, "priceCurrency": "USD"}}]}"##,
    )
    .unwrap();
    assert_eq!(product.title, "Shirt");
    assert_eq!(variants(&product), ["Variant=S: 1.00", "Variant=L: 2.00"]);
}

#[test]
fn choices_without_names_come_from_titles_and_twins_are_dropped() {
    let member = |name: &str| {
        format!(
            r#"{{"@type": "Product", "name": "{name}", "offers": {{"price": 1, "priceCurrency": "USD"}}}}"#
        )
    };
    let data = format!(
        r#"{{"@type": "ProductGroup", "name": "Mug", "hasVariant": [{}, {}, {}, {}]}}"#,
        member("Mug (red)"),
        member("Mug | blue"),
        member("Mug (red)"),
        member("Mug")
    );
    assert_eq!(variants(&ld(&data).unwrap()), ["Variant=red: 1.00", "Variant=blue: 1.00", "Variant=4: 1.00"]);
}

#[test]
fn offers_with_names_are_variants() {
    let product = ld(
        r#"{"@type": "Product", "name": "Mat", "offers": [
            {"name": "Mat / Blue", "sku": "M1", "price": "20.00", "priceCurrency": "USD", "availability": "http://schema.org/InStock"},
            {"name": "Mat / Green", "sku": "M2", "price": "18.00", "priceCurrency": "USD", "availability": "http://schema.org/SoldOut"}]}"#,
    )
    .unwrap();
    assert_eq!(variants(&product), ["Variant=Blue: 20.00", "Variant=Green: 18.00 [0]"]);
    assert_eq!(price(&product), "20.00 USD");
}

#[test]
fn offers_of_several_sellers_are_one_product() {
    let product = ld(r#"{"@type": "Product", "name": "Mat", "offers": [
            {"price": 20, "priceCurrency": "USD", "seller": {"name": "A"}},
            {"price": 15, "priceCurrency": "USD", "availability": "OutOfStock"},
            {"price": 14, "priceCurrency": "GBP"},
            {"price": 18, "priceCurrency": "USD"}]}"#)
    .unwrap();
    assert_eq!(variants(&product), [": 18.00"]);
}

#[test]
fn of_a_range_the_dearest_price_counts() {
    let data = r#"{"@type": "Product", "name": "Mat", "offers": {"@type": "AggregateOffer", "lowPrice": "8.00", "highPrice": "14.00", "priceCurrency": "USD", "offerCount": 5}}"#;
    let product = ld(data).unwrap();
    assert_eq!(price(&product), "14.00 USD");
    assert_eq!(product.extra[0].value, "8.00-14.00");
}

#[test]
fn sold_out_and_discontinued() {
    for (word, availability, stock) in [
        ("https://schema.org/OutOfStock", Availability::SoldOut, Some(0)),
        ("SoldOut", Availability::SoldOut, Some(0)),
        ("http://schema.org/Discontinued", Availability::Discontinued, Some(0)),
        ("PreOrder", Availability::Available, None),
        ("SomethingNew", Availability::Unknown, None),
    ] {
        let data = format!(
            r#"{{"@type": "Product", "name": "Cup", "offers": {{"price": 1, "priceCurrency": "EUR", "availability": "{word}"}}}}"#
        );
        let product = ld(&data).unwrap();
        assert_eq!((product.availability, product.variants[0].stock), (availability, stock), "{word}");
    }
}

#[test]
fn stock_is_taken_when_it_is_told() {
    let data = r#"{"@type": "Product", "name": "Cup", "offers": {"price": 1, "priceCurrency": "EUR", "inventoryLevel": {"@type": "QuantitativeValue", "value": "7"}}}"#;
    assert_eq!(ld(data).unwrap().variants[0].stock, Some(7));
}

#[test]
fn open_graph_alone() {
    let product = product(
        r#"<head><title>ignored</title><meta property="og:title" content="Cup | My Shop"><meta property="og:site_name" content="My Shop">
           <meta property="og:description" content="For &lt;tea&gt;"><meta content="/a.jpg" property="og:image">
           <meta property="product:price:amount" content="1.299,00"><meta property="product:price:currency" content="EUR">
           <meta property="product:sale_price:amount" content="999,00"><meta property="product:availability" content="in stock"></head>"#,
    )
    .unwrap();
    assert_eq!((product.title.as_str(), price(&product)), ("Cup", "999.00 EUR".to_owned()));
    assert_eq!(product.list_price.unwrap().amount, "1299.00");
    assert_eq!(product.description_html.as_deref(), Some("<p>For &lt;tea&gt;</p>"));
    assert_eq!(product.images, ["https://shop.example/a.jpg"]);
    assert_eq!(product.availability, Availability::Available);
}

#[test]
fn microdata_in_attributes_and_in_text() {
    let page = r#"<title>Cup</title><ol><li itemprop="name">Home</li></ol><div itemscope itemtype="http://schema.org/Product">
        <h1 itemprop="name">Cup &amp; saucer</h1><img itemprop="image" src="/a.jpg"><img itemprop="image" src="/b.jpg">
        <span itemprop="brand" itemscope><b itemprop="name">Potter</b></span><p itemprop="description">For tea.</p>
        <i itemprop="priceCurrency" content="GBP">&pound;</i><b itemprop="price">1.204,20&nbsp;</b><i itemprop="gtin13">4006381333931</i>
        <link itemprop="availability" href="https://schema.org/OutOfStock"></div>"#;
    let product = product(page).unwrap();
    assert_eq!((product.title.as_str(), price(&product)), ("Cup & saucer", "1204.20 GBP".to_owned()));
    assert_eq!(product.availability, Availability::SoldOut);
    assert_eq!(product.images, ["https://shop.example/a.jpg", "https://shop.example/b.jpg"]);
    assert_eq!(product.description_html.as_deref(), Some("<p>For tea.</p>"));
    assert_eq!(product.variants[0].barcode.as_deref(), Some("4006381333931"));
    let sign = super::product(r#"<title>Cup</title><span itemprop="price">12,90 €</span>"#).unwrap();
    assert_eq!((sign.title.as_str(), price(&sign)), ("Cup", "12.90 EUR".to_owned()));
}

#[test]
fn what_one_source_lacks_the_other_fills_in() {
    let page = r#"<meta property="og:title" content="Other"><meta property="og:image" content="a.jpg"><base href="https://cdn.example/x/">
        <meta property="product:price:amount" content="5"><meta property="product:price:currency" content="USD">
        <script type="application/ld+json">{"@type": "Product", "name": "Cup"}</script>"#;
    let product = product(page).unwrap();
    assert_eq!((product.title.as_str(), price(&product)), ("Cup", "5.00 USD".to_owned()));
    assert_eq!(product.images, ["https://cdn.example/x/a.jpg"]);
}

#[test]
fn a_price_and_its_currency_come_from_one_source() {
    let page = r#"<meta property="product:price:amount" content="500"><meta property="product:price:currency" content="JPY">
        <script type="application/ld+json">{"@type": "Product", "name": "Cup", "offers": {"price": "3.40", "priceCurrency": "USD"}}</script>"#;
    assert_eq!(price(&product(page).unwrap()), "3.40 USD");
}

#[test]
fn html_in_descriptions_is_kept_for_the_host_to_clean() {
    for (text, html) in [
        ("<b>Good</b>", "<b>Good</b>"),
        ("&lt;b&gt;Good&lt;/b&gt;", "<b>Good</b>"),
        ("Good &amp; cheap", "<p>Good &amp; cheap</p>"),
    ] {
        let data = serde_json::json!({"@type": "Product", "name": "Cup", "description": text, "offers": {"price": 1, "priceCurrency": "EUR"}});
        assert_eq!(ld(&data.to_string()).unwrap().description_html.as_deref(), Some(html));
    }
}

#[test]
fn whatever_is_missing_is_named() {
    for (data, word) in [
        (r#"{"@type": "Article", "name": "News"}"#, "title"),
        (r#"{"@type": "Product", "name": "Cup"}"#, "price"),
        (
            r#"{"@type": "Product", "name": "Cup", "offers": {"price": "1.299", "priceCurrency": "EUR"}}"#,
            "price",
        ),
        (r#"{"@type": "Product", "name": "Cup", "offers": {"price": "0", "priceCurrency": "EUR"}}"#, "price"),
        (r#"{"@type": "Product", "name": "Cup", "offers": {"price": "9.99"}}"#, "currency"),
        (r#"{"@type": "Product", "name": "Cup", "offers": {"price": "$9.99"}}"#, "currency"),
    ] {
        let failure = ld(data).unwrap_err();
        assert_eq!(failure.kind, ErrorKind::InvalidInput, "{data}");
        assert!(failure.message.contains(word), "{data}: {}", failure.message);
    }
}

#[test]
fn a_setting_gives_the_currency_of_pages_that_name_none() {
    let page = r#"<title>Cup</title><meta itemprop="price" content="9.99">"#;
    let mut call = test::call(&Recorded::new().on("GET", PAGE, html(page)));
    call.context.settings = r#"{"currency": "CHF"}"#.into();
    assert_eq!(price(&product_in(&call, None).unwrap()), "9.99 CHF");
}

#[test]
fn ids_of_variants_are_unique_and_stable() {
    let member = |sku: &str, size: &str| {
        format!(
            r#"{{"@type": "Product", "name": "S", "sku": "{sku}", "size": "{size}", "offers": {{"price": 1, "priceCurrency": "USD"}}}}"#
        )
    };
    let long = "x".repeat(300);
    let data = format!(
        r#"{{"@type": "ProductGroup", "name": "S", "hasVariant": [{}, {}, {}]}}"#,
        member("A", "1"),
        member("A", "2"),
        member(&long, "3")
    );
    let ids = |product: Product| product.variants.into_iter().map(|variant| variant.id).collect::<Vec<_>>();
    let first = ids(ld(&data).unwrap());
    assert_eq!(first[..2], ["A", "A-2"]);
    assert_eq!(first[2].len(), 255);
    assert_eq!(first, ids(ld(&data).unwrap()));
}

#[test]
fn hostile_pages_end_in_a_failure() {
    let deep = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
    for page in [
        String::new(),
        "<".repeat(100_000),
        "<a b=".repeat(20_000),
        format!("<script type=\"application/ld+json\">{deep}</script>"),
        format!("<script type=\"application/ld+json\">{}</script>", "{},".repeat(50_000)),
        "<script type=application/ld+json></sc".repeat(10_000),
    ] {
        assert_eq!(product(&page).unwrap_err().kind, ErrorKind::InvalidInput);
    }
}
