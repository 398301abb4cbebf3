//! Data that a page hands to its own scripts.

use serde_json::Value;

use crate::page::Page;
use crate::relaxed;

/// Scripts longer than this are programs, not data.
const LONGEST: usize = 1_500_000;
const MOST_PER_SCRIPT: usize = 40;
const MOST: usize = 200;

/// The values in a page's scripts that may hold products.
pub(crate) fn values(page: &Page<'_>) -> Vec<Value> {
    let mut found = Vec::new();
    for script in page.tree.elements().filter(|element| element.is("script")) {
        let text = script.raw();
        let kind = script.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let fits = may_hold_products(text) || kind.contains("magento");
        if text.len() > LONGEST || !fits || found.len() >= MOST || kind.contains("ld+json") {
            continue;
        }
        if kind.contains("json") || kind.contains("magento") || kind == "text/template" {
            found.extend(whole(text));
        } else if kind.is_empty() || kind.contains("javascript") || kind == "module" {
            assigned(text, &mut found);
        }
    }
    found
}

fn may_hold_products(text: &str) -> bool {
    ["price", "Price", "variants", "centAmount"].iter().any(|word| text.contains(word))
}

fn whole(text: &str) -> Option<Value> {
    let text = text.trim();
    serde_json::from_str(text).ok().or_else(|| relaxed::read(text).map(|(value, _)| value))
}

/// What is assigned to names or handed over as text: `x = {…}`, `JSON.parse("…")`,
/// and arguments of calls.
fn assigned(text: &str, found: &mut Vec<Value>) {
    let mut from = 0;
    let mut count = 0;
    while count < MOST_PER_SCRIPT {
        let Some(open) = text[from..].find(['{', '"', '\'']).map(|at| from + at) else { return };
        let before = text[..open].trim_end_matches([' ', '\n', '\t', '\r', '[']);
        let compares = ["==", "!=", "<=", ">="].iter().any(|sign| before.ends_with(sign));
        let starts = before.ends_with('(') || before.ends_with('=') && !compares;
        let quoted = !text[open..].starts_with('{');
        if !starts || quoted && !before.ends_with("parse(") {
            from = open + 1;
            continue;
        }
        let list = text[before.len()..open].contains('[');
        let start = if list { before.len() + text[before.len()..open].find('[').unwrap_or(0) } else { open };
        count += 1;
        match relaxed::read(&text[start..]) {
            Some((Value::String(inner), end)) => {
                found.extend(whole(&inner));
                from = start + end.max(1);
            }
            Some((value, end)) if may_hold_products(&text[start..start + end]) => {
                found.push(value);
                from = start + end.max(1);
            }
            Some((_, end)) => from = (open + 1).max(start + end.min(1)),
            None => from = open + 1,
        }
    }
}

/// Calls `visit` for every object inside of a value, outer ones first.
pub(crate) fn objects<'v>(value: &'v Value, depth: usize, visit: &mut dyn FnMut(&'v Value)) {
    if depth > 14 {
        return;
    }
    match value {
        Value::Object(members) => {
            visit(value);
            members.values().for_each(|member| objects(member, depth + 1, visit));
        }
        Value::Array(elements) => elements.iter().for_each(|element| objects(element, depth + 1, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_found_in_programs() {
        let mut found = Vec::new();
        assigned(
            r#"if (a == b) { f({x: 1}); } var p = {"price": 3, title: 'Cup'}; window.l = [{price: 4}];
               s = JSON.parse("{\"price\":5}"); go({ product: { price: 6 } });"#,
            &mut found,
        );
        let prices: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            prices,
            [
                r#"{"price":3,"title":"Cup"}"#,
                r#"[{"price":4}]"#,
                r#"{"price":5}"#,
                r#"{"product":{"price":6}}"#
            ]
        );
    }
}
