//! Every recorded or documented oddity of a product answer, and what becomes of it.

use sourcepilot_sdk::{Attribute, Availability, ErrorKind, Failure, Product, Variant};

use super::{fixture, market};
use crate::convert;
use crate::envelope;
use crate::id::ProductId;
use crate::market::Market;
use crate::wire::Tier;

const METHOD: &str = "aliexpress.ds.product.get";

fn read(name: &str, market: &Market) -> Result<Product, Failure> {
    let answer = fixture(name);
    let item = envelope::item(envelope::business(&answer, METHOD)?)?;
    convert::product(item, &ProductId::read("1005001111222333").unwrap(), market)
}

fn product(name: &str) -> Product {
    read(name, &market()).unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
}

fn refusal(name: &str) -> ErrorKind {
    read(name, &market()).expect_err(name).kind
}

fn extra<'a>(extra: &'a [Attribute], name: &str) -> Option<&'a str> {
    extra.iter().find(|attribute| attribute.name == format!("x-aliexpress.{name}")).map(|a| a.value.as_str())
}

fn options(variant: &Variant) -> Vec<(&str, &str)> {
    variant.options.iter().map(|option| (option.name.as_str(), option.value.as_str())).collect()
}

fn price(product: &Product) -> (&str, &str) {
    (&product.price.amount, &product.price.currency)
}

#[test]
fn the_wrapped_shape_in_full() {
    let product = product("product-wrapped");
    assert_eq!(product.ref_.id, "1005001111222333");
    assert_eq!(product.ref_.url.as_deref(), Some("https://www.aliexpress.com/item/1005001111222333.html"));
    assert_eq!(product.title, "Clip-on reading lamp");
    assert_eq!(price(&product), ("3.99", "EUR"), "the SKU's currency, not the listing's");
    assert_eq!(product.list_price.as_ref().map(|price| price.amount.as_str()), Some("7.98"));
    assert_eq!(product.availability, Availability::Available);
    assert_eq!(product.images, ["https://ae01.alicdn.com/kf/Sa.jpg", "https://ae01.alicdn.com/kf/Sc.jpg"]);
    assert!(product.description_html.as_deref().unwrap().starts_with("<div"));
    assert_eq!(product.supplier_name.as_deref(), Some("Lamp Corner Store"));
    assert_eq!(
        (product.rating.as_deref(), product.rating_count, product.order_count),
        (Some("4.7"), Some(311), Some(1000))
    );
    let shipping = product.shipping.as_ref().unwrap();
    assert_eq!((shipping.max_days, shipping.cost.is_none()), (Some(7), true));
    assert_eq!(extra(&product.extra, "us-id"), Some("3256800924907581"));
    assert_eq!(extra(&product.extra, "choice"), Some("true"));
    assert_eq!(extra(&product.extra, "brand"), None, "`None` is no brand");
    assert_eq!(extra(&product.extra, "package-cm"), Some("15x8x6"));

    let [black, white] = product.variants.as_slice() else { panic!("two variants") };
    assert_eq!(black.id, "12000044000000001");
    assert_eq!(options(black), [("Color", "Night Black")], "one place of dispatch is no choice");
    assert_eq!((black.title.as_str(), black.stock, black.weight_grams), ("Night Black", Some(42), Some(120)));
    assert_eq!(black.image.as_deref(), Some("https://ae01.alicdn.com/kf/Sb.jpg"));
    assert_eq!(extra(&black.extra, "sku-attr"), Some("14:193#Night Black;200007763:201336100"));
    assert_eq!(extra(&black.extra, "ships-from"), Some("CN"));
    assert_eq!(extra(&black.extra, "value-of.Color"), Some("Black"));
    assert_eq!(
        (extra(&black.extra, "bulk-price"), extra(&black.extra, "bulk-from")),
        (Some("3.79"), Some("5"))
    );
    assert_eq!((white.price.amount.as_str(), white.stock), ("4.49", Some(0)));
}

