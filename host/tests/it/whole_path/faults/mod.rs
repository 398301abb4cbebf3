//! The fault matrix: each source, each shop, each fault, on either side, through the
//! real import. What must hold: an end with one sentence for the merchant, and one
//! product in the shop once the fault is over.
//!
//! A plugin that joins adds a line to [`SOURCES`] or [`SHOPS`].

mod cases;

use std::fmt::Write;

use serde_json::{Value, json};
use sourcepilot_sandbox::{FaultAction, FaultRule, Sandbox, demo};

use self::cases::{CASES, Case, End};
use super::Path;
use crate::util::{Client, Setup};

/// An import that has not ended by then waits for its next attempt.
const WAIT: std::time::Duration = std::time::Duration::from_secs(75);

/// Where products come from.
struct Source {
    id: &'static str,
    /// How the paths begin under which the demo world serves it; faults strike there.
    paths: &'static str,
    /// The address of a product that nobody asked for yet, by a number.
    product: fn(&Sandbox, u64) -> String,
    /// An account that each merchant needs.
    account: fn(&Sandbox) -> Option<Value>,
}

/// Where products go.
struct Shop {
    platform: &'static str,
    paths: &'static str,
    /// The request that writes a product: its method, and how its path begins.
    write: (&'static str, &'static str),
    /// Its address and key, as a merchant enters them.
    account: fn(&Sandbox) -> (String, String),
    /// The products that stand in it.
    products: fn(&Sandbox) -> Vec<Value>,
}

/// A supplier's product by a number, a way to reach it, and the merchant's own account
/// with it where the installation has none.
const SOURCES: [Source; 4] = [
    Source {
        id: "aliexpress",
        paths: "/sync",
        product: |_, n| format!("https://www.aliexpress.com/item/{}.html", demo::product_id(n)),
        account: |_| None,
    },
    Source {
        id: "manual",
        paths: "/pages",
        product: |world, n| format!("{}/mug?n={n}", world.urls.pages),
        account: |_| None,
    },
    Source {
        id: "cjdropship",
        // Tokens are renewed seldom; the faults strike what an import asks.
        paths: "/api2.0/v1/product",
        product: |_, n| {
            format!("https://cjdropshipping.com/product/some-thing-p-{}.html", 1_600_000_000_000_000_000 + n)
        },
        account: |_| None,
    },
    Source {
        id: "spocket",
        paths: "/spocket/feed",
        product: |_, _| format!("https://app.spocket.co/product/{}", demo::spocket_id(0)),
        account: |world| {
            let settings = json!({"feed_url": demo::spocket_feed(&world.urls.base)});
            Some(json!({"name": "Feed", "platform": "spocket", "settings": settings}))
        },
    },
];

const SHOPS: [Shop; 2] = [
    Shop {
        platform: "woocommerce",
        paths: "/woocommerce",
        write: ("POST", "/woocommerce/wp-json/wc/v3/products"),
        account: |world| {
            let key = format!("{}:{}", demo::SHOP_CONSUMER_KEY, demo::SHOP_CONSUMER_SECRET);
            (format!("{}{}", world.urls.base, demo::SHOP_PATH), key)
        },
        products: |world| {
            let shop = world.control().shop(demo::SHOP_PATH).expect("a shop");
            shop["products"].as_array().cloned().expect("products")
        },
    },
    Shop {
        platform: "shopify",
        paths: "/admin/api",
        write: ("POST", "/admin/api"),
        account: |_| (demo::SHOPIFY_DOMAIN.to_owned(), demo::SHOPIFY_ACCESS_TOKEN.to_owned()),
        products: |world| {
            let shop = world.control().shopify(demo::SHOPIFY_DOMAIN).expect("a shop");
            shop["products"].as_array().cloned().expect("products")
        },
    },
];

