//! What came before.

/// Texts that were seen, for a few thousand of them: a sorted list, since this plugin
/// needs sets often and large ones never.
#[derive(Debug, Default)]
pub(crate) struct Seen(Vec<String>);

impl Seen {
    /// True when the text is new.
    pub(crate) fn insert(&mut self, text: String) -> bool {
        match self.0.binary_search(&text) {
            Ok(_) => false,
            Err(place) => {
                self.0.insert(place, text);
                true
            }
        }
    }
}
