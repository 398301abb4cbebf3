//! The plugin natively: addresses, feeds, products.

mod answers;
mod feeds;
mod files;
mod shop;
mod urls;

use std::cell::RefCell;
use std::rc::Rc;

use sourcepilot_sdk::catalogue::{Catalogue, Entry, EntryPage, Source, Summary};
use sourcepilot_sdk::test::{self, Recorded};
use sourcepilot_sdk::{Call, Feed as _, Parsed, Result};

use crate::Spocket;

pub(super) const U: &str = "3f0c9a52-7b1e-4d5a-9c3e-1a2b3c4d5e6f";
/// 2026-11-24, when test calls begin.
pub(super) const NOW: u64 = 1_795_507_200_000;
const DAY: u64 = 86_400_000;

/// A catalogue in memory.
#[derive(Default)]
pub(super) struct Shelf {
    entries: RefCell<Vec<(Entry, String)>>,
    pub(super) source: Option<Source>,
    pub(super) age_days: u64,
}

impl Shelf {
    pub(super) fn of(parsed: &Parsed, source: Source, age_days: u64) -> Rc<Shelf> {
        let observed_unix_ms = NOW - age_days * DAY;
        let entries = parsed.items.iter().map(|item| {
            let words = format!("{} {} {}", item.title, item.keywords, item.id).to_lowercase();
            (Entry { id: item.id.clone(), document: item.document.clone(), source, observed_unix_ms }, words)
        });
        Rc::new(Shelf { entries: RefCell::new(entries.collect()), source: Some(source), age_days })
    }
}

impl Catalogue for Shelf {
    fn describe(&self) -> Result<Option<Summary>> {
        let entries = self.entries.borrow().len() as u64;
        let observed_unix_ms = NOW - self.age_days * DAY;
        Ok(self.source.map(|source| Summary { entries, source, observed_unix_ms }))
    }

    fn find(&self, text: &str, page: u32, page_size: u32) -> Result<EntryPage> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let entries = self.entries.borrow();
        let found: Vec<Entry> = entries
            .iter()
            .filter(|(_, have)| words.iter().all(|word| have.contains(word)))
            .map(|(entry, _)| entry.clone())
            .collect();
        let skip = (page.saturating_sub(1) * page_size) as usize;
        let total = found.len() as u64;
        Ok(EntryPage { entries: found.into_iter().skip(skip).take(page_size as usize).collect(), total })
    }

    fn get(&self, ids: &[String]) -> Result<Vec<Option<Entry>>> {
        let entries = self.entries.borrow();
        let find =
            |id: &String| entries.iter().find(|(entry, _)| entry.id == *id).map(|(entry, _)| entry.clone());
        Ok(ids.iter().map(find).collect())
    }
}

pub(super) fn call() -> Call {
    test::call(&Recorded::new())
}

pub(super) fn with_settings(settings: &str) -> Call {
    let mut call = call();
    call.context.settings = settings.into();
    call
}

/// Read a file and expect that it could be read.
pub(super) fn parse(text: &str) -> Parsed {
    Spocket::parse(&call(), "text/csv", text.as_bytes().to_vec()).expect("a feed")
}

/// A call with this feed as the account's catalogue.
pub(super) fn supplied(text: &str) -> Call {
    call().with_catalogue(Shelf::of(&parse(text), Source::Feed, 0))
}
