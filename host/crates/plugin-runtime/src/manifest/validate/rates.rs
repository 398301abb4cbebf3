//! What the service allows in a time.

use std::ops::RangeInclusive;

use toml::Spanned;

use super::credentials::check_url;
use crate::manifest::error::Findings;
use crate::manifest::raw::RawRate;
use crate::manifest::{Network, Per, RateSpec, words};

const MOST: usize = 8;
const REQUESTS: RangeInclusive<u32> = 1..=1000;
/// A day: longer windows are quotas, which only the service can count.
const SECONDS: RangeInclusive<u32> = 1..=86_400;

pub(super) fn check_rates(
    findings: &mut Findings<'_>,
    network: &Network,
    id: &Spanned<String>,
    raw: Vec<Spanned<RawRate>>,
) -> Vec<RateSpec> {
    if let Some(one_too_many) = raw.get(MOST) {
        findings.at(one_too_many, format!("more than {MOST} `[[rate]]` tables; give the strictest ones"));
    }
    // A wrong id is told once, not once more for every name that begins with it.
    let own = if words::is_id(id.as_ref()) { format!("x-{}.", id.as_ref()) } else { String::new() };
    raw.into_iter().map(|rate| check_rate(findings, network, &own, rate.into_inner())).collect()
}

fn check_rate(findings: &mut Findings<'_>, network: &Network, own: &str, raw: RawRate) -> RateSpec {
    let RawRate { per, requests, seconds, burst, url, fact } = raw;
    let mut within = |value: &Spanned<u32>, key: &str, range: RangeInclusive<u32>| {
        if !range.contains(value.as_ref()) {
            findings.at(value, format!("`{key}` must be between {} and {}", range.start(), range.end()));
        }
    };
    if let Some(requests) = &requests {
        within(requests, "requests", REQUESTS);
    }
    within(&seconds, "seconds", SECONDS);
    if let Some(burst) = &burst {
        within(burst, "burst", REQUESTS);
    }
    if requests.is_none() && fact.is_none() {
        findings.at(&seconds, "`requests` is missing; only a rate with a `fact` can do without it");
    }
    if let Some(url) = &url {
        check_url(findings, network, url);
    }
    if let Some(fact) = &fact {
        if per != Per::Account {
            findings.at(fact, "`fact` needs `per = \"account\"`: it is found out about one account");
        }
        let named = fact.as_ref().strip_prefix(own).is_some_and(|rest| words::is_line(rest, 100));
        if !named {
            findings
                .at(fact, format!("`fact` must be an attribute of this plugin's own, such as {own}requests"));
        }
    }
    RateSpec {
        per,
        requests: requests.map(Spanned::into_inner),
        seconds: seconds.into_inner(),
        burst: burst.map_or(1, Spanned::into_inner),
        url: url.map(Spanned::into_inner),
        fact: fact.map(Spanned::into_inner),
    }
}