#[test]
fn the_streamlined_shape_is_the_same_product() {
    let (wrapped, streamlined) = (product("product-wrapped"), product("product-streamlined"));
    assert_eq!(format!("{:?}", wrapped.variants), format!("{:?}", streamlined.variants));
    assert_eq!(format!("{:?}", wrapped.extra), format!("{:?}", streamlined.extra));
}

#[test]
fn a_single_element_may_come_without_its_list() {
    let product = product("product-single-elements-without-lists");
    assert_eq!(product.variants.len(), 1);
    assert_eq!(options(&product.variants[0]), [("Color", "Night Black")]);
}

#[test]
fn a_product_without_choices_has_one_plain_variant() {
    let product = product("product-no-choices-empty-sku-attr");
    let [only] = product.variants.as_slice() else { panic!("one variant") };
    assert!(only.options.is_empty());
    assert_eq!((only.title.as_str(), extra(&only.extra, "sku-attr")), ("Default", Some("")));
}

#[test]
fn empty_lists_are_objects() {
    let product = product("product-empty-lists-as-objects");
    assert!(product.images.is_empty());
    assert_eq!((extra(&product.extra, "video"), extra(&product.extra, "properties")), (None, None));
    assert_eq!(extra(&product.variants[0].extra, "wholesale-tiers"), None);
}

#[test]
fn availability_follows_status_and_stock() {
    assert_eq!(refusal("product-no-skus"), ErrorKind::UnavailableItem);
    let sold_out = product("product-all-sold-out");
    assert_eq!((sold_out.availability, price(&sold_out).0), (Availability::SoldOut, "2.99"));
    assert_eq!(product("product-offline").availability, Availability::Discontinued);
    let odd = product("product-status-unheard-of");
    assert_eq!(
        (odd.availability, extra(&odd.extra, "status")),
        (Availability::SoldOut, Some("editingRequired"))
    );
    for off_sale in [odd, product("product-offline")] {
        assert!(off_sale.variants.iter().all(|variant| variant.stock == Some(0)), "{:?}", off_sale.variants);
    }
    assert_eq!(product("product-status-missing").availability, Availability::Unknown);
}

#[test]
fn prices_are_read_out_of_quotes_and_ranges() {
    let quoted = product("product-quotes-in-prices");
    assert_eq!(
        (price(&quoted), quoted.list_price.as_ref().unwrap().amount.as_str()),
        (("5.78", "EUR"), "11.56")
    );
    let product = product("product-price-range");
    assert_eq!((price(&product).0, product.list_price.as_ref().unwrap().amount.as_str()), ("5.99", "9.98"));
}

#[test]
fn a_list_price_is_above_the_price_or_absent() {
    assert!(product("product-list-price-not-above").list_price.is_none());
    let only = product("product-only-list-price");
    assert_eq!((price(&only).0, only.list_price.is_none()), ("7.98", true));
}

#[test]
fn the_description_for_small_screens_stands_in() {
    assert_eq!(
        product("product-description-only-for-mobile").description_html.as_deref(),
        Some("<p><img src=\"https://ae01.alicdn.com/kf/Sd.jpg\"></p><p>Warm &lt;b&gt;light&lt;/b&gt;</p>")
    );
    assert_eq!(
        product("product-mobile-description-is-html").description_html.as_deref(),
        Some("<p>Warm light</p>")
    );
}

#[test]
fn a_dirty_image_list_becomes_clean_and_distinct() {
    let product = product("product-dirty-image-list");
    assert_eq!(product.images, ["https://ae01.alicdn.com/kf/Sa.jpg", "https://ae01.alicdn.com/kf/Sc.png"]);
    assert_eq!(extra(&product.extra, "video"), Some("https://video.aliexpress-media.com/v.mp4"));
}

