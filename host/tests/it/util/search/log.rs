//! Everything that this process logs, at its most talkative, for as long as a world
//! listens.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, Once};

use tracing_subscriber::EnvFilter;

/// All that is ours; of others what an operator could turn on. The compiler of plugins
/// knows nothing of merchants.
const FILTER: &str = "debug,sourcepilot=trace,cranelift=warn,wasmtime=warn,regalloc2=warn";

/// What was logged since the oldest world that still listens began.
struct Heard {
    text: Vec<u8>,
    /// So many bytes before these are forgotten.
    forgotten: usize,
    /// Where worlds began, by number.
    begun: BTreeMap<u64, usize>,
    next: u64,
}

static HEARD: Mutex<Heard> =
    Mutex::new(Heard { text: Vec::new(), forgotten: 0, begun: BTreeMap::new(), next: 0 });

fn heard() -> MutexGuard<'static, Heard> {
    HEARD.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// One world that listens.
pub(super) struct Listening(u64);

impl Listening {
    pub(super) fn begin() -> Self {
        install();
        let mut heard = heard();
        let (number, end) = (heard.next, heard.forgotten + heard.text.len());
        heard.next += 1;
        heard.begun.insert(number, end);
        Listening(number)
    }

    /// What was logged since it began, by worlds beside it too.
    pub(super) fn heard(&self) -> Vec<u8> {
        let heard = heard();
        let begun = heard.begun.get(&self.0).map_or(0, |begun| begun - heard.forgotten);
        heard.text[begun..].to_vec()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut heard = heard();
        heard.begun.remove(&self.0);
        let end = heard.forgotten + heard.text.len();
        let oldest = heard.begun.values().min().copied().unwrap_or(end);
        let forget = oldest - heard.forgotten;
        heard.text.drain(..forget);
        heard.forgotten = oldest;
    }
}

struct Ear;

impl io::Write for Ear {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut heard = heard();
        if !heard.begun.is_empty() {
            heard.text.extend_from_slice(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Once per process.
fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(FILTER))
            .with_writer(|| Ear)
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("the first of this process");
    });
}
