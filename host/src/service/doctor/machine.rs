//! Disk and clock.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::Finding;

/// Below this the database cannot be trusted to keep its log.
const LEAST: u64 = 100 << 20;
const LITTLE: u64 = 1 << 30;
/// Queue and tokens bear this much.
const DRIFT_SECONDS: i64 = 5;

/// Room where the data is.
pub(super) fn disk(data_dir: &Path) -> Finding {
    const WHAT: &str = "disk";
    let place = data_dir.ancestors().find(|place| place.is_dir()).unwrap_or(Path::new("."));
    match rustix::fs::statvfs(place) {
        Ok(found) => room(found.f_bavail.saturating_mul(found.f_frsize)),
        Err(error) => Finding::fail(WHAT, format!("{} cannot be looked at: {error}.", place.display())),
    }
}

fn room(free: u64) -> Finding {
    const WHAT: &str = "disk";
    let said = format!("{} MiB are free where SOURCEPILOT_DATA_DIR is.", free >> 20);
    if free < LEAST {
        Finding::fail(WHAT, format!("{said} Make room before anything is written."))
    } else if free < LITTLE {
        Finding::warn(WHAT, format!("{said} Make room soon."))
    } else {
        Finding::ok(WHAT, said)
    }
}

/// This machine's time beside the database's.
pub(super) fn clock(ours: DateTime<Utc>, theirs: DateTime<Utc>) -> Finding {
    const WHAT: &str = "clock";
    let drift = (ours - theirs).num_seconds().abs();
    if chrono::Datelike::year(&ours) < 2026 {
        return Finding::fail(WHAT, format!("This machine says it is {ours}. Set its clock, by NTP."));
    }
    if drift > DRIFT_SECONDS {
        return Finding::fail(
            WHAT,
            format!("This machine and the database are {drift} s apart. Let both take their time from NTP."),
        );
    }
    Finding::ok(WHAT, format!("It is within {DRIFT_SECONDS} s of the database's."))
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn little_room_and_wrong_clocks_are_told() {
        assert_eq!(
            [room(0), room(LEAST), room(LITTLE)].map(|one| one.level),
            [Level::Fail, Level::Warn, Level::Ok]
        );
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let level = |ours, theirs| clock(at(ours), at(theirs)).level;
        assert_eq!(level("2026-11-24T08:00:05Z", "2026-11-24T08:00:00Z"), Level::Ok);
        assert_eq!(level("2026-11-24T08:00:00Z", "2026-11-24T08:00:06Z"), Level::Fail);
        assert_eq!(level("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"), Level::Fail);
        assert_ne!(disk(Path::new("/nonexistent/never")).sentence, "");
    }
}
