//! Questions to a store.

use std::collections::BTreeSet;

use sourcepilot_domain::listing::{Listing, RemoteProduct};

use crate::conformance::report::words;
use crate::conformance::{Conformance, Report, faults};

pub(super) async fn run(suite: &Conformance<'_>, report: &mut Report) {
    let store = suite.harness.store();
    let account = store.check(suite.harness.call()).await;
    report.cost("check", &account.usage);
    report.check("the connection works", account.result.map(drop).map_err(|failure| words(&failure)));
    faults::all(suite, report, "check", |call| store.check(call)).await;
    let Some((key, listing)) = &suite.listing else { return };

    suite.harness.rewind();
    let outcome = store.create(suite.harness.call(), key.clone(), listing.clone()).await;
    report.cost("create", &outcome.usage);
    let complete = |product: &RemoteProduct| is_complete(product, listing);
    report.check("the listing is created whole", outcome.result.as_ref().map_err(words).and_then(complete));
    let unexpected: Vec<_> =
        suite.harness.unexpected().iter().map(|seen| format!("{} {}", seen.method, seen.url)).collect();
    let recorded = if unexpected.is_empty() {
        Ok(())
    } else {
        Err(format!("nothing is recorded for {}", unexpected.join(", ")))
    };
    report.check("create asks only for what is recorded", recorded);
    faults::all(suite, report, "create", |call| store.create(call, key.clone(), listing.clone())).await;
    faults::all(suite, report, "find-by-key", |call| store.find_by_key(call, key.clone())).await;
}

fn is_complete(product: &RemoteProduct, listing: &Listing) -> Result<(), String> {
    let made: BTreeSet<&str> = product.variants.iter().map(|variant| variant.key.as_str()).collect();
    let missing: Vec<&str> = listing
        .variants
        .iter()
        .map(|variant| variant.key.as_str())
        .filter(|key| !made.contains(key))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("these variants are not reported: {}", missing.join(", ")))
    }
}
