//! The published signature and three of our own, made as the host makes them.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::params::{Params, upper_hex};

/// What the host does: values in place of the placeholders, then the hash.
pub(super) fn sign(message: &str, secret: &str, values: &[(&str, &str)]) -> (String, String) {
    let filled = values.iter().fold(message.to_owned(), |message, (name, value)| {
        message.replace(&format!("{{{{credential:{name}}}}}"), value)
    });
    assert!(!filled.contains("{{"), "an unfilled placeholder in {filled}");
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&filled).finalize();
    (filled, upper_hex(&mac.into_bytes()))
}

const OURS: [(&str, &str); 3] =
    [("app_key", "500001"), ("access_token", "tok-abc"), ("authorization_code", "0_abc")];

fn business(method: &str) -> Params {
    let mut params = Params::default();
    params
        .set("method", method)
        .set("sign_method", "sha256")
        .set("timestamp", "1750000000000")
        .set_credential("app_key", "app_key")
        .set_credential("session", "access_token");
    params
}

#[test]
fn the_published_example_is_signed_as_published() {
    let mut params = Params::default();
    params
        .set("order_id", "1234")
        .set("sign_method", "sha256")
        .set("timestamp", "1517820392000")
        .set_credential("app_key", "app_key")
        .set_credential("access_token", "access_token");
    let (message, sign) =
        sign(&params.message("/order/get"), "helloworld", &[("app_key", "123456"), ("access_token", "test")]);
    assert_eq!(
        message,
        "/order/getaccess_tokentestapp_key123456order_id1234sign_methodsha256timestamp1517820392000"
    );
    assert_eq!(sign, "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A");
}

#[test]
fn a_business_call_has_no_prefix() {
    let mut params = business("aliexpress.ds.product.get");
    params
        .set("product_id", "1005001234567890")
        .set("ship_to_country", "US")
        .set("target_currency", "USD")
        .set("target_language", "en")
        .set("remove_personal_benefit", "");
    let (message, sign) = sign(&params.message(""), "sp-test-secret", &OURS);
    assert_eq!(
        message,
        "app_key500001methodaliexpress.ds.product.getproduct_id1005001234567890sessiontok-abcship_to_countryUS\
         sign_methodsha256target_currencyUSDtarget_languageentimestamp1750000000000"
    );
    assert_eq!(sign, "50853A4E9994B70B4B2719C520E66821E10C1848CFC82B74F2C25E6EC712E0F9");
}

#[test]
fn a_system_call_begins_with_its_path() {
    let mut params = Params::default();
    params
        .set("sign_method", "sha256")
        .set("timestamp", "1750000000000")
        .set_credential("app_key", "app_key")
        .set_credential("code", "authorization_code");
    let (_, sign) = sign(&params.message("/auth/token/create"), "sp-test-secret", &OURS);
    assert_eq!(sign, "80354F3CA8D20BCEC8CBBEF270C52A46D73800CEF68BBA117A1B16D4F487A5A8");
}

#[test]
fn accents_json_and_mixed_case_are_signed_raw_and_in_byte_order() {
    let mut params = business("aliexpress.ds.text.search");
    params
        .set("keyWord", "é tasse & co")
        .set("local", "fr_FR")
        .set("countryCode", "FR")
        .set("currency", "EUR")
        .set("sortBy", "orders,desc")
        .set("pageIndex", "1")
        .set("pageSize", "20")
        .set("searchExtend", r#"[{"searchKey":"ship_from","searchValue":"FR"}]"#);
    let (_, sign) = sign(&params.message(""), "sp-test-secret", &OURS);
    assert_eq!(sign, "AF592E8DDC4AB1957E061A19B54D485607CA34F0D341918CB58D91DD3A7FD522");
}

#[test]
fn the_form_decodes_to_what_was_signed() {
    let mut params = business("aliexpress.ds.text.search");
    params.set("keyWord", "é & {{credential:app_secret}} +=%").set("empty", "");
    let form = params.form();
    assert!(form.contains("session={{credential:access_token}}&"), "{form}");
    let decoded: BTreeMap<String, String> =
        ::url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    assert_eq!(decoded["keyWord"], "é & {credential:app_secret}} +=%");
    assert!(!decoded.contains_key("empty"));
    let signed: String = decoded.iter().map(|(name, value)| format!("{name}{value}")).collect();
    assert_eq!(params.message(""), signed);
}
