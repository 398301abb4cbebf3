//! A plugin's lines in the operator's log: capped, escaped, redacted, labelled.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use sourcepilot_egress::CallScope;

use crate::limits::Limits;

/// How loud a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// Takes the lines of one call.
pub(crate) struct LogSink {
    plugin: String,
    call: String,
    scope: CallScope,
    most: u32,
    longest: usize,
    seen: AtomicU32,
}

impl LogSink {
    pub(crate) fn new(plugin: &str, call: &str, scope: CallScope, limits: &Limits) -> Self {
        LogSink {
            plugin: plugin.to_owned(),
            call: one_line(call, 200),
            scope,
            most: limits.log_lines,
            longest: limits.log_line_bytes,
            seen: AtomicU32::new(0),
        }
    }

    /// Write a line with its fields, unless the call has written too many.
    pub(crate) fn write(&self, level: Level, message: &str, fields: &[(&str, &str)]) {
        if self.seen.fetch_add(1, Ordering::Relaxed) >= self.most {
            return;
        }
        let mut line = clip(message, self.longest).to_owned();
        for (name, value) in fields {
            if line.len() >= self.longest {
                break;
            }
            _ = write!(line, " {}={}", clip(name, 100), clip(value, self.longest));
        }
        let line = one_line(&self.scope.redact(&line), self.longest);
        let (plugin, call) = (self.plugin.as_str(), self.call.as_str());
        match level {
            Level::Trace => {
                tracing::trace!(target: "plugin", { plugin.id = plugin, call.id = call }, "{line}")
            }
            Level::Debug => {
                tracing::debug!(target: "plugin", { plugin.id = plugin, call.id = call }, "{line}")
            }
            Level::Info => tracing::info!(target: "plugin", { plugin.id = plugin, call.id = call }, "{line}"),
            Level::Warn => tracing::warn!(target: "plugin", { plugin.id = plugin, call.id = call }, "{line}"),
            Level::Error => {
                tracing::error!(target: "plugin", { plugin.id = plugin, call.id = call }, "{line}")
            }
        }
    }

    /// How many lines the call wrote, and how many of them were kept.
    pub(crate) fn counts(&self) -> (u32, u32) {
        let seen = self.seen.load(Ordering::Relaxed);
        (seen, seen.min(self.most))
    }

    /// Tell once what was dropped.
    pub(crate) fn finish(&self) {
        let (seen, kept) = self.counts();
        if seen > kept {
            let dropped = seen - kept;
            let (plugin, call) = (self.plugin.as_str(), self.call.as_str());
            tracing::warn!(target: "plugin", { plugin.id = plugin, call.id = call, dropped }, "log lines dropped");
        }
    }
}

/// The beginning of a text, at most `longest` bytes, at a character's boundary.
pub(crate) fn clip(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

/// One line without anything that could forge another one or turn the reading
/// direction.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::with_capacity(text.len().min(longest));
    for c in text.chars() {
        let hostile = c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if hostile {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
        if line.len() >= longest {
            break;
        }
    }
    clip(&line, longest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_line_can_be_forged() {
        assert_eq!(one_line("ok\n2026 ERROR forged\u{1b}[31m", 100), "ok\\n2026 ERROR forged\\u{1b}[31m");
        assert_eq!(one_line("a\u{202e}b", 100), "a\\u{202e}b");
    }

    #[test]
    fn long_lines_end_between_characters() {
        assert_eq!(clip("aäb", 2), "a");
        assert_eq!(clip("aä", 2), "a");
        assert_eq!(clip("aä", 3), "aä");
        assert_eq!(one_line(&"ä".repeat(5000), 4096).len(), 4096);
    }
}
