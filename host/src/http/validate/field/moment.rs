//! Moments in requests.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};

use super::Field;

impl Field<'_> {
    /// A moment in the form of RFC 3339, or nothing. Without an offset it is UTC.
    pub fn optional_moment(self) -> Option<Option<DateTime<Utc>>> {
        self.optional(|field, value| {
            let Value::String(text) = value else {
                field.note("datetime_type", "Input should be a valid datetime", value);
                return None;
            };
            let found = moment(text);
            if found.is_none() {
                let reason = "write it as 2026-11-24T09:30:00Z";
                let msg = format!("Input should be a valid datetime, {reason}");
                field.note_with("datetime_parsing", msg, value, json!({ "error": reason }));
            }
            found
        })
    }
}

/// Only years that both databases keep.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let with_offset = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
    let moment = with_offset
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|moment| moment.and_utc())
        })
        .ok()?;
    let year = chrono::Datelike::year(&moment);
    (1970..=9999).contains(&year).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn the_usual_forms_are_understood() {
        for text in [
            "2026-11-24T09:30:00Z",
            "2026-11-24T10:30:00+01:00",
            "2026-11-24T09:30:00",
            "2026-11-24t09:30:00z",
        ] {
            assert_eq!(moment(text).map(|moment| moment.timestamp()), Some(1_795_512_600), "{text}");
        }
        for text in ["", "tomorrow", "2026-13-01T00:00:00Z", "1795512600", "0001-01-01T00:00:00Z"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
