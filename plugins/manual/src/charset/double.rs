//! Sets of one or two bytes per character. What is no character becomes U+FFFD, and
//! an ASCII byte behind a broken one is never swallowed.

use super::{of_unit, tables};

const BROKEN: char = '\u{fffd}';

/// Reads pairs; `alone` reads a byte that begins none.
fn pairs(bytes: &[u8], alone: impl Fn(u8) -> Option<char>, pair: impl Fn(u8, u8) -> Option<char>) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first < 0x80 {
            out.push(char::from(*first));
        } else if let Some(c) = alone(*first) {
            out.push(c);
        } else if let Some(c) = tail.first().and_then(|second| pair(*first, *second)) {
            out.push(c);
            rest = &tail[1..];
        } else {
            out.push(BROKEN);
            // The second byte of a broken pair goes with it unless it is ASCII.
            if tail.first().is_some_and(|second| *second >= 0x80) {
                rest = &tail[1..];
            }
        }
    }
    out
}

fn known(unit: Option<&u16>) -> Option<char> {
    unit.map(|unit| of_unit(*unit)).filter(|c| *c != BROKEN)
}

/// The place of a second byte among those from 0x40 on without 0x7F.
fn trail(byte: u8) -> Option<usize> {
    match byte {
        0x40..=0x7e => Some(usize::from(byte - 0x40)),
        0x80..=0xfe => Some(usize::from(byte - 0x41)),
        _ => None,
    }
}

fn half_width(byte: u8) -> Option<char> {
    matches!(byte, 0xa1..=0xdf).then(|| char::from_u32(0xff61 + u32::from(byte - 0xa1)).unwrap_or(BROKEN))
}

pub(super) fn shift_jis(bytes: &[u8]) -> String {
    pairs(bytes, half_width, |lead, second| {
        let row = match lead {
            0x81..=0x9f => lead - 0x81,
            0xe0..=0xfc => lead - 0xc1,
            _ => return None,
        };
        let column = trail(second).filter(|column| *column < 188)?;
        known(tables::JIS.get(usize::from(row) * 188 + column))
    })
}

pub(super) fn euc_jp(bytes: &[u8]) -> String {
    pairs(
        bytes,
        |_| None,
        |lead, second| match (lead, second) {
            (0x8e, second) => half_width(second),
            (0xa1..=0xfe, 0xa1..=0xfe) => {
                known(tables::JIS.get(usize::from(lead - 0xa1) * 94 + usize::from(second - 0xa1)))
            }
            _ => None,
        },
    )
}

pub(super) fn gbk(bytes: &[u8]) -> String {
    let rest = rest(&tables::GB2312, 0x4e00, 0x9fa5);
    pairs(
        bytes,
        |byte| (byte == 0x80).then_some('€'),
        |lead, second| {
            if lead >= 0xa1 && second >= 0xa1 {
                return square(&tables::GB2312, lead, second);
            }
            let column = trail(second)?;
            let place = match lead {
                0x81..=0xa0 => usize::from(lead - 0x81) * 190 + column,
                0xaa..=0xfe => 32 * 190 + usize::from(lead - 0xaa) * 96 + column,
                0xa1..=0xa9 => 32 * 190 + 85 * 96 + usize::from(lead - 0xa1) * 96 + column,
                _ => return None,
            };
            in_order(&rest, &tables::GBK_REST, place)
        },
    )
}

pub(super) fn euc_kr(bytes: &[u8]) -> String {
    let rest = rest(&tables::KSX1001, 0xac00, 0xd7a3);
    pairs(
        bytes,
        |_| None,
        |lead, second| {
            if lead >= 0xa1 && second >= 0xa1 {
                return square(&tables::KSX1001, lead, second);
            }
            let column = usize::from(match second {
                0x41..=0x5a => second - 0x41,
                0x61..=0x7a => second - 0x61 + 26,
                0x81..=0xfe => second - 0x81 + 52,
                _ => return None,
            });
            let place = match lead {
                0x81..=0xa0 => usize::from(lead - 0x81) * 178 + column,
                0xa1..=0xc6 => 32 * 178 + usize::from(lead - 0xa1) * 84 + column,
                _ => return None,
            };
            in_order(&rest, &tables::UHC_REST, place)
        },
    )
}

fn square(table: &[u16], lead: u8, second: u8) -> Option<char> {
    known(table.get(usize::from(lead - 0xa1) * 94 + usize::from(second - 0xa1)))
}

/// The later parts of a set hold what the first one left out, in the order of Unicode.
fn rest(table: &[u16], first: u16, last: u16) -> Vec<u16> {
    let mut is_known = vec![false; usize::from(last - first) + 1];
    for unit in table.iter().filter(|unit| (first..=last).contains(unit)) {
        is_known[usize::from(*unit - first)] = true;
    }
    (first..=last).filter(|unit| !is_known[usize::from(*unit - first)]).collect()
}

fn in_order(rest: &[u16], exceptions: &[(u16, u16)], place: usize) -> Option<char> {
    let exception = exceptions.iter().find(|(at, _)| usize::from(*at) == place);
    known(exception.map(|(_, unit)| unit).or_else(|| rest.get(place)))
}
