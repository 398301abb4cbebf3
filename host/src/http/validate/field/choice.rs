//! One of a few words.

use super::Field;

impl Field<'_> {
    /// One of these, or the default when it is not given. Null and the empty text are
    /// none of them.
    pub fn choice_or<T: Copy>(
        self,
        choices: &[T],
        name: impl Fn(T) -> &'static str,
        default: T,
    ) -> Option<T> {
        match (&self.value, self.unreadable) {
            (None, false) => Some(default),
            _ => self.choice(choices, name),
        }
    }
}
