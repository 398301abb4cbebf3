//! The merchant's catalogue, as far as the call's own account goes.

use std::sync::Arc;

use sourcepilot_domain::catalogue::{CatalogueEntry, CataloguePage, CatalogueSource, CatalogueSummary};
use sourcepilot_domain::{ErrorKind as Kind, Failure as Refusal};

use super::bindings::sourcepilot::plugin::catalogue::{Entry, EntryPage, Host, Source, Summary};
use super::bindings::sourcepilot::plugin::types::{Effect, ErrorKind, Failure};
use crate::call::Catalogue;
use crate::host::state::CallState;

/// Entries of one page.
const LARGEST_PAGE: u32 = 100;
/// Ids of one question.
const MOST_IDS: usize = 200;
/// Bytes of the words of a search.
const LONGEST_TEXT: usize = 2000;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl Host for CallState {
    async fn describe(&mut self) -> Answer<Option<Summary>> {
        let Some(catalogue) = self.catalogue() else { return Ok(Ok(None)) };
        Ok(catalogue.describe().await.map(|found| found.map(summary)).map_err(failure))
    }

    async fn find(&mut self, text: String, page: u32, page_size: u32) -> Answer<EntryPage> {
        let Some(catalogue) = self.catalogue() else { return Ok(Err(none())) };
        if text.len() > LONGEST_TEXT {
            return Ok(Err(too_much("the words are too many")));
        }
        let size = page_size.clamp(1, LARGEST_PAGE);
        Ok(catalogue.find(&text, page.max(1), size).await.map(entry_page).map_err(failure))
    }

    async fn get(&mut self, ids: Vec<String>) -> Answer<Vec<Option<Entry>>> {
        let Some(catalogue) = self.catalogue() else { return Ok(Err(none())) };
        if ids.len() > MOST_IDS {
            return Ok(Err(too_much("at most 200 ids can be asked for at once")));
        }
        let found = catalogue.get(&ids).await;
        Ok(found.map(|found| found.into_iter().map(|found| found.map(entry)).collect()).map_err(failure))
    }
}

impl CallState {
    fn catalogue(&self) -> Option<Arc<dyn Catalogue>> {
        self.catalogue.clone()
    }
}

fn summary(found: CatalogueSummary) -> Summary {
    let CatalogueSummary { entries, source, observed_at } = found;
    Summary { entries, source: self::source(source), observed_unix_ms: millis(observed_at) }
}

fn entry_page(page: CataloguePage) -> EntryPage {
    let CataloguePage { entries, total } = page;
    EntryPage { entries: entries.into_iter().map(entry).collect(), total }
}

fn entry(found: CatalogueEntry) -> Entry {
    let CatalogueEntry { id, document, source, observed_at } = found;
    Entry { id, document, source: self::source(source), observed_unix_ms: millis(observed_at) }
}

fn source(source: CatalogueSource) -> Source {
    match source {
        CatalogueSource::Feed => Source::Feed,
        CatalogueSource::Shop => Source::Shop,
    }
}

fn millis(time: chrono::DateTime<chrono::Utc>) -> u64 {
    u64::try_from(time.timestamp_millis()).unwrap_or(0)
}

fn none() -> Failure {
    refusal(ErrorKind::Unsupported, "no catalogue belongs to this call")
}

fn too_much(message: &str) -> Failure {
    refusal(ErrorKind::InvalidInput, message)
}

fn refusal(kind: ErrorKind, message: &str) -> Failure {
    Failure {
        kind,
        effect: Effect::None,
        message: message.to_owned(),
        code: None,
        retry_after_ms: None,
        details: Vec::new(),
    }
}

/// The host's own failure, in the few words that a guest has for it.
fn failure(failure: Refusal) -> Failure {
    let kind = match failure.kind {
        Kind::Unsupported => ErrorKind::Unsupported,
        Kind::InvalidInput => ErrorKind::InvalidInput,
        Kind::NotFound => ErrorKind::NotFound,
        Kind::Timeout => ErrorKind::Timeout,
        _ => ErrorKind::Unavailable,
    };
    Failure { code: failure.code, ..refusal(kind, &failure.message) }
}
