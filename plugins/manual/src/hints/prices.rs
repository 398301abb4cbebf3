//! The price that a visitor sees.

use sourcepilot_sdk::money::Amount;

use crate::letters::lower;
use crate::page::Page;
use crate::price::{self, Seen};
use crate::tree::Element;

use super::area::Area;

/// Words in class names and ids of prices.
const PRICE: [&str; 13] = [
    "price", "preis", "prix", "precio", "prezzo", "prijs", "preco", "cena", "amount", "money", "pris",
    "fiyat", "kakaku",
];
/// Words of prices that nobody pays any more.
const BEFORE: [&str; 18] = [
    "old",
    "was",
    "strike",
    "rrp",
    "uvp",
    "msrp",
    "compare",
    "list-price",
    "listprice",
    "crossed",
    "before",
    "statt",
    "original",
    "previous",
    "barre",
    "tachado",
    "precio-anterior",
    "vorher",
];
/// Words of numbers beside prices that are none of the product's.
const ASIDE: [&str; 14] = [
    "unit-price",
    "unitprice",
    "base-price",
    "baseprice",
    "grundpreis",
    "installment",
    "shipping",
    "saving",
    "save",
    "discount-amount",
    "per-unit",
    "delivery",
    "points",
    "tax-note",
];
/// Words in a text right before a price that nobody pays any more.
const BEFORE_TEXT: [&str; 16] = [
    "regular price",
    "was",
    "before",
    "statt",
    "uvp",
    "rrp",
    "msrp",
    "instead of",
    "list price",
    "original price",
    "au lieu de",
    "antes",
    "prima",
    "vorher",
    "van",
    "vor:",
];
/// Longer texts are paragraphs, not prices.
const LONGEST: usize = 140;

/// What is asked for the product.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) amount: Amount,
    pub(super) before: Option<Amount>,
    pub(super) range: Option<(Amount, Amount)>,
    pub(super) currency: Option<String>,
    is_marked: bool,
    /// Whether its own name says that it is the usual price.
    is_regular: bool,
    index: usize,
}

/// The first price behind the heading, or else the first of all; one with a currency
/// before one without.
pub(super) fn main(page: &Page<'_>, area: &Area<'_, '_>) -> Option<Shown> {
    let groups = groups(page, area);
    let start = area.heading().map_or(0, |heading| heading.index());
    let behind = |shown: &&Shown| shown.index > start;
    let marked = |shown: &&Shown| shown.is_marked;
    let found = groups
        .iter()
        .find(|shown| behind(shown) && marked(shown))
        .or_else(|| groups.iter().find(marked))
        .or_else(|| groups.iter().find(behind))
        .or(groups.first());
    found.cloned().or_else(|| unnamed(page, area, start))
}

fn groups(page: &Page<'_>, area: &Area<'_, '_>) -> Vec<Shown> {
    let mut groups: Vec<Shown> = Vec::new();
    let mut lone_before: Vec<(usize, Amount)> = Vec::new();
    let mut done = 0;
    for element in area.content() {
        if element.index() < done || !is_price(&element) {
            continue;
        }
        if is_aside(&element) {
            done = last(&element);
            continue;
        }
        let text = element.text_without(is_hidden_or_aside);
        if text.chars().count() > LONGEST {
            continue;
        }
        let all = price::seen(&text, &page.locale);
        if all.is_empty() {
            continue;
        }
        done = last(&element);
        if is_before(&element) || element.ancestors().take(3).any(|up| is_struck(&up)) {
            lone_before.extend(all.first().map(|seen| (element.index(), seen.amount)));
            continue;
        }
        let kept = element.text_without(|inner| is_hidden_or_aside(inner) || is_before(inner));
        let now = price::seen(&kept, &page.locale);
        let struck = all
            .iter()
            .map(|seen| seen.amount)
            .filter(|amount| now.iter().all(|seen| seen.amount != *amount))
            .max();
        if let Some(shown) = shown(&kept, &now, struck, element.index()) {
            groups.push(Shown { is_regular: element.naming().contains("regular"), ..shown });
        }
    }
    regular_before_sale(&mut groups);
    for shown in &mut groups {
        // A crossed-out price may stand in an element of its own, beside this one.
        let near =
            lone_before.iter().find(|(index, _)| index.abs_diff(shown.index) < 14).map(|(_, amount)| *amount);
        shown.before = shown.before.or(near).filter(|before| *before > shown.amount);
    }
    groups
}