#[test]
fn several_places_of_dispatch_are_a_choice_unless_one_is_preferred() {
    let product = product("product-two-ship-from-countries");
    assert_eq!(options(&product.variants[0]), [("Color", "White"), ("Ships From", "CHINA")]);
    assert_eq!(extra(&product.variants[1].extra, "ships-from"), Some("ES"));

    let from = |country: &str| {
        let market = Market { ships_from: Some(country.into()), ..market() };
        read("product-two-ship-from-countries", &market).unwrap()
    };
    let spanish = from("ES");
    assert_eq!((spanish.variants.len(), price(&spanish).0), (1, "5.99"));
    assert_eq!(options(&spanish.variants[0]), [("Color", "White")]);
    assert_eq!(from("US").variants.len(), 2, "nothing is sent from there");
}

#[test]
fn a_place_of_dispatch_is_known_by_its_name_too() {
    assert_eq!(
        options(&product("product-ships-from-under-another-number").variants[0]),
        [("Color", "White")]
    );
}

#[test]
fn choices_can_always_be_told_apart() {
    let labels = product("product-two-values-with-one-label");
    let titles: Vec<_> = labels.variants.iter().map(|variant| variant.title.as_str()).collect();
    assert_eq!(titles, ["As shown (Black)", "as shown (White)"]);
    let names = product("product-two-properties-with-one-name");
    assert_eq!(options(&names.variants[1]), [("Color", "Black"), ("Color 2", "Red")]);
    let nameless = product("product-skus-without-any-choice");
    let titles: Vec<_> = nameless.variants.iter().map(|variant| variant.title.as_str()).collect();
    assert_eq!(titles, ["Night Black", "Snow", "3"]);
}

#[test]
fn every_variant_has_every_choice() {
    let product = product("product-sku-lacks-a-choice");
    assert_eq!(options(&product.variants[0]), [("Color", "White"), ("Size", "No dolls no shoes")]);
    assert_eq!(options(&product.variants[1]), [("Color", "Night Black"), ("Size", "Standard")]);
}

#[test]
fn of_two_skus_with_the_same_choices_the_one_in_stock_stays() {
    let product = product("product-same-choices-twice");
    assert_eq!(product.variants.len(), 1);
    assert_eq!(product.variants[0].id, "12000044000000002");
    assert_eq!(extra(&product.extra, "unusable-skus"), Some("1"));
}

