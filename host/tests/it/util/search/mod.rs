//! Every world of every test is searched for secrets when it ends: its database, what
//! its process has logged, and every answer that was given. What merchants, services
//! and settings entered as a secret, and what was issued as one, may be nowhere but in
//! the answers that exist to give it out ([`issued`]).
//!
//! A secret that is found fails the test that owns the world. The secrets are not named
//! by the tests: they are known by where they go in and come out ([`canaries`]).

mod canaries;
mod exchange;
mod issued;
mod log;
#[path = "../../../support/scanner.rs"]
mod scanner;
#[path = "../../../support/stored.rs"]
mod stored;
mod teeth;

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::middleware::from_fn_with_state;
use sourcepilot_sandbox::Control;

use self::canaries::Canaries;
use self::exchange::Exchanges;
use self::log::Listening;
use self::scanner::{Canary, Scanner};

/// The first migration: its name stands in every database.
const ALWAYS_STORED: &str = "m20261124_000001_users";

/// What is remembered of one world until it ends.
pub struct Search {
    database: String,
    /// Those that were there before the first request.
    settings: Canaries,
    exchanges: Exchanges,
    listening: Listening,
    world: Option<Control>,
    is_over: AtomicBool,
}

/// What a search came to.
pub struct Outcome {
    /// Place and name of every secret that was found.
    pub found: Vec<String>,
    places: Vec<(String, Vec<u8>)>,
    canaries: usize,
}

impl Search {
    /// From now on everything is heard. `settings` are names and values of variables.
    pub fn begin<'a>(
        database: &str,
        settings: impl Iterator<Item = (&'a str, &'a str)>,
        world: Option<Control>,
    ) -> Self {
        let mut known = Canaries::of_the_demo();
        known.add_settings(settings);
        known.add_database(database);
        Search {
            database: database.to_owned(),
            settings: known,
            exchanges: Exchanges::default(),
            listening: Listening::begin(),
            world,
            is_over: AtomicBool::new(false),
        }
    }

    /// This router, with everything heard that goes in and comes out.
    pub fn hear(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.exchanges.clone(), exchange::hear))
    }

    /// One more secret that was there before the first request.
    pub fn know(&mut self, name: &str, value: &str) {
        self.settings.add(name, value);
    }

    /// Search now. What is found here is for the caller to judge, not for the world's
    /// end.
    pub fn outcome(&self) -> Outcome {
        self.is_over.store(true, Ordering::Relaxed);
        self.search()
    }

    fn search(&self) -> Outcome {
        let mut canaries = self.settings.clone();
        for exchange in self.exchanges.all() {
            canaries.add_exchange(&exchange);
        }
        for (name, value) in self.world.iter().flat_map(Control::presented) {
            canaries.add(&format!("{name} of the demo world"), &value);
        }
        let mut places = database(&self.database);
        places.push(("the log".to_owned(), self.listening.heard()));
        places.extend(self.exchanges.all().iter().map(issued::without));
        let canaries = canaries.into_list();
        Outcome { found: find(&canaries, &places), places, canaries: canaries.len() }
    }
}

impl Outcome {
    /// Whether the places whose names begin so were searched where this text stands.
    pub fn sees(&self, place: &str, text: &str) -> bool {
        let scanner = Scanner::new(&[Canary { name: "a marker".into(), value: text.into() }]);
        let mut places = self.places.iter().filter(|(name, _)| name.starts_with(place));
        places.any(|(_, bytes)| !scanner.find(bytes).is_empty())
    }
}

/// Place and name of every secret in these places, each pair once.
fn find(canaries: &[Canary], places: &[(String, Vec<u8>)]) -> Vec<String> {
    let scanner = Scanner::new(canaries);
    let mut found: Vec<String> = Vec::new();
    for (place, bytes) in places {
        found.extend(scanner.find(bytes).into_iter().map(|what| format!("{place}: {what}")));
    }
    found.sort();
    found.dedup();
    found
}

/// On a thread of its own: a world may end while its runtime does.
fn database(url: &str) -> Vec<(String, Vec<u8>)> {
    let read = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(stored::stored(url))
    };
    let read = std::thread::scope(|scope| scope.spawn(read).join());
    read.expect("no panic").unwrap_or_else(|error| panic!("the database is not searched: {error}"))
}

impl Drop for Search {
    /// Fail the test when there is a secret where none may be.
    fn drop(&mut self) {
        if std::thread::panicking() || self.is_over.load(Ordering::Relaxed) {
            return;
        }
        let outcome = self.search();
        assert!(
            outcome.found.is_empty(),
            "secrets were found where none may be:\n{}",
            outcome.found.join("\n")
        );
        assert!(
            outcome.sees("database", ALWAYS_STORED) || outcome.sees("table", ALWAYS_STORED),
            "the database was not searched"
        );
        note(&outcome);
    }
}

/// A line on this search for who adds them up: appended to the file that
/// `SECRET_SEARCH_NOTES` names.
fn note(outcome: &Outcome) {
    let Some(path) = std::env::var_os("SECRET_SEARCH_NOTES") else { return };
    let bytes: usize = outcome.places.iter().map(|(_, bytes)| bytes.len()).sum();
    let line = format!("{} canaries, {} places, {bytes} bytes\n", outcome.canaries, outcome.places.len());
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("noted");
}
