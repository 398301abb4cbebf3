//! Signatures of calls, after the platform's page on its signature algorithm:
//! all parameters but `sign`, in byte order, names and values joined without
//! separators, an API path in front when the call names one.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::errors::Refusal;
use super::params::Params;

/// What is signed. `path` is empty for business methods.
fn message(path: &str, params: &Params) -> String {
    let mut message = path.to_owned();
    for (name, value) in params.0.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()) {
        message.push_str(name);
        message.push_str(value);
    }
    message
}

fn sha256(secret: &str, message: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(message.as_bytes());
            hex::encode_upper(mac.finalize().into_bytes())
        }
        // HMAC takes keys of every length.
        Err(_) => String::new(),
    }
}

fn md5(secret: &str, message: &str) -> String {
    hex::encode_upper(Md5::digest(format!("{secret}{message}{secret}")))
}

/// Checks the signature of a call.
pub(super) fn verify(secret: &str, path: &str, params: &Params) -> Result<(), Refusal> {
    let given = params.need("sign")?;
    let message = message(path, params);
    let right = match params.need("sign_method")? {
        "sha256" => sha256(secret, &message),
        "md5" if path.is_empty() => md5(secret, &message),
        _ => return Err(Refusal::sign_method()),
    };
    let same: bool = given.as_bytes().ct_eq(right.as_bytes()).into();
    if same && !right.is_empty() { Ok(()) } else { Err(Refusal::signature()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(list: &[(&str, &str)]) -> Params {
        Params(list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn check(secret: &str, path: &str, list: &[(&str, &str)], expected: &str) {
        let mut params = params(list);
        assert_eq!(sha256(secret, &message(path, &params)), expected);
        params.0.insert("sign".to_owned(), expected.to_owned());
        assert_eq!(verify(secret, path, &params), Ok(()));
        params.0.insert("sign".to_owned(), expected.to_lowercase());
        assert_eq!(verify(secret, path, &params), Err(Refusal::signature()));
    }

    #[test]
    fn the_published_vector_holds() {
        let list = [
            ("access_token", "test"),
            ("app_key", "123456"),
            ("order_id", "1234"),
            ("sign_method", "sha256"),
            ("timestamp", "1517820392000"),
        ];
        check(
            "helloworld",
            "/order/get",
            &list,
            "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A",
        );
    }

    #[test]
    fn a_business_call_has_no_path() {
        let list = [
            ("timestamp", "1750000000000"),
            ("app_key", "500001"),
            ("method", "aliexpress.ds.product.get"),
            ("product_id", "1005001234567890"),
            ("session", "tok-abc"),
            ("ship_to_country", "US"),
            ("sign_method", "sha256"),
            ("target_currency", "USD"),
            ("target_language", "en"),
            ("biz_model", ""),
        ];
        check(
            "sp-test-secret",
            "",
            &list,
            "50853A4E9994B70B4B2719C520E66821E10C1848CFC82B74F2C25E6EC712E0F9",
        );
    }

    #[test]
    fn a_system_call_has_its_path_in_front() {
        let list = [
            ("app_key", "500001"),
            ("code", "0_abc"),
            ("sign_method", "sha256"),
            ("timestamp", "1750000000000"),
        ];
        let expected = "80354F3CA8D20BCEC8CBBEF270C52A46D73800CEF68BBA117A1B16D4F487A5A8";
        check("sp-test-secret", "/auth/token/create", &list, expected);
    }

    #[test]
    fn names_are_ordered_by_bytes_and_values_are_not_encoded() {
        let list = [
            ("app_key", "500001"),
            ("countryCode", "FR"),
            ("currency", "EUR"),
            ("keyWord", "é tasse & co"),
            ("local", "fr_FR"),
            ("method", "aliexpress.ds.text.search"),
            ("pageIndex", "1"),
            ("pageSize", "20"),
            ("searchExtend", r#"[{"searchKey":"ship_from","searchValue":"FR"}]"#),
            ("session", "tok-abc"),
            ("sign_method", "sha256"),
            ("sortBy", "orders,desc"),
            ("timestamp", "1750000000000"),
        ];
        check(
            "sp-test-secret",
            "",
            &list,
            "AF592E8DDC4AB1957E061A19B54D485607CA34F0D341918CB58D91DD3A7FD522",
        );
    }

    #[test]
    fn other_methods_of_signing_are_refused() {
        let list = params(&[("sign", "x"), ("sign_method", "hmac")]);
        assert_eq!(verify("s", "", &list), Err(Refusal::sign_method()));
        assert_eq!(verify("s", "", &params(&[("sign_method", "sha256")])), Err(Refusal::missing("sign")));
        let mut md5_call = params(&[("a", "b"), ("sign_method", "md5")]);
        md5_call.0.insert("sign".to_owned(), md5("s", "absign_methodmd5"));
        assert_eq!(verify("s", "", &md5_call), Ok(()));
    }
}
