//! From `[[rate]]` to the buckets of one call.

use std::collections::HashMap;
use std::time::Duration;

use sourcepilot_domain::product::Attribute;
use sourcepilot_egress::{Origin, RateLimit, RateRule, UrlPattern};

use crate::manifest::{Manifest, Per, RateSpec};

/// An account whose attribute says more than this is not believed.
const MOST_REQUESTS: u32 = 100_000;

pub(super) fn of_call(
    known: &mut HashMap<String, RateLimit>,
    manifest: &Manifest,
    account: &str,
    facts: &[Attribute],
    connection: Option<&Origin>,
) -> Vec<RateRule> {
    let mut rules: Vec<(Duration, RateRule)> = manifest
        .rates
        .iter()
        .filter_map(|spec| {
            let period = period(spec, facts)?;
            let rule = rule(known, &manifest.id, spec, period, account, connection)?;
            Some((period, rule))
        })
        .collect();
    rules.sort_by_key(|(period, _)| std::cmp::Reverse(*period));
    rules.into_iter().map(|(_, rule)| rule).collect()
}

/// The time between two requests; none when nothing is known that would limit them.
fn period(spec: &RateSpec, facts: &[Attribute]) -> Option<Duration> {
    let told = spec.fact.as_ref().and_then(|name| facts.iter().find(|fact| fact.name == *name));
    let told = told.and_then(|fact| fact.value.trim().parse::<u32>().ok());
    let requests = told.filter(|told| (1..=MOST_REQUESTS).contains(told)).or(spec.requests)?;
    Some(Duration::from_secs(u64::from(spec.seconds)) / requests.max(1))
}

fn rule(
    known: &mut HashMap<String, RateLimit>,
    plugin: &str,
    spec: &RateSpec,
    period: Duration,
    account: &str,
    connection: Option<&Origin>,
) -> Option<RateRule> {
    let url = match &spec.url {
        None => None,
        // Without a connection no request goes to an address of one.
        Some(text) => Some(UrlPattern::parse(text, connection).ok()?),
    };
    let name = format!(
        "{plugin}|{:?}|{}|{}|{}",
        spec.per,
        period.as_nanos(),
        spec.burst,
        spec.url.as_deref().unwrap_or_default()
    );
    let limit = match known.get(&name) {
        Some(limit) => limit.clone(),
        None => known.entry(name).or_insert(RateLimit::new(period, spec.burst)?).clone(),
    };
    let key = match spec.per {
        Per::Account => account,
        Per::Installation => "",
    };
    Some(RateRule { bucket: limit.bucket(key), url })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(fact: Option<&str>) -> RateSpec {
        let fact = fact.map(str::to_owned);
        RateSpec { per: Per::Account, requests: Some(2), seconds: 1, burst: 1, url: None, fact }
    }

    #[test]
    fn what_is_known_about_the_account_replaces_the_number() {
        let facts = |value: &str| vec![Attribute { name: "x-acme.rate".into(), value: value.into() }];
        for (value, milliseconds) in
            [("4", 250), ("1", 1000), ("0", 500), ("100001", 500), ("-1", 500), ("many", 500)]
        {
            let period = period(&spec(Some("x-acme.rate")), &facts(value));
            assert_eq!(period, Some(Duration::from_millis(milliseconds)), "{value}");
        }
        assert_eq!(period(&spec(None), &facts("4")), Some(Duration::from_millis(500)));
    }

    #[test]
    fn a_rate_without_a_number_holds_only_for_accounts_that_have_one() {
        let quota = RateSpec { requests: None, seconds: 86_400, ..spec(Some("x-acme.rate")) };
        let known = vec![Attribute { name: "x-acme.rate".into(), value: "1000".into() }];
        assert_eq!(period(&quota, &[]), None);
        assert_eq!(period(&quota, &known), Some(Duration::from_millis(86_400)));
    }
}
