//! From a failed call to what the job does next.

use std::time::Duration;

use sourcepilot_domain::{Effect, ErrorKind, Failure};

/// How long to stay away from a supplier or shop that asks for it without saying
/// for how long.
const RATE_PAUSE: Duration = Duration::from_secs(30);
/// Longer than this no import waits in one go, whatever it is told.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);
/// And none comes back sooner than this, whatever it is told.
const SHORTEST_PAUSE: Duration = Duration::from_secs(2);
/// Imports that wait for the same limit come back over this time at most.
const WIDEST_SPREAD: Duration = Duration::from_secs(60);
/// A fault of the plugin is tried once more, in a new instance.
const FAULT_TRIES: u32 = 2;

/// What the job does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// End, with a sentence for the merchant.
    Fail(String),
    /// Try again after the queue's own back-off, and not before this time.
    Retry(Duration, String),
    /// Try again after this time; it costs no attempt.
    Later(Duration, String),
    /// Stop without a word: cancelled, or somebody else does the work now.
    Stop,
}

/// Decide. `attempt` counts from 1; `last` means that no more attempts follow.
pub fn judge(failure: &Failure, attempt: u32, last: bool) -> Verdict {
    let say = || failure.message.clone();
    let told = failure.retry_after.map(|told| told.min(LONGEST_PAUSE));
    let pause = told.unwrap_or_default();
    match failure.kind {
        ErrorKind::Cancelled | ErrorKind::LeaseLost => Verdict::Stop,
        ErrorKind::RateLimited => Verdict::Later(told.unwrap_or(RATE_PAUSE), say()),
        // A used-up quota fills again; one that no time is told for never does.
        ErrorKind::QuotaExhausted if told.is_some() => Verdict::Later(pause, say()),
        ErrorKind::Unavailable | ErrorKind::Timeout if !last => Verdict::Retry(pause, say()),
        ErrorKind::Internal | ErrorKind::Trap if attempt < FAULT_TRIES && !last => {
            Verdict::Retry(pause, say())
        }
        // A limit that struck in the middle of writing: looking again may show
        // that everything is there.
        ErrorKind::Limit if attempt < FAULT_TRIES && !last && failure.effect != Effect::None => {
            Verdict::Retry(pause, say())
        }
        ErrorKind::InvalidInput
        | ErrorKind::Unsupported
        | ErrorKind::NotFound
        | ErrorKind::UnavailableItem
        | ErrorKind::AuthRequired
        | ErrorKind::Forbidden
        | ErrorKind::QuotaExhausted
        | ErrorKind::Unavailable
        | ErrorKind::Timeout
        | ErrorKind::Conflict
        | ErrorKind::UpstreamChanged
        | ErrorKind::Internal
        | ErrorKind::Trap
        | ErrorKind::Limit
        | ErrorKind::Denied
        | ErrorKind::BadAnswer => Verdict::Fail(last_word(failure)),
    }
}

/// A pause that costs no attempt, never too short, and up to a quarter longer than it
/// has to be, so that imports that were told the same time do not all come back at once.
/// `chance` is a random number between 0 and 1.
pub fn spread(pause: Duration, chance: f64) -> Duration {
    let pause = pause.max(SHORTEST_PAUSE);
    pause + (pause / 4).min(WIDEST_SPREAD).mul_f64(chance.clamp(0.0, 1.0))
}

fn last_word(failure: &Failure) -> String {
    let reason = sentence(&failure.message);
    match failure.effect {
        Effect::None => reason,
        Effect::Unknown | Effect::Applied => format!(
            "{reason} Something may have reached the shop; a retry looks for it first and makes no second product."
        ),
    }
}

