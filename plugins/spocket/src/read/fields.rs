//! Single values as people write them.

use serde_json::Value;
use sourcepilot_sdk::money::{self, Amount};
use sourcepilot_sdk::{Call, fit};

use crate::document::Region;

/// More is a mistake in any currency.
const HIGHEST: &str = "10000000";
const LONGEST_ADDRESS: usize = 2000;
const LONGEST_HTML: usize = 300 * 1024;
const MOST_IMAGES: usize = 100;

/// The currency of feeds that name none, from the account's settings.
pub(super) fn usual_currency(call: &Call) -> Option<String> {
    let settings: Value = call.settings().ok()?;
    currency(settings["currency"].as_str()?)
}

/// A currency's code.
pub(super) fn currency(text: &str) -> Option<String> {
    money::currency_code(text)
}

/// One line of at most so many characters; nothing when it is blank.
pub(super) fn line(text: &str, longest: usize) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: String = words.collect::<Vec<_>>().join(" ").chars().take(longest).collect();
    (!line.is_empty()).then_some(line)
}

/// Text of many lines; nothing when it is blank. Of one that is larger than any
/// description the first blocks.
pub(super) fn html(text: &str) -> Option<String> {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text = fit::html(text.trim().chars().filter(kept).collect(), LONGEST_HTML);
    (!text.is_empty()).then_some(text)
}

/// An amount, as plain decimal text.
///
/// # Errors
/// What is wrong with it.
pub(super) fn price(text: &str, name: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    // A point or a comma before three digits can be read in two ways; more digits than
    // any currency has can not.
    let amount = Amount::read(text).ok_or_else(|| {
        format!("`{name}` is “{}”, which is no clear amount: write it like 1234.50.", shown(text))
    })?;
    if amount.is_zero() {
        return Err(format!("`{name}` is zero; leave it empty when it is not known."));
    }
    if Amount::parse(HIGHEST).is_some_and(|highest| amount > highest) {
        return Err(format!("`{name}` is more than {HIGHEST}."));
    }
    Ok(Some(amount.to_string()))
}

/// A number of pieces; nothing when it is unknown.
///
/// # Errors
/// When it is none.
pub(super) fn stock(text: &str) -> Result<Option<u32>, String> {
    let text = text.trim();
    if text.is_empty() || ["unknown", "null", "n/a", "-"].contains(&text.to_lowercase().as_str()) {
        return Ok(None);
    }
    if text.starts_with('-') && text[1..].bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(0));
    }
    let whole = text
        .split_once(['.', ','])
        .map_or(text, |(whole, rest)| if rest.bytes().all(|b| b == b'0') { whole } else { text });
    whole.parse().map(Some).map_err(|_| {
        format!(
            "`stock` is “{}”, which is no whole number; leave it empty when it is not known.",
            shown(text)
        )
    })
}

/// A whole number; nothing when it is none.
pub(super) fn whole(text: &str) -> Option<u32> {
    text.trim().parse().ok()
}

/// A web address that the host will take: absolute, without a user name.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    if text.len() > LONGEST_ADDRESS
        || text.contains(|c: char| c.is_whitespace() || c.is_control() || "\\<>\"`{}|^".contains(c))
    {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = match authority.split_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        Some(_) => return None,
        None => authority,
    };
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
    };
    host.split('.').all(label).then(|| text.to_owned())
}

/// The addresses of a list that can be used, and how many cannot.
pub(super) fn images<'a>(list: impl Iterator<Item = &'a str>) -> (Vec<String>, usize) {
    let mut images: Vec<String> = Vec::new();
    let mut bad = 0;
    for text in list.map(str::trim).filter(|text| !text.is_empty()) {
        match address(text) {
            Some(image) if images.len() < MOST_IMAGES && !images.contains(&image) => images.push(image),
            Some(_) => {}
            None => bad += 1,
        }
    }
    (images, bad)
}

/// `US:4.50:3-7|EU:9.90:7-12`: region, cost, days; the last two may be left out.
///
/// # Errors
/// The first part that is none.
pub(super) fn shipping(text: &str) -> Result<Vec<Region>, String> {
    text.split('|').map(str::trim).filter(|part| !part.is_empty()).map(one_region).collect()
}

fn one_region(part: &str) -> Result<Region, String> {
    let mut pieces = part.split(':').map(str::trim);
    let name = pieces.next().unwrap_or_default();
    let cost = pieces.next().unwrap_or_default();
    let (days_min, days_max) = days(pieces.next().unwrap_or_default())
        .ok_or_else(|| format!("`shipping` has “{}”, whose days are not like 3-7.", shown(part)))?;
    Ok(Region { region: region(name)?, cost: delivery_cost(cost)?, days_min, days_max })
}

/// The usual name of a region.
///
/// # Errors
/// When it is none.
pub(super) fn region(name: &str) -> Result<String, String> {
    let name = name.trim().to_uppercase();
    Ok(match name.as_str() {
        "EU" | "EUROPE" | "EUROPEAN UNION" => "EU".into(),
        "WORLD" | "WORLDWIDE" | "INTERNATIONAL" | "REST OF WORLD" | "*" => "WORLD".into(),
        "USA" | "UNITED STATES" => "US".into(),
        "UK" | "UNITED KINGDOM" => "GB".into(),
        "CANADA" => "CA".into(),
        "AUSTRALIA" => "AU".into(),
        code if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => code.into(),
        _ => {
            return Err(format!(
                "`shipping` names “{}”, which is no country's code, EU or WORLD.",
                shown(&name)
            ));
        }
    })
}

/// What delivery costs: an amount, nothing at all, or free.
///
/// # Errors
/// When it is none.
pub(super) fn delivery_cost(text: &str) -> Result<Option<String>, String> {
    if text.eq_ignore_ascii_case("free") || Amount::read(text).is_some_and(Amount::is_zero) {
        return Ok(Some("0.00".into()));
    }
    price(text, "shipping")
}

/// `3-7`, `5`, or nothing.
fn days(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    if text.is_empty() {
        return Some((None, None));
    }
    let (min, max) = text.split_once(['-', '–']).unwrap_or((text, text));
    let (min, max) = (whole(min)?, whole(max)?);
    (min <= max && max <= 3650).then_some((Some(min), Some(max)))
}

/// As much of a value as belongs into a sentence.
pub(super) fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