/// One test for each source, shop and side, so that they run beside one another.
macro_rules! matrix {
    ($($source:literal, $shop:literal: $of_supplier:ident, $of_shop:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $of_supplier() {
            run(&SOURCES[$source], &SHOPS[$shop], Side::Supplier).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $of_shop() {
            run(&SOURCES[$source], &SHOPS[$shop], Side::Shop).await;
        }
    )*};
}

matrix! {
    0, 0: aliexpress_fails_on_the_way_to_woocommerce, woocommerce_fails_for_aliexpress;
    1, 0: a_page_fails_on_the_way_to_woocommerce, woocommerce_fails_for_a_page;
    2, 0: cj_fails_on_the_way_to_woocommerce, woocommerce_fails_for_cj;
    3, 0: a_feed_fails_on_the_way_to_woocommerce, woocommerce_fails_for_a_feed;
    0, 1: aliexpress_fails_on_the_way_to_shopify, shopify_fails_for_aliexpress;
    1, 1: a_page_fails_on_the_way_to_shopify, shopify_fails_for_a_page;
    2, 1: cj_fails_on_the_way_to_shopify, shopify_fails_for_cj;
    3, 1: a_feed_fails_on_the_way_to_shopify, shopify_fails_for_a_feed;
}

/// Without a word on how long to wait, half a minute is a guess; the import says that
/// it waits, can be called off meanwhile, and goes on when asked again.
#[tokio::test]
async fn a_rate_limit_without_a_time_is_waited_for() {
    for source in &SOURCES[..2] {
        for shop in &SHOPS {
            for side in [Side::Supplier, Side::Shop] {
                Matrix::open(source, shop).await.waits(side).await;
            }
        }
    }
}

/// All faults at the same time, each in a world of its own: most of an import that
/// fails is waiting.
async fn run(source: &Source, shop: &Shop, side: Side) {
    // The worlds are made one after the other, so that none waits for the others half made.
    let mut worlds = Vec::with_capacity(CASES.len());
    for _ in CASES.iter() {
        worlds.push(Matrix::open(source, shop).await);
    }
    let cases = CASES.iter().zip(worlds).enumerate().map(async |(number, (case, mut matrix))| {
        matrix.case(side, number as u64, case).await;
        (matrix.table, matrix.wrong)
    });
    let (lines, wrong): (Vec<_>, Vec<_>) = futures::future::join_all(cases).await.into_iter().unzip();
    let place = if side == Side::Supplier { "supplier" } else { "shop" };
    eprintln!("{} -> {}, faults of the {place}\n{}", source.id, shop.platform, lines.concat());
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Supplier,
    Shop,
}

struct Matrix<'a> {
    path: Path,
    source: &'a Source,
    shop: &'a Shop,
    table: String,
    wrong: Vec<String>,
}

impl<'a> Matrix<'a> {
    async fn open(source: &'a Source, shop: &'a Shop) -> Self {
        let all = ["aliexpress", "manual", "cjdropship", "spocket", "woocommerce", "shopify"];
        let path = Path::with_plugins(Setup::default(), &all).await;
        let key = json!({"api_key": demo::CJ_API_KEY}).as_object().cloned().expect("an object");
        sourcepilot::service::house_accounts::set(&path.app.app, "cjdropship", key).await.expect("set");
        Matrix { path, source, shop, table: String::new(), wrong: Vec::new() }
    }

    async fn case(&mut self, side: Side, number: u64, case: &Case) {
        let merchant = self.merchant().await;
        let before = (self.shop.products)(self.path.world()).len();
        let address = (self.source.product)(self.path.world(), 1000 + number);
        self.path.world().control().add_fault(self.rule(side, case));
        let body = json!({"product_url": address, "source": self.source.id});
        let job = merchant.post("/imports", &body).await.expect(201);
        let job = self.settled(&merchant, &job).await;
        let during = (self.shop.products)(self.path.world()).len() - before;
        self.path.world().control().clear_faults();
        let after = self.finished(&merchant, &job).await;
        let count = (self.shop.products)(self.path.world()).len() - before;
        self.judge(case, side, &job, during, &after, count);
    }

    async fn waits(self, side: Side) {
        let action = FaultAction::Status { status: 429, body: None, retry_after: None };
        let case =
            Case { name: "429", action, strikes: None, supplier: End::Completed, shop: End::Completed };
        let merchant = self.merchant().await;
        let address = (self.source.product)(self.path.world(), 1);
        self.path.world().control().add_fault(self.rule(side, &case));
        let body = json!({"product_url": address, "source": self.source.id});
        let job = merchant.post("/imports", &body).await.expect(201);
        let id = job["id"].as_str().expect("an id").to_owned();
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        let waiting = merchant.get(&format!("/imports/{id}")).await.expect(200);
        assert!(
            ["pending", "running"].contains(&waiting["status"].as_str().expect("a status")),
            "{waiting:#}"
        );
        assert!((self.shop.products)(self.path.world()).is_empty());
        self.path.world().control().clear_faults();
        assert_eq!(
            merchant.post_nothing(&format!("/imports/{id}/cancel")).await.expect(200)["status"],
            "cancelled"
        );
        let again = merchant.post_nothing(&format!("/imports/{id}/retry")).await.expect(200);
        super::completed(&self.path.end_of(&merchant, &again).await);
        assert_eq!((self.shop.products)(self.path.world()).len(), 1);
    }

