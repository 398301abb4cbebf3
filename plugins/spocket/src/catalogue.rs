//! Asking for what the merchant supplied.

use std::rc::Rc;

use serde_json::Value;
use sourcepilot_sdk::catalogue::{self, Catalogue, Entry, Source, Summary};
use sourcepilot_sdk::{Account, Attribute, Call, Failure, ProductRef, Query, Result};

use crate::date;
use crate::document::Document;
use crate::read;

/// The code of refusals that the merchant can lift by supplying something.
pub(crate) const UNSUPPORTED: &str = "capability_unsupported";

/// What the merchant supplied; there is at least something.
pub(crate) struct Supplied {
    catalogue: Rc<dyn Catalogue>,
}

/// A product and where it comes from.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) document: Document,
    pub(crate) from: From,
    /// In milliseconds since 1970.
    pub(crate) observed_ms: u64,
}

/// Where a product comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Feed,
    Shop,
    /// Typed in by the merchant for this one import.
    Entry,
}

/// Some products that were found.
pub(crate) struct Found {
    pub(crate) entries: Vec<Known>,
    pub(crate) total: u64,
}

impl Supplied {
    /// The catalogue of the call's account.
    ///
    /// # Errors
    /// `unsupported` with a sentence that says how to get one.
    pub(crate) fn of(call: &Call) -> Result<Supplied> {
        let catalogue = catalogue::of(call);
        match catalogue.describe()? {
            Some(_) => Ok(Supplied { catalogue }),
            None => Err(Failure::unsupported(how_to_supply(call)).with_code(UNSUPPORTED)),
        }
    }

    /// # Errors
    /// `not-found` when the merchant supplied other products only.
    pub(crate) fn product(&self, id: &str) -> Result<Known> {
        self.products(&[id.to_owned()])?.pop().unwrap_or_else(|| Err(unknown()))
    }

    /// One answer per id, in the same order.
    pub(crate) fn products(&self, ids: &[String]) -> Result<Vec<Result<Known>>> {
        let entries = self.catalogue.get(ids)?;
        Ok(entries.iter().map(|entry| entry.as_ref().ok_or_else(unknown).and_then(known)).collect())
    }

    pub(crate) fn search(&self, query: &Query) -> Result<Found> {
        let page = self.catalogue.find(&query.text, query.page, query.page_size)?;
        let entries = page.entries.iter().map(known).collect::<Result<_>>()?;
        Ok(Found { entries, total: page.total })
    }
}

fn unknown() -> Failure {
    Failure::not_found(
        "This product is not in your Spocket catalogue. Add it to your feed, or put it into your shop with Spocket and \
         read the shop again.",
    )
}

fn known(entry: &Entry) -> Result<Known> {
    let document: Document = serde_json::from_str(&entry.document).map_err(|_| {
        Failure::upstream_changed(
            "This entry of your catalogue was written by another version; supply the feed again.",
        )
    })?;
    let from = match entry.source {
        Source::Feed => From::Feed,
        Source::Shop => From::Shop,
    };
    let told = document.observed_at.as_deref().and_then(date::moment);
    let observed_ms = told.unwrap_or(entry.observed_unix_ms).min(entry.observed_unix_ms);
    Ok(Known { document, from, observed_ms })
}

/// A product that the merchant typed in.
///
/// # Errors
/// `invalid-input` that names what is missing.
pub(crate) fn typed_in(call: &Call, entry: &str, reference: &ProductRef) -> Result<Known> {
    let value: Value = serde_json::from_str(entry)
        .map_err(|_| Failure::invalid_input("The product that was typed in is no JSON object."))?;
    let document = read::one(call, value, reference).map_err(|problem| {
        Failure::invalid_input(format!("The product that was typed in cannot be used: {problem}"))
    })?;
    Ok(Known { document, from: From::Entry, observed_ms: call.context.now_unix_ms })
}

/// What a check answers: how much there is, or how to get it.
pub(crate) fn account(call: &Call) -> Result<Account> {
    let mut account = match catalogue::of(call).describe()? {
        Some(summary) => described(&summary),
        None => {
            let mut account = Account::new("spocket", "Spocket: nothing supplied yet");
            account.warnings.push(how_to_supply(call));
            account
        }
    };
    if has_partner_access(call) {
        account.warnings.push(PARTNER.to_owned());
    }
    Ok(account)
}

fn described(summary: &Summary) -> Account {
    let Summary { entries, source, observed_unix_ms } = summary;
    let source = match source {
        Source::Feed => "a feed",
        Source::Shop => "a connected shop",
    };
    let day = date::day_of(*observed_unix_ms);
    let mut account = Account::new("spocket", format!("Spocket: {entries} products from {source} of {day}"));
    account.extra.push(Attribute::new("x-spocket.observed-at", day));
    account
}

/// Partner access is configured, and changes nothing.
const PARTNER: &str =
    "Partner access is configured, but Spocket has published no protocol for it, so nothing is asked there.";

fn how_to_supply(call: &Call) -> String {
    let first =
        if has_partner_access(call) { PARTNER } else { "Spocket offers no interface that could be asked." };
    format!(
        "{first} Supply your products instead: add a Spocket account, then upload a CSV or JSON feed, enter the address \
         of one, or name the connected shop into which Spocket puts them."
    )
}

fn has_partner_access(call: &Call) -> bool {
    let settings: Value = call.settings().unwrap_or_default();
    let has = |name: &str| settings[name].as_str().is_some_and(|text| !text.trim().is_empty());
    call.has_credential("partner_credential") || has("partner_base_url")
}