#[test]
fn charges_limits_and_tiers_are_kept_beside_the_price() {
    let product = product("product-import-charges-and-tax");
    let kept = &product.variants[0].extra;
    assert_eq!(extra(kept, "estimated-import-charges"), Some("1.20"));
    assert_eq!((extra(kept, "tax-amount"), extra(kept, "price-include-tax")), (Some("0.66"), Some("false")));
    assert_eq!(extra(kept, "limit-strategy"), Some("create_order_fail"));
    let tiers = self::product("product-wholesale-tiers");
    assert_eq!(extra(&tiers.extra, "wholesale"), Some("true"));
    assert_eq!(
        extra(&tiers.variants[0].extra, "wholesale-tiers"),
        Some(r#"[{"from":"5","price":"5.78","discount":"3"},{"from":"10","price":"5.50","discount":"6"}]"#)
    );
}

#[test]
fn numbers_come_as_text_and_text_as_numbers() {
    let product = product("product-numbers-as-text-and-text-as-numbers");
    let [only] = product.variants.as_slice() else { panic!("one variant") };
    assert_eq!((only.id.as_str(), only.stock, only.weight_grams), ("12000044000000001", Some(42), Some(120)));
    assert_eq!((price(&product).0, product.rating.as_deref()), ("3.99", Some("4.7")));
    assert_eq!((product.rating_count, product.order_count), (Some(311), Some(24)));
}

#[test]
fn the_main_id_is_the_products_id() {
    assert_eq!(product("product-converter-as-object").ref_.id, "1005001111222333");
    assert_eq!(product("product-answered-under-its-us-id").ref_.id, "1005001111222333");
}

#[test]
fn a_price_of_nothing_never_gets_through() {
    let product = product("product-a-sku-costs-nothing");
    assert_eq!((product.variants.len(), price(&product).0), (1, "3.99"));
    assert_eq!(extra(&product.extra, "unusable-skus"), Some("1"));
    assert_eq!(refusal("product-a-sku-has-no-readable-price"), ErrorKind::UpstreamChanged);
}

#[test]
fn amounts_in_two_currencies_are_not_compared() {
    let product = product("product-skus-in-two-currencies");
    assert_eq!((product.variants.len(), price(&product)), (1, ("3.99", "EUR")));
    assert_eq!(price(&self::product("product-sku-without-currency")), ("3.99", "EUR"));
}

#[test]
fn older_stock_fields_are_understood() {
    let stocks: Vec<_> =
        product("product-older-stock-fields").variants.iter().map(|variant| variant.stock).collect();
    assert_eq!(stocks, [Some(7), Some(0), None]);
}

#[test]
fn a_product_without_a_title_is_not_understood() {
    assert_eq!(refusal("product-without-title"), ErrorKind::UpstreamChanged);
}

#[test]
fn brand_codes_and_properties_are_kept() {
    let product = product("product-brand-and-properties");
    assert_eq!(extra(&product.extra, "brand"), Some("LUMO"));
    assert_eq!(
        extra(&product.extra, "properties"),
        Some(r#"[{"name":"Brand Name","value":"LUMO"},{"name":"Material","value":"Metal"}]"#)
    );
    assert_eq!(extra(&product.extra, "manufacturer"), Some(r#"{"name":"Lumo Ltd"}"#));
    assert_eq!(product.variants[0].barcode.as_deref(), Some("4006381333931"));
    assert_eq!(product.variants[0].sku.as_deref(), Some("LAMP-1"));
}

#[test]
fn counts_are_lower_bounds_and_nobody_rated_zero() {
    let product = product("product-sales-with-separators");
    assert_eq!((product.order_count, product.rating_count, product.rating), (Some(10_000), Some(2000), None));
}

#[test]
fn a_quote_has_every_sku_and_says_whether_any_can_be_bought() {
    let quote = |name: &str| {
        let answer = fixture(name);
        let item = envelope::item(envelope::business(&answer, METHOD).unwrap()).unwrap();
        convert::quote(item, &market()).unwrap()
    };
    let wrapped = quote("product-wrapped");
    assert_eq!(
        (wrapped.price.amount.as_str(), wrapped.in_stock, wrapped.variants.len()),
        ("3.99", Some(true), 2)
    );
    assert_eq!(wrapped.variants[1].stock, Some(0));
    assert_eq!(quote("product-all-sold-out").in_stock, Some(false));
    let offline = quote("product-offline");
    assert_eq!(offline.in_stock, Some(false));
    assert!(offline.variants.iter().all(|variant| variant.stock == Some(0)));
}

#[test]
fn long_lists_and_texts_are_cut_to_what_the_host_takes() {
    let answer = fixture("product-wholesale-tiers");
    let mut item = envelope::item(envelope::business(&answer, METHOD).unwrap()).unwrap();
    let words = "описание ".repeat(8);
    item.properties = (0..60).map(|number| (format!("{words}{number}"), words.clone())).collect();
    item.manufacturer = Some("я".repeat(5000));
    let tier = |from: u32| Tier { from: from.to_string(), price: None, discount: Some("3".into()) };
    item.skus[0].tiers = (0..300).map(tier).collect();
    let product = convert::product(item, &ProductId::read("1005001111222333").unwrap(), &market()).unwrap();
    let variants = product.variants.iter().flat_map(|variant| &variant.extra);
    assert!(product.extra.iter().chain(variants).all(|extra| extra.value.len() <= 7 * 1024));
    let entries = |text: Option<&str>| {
        serde_json::from_str::<Vec<serde_json::Value>>(text.unwrap()).expect("a whole list").len()
    };
    assert!((10..60).contains(&entries(extra(&product.extra, "properties"))));
    assert!((50..300).contains(&entries(extra(&product.variants[0].extra, "wholesale-tiers"))));
    assert!(extra(&product.extra, "manufacturer").unwrap().chars().all(|letter| letter == 'я'));
}