/// With a capital at the beginning and a full stop at the end.
fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let rest = letters.as_str();
    let stop = if text.trim_end().ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{rest}{stop}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ErrorKind, attempt: u32, last: bool, expected: fn(&Verdict) -> bool) {
        let verdict = judge(&Failure::new(kind, "Why."), attempt, last);
        assert!(expected(&verdict), "{kind:?} at attempt {attempt}: {verdict:?}");
    }

    #[test]
    fn what_cannot_get_better_ends_at_once() {
        for kind in
            [ErrorKind::NotFound, ErrorKind::AuthRequired, ErrorKind::UpstreamChanged, ErrorKind::Denied]
        {
            check(kind, 1, false, |verdict| matches!(verdict, Verdict::Fail(_)));
        }
    }

    #[test]
    fn outages_are_tried_again_until_the_last_attempt() {
        check(ErrorKind::Timeout, 3, false, |verdict| matches!(verdict, Verdict::Retry(..)));
        check(ErrorKind::Timeout, 5, true, |verdict| matches!(verdict, Verdict::Fail(_)));
    }

    #[test]
    fn a_fault_of_the_plugin_is_tried_once_more() {
        check(ErrorKind::Trap, 1, false, |verdict| matches!(verdict, Verdict::Retry(..)));
        check(ErrorKind::Trap, 2, false, |verdict| matches!(verdict, Verdict::Fail(_)));
    }

    #[test]
    fn a_rate_limit_waits_as_long_as_it_says_and_costs_no_attempt() {
        let mut failure = Failure::new(ErrorKind::RateLimited, "Slow down.");
        failure.retry_after = Some(Duration::from_secs(7));
        assert_eq!(judge(&failure, 9, true), Verdict::Later(Duration::from_secs(7), "Slow down.".into()));
    }

    #[test]
    fn a_used_up_quota_is_waited_for_when_it_is_told_until_when() {
        let mut failure = Failure::new(ErrorKind::QuotaExhausted, "Used up.");
        assert_eq!(judge(&failure, 1, false), Verdict::Fail("Used up.".into()));
        failure.retry_after = Some(Duration::from_secs(3_600));
        assert_eq!(judge(&failure, 9, true), Verdict::Later(Duration::from_secs(3_600), "Used up.".into()));
    }

    #[test]
    fn nobody_waits_longer_than_a_day_in_one_go() {
        for kind in [ErrorKind::QuotaExhausted, ErrorKind::RateLimited] {
            let mut failure = Failure::new(kind, "Come back next year.");
            failure.retry_after = Some(Duration::from_secs(31_000_000));
            check_pause(&failure, LONGEST_PAUSE);
        }
    }

    fn check_pause(failure: &Failure, expected: Duration) {
        let Verdict::Later(pause, _) = judge(failure, 1, false) else { panic!("it waits") };
        assert_eq!(pause, expected);
    }

    #[test]
    fn those_who_wait_do_not_come_back_at_once_nor_together() {
        let seconds = Duration::from_secs;
        for (pause, chance, expected) in [
            (Duration::ZERO, 0.0, seconds(2)),
            (seconds(8), 0.0, seconds(8)),
            (seconds(8), 1.0, seconds(10)),
            (seconds(3_600), 1.0, seconds(3_660)),
        ] {
            assert_eq!(spread(pause, chance), expected);
        }
    }

    #[test]
    fn the_reason_is_a_sentence() {
        let failure = Failure::new(ErrorKind::BadAnswer, "the price is missing");
        assert_eq!(judge(&failure, 1, false), Verdict::Fail("The price is missing.".into()));
    }

    #[test]
    fn an_unknown_outcome_is_said() {
        let failure = Failure::new(ErrorKind::Timeout, "No answer.").with_effect(Effect::Unknown);
        let Verdict::Fail(sentence) = judge(&failure, 5, true) else { panic!("it ends") };
        assert!(sentence.contains("may have reached"), "{sentence}");
    }

    #[test]
    fn a_lost_lease_says_nothing() {
        check(ErrorKind::LeaseLost, 1, false, |verdict| *verdict == Verdict::Stop);
        check(ErrorKind::Cancelled, 1, false, |verdict| *verdict == Verdict::Stop);
    }
}
