use super::*;

const SUPPLIER: &str = r#"
[plugin]
id = "acme"
name = "Acme"
version = "0.1.0"
kind = "supplier"
api = "0.1"

[supplier]
url_hosts = ["acme.example"]
features = ["search", "pricing"]
max_price_batch = 10

[network]
hosts = ["https://api.acme.example"]

[[credential]]
name = "api_key"
label = "API key"
audience = ["https://api.acme.example"]
uses = ["header", "sign"]
sign = ["hmac-sha256"]

[[capture]]
credential = "api_key"
url = "https://api.acme.example/token/*"
pointer = "/access_token"
expires_in = "/expires_in"

[settings.properties.country]
type = "string"
default = "US"

[[rate]]
per = "account"
requests = 2
seconds = 10
fact = "x-acme.rate"
url = "https://api.acme.example/items*"
"#;

fn problem(from: &str, to: &str) -> String {
    assert!(SUPPLIER.contains(from), "{from}");
    Manifest::parse(&SUPPLIER.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn a_good_one() {
    let manifest = Manifest::parse(SUPPLIER).unwrap();
    assert_eq!(manifest.id, "acme");
    assert_eq!(manifest.kind, Kind::Supplier);
    assert_eq!(manifest.api, ApiVersion { major: 0, minor: 1 });
    assert!(manifest.offers(Feature::Pricing) && !manifest.offers(Feature::Freight));
    assert_eq!((manifest.network.requests_per_call, manifest.network.accounts_per_address), (16, None));
    assert_eq!(
        (manifest.rates[0].per, manifest.rates[0].seconds, manifest.rates[0].burst),
        (Per::Account, 10, 1)
    );
    assert_eq!(manifest.credentials[0].owner, Owner::Account);
    assert!(manifest.credentials[0].entered && !manifest.credentials[0].public);
    assert_eq!(manifest.settings["type"], "object");
    assert_eq!(manifest.settings["properties"]["country"]["default"], "US");
}

#[test]
fn hosts_are_matched_on_a_dot() {
    let manifest = Manifest::parse(SUPPLIER).unwrap();
    for (host, ours) in [
        ("acme.example", true),
        ("WWW.Acme.Example", true),
        ("a.b.acme.example.", true),
        ("notacme.example", false),
        ("acme.example.evil.example", false),
        (".acme.example", false),
    ] {
        assert_eq!(manifest.claims_host(host), ours, "{host}");
    }
}

#[test]
fn every_mistake_is_told_with_its_line() {
    for (from, to, line, words) in [
        ("\"acme\"", "\"Acme!\"", 3, "`id` is `Acme!`"),
        ("version = \"0.1.0\"", "version = \"one\"", 5, "a version such as 0.1.0"),
        ("kind = \"supplier\"", "kind = \"shop\"", 6, "unknown variant"),
        ("api = \"0.1\"", "api = \"new\"", 7, "the number of the contract"),
        ("\"acme.example\"", "\"https://acme.example\"", 10, "without scheme"),
        ("\"search\"", "\"searching\"", 11, "possible are search, pricing, freight"),
        ("\"search\"", "\"upkeep\"", 11, "no feature of a supplier"),
        ("max_price_batch = 10", "max_price_batch = 0", 12, "between 1 and 200"),
        ("hosts = [\"https://api.acme.example\"]", "hosts = [\"api.acme.example\"]", 15, "needs a scheme"),
        ("hosts = [\"https://api.acme.example\"]", "hosts = [\"https://127.0.0.1\"]", 15, "IP address"),
        ("name = \"api_key\"", "name = \"API-Key\"", 18, "no credential name"),
        (
            "audience = [\"https://api.acme.example\"]",
            "audience = [\"https://*.acme.example\"]",
            20,
            "audience",
        ),
        (
            "audience = [\"https://api.acme.example\"]",
            "audience = [\"https://evil.example\"]",
            20,
            "no entry of",
        ),
        ("sign = [\"hmac-sha256\"]", "sign = [\"rsa\"]", 22, "unknown variant"),
        ("pointer = \"/access_token\"", "pointer = \"access_token\"", 27, "begins with `/`"),
        ("credential = \"api_key\"", "credential = \"token\"", 25, "is captured but"),
        ("type = \"string\"", "type = \"list\"", 30, "setting `country` needs a `type`"),
        ("features =", "feature =", 11, "unknown field"),
        ("requests = 2", "requests = 0", 36, "`requests` must be between 1 and 1000"),
        ("seconds = 10", "seconds = 100000", 37, "`seconds` must be between 1 and 86400"),
        ("per = \"account\"", "per = \"installation\"", 38, "found out about one account"),
        ("\"x-acme.rate\"", "\"x-other.rate\"", 38, "an attribute of this plugin's own"),
        ("\"https://api.acme.example/items*\"", "\"https://evil.example/\"", 39, "no entry of"),
    ] {
        let said = problem(from, to);
        assert!(said.contains(words), "{to}: {said}");
        assert!(said.contains(&format!("line {line}:")), "{to}: {said}");
    }
}

#[test]
fn all_mistakes_at_once() {
    let text = SUPPLIER.replace("\"acme\"", "\"A\"").replace("\"/access_token\"", "\"x\"");
    let error = Manifest::parse(&text).unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
}

#[test]
fn a_store_and_its_key_forms() {
    let text = r#"
[plugin]
id = "woo"
name = "Woo"
version = "1.0.0"
kind = "store"
api = "0.1"
[store]
features = ["upkeep"]
api_key = ["consumer_key:consumer_secret"]
[network]
hosts = ["{connection.origin}"]
[[credential]]
name = "consumer_key"
label = "Consumer key"
public = true
audience = ["{connection.origin}"]
uses = ["header", "query"]
[[credential]]
name = "consumer_secret"
label = "Consumer secret"
audience = ["{connection.origin}"]
uses = ["header"]
"#;
    let manifest = Manifest::parse(text).unwrap();
    assert_eq!(manifest.store.as_ref().unwrap().api_key, [["consumer_key", "consumer_secret"]]);
    let wrong = text.replace("consumer_key:", "key:");
    assert!(Manifest::parse(&wrong).unwrap_err().to_string().contains("names `key`"));
    let no_table = text.replace("[store]", "[supplier]");
    assert!(Manifest::parse(&no_table).is_err());
}

#[test]
fn a_component_without_a_manifest_says_so() {
    let empty = b"\0asm\x0d\0\x01\0";
    assert!(Manifest::from_component(empty).unwrap_err().to_string().contains(SECTION));
    assert!(Manifest::from_component(b"MZ").unwrap_err().to_string().contains("not a WebAssembly component"));
}

#[test]
fn a_catalogue_needs_what_fills_it() {
    let asked = |features: &str| {
        SUPPLIER.replace(
            "features = [\"search\", \"pricing\"]",
            &format!("features = [{features}]\ncatalogue = true"),
        )
    };
    assert!(Manifest::parse(&asked("\"feed\"")).unwrap().uses_catalogue());
    let refused = Manifest::parse(&asked("\"search\"")).unwrap_err().to_string();
    assert!(refused.contains("needs the feature `feed`"), "{refused}");
    assert!(!Manifest::parse(SUPPLIER).unwrap().uses_catalogue());
}

#[test]
fn a_callbacks_proof_names_what_exists() {
    let text = |callback: &str| {
        let store = SUPPLIER.replace("kind = \"supplier\"", "kind = \"store\"");
        let (head, rest) = store.split_once("[supplier]").unwrap();
        let rest = rest.split_once("[network]").unwrap().1;
        format!(
            "{head}[store]\nfeatures = [\"authorization\"]\naddresses = [\"{{name}}.acme.example\"]\n\
             canonical = \"https://{{name}}.acme.example\"\n[callback]\n{callback}\n[network]{rest}"
        )
    };
    let all = "key = \"api_key\"\nsignature = \"hmac\"\ntimestamp = \"timestamp\"\naddress = \"shop\"";
    let callback = Manifest::parse(&text(all)).unwrap().callback.unwrap();
    assert_eq!((callback.key.as_str(), callback.max_age_seconds), ("api_key", 90));
    assert_eq!(
        (callback.timestamp.as_deref(), callback.address.as_deref()),
        (Some("timestamp"), Some("shop"))
    );
    let refused = |text: String| Manifest::parse(&text).unwrap_err().to_string();
    for (from, to, why) in [
        ("api_key", "zork", "`zork`, which is no `[[credential]]`"),
        ("\"hmac\"", "\"a=b\"", "no name of a parameter"),
        ("address = \"shop\"", "max_age_seconds = 9000", "between 1 and 3600"),
    ] {
        assert!(refused(text(&all.replace(from, to))).contains(why), "{why}");
    }
    let nowhere = text(all).replace("[\"authorization\"]", "[]");
    assert!(refused(nowhere).contains("needs the feature `authorization`"));
    let anywhere = text(all).replace("addresses =", "#").replace("canonical =", "#");
    assert!(refused(anywhere).contains("needs `addresses`"));
}
