//! Answers of a supplier that lies: each is cleaned, or refused with a sentence. None
//! reaches a merchant's answer or a shop as it came.

use serde_json::json;
use sourcepilot_test_components::guest;

use super::{Path, completed};
use crate::util::{Client, Setup};

/// What must become of an answer.
enum Fate {
    Cleaned,
    /// The sentence holds these words.
    Refused(&'static str),
}
use Fate::{Cleaned, Refused};

/// The guest's forms, by name.
const FORMS: [(&str, Fate); 108] = [
    ("title-control", Cleaned),
    ("title-nul", Cleaned),
    ("title-lines", Cleaned),
    ("title-bidi", Cleaned),
    ("title-isolate", Cleaned),
    ("title-zero-width", Cleaned),
    ("title-tags", Cleaned),
    ("title-zalgo", Cleaned),
    ("title-private-use", Cleaned),
    ("title-html", Cleaned),
    ("title-script", Cleaned),
    ("title-long", Cleaned),
    ("title-too-long", Refused("title` has more than 1000 characters")),
    ("title-endless", Refused("title` has more than 1000 characters")),
    ("title-blank", Refused("title` is empty")),
    ("title-hidden", Refused("title` is empty")),
    ("html-script", Cleaned),
    ("html-event", Cleaned),
    ("html-iframe", Cleaned),
    ("html-style", Cleaned),
    ("html-link", Cleaned),
    ("html-entity-link", Cleaned),
    ("html-leads-away", Cleaned),
    ("html-data-picture", Cleaned),
    ("html-private-picture", Cleaned),
    ("html-user-picture", Cleaned),
    ("html-svg", Cleaned),
    ("html-math", Cleaned),
    ("html-form", Cleaned),
    ("html-meta", Cleaned),
    ("html-base", Cleaned),
    ("html-object", Cleaned),
    ("html-comment", Cleaned),
    ("html-template", Cleaned),
    ("html-mutation", Cleaned),
    ("html-bidi", Cleaned),
    ("html-nul", Cleaned),
    ("html-open", Cleaned),
    ("html-bomb", Cleaned),
    ("html-huge", Refused("description-html` has more than")),
    ("image-javascript", Refused("images[1]` is not an http or https address")),
    ("image-data", Refused("images[1]` is not an http or https address")),
    ("image-file", Refused("images[1]` is not an http or https address")),
    ("image-user", Refused("images[1]` holds a user name or password")),
    ("image-relative", Refused("images[1]` is not an absolute address")),
    ("image-private", Cleaned),
    ("image-metadata", Cleaned),
    ("image-number", Cleaned),
    ("image-six", Cleaned),
    ("image-localhost", Cleaned),
    ("image-internal", Cleaned),
    ("image-single", Cleaned),
    ("image-plain", Cleaned),
    ("image-control", Cleaned),
    ("image-twice", Cleaned),
    ("image-many", Refused("images` has 201 entries")),
    ("image-long", Cleaned),
    ("image-endless", Refused("images[1]` is longer than")),
    ("price-none", Refused("gives no price for this product")),
    ("price-one-zero", Cleaned),
    ("price-dust", Cleaned),
    ("price-negative", Refused("variants[1].price` is negative")),
    ("price-huge", Refused("placeholder price")),
    ("price-larger", Refused("variants[1].price` is more than")),
    ("price-spread", Refused("variants cost between")),
    ("price-below-list", Refused("before any discount")),
    ("price-advertised", Cleaned),
    ("price-list-below", Cleaned),
    ("price-exponent", Refused("variants[1].price` is no money")),
    ("price-nan", Refused("variants[1].price` is no money")),
    ("price-comma", Refused("variants[1].price` is no money")),
    ("price-signs", Refused("variants[1].price` is no money")),
    ("price-digits", Refused("digits behind the point")),
    ("price-empty", Refused("variants[1].price` is no money")),
    ("price-mixed", Refused("variants[1].price` is in EUR")),
    ("price-code", Refused("variants[1].price` is no money")),
    ("price-injected", Refused("variants[1].price` is no money")),
    ("price-stated", Cleaned),
    ("variant-none", Refused("variants` is empty")),
    ("variant-twins", Refused("variants[1].id` occurs twice")),
    ("variant-many", Refused("variants` has 2049 entries")),
    ("variant-id-empty", Refused("variants[1].id` is not an id")),
    ("variant-id-long", Refused("variants[1].id` is not an id")),
    ("variant-id-nul", Refused("variants[1].id` holds control characters")),
    ("variant-id-hidden", Refused("variants[1].id` holds control characters")),
    ("variant-choice-twice", Refused("names a choice for the second time")),
    ("variant-choice-blank", Refused("options[0].value` is empty")),
    ("variant-choice-unnamed", Refused("options[0].name` is empty")),
    ("variant-choice-many", Refused("options` has 11 entries")),
    ("variant-choices-apart", Refused("more than 10 different choices")),
    ("variant-choice-bidi", Cleaned),
    ("variant-choice-html", Cleaned),
    ("variant-same", Cleaned),
    ("variant-missing", Cleaned),
    ("variant-image", Refused("variants[1].image` is not an http or https address")),
    ("variant-image-private", Cleaned),
    ("variant-sku", Cleaned),
    ("variant-barcode", Cleaned),
    ("variant-weight", Cleaned),
    ("variant-stock", Cleaned),
    ("rating-six", Refused("rating` is not a number from 0 to 5")),
    ("count-huge", Cleaned),
    ("category-html", Cleaned),
    ("category-many", Refused("categories` has 201 entries")),
    ("supplier-bidi", Cleaned),
    ("page-script", Refused("ref.url` is not an http or https address")),
    ("freight-negative", Refused("shipping.cost` is negative")),
    ("freight-bidi", Cleaned),
];

/// What must stand nowhere. A title that spells out markup is text and may stay text,
/// so that only what could run or lead away is looked for.
const RAW: [&str; 19] = [
    "\0",
    "\\u0000",
    "\u{7}",
    "\u{1b}",
    "\u{202E}",
    "\u{2066}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{E0041}",
    "\u{E000}",
    "javascript:",
    "data:image",
    "169.254.169.254",
    "10.0.0.1",
    "user:word",
    "localhost",
    "google.internal",
    "evil.example",
    "192.168.1.1",
];

/// Markup that must not stand in a description.
const MARKUP: [&str; 13] = [
    "<script", "onerror", "onclick", "onload", "<iframe", "<style", "style=", "<form", "<meta", "<base",
    "<object", "<svg", "<!--",
];

fn setup() -> Setup {
    let file = guest("hostile");
    Setup::default().entry(&format!(
        "[[plugin]]\nid = \"hostile\"\nfile = {:?}\ngrant.credentials = [\"secret\"]\ngrant.hosts = [\"https://api.hostile.example\", \"https://other.hostile.example\", \"{{connection.origin}}\"]\n",
        file.display().to_string()
    ))
}

async fn open() -> Path {
    let path = Path::with(setup()).await;
    let secret = json!({"secret": "canary-of-the-house"});
    let secret = secret.as_object().cloned().expect("an object");
    sourcepilot::service::house_accounts::set(&path.app.app, "hostile", secret).await.expect("set");
    path
}

fn address(form: &str) -> String {
    format!("https://hostile.example/form:{form}")
}

#[track_caller]
fn is_clean(form: &str, text: &str) {
    // Addresses and keys are made from the form's name.
    let key = |form: &str| form.replace(|letter: char| !letter.is_ascii_alphanumeric(), "").to_uppercase();
    let text =
        FORMS.iter().fold(text.to_owned(), |text, (form, _)| text.replace(form, "").replace(&key(form), ""));
    for raw in RAW.iter().filter(|raw| **raw != "192.168.1.1" || form.contains("private")) {
        assert!(!text.contains(raw), "{form}: {raw:?} stands in {text}");
    }
}

#[tokio::test]
async fn every_answer_is_cleaned_or_refused_with_its_sentence() {
    let path = open().await;
    let mut wrong = Vec::new();
    for (form, fate) in &FORMS {
        let reply = path.merchant.post("/products/preview", &json!({"url": address(form)})).await;
        is_clean(form, &reply.text);
        match fate {
            Cleaned if reply.status == 200 => {
                let title = reply.body["title"].as_str().unwrap_or_default();
                if title.is_empty() || title.chars().count() > 255 {
                    wrong.push(format!("{form}: the title is {title:?}"));
                }
            }
            Cleaned => wrong.push(format!("{form}: refused with {}", reply.text)),
            Refused(words) => {
                let detail = reply.body["detail"].as_str().unwrap_or_default();
                if reply.status != 502 || !detail.contains(words) {
                    wrong.push(format!("{form}: {} {}", reply.status, reply.text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FORMS.len(), wrong.join("\n"));
}

#[tokio::test]
async fn what_is_cleaned_reaches_the_shop_clean() {
    let path = open().await;
    let cleaned: Vec<&str> =
        FORMS.iter().filter(|(_, fate)| matches!(fate, Cleaned)).map(|(form, _)| *form).collect();
    for some in cleaned.chunks(10) {
        let merchant = connected(&path).await;
        let urls: Vec<String> = some.iter().map(|form| address(form)).collect();
        let jobs = merchant
            .post("/imports/bulk", &json!({"product_urls": urls, "source": "hostile"}))
            .await
            .expect(201);
        for (form, job) in some.iter().zip(jobs.as_array().expect("a list")) {
            let job = path.end_of(&merchant, job).await;
            is_clean(form, &job.to_string());
            completed(&job);
        }
    }
    let products = path.products();
    assert_eq!(products.len(), cleaned.len());
    for product in &products {
        let text = product.to_string();
        is_clean("shop", &text);
        let description = product["description"].as_str().unwrap_or_default().to_lowercase();
        for markup in MARKUP {
            assert!(!description.contains(markup), "{markup} in {description}");
        }
    }
    eprintln!("{} forms: {} cleaned, {} refused", FORMS.len(), cleaned.len(), FORMS.len() - cleaned.len());
}

/// What is refused ends the import with the sentence, and nothing stands in the shop.
#[tokio::test]
async fn what_is_refused_ends_the_import_and_leaves_no_product() {
    let path = open().await;
    let refused: Vec<&str> =
        FORMS.iter().filter(|(_, fate)| matches!(fate, Refused(_))).map(|(form, _)| *form).collect();
    for some in refused.chunks(10) {
        let merchant = connected(&path).await;
        let urls: Vec<String> = some.iter().map(|form| address(form)).collect();
        let jobs = merchant
            .post("/imports/bulk", &json!({"product_urls": urls, "source": "hostile"}))
            .await
            .expect(201);
        for (form, job) in some.iter().zip(jobs.as_array().expect("a list")) {
            let job = path.end_of(&merchant, job).await;
            is_clean(form, &job.to_string());
            let reason = super::failed(&job);
            assert!(reason.ends_with('.') && reason.len() < 400, "{form}: {reason}");
        }
    }
    assert!(path.products().is_empty());
}

/// A merchant of their own: the free plan allows ten imports.
async fn connected(path: &Path) -> Client {
    let merchant = path.app.user().await;
    path.connect_demo(&merchant).await;
    merchant
}