/// A "regular" price right before a lower one is what nobody pays any more.
fn regular_before_sale(groups: &mut Vec<Shown>) {
    let mut at = 0;
    while at + 1 < groups.len() {
        let (one, next) = (&groups[at], &groups[at + 1]);
        if one.is_regular && next.amount < one.amount && next.index.abs_diff(one.index) < 14 {
            let before = one.amount;
            groups.remove(at);
            groups[at].before = groups[at].before.or(Some(before));
        } else {
            at += 1;
        }
    }
}

fn shown(text: &str, now: &[Seen], struck: Option<Amount>, index: usize) -> Option<Shown> {
    let said_before = |seen: &Seen| {
        let start = text[..seen.at.start].rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
        let words = lower(&text[start..seen.at.start]);
        BEFORE_TEXT.iter().any(|word| words.contains(word))
    };
    let (old, new): (Vec<&Seen>, Vec<&Seen>) =
        now.iter().partition(|seen| now.len() > 1 && said_before(seen));
    let first = new.first().or(old.first())?;
    let second = new
        .get(1)
        .filter(|second| second.amount > first.amount && is_range(&text[first.at.end..second.at.start]));
    let amount = second.map_or(first.amount, |second| second.amount);
    let before =
        struck.or_else(|| old.iter().map(|seen| seen.amount).max()).filter(|before| *before > amount);
    Some(Shown {
        amount,
        before,
        range: second.map(|second| (first.amount, second.amount)),
        currency: first.currency.clone().or_else(|| second.and_then(|second| second.currency.clone())),
        is_marked: first.is_marked || second.is_some_and(|second| second.is_marked),
        is_regular: false,
        index,
    })
}

fn is_range(between: &str) -> bool {
    let between = lower(between);
    between.contains(['-', '–', '—', '~', '～'])
        || between.split_whitespace().any(|word| matches!(word, "to" | "bis" | "à" | "a" | "tot" | "do"))
}

/// A price that no class names: the first short text with a currency behind the heading.
fn unnamed(page: &Page<'_>, area: &Area<'_, '_>, start: usize) -> Option<Shown> {
    let texts =
        ["span", "p", "h2", "h3", "h4", "strong", "b", "td", "li", "dd", "ins", "div", "em", "font", "big"];
    area.content().filter(|element| element.index() > start && element.is_any(&texts)).find_map(|element| {
        if is_before(&element) || element.ancestors().take(3).any(|up| is_struck(&up)) {
            return None;
        }
        let text = element.text_without(is_before);
        let seen = price::seen(&text, &page.locale);
        let fits = text.chars().count() <= 48 && seen.first().is_some_and(|seen| seen.is_marked);
        fits.then(|| shown(&text, &seen, None, element.index())).flatten()
    })
}

fn last(element: &Element<'_, '_>) -> usize {
    element.inside().last().map_or(element.index(), |last| last.index()) + 1
}

fn is_price(element: &Element<'_, '_>) -> bool {
    if element.is_any(&["html", "body", "main", "form", "script", "style", "input", "label", "head", "meta"])
    {
        return false;
    }
    let naming = element.naming();
    PRICE.iter().any(|word| naming.contains(word))
        || element.attribute("itemprop") == Some("price")
        || element.attributes().any(|(name, _)| name.starts_with("data-") && name.contains("price"))
}

fn is_struck(element: &Element<'_, '_>) -> bool {
    element.is_any(&["del", "s", "strike"])
        || element.attribute("style").is_some_and(|style| style.contains("line-through"))
}

fn is_before(element: &Element<'_, '_>) -> bool {
    let naming = element.naming();
    let word = |word: &str| {
        word.len() > 4 && naming.contains(word)
            || naming.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word)
    };
    is_struck(element) || BEFORE.iter().any(|before| word(before))
}

fn is_aside(element: &Element<'_, '_>) -> bool {
    let naming = element.naming();
    ASIDE.iter().any(|word| naming.contains(word))
}

fn is_hidden_or_aside(element: &Element<'_, '_>) -> bool {
    let hidden = ["screen-reader-text", "visually-hidden", "sr-only", "visuallyhidden"]
        .iter()
        .any(|class| element.has_class(class));
    let styled =
        element.attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
    hidden || styled || element.attribute("hidden").is_some() || is_aside(element)
}