    fn judge(&mut self, case: &Case, side: Side, job: &Value, during: usize, after: &Value, count: usize) {
        let status = job["status"].as_str().unwrap_or_default();
        let waits = ["pending", "running"].contains(&status);
        let reason =
            job[if waits { "progress_message" } else { "error_message" }].as_str().unwrap_or_default();
        let _ = writeln!(self.table, "{:28} {status:10} {count} product  {reason}", case.name);
        let expected = if side == Side::Supplier { case.supplier } else { case.shop };
        let mut complain =
            |what: String| self.wrong.push(format!("{} {}: {what}", self.source.id, case.name));
        match expected {
            End::Completed if status != "completed" => complain(format!("{status}: {reason}")),
            End::Failed(_) if waits && reason.contains("Trying again in") => {}
            End::Failed(_) if status != "failed" => complain(format!("{status} instead of failed: {reason}")),
            End::Failed(words) => {
                let lower = reason.to_lowercase();
                if !words.is_empty() && !words.iter().any(|word| lower.contains(word)) {
                    complain(format!("none of {words:?} is in: {reason}"));
                }
                let one = reason.ends_with('.') && (20..400).contains(&reason.len());
                if !one {
                    complain(format!("no sentence: {reason:?}"));
                }
                // What was cut off on the way back may have been done; then it is said.
                if during != 0 && !(during == 1 && reason.contains("may have reached the shop")) {
                    complain(format!("{during} products although it failed"));
                }
            }
            End::Completed => {}
        }
        if after["status"] != "completed" || count != 1 {
            complain(format!("after the fault {count} products, {after:#}"));
        }
    }

    async fn merchant(&self) -> Client {
        let merchant = self.path.app.user().await;
        if let Some(account) = (self.source.account)(self.path.world()) {
            merchant.post("/suppliers/accounts", &account).await.expect(201);
        }
        let (url, key) = (self.shop.account)(self.path.world());
        let shop = json!({"store_name": "My shop", "platform": self.shop.platform, "store_url": url, "api_key": key});
        let shop = merchant.post("/connections", &shop).await.expect(201);
        // Checked before the fault, so that the fault strikes the import itself.
        let check = format!("/connections/{}/check", shop["id"].as_str().expect("an id"));
        assert_eq!(merchant.post_nothing(&check).await.expect(200)["works"], true);
        merchant
    }

    fn rule(&self, side: Side, case: &Case) -> FaultRule {
        let times = case.strikes;
        match side {
            Side::Supplier => FaultRule::once(self.source.paths, case.action.clone()).times(times),
            Side::Shop => {
                let (method, path) = self.shop.write;
                FaultRule::once(path, case.action.clone()).for_method(method).times(times)
            }
        }
    }

    /// The end of the import, or how it waits for its next attempt: some pauses are a
    /// minute long, because a shop may still be at work.
    async fn settled(&self, merchant: &Client, job: &Value) -> Value {
        if let Ok(ended) = tokio::time::timeout(WAIT, self.path.end_of(merchant, job)).await {
            return ended;
        }
        merchant.get(&format!("/imports/{}", job["id"].as_str().expect("an id"))).await.expect(200)
    }

    /// The import once the fault is over: tried again if it failed.
    async fn finished(&self, merchant: &Client, job: &Value) -> Value {
        match job["status"].as_str() {
            Some("completed") => return job.clone(),
            Some("failed") => {}
            _ => return self.path.end_of(merchant, job).await,
        }
        let retry = format!("/imports/{}/retry", job["id"].as_str().expect("an id"));
        let again = merchant.post_nothing(&retry).await.expect(200);
        self.path.end_of(merchant, &again).await
    }
}

/// A rule for every request of a source or shop, whatever it asks.
#[test]
fn sources_and_shops_are_told_apart_by_their_paths() {
    for source in &SOURCES {
        for shop in &SHOPS {
            assert!(!source.paths.starts_with(shop.paths) && !shop.paths.starts_with(source.paths));
        }
    }
    assert!(CASES.iter().all(|case| case.strikes.is_none_or(|strikes| strikes > 0)));
    assert!(CASES.iter().any(|case| matches!(case.action, FaultAction::Huge { .. })));
}
