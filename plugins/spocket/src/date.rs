//! Days since 1970 and their names.

const DAY_MS: u64 = 86_400_000;

/// `2026-01-15` of a moment in milliseconds since 1970.
pub(crate) fn day_of(unix_ms: u64) -> String {
    let (year, month, day) = civil((unix_ms / DAY_MS).min(4_000_000));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Whole days between two moments.
pub(crate) fn days_between(earlier_ms: u64, later_ms: u64) -> u64 {
    later_ms.saturating_sub(earlier_ms) / DAY_MS
}

/// The moment that an ISO 8601 date, with or without a time in UTC, means.
pub(crate) fn moment(text: &str) -> Option<u64> {
    let (date, time) = text.trim().split_at_checked(10)?;
    let [year, month, day] = parts(date, '-')?;
    if !(1970..=2200).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days_from_civil(year, month, day);
    let clock = time.trim_start_matches(['T', ' ']).trim_end_matches('Z');
    let clock = clock.split(['.', '+']).next().unwrap_or_default();
    let seconds = match parts(clock, ':') {
        Some([hours, minutes, seconds]) => hours.min(23) * 3600 + minutes.min(59) * 60 + seconds.min(59),
        None => 0,
    };
    Some(days * DAY_MS + seconds * 1000)
}

fn parts(text: &str, mark: char) -> Option<[u64; 3]> {
    let mut numbers = text.split(mark).map(|part| part.parse().ok());
    let found = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(found)
}

/// Howard Hinnant's `days_from_civil`, for years from 1970.
fn days_from_civil(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_era = year % 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year / 400 * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Howard Hinnant's `civil_from_days`, for days from 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = days / 146_097 * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_names() {
        for (ms, name) in
            [(0, "1970-01-01"), (1_768_471_200_000, "2026-01-15"), (951_782_400_000, "2000-02-29")]
        {
            assert_eq!(day_of(ms), name);
            assert_eq!(day_of(moment(name).unwrap()), name);
        }
        assert_eq!(moment("2026-01-15T10:00:00Z"), Some(1_768_471_200_000));
        assert_eq!(moment("2026-01-15 10:00:00.123+00:00"), Some(1_768_471_200_000));
        for wrong in ["", "15.01.2026", "2026-13-01", "2026-01", "yesterday!", "2026-1-15-01"] {
            assert_eq!(moment(wrong).map(day_of), None, "{wrong}");
        }
        assert_eq!(days_between(0, DAY_MS * 3 + 5), 3);
    }
}
