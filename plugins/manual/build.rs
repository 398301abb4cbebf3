//! Writes the tables of old character sets out of the library that knows them all.
//! The library itself is too large for a component; the tables of the sets that shops
//! still use are not.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use encoding_rs::Encoding;

/// Sets of one byte per character.
const SINGLE: [&str; 26] = [
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-874",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "ibm866",
];

/// What a table holds where there is no character.
const NONE: u16 = 0xfffd;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut out = String::new();
    let tables: Vec<String> = SINGLE.iter().map(|name| format!("(\"{name}\", {:?})", single(name))).collect();
    write(
        &mut out,
        &format!("SINGLE: [(&str, [u16; 128]); {}]", SINGLE.len()),
        &format!("[{}]", tables.join(",\n")),
    );
    list(&mut out, "JIS", &jis());
    let square = square("gbk");
    list(&mut out, "GB2312", &square);
    pairs(&mut out, "GBK_REST", &exceptions("gbk", &gbk_pointers(), &rest(&square, 0x4e00, 0x9fa5)));
    let square = self::square("euc-kr");
    list(&mut out, "KSX1001", &square);
    pairs(&mut out, "UHC_REST", &exceptions("euc-kr", &uhc_pointers(), &rest(&square, 0xac00, 0xd7a3)));
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    if let Err(error) = std::fs::write(folder.join("charsets.rs"), out) {
        panic!("the tables cannot be written: {error}");
    }
}

fn write(out: &mut String, head: &str, value: &str) {
    let _ = writeln!(out, "pub(super) static {head} = {value};");
}

fn list(out: &mut String, name: &str, values: &[u16]) {
    write(out, &format!("{name}: [u16; {}]", values.len()), &format!("{values:?}"));
}

fn pairs(out: &mut String, name: &str, values: &[(u16, u16)]) {
    write(out, &format!("{name}: [(u16, u16); {}]", values.len()), &format!("{values:?}"));
}

fn character(encoding: &str, bytes: &[u8]) -> u16 {
    let encoding = Encoding::for_label(encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let mut units = text.encode_utf16();
    match (units.next(), units.next()) {
        (Some(unit), None) if !broken => unit,
        _ => NONE,
    }
}

fn single(name: &str) -> Vec<u16> {
    (0x80..=0xff).map(|byte| character(name, &[byte])).collect()
}

/// By the pointer of Shift_JIS: 188 characters per first byte.
fn jis() -> Vec<u16> {
    let leads = (0x81..=0x9f_u8).chain(0xe0..=0xfc);
    let mut table: Vec<u16> =
        leads.flat_map(|lead| trails(188).map(move |trail| character("shift_jis", &[lead, trail]))).collect();
    // The last rows are for characters of the user's own.
    while table.last() == Some(&NONE) {
        table.pop();
    }
    table
}

/// The second bytes, in the order of pointers, without the byte that is none.
fn trails(count: u8) -> impl Iterator<Item = u8> {
    (0..count).map(|index| if index < 0x3f { 0x40 + index } else { 0x41 + index })
}

/// The part of a set in which both bytes are from 0xA1 to 0xFE.
fn square(name: &'static str) -> Vec<u16> {
    (0xa1..=0xfe).flat_map(|lead| (0xa1..=0xfe).map(move |trail| character(name, &[lead, trail]))).collect()
}

/// The characters of a range that are not in the square, in order.
fn rest(square: &[u16], first: u16, last: u16) -> Vec<u16> {
    let known: BTreeSet<u16> = square.iter().copied().collect();
    (first..=last).filter(|code| !known.contains(code)).collect()
}

fn gbk_pointers() -> Vec<[u8; 2]> {
    let all = (0x81..=0xa0_u8).flat_map(|lead| trails(190).map(move |trail| [lead, trail]));
    let more = (0xaa..=0xfe_u8).flat_map(|lead| trails(96).map(move |trail| [lead, trail]));
    let symbols = (0xa1..=0xa9_u8).flat_map(|lead| trails(96).map(move |trail| [lead, trail]));
    all.chain(more).chain(symbols).collect()
}

fn uhc_pointers() -> Vec<[u8; 2]> {
    let trail = || (0x41..=0x5a_u8).chain(0x61..=0x7a).chain(0x81..=0xfe);
    let early = (0x81..=0xa0_u8).flat_map(move |lead| trail().map(move |trail| [lead, trail]));
    let trail = || (0x41..=0x5a_u8).chain(0x61..=0x7a).chain(0x81..=0xa0);
    let late = (0xa1..=0xc6_u8).flat_map(move |lead| trail().map(move |trail| [lead, trail]));
    early.chain(late).collect()
}

/// Where the characters that follow in order do not: place and character.
fn exceptions(name: &str, places: &[[u8; 2]], rest: &[u16]) -> Vec<(u16, u16)> {
    let at = |index: usize| rest.get(index).copied().unwrap_or(NONE);
    let differs = |(index, bytes): (usize, &[u8; 2])| {
        let real = character(name, bytes);
        (real != at(index)).then(|| (u16::try_from(index).unwrap_or(u16::MAX), real))
    };
    places.iter().enumerate().filter_map(differs).collect()
}
