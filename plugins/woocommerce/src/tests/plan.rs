//! What is refused or altered before anything is written.

use sourcepilot_sdk::{Attribute, Listing, OptionAxis};

use super::rig::{eur, lamp, shirt, variant};
use crate::plan::{MAX_VARIANTS, Plan};

#[track_caller]
fn refused(listing: &Listing, why: &str) {
    let sentence = Plan::new("SP", listing).expect_err("a refusal");
    assert!(sentence.contains(why), "{sentence}");
}

#[test]
fn listings_without_sense_are_refused() {
    let change = |with: fn(&mut Listing)| {
        let mut listing = shirt(2);
        with(&mut listing);
        listing
    };
    refused(&change(|it| it.title = "  ".into()), "no title");
    refused(&change(|it| it.variants.clear()), "no variant");
    refused(&change(|it| it.options.clear()), "no choice");
    refused(&change(|it| it.variants[1].options[0].value = "Colour 0".into()), "a buyer could not choose");
    refused(&change(|it| it.variants[1].options[0].value = "Pink".into()), "does not list");
    refused(&change(|it| it.variants[1].options[0].name = "Size".into()), "Size");
    refused(&change(|it| it.variants[1].options.clear()), "0 of the product's 1");
    refused(&change(|it| it.variants[1].key = it.variants[0].key.clone()), "Two variants have the SKU");
    refused(&change(|it| it.variants[1].key = "SP".into()), "the SKU of the product");
    refused(&change(|it| it.variants[1].key = "a,b".into()), "cannot be a SKU");
    refused(&change(|it| it.variants[1].price.currency = "USD".into()), "another currency");
    refused(&shirt(MAX_VARIANTS + 1), "at most 500");
}

#[test]
fn prices_that_the_shop_would_misread_are_refused() {
    for bad in ["19,99", "abc", "-5", "", "1e3"] {
        let mut listing = lamp();
        listing.variants[0].price = eur(bad);
        refused(&listing, "is no price");
    }
}

#[test]
fn a_sale_that_the_shop_would_drop_is_refused() {
    for compare_at in ["19.90", "5"] {
        let mut listing = lamp();
        listing.variants[0].compare_at = Some(eur(compare_at));
        refused(&listing, "must be above its price");
    }
}

#[test]
fn a_price_of_nothing_is_refused_and_one_of_little_is_rounded_up() {
    let mut listing = lamp();
    (listing.variants[0].price, listing.variants[0].compare_at) = (eur("0.00"), None);
    refused(&listing, "give it away");
    listing.variants[0].price = eur("0.40");
    let plan = Plan::new("SP", &listing).expect("a plan");
    assert_eq!(
        (plan.rows[0].prices(0).regular.as_str(), plan.rows[0].prices(2).regular.as_str()),
        ("1", "0.40")
    );
}

#[test]
fn a_sale_that_disappears_by_rounding_is_left_out() {
    let mut listing = lamp();
    listing.variants[0].price = eur("12.60");
    listing.variants[0].compare_at = Some(eur("12.90"));
    let plan = Plan::new("SP", &listing).expect("a plan");
    let prices = plan.rows[0].prices(0);
    assert_eq!((prices.regular.as_str(), prices.sale.as_str()), ("13", ""));
}

#[test]
fn choices_that_the_shop_cannot_tell_apart_are_refused() {
    let mut listing = lamp();
    listing.options = vec![
        OptionAxis { name: "Ships from".into(), values: vec!["CN".into()] },
        OptionAxis { name: "ships-from!".into(), values: vec!["CN".into()] },
    ];
    listing.variants = vec![variant("V", &[("Ships from", "CN"), ("ships-from!", "CN")], "5")];
    refused(&listing, "rename it");
}

#[test]
fn values_that_become_equal_in_the_shop_are_refused() {
    let mut listing = lamp();
    listing.options = vec![OptionAxis { name: "Size".into(), values: vec!["A|B".into(), "A/B".into()] }];
    listing.variants = vec![variant("V", &[("Size", "A|B")], "5"), variant("W", &[("Size", "A/B")], "5")];
    refused(&listing, "a buyer could not choose");
}

#[test]
fn only_values_that_a_variant_has_are_offered() {
    let mut listing = shirt(2);
    listing.options[0].values.insert(0, "Gone".into());
    let plan = Plan::new("SP", &listing).expect("a plan");
    assert_eq!(plan.axes[0].values, ["Colour 0", "Colour 1"]);
}

#[test]
fn the_gallery_is_what_is_not_only_a_variants_picture() {
    let address = |name: &str| format!("https://img.example/{name}.jpg");
    let gallery = |listing: &Listing| Plan::new("SP", listing).expect("a plan").gallery;
    assert_eq!(gallery(&shirt(3)), [address("a"), address("b")]);
    let mut only_variants = shirt(3);
    only_variants.images.drain(..2);
    assert_eq!(gallery(&only_variants), [address("v0")]);
    let mut first_is_shared = shirt(3);
    first_is_shared.images = vec![address("v0"), address("b"), address("v1"), address("v2")];
    assert_eq!(gallery(&first_is_shared), [address("v0"), address("b")]);
    let mut simple = lamp();
    simple.images = vec![address("a"), address("a"), address("b")];
    assert_eq!(gallery(&simple), [address("a"), address("b")]);
}

#[test]
fn pictures_that_wordpress_cannot_read_are_left_out_before() {
    let mut listing = lamp();
    listing.images = vec![
        "https://img.example/a.avif".into(),
        "//img.example/b.jpg".into(),
        "https://img.example/c.jpg?x=.avif".into(),
    ];
    let plan = Plan::new("SP", &listing).expect("a plan");
    assert_eq!(plan.gallery, ["https://img.example/c.jpg?x=.avif"]);
    assert_eq!(plan.warnings.len(), 2);
}

#[test]
fn notes_cannot_pose_as_our_own_entries() {
    let mut listing = lamp();
    listing.vendor = Some("ACME".into());
    listing.extra =
        vec![Attribute::new("import-id", "7"), Attribute::new("key", "other"), Attribute::new("state", "x")];
    let plan = Plan::new("SP", &listing).expect("a plan");
    let names: Vec<&str> = plan.notes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["_sourcepilot_vendor", "_sourcepilot_import_id"]);
}

#[test]
fn only_real_barcodes_are_sent() {
    for (given, kept) in
        [("4006381333931", true), ("978-3-16-148410-0", true), ("123", false), ("ABC12345", false)]
    {
        let mut listing = lamp();
        listing.variants[0].barcode = Some(given.into());
        let plan = Plan::new("SP", &listing).expect("a plan");
        assert_eq!(plan.rows[0].barcode.is_some(), kept, "{given}");
    }
}
