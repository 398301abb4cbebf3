//! Lines for the operator's log.
//!
//! ```
//! sourcepilot_sdk::info!("{} variants read", 12);
//! sourcepilot_sdk::warn!(["shape" = "wrapped", "count" = 3]; "the list came wrapped");
//! ```

use crate::Attribute;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Every step.
    Trace,
    /// For the one who writes the plugin.
    Debug,
    /// What happened.
    Info,
    /// It works, but not as it should.
    Warn,
    /// It does not work.
    Error,
}

/// Writes a line. The host caps, redacts and labels it; natively it goes to the
/// standard error output.
pub fn write(level: Level, message: &str, fields: &[Attribute]) {
    #[cfg(target_arch = "wasm32")]
    {
        use crate::bindings::host::log;
        let level = match level {
            Level::Trace => log::Level::Trace,
            Level::Debug => log::Level::Debug,
            Level::Info => log::Level::Info,
            Level::Warn => log::Level::Warn,
            Level::Error => log::Level::Error,
        };
        log::write(level, message, fields);
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let fields: Vec<_> = fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect();
        eprintln!("{level:?} {message} {}", fields.join(" "));
    }
}

#[doc(hidden)]
#[macro_export]
macro_rules! __log {
    ($level:ident, [$($name:literal = $value:expr),* $(,)?]; $($message:tt)+) => {
        $crate::log::write(
            $crate::log::Level::$level,
            &format!($($message)+),
            &[$($crate::Attribute::new($name, $value.to_string())),*],
        )
    };
    ($level:ident, $($message:tt)+) => {
        $crate::log::write($crate::log::Level::$level, &format!($($message)+), &[])
    };
}

/// A line for the one who writes the plugin; see [`log`](crate::log).
#[macro_export]
macro_rules! debug { ($($line:tt)+) => { $crate::__log!(Debug, $($line)+) }; }
/// A line about what happened; see [`log`](crate::log).
#[macro_export]
macro_rules! info { ($($line:tt)+) => { $crate::__log!(Info, $($line)+) }; }
/// A line about what works but is not as it should be; see [`log`](crate::log).
#[macro_export]
macro_rules! warn { ($($line:tt)+) => { $crate::__log!(Warn, $($line)+) }; }
/// A line about what does not work; see [`log`](crate::log).
#[macro_export]
macro_rules! error { ($($line:tt)+) => { $crate::__log!(Error, $($line)+) }; }
