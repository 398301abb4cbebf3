//! Questions to a supplier.

use sourcepilot_domain::ErrorKind;
use sourcepilot_domain::product::{Parcel, Product, ProductRef, SearchQuery, UrlMatch};
use sourcepilot_plugin_runtime::{Feature, Supplier};

use crate::conformance::report::words;
use crate::conformance::{Conformance, Report, data, faults};

/// Texts that no supplier may fall over.
const ODD: [&str; 9] =
    ["", " ", "x", "https://", "https://[::1", "http://%00", "javascript:alert(1)", "//", "data:,x"];

pub(super) async fn run(suite: &Conformance<'_>, report: &mut Report) {
    let supplier = suite.harness.supplier();
    addresses(suite, report, &supplier).await;
    let Some(reference) = first_reference(suite, &supplier).await else { return };
    product(suite, report, &supplier, &reference).await;
    missing(suite, report, &supplier).await;
    features(suite, report, &supplier, &reference).await;
    faults::all(suite, report, "get-product", |call| supplier.get_product(call, reference.clone(), None))
        .await;
    faults::all(suite, report, "check", |call| supplier.check(call)).await;
}

async fn addresses(suite: &Conformance<'_>, report: &mut Report, supplier: &Supplier) {
    for (url, id) in &suite.products {
        let result = match supplier.parse_url(url).await {
            Ok(UrlMatch::Product(found)) if found.id == *id => Ok(()),
            Ok(UrlMatch::Indirect(_)) => match supplier.resolve_url(suite.harness.call(), url).await.result {
                Ok(found) if found.id == *id => Ok(()),
                other => Err(format!("it leads to {other:?}, and should to {id}")),
            },
            other => Err(format!("it is {other:?}, and should be {id}")),
        };
        report.check(format!("the address {url}"), result);
    }
    for url in suite.foreign.iter().map(String::as_str).chain(ODD) {
        let result = match supplier.parse_url(url).await {
            Err(failure) if matches!(failure.kind, ErrorKind::Unsupported | ErrorKind::InvalidInput) => {
                Ok(())
            }
            other => Err(format!("it should be refused, and is {other:?}")),
        };
        report.check(format!("the foreign address {url:?}"), result);
    }
}

async fn first_reference(suite: &Conformance<'_>, supplier: &Supplier) -> Option<ProductRef> {
    let (url, _) = suite.products.first()?;
    reference(suite, supplier, url).await
}

async fn reference(suite: &Conformance<'_>, supplier: &Supplier, url: &str) -> Option<ProductRef> {
    match supplier.parse_url(url).await.ok()? {
        UrlMatch::Product(reference) => Some(reference),
        UrlMatch::Indirect(url) => supplier.resolve_url(suite.harness.call(), &url).await.result.ok(),
    }
}

async fn product(suite: &Conformance<'_>, report: &mut Report, supplier: &Supplier, reference: &ProductRef) {
    suite.harness.rewind();
    let outcome = supplier.get_product(suite.harness.call(), reference.clone(), None).await;
    report.cost("get-product", &outcome.usage);
    report.check("get-product asks only for what is recorded", recorded(suite));
    let sound = |product: &Product| {
        if product.reference.id == reference.id {
            data::check(product)
        } else {
            Err("it is another product".into())
        }
    };
    report.check("the product is sound", outcome.result.as_ref().map_err(words).and_then(sound));
    suite.harness.rewind();
    let again = supplier.get_product(suite.harness.call(), reference.clone(), None).await;
    let same = again.result == outcome.result;
    report.check(
        "the same answers give the same product",
        if same { Ok(()) } else { Err("they differ".into()) },
    );
    suite.harness.rewind();
    let account = supplier.check(suite.harness.call()).await;
    report.check("the connection works", account.result.map(drop).map_err(|failure| words(&failure)));
}

async fn missing(suite: &Conformance<'_>, report: &mut Report, supplier: &Supplier) {
    let Some(url) = &suite.missing else { return };
    let Some(reference) = reference(suite, supplier, url).await else {
        return report.check("the missing product", Err("its address is not understood".into()));
    };
    let result = match supplier.get_product(suite.harness.call(), reference, None).await.result {
        Err(failure) if matches!(failure.kind, ErrorKind::NotFound | ErrorKind::UnavailableItem) => Ok(()),
        other => Err(format!("it should not be found, and is {other:?}")),
    };
    report.check("a missing product is not found", result);
}

async fn features(suite: &Conformance<'_>, report: &mut Report, supplier: &Supplier, reference: &ProductRef) {
    let offers = |feature| suite.harness.plugin().offers(feature);
    suite.harness.rewind();
    if let Some(text) = suite.search.as_ref().filter(|_| offers(Feature::Search)) {
        let query = SearchQuery { text: text.clone(), page: 1, page_size: 20 };
        let outcome = supplier.find(suite.harness.call(), query).await;
        report.cost("find", &outcome.usage);
        let result = outcome.result.map_err(|failure| words(&failure));
        let result = result
            .and_then(|page| if page.hits.is_empty() { Err("it finds nothing".into()) } else { Ok(()) });
        report.check("the search finds something", result);
    }
    if offers(Feature::Pricing) {
        let outcome = supplier.get_prices(suite.harness.call(), vec![reference.clone()]).await;
        report.cost("get-prices", &outcome.usage);
        let result = outcome.result.map_err(|failure| words(&failure));
        let result = result.and_then(|quotes| match quotes.as_slice() {
            [Ok(_)] => Ok(()),
            other => Err(format!("one price was asked for, and the answer is {other:?}")),
        });
        report.check("one price for one product", result);
    }
    if offers(Feature::Freight) {
        let parcel = Parcel { reference: reference.clone(), variant: reference.variant.clone(), quantity: 1 };
        let result = supplier.get_quotes(suite.harness.call(), parcel).await.result;
        report.check("delivery is quoted", result.map(drop).map_err(|failure| words(&failure)));
    }
}

fn recorded(suite: &Conformance<'_>) -> Result<(), String> {
    let unexpected: Vec<_> =
        suite.harness.unexpected().iter().map(|seen| format!("{} {}", seen.method, seen.url)).collect();
    if unexpected.is_empty() {
        Ok(())
    } else {
        Err(format!("nothing is recorded for {}", unexpected.join(", ")))
    }
}
