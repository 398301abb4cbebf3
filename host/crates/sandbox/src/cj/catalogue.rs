//! CJ's goods: a product for every well-formed pid, always the same one.

use super::special::{self, Oddity};
use crate::aliexpress::words::{ADJECTIVES, FEATURES, KINDS, Kind};
use crate::images::picture_name;
use crate::seed::Seeded;

const COLORS: [&str; 6] = ["Black", "White", "Red", "Blue", "Green", "Light-Blue"];
const SIZES: [&str; 5] = ["S", "M", "L", "XL", "X-Large"];
const PLUGS: [&str; 4] = ["EU", "US", "UK", "AU"];
/// Countries of CJ's warehouses beside China.
const ABROAD: [&str; 4] = ["US", "DE", "GB", "TH"];

/// A product as CJ's own books have it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Digits or an UUID in upper case.
    pub(super) pid: String,
    pub(super) spu: String,
    pub(super) kind: &'static Kind,
    pub(super) title: String,
    /// Names of the choices.
    pub(super) axes: Vec<&'static str>,
    pub(super) variants: Vec<Sku>,
    pub(super) images: Vec<String>,
    pub(super) listed: u64,
    pub(super) oddity: Option<Oddity>,
}

/// One thing that can be ordered.
#[derive(Clone, Debug)]
pub(super) struct Sku {
    pub(super) vid: String,
    pub(super) sku: String,
    pub(super) values: Vec<String>,
    pub(super) cents: u64,
    pub(super) grams: u64,
    pub(super) image: String,
    /// Country, at CJ, at the factory.
    pub(super) stock: Vec<(&'static str, u64, u64)>,
}

/// The pid that a text is, if it is one.
pub(super) fn pid(text: &str) -> Option<String> {
    let digits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let uuid = text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    (digits || uuid).then(|| text.to_ascii_uppercase())
}

/// The product's code tells its pid, so that a code is enough to find it.
fn spu_of(pid: &str) -> String {
    match pid.parse::<u64>() {
        Ok(number) => format!("CJDM{number}"),
        Err(_) => format!("CJDX{}", Seeded::new(0, &["spu", pid]).below(1_000_000_000)),
    }
}

/// The pid behind a product's or a variant's code.
pub(super) fn pid_of_code(code: &str) -> Option<String> {
    let rest = code.to_ascii_uppercase();
    let digits: String = rest.strip_prefix("CJDM")?.chars().take_while(char::is_ascii_digit).collect();
    // A variant's code goes on with two digits and two letters.
    let all = rest.strip_prefix("CJDM")?;
    let pid_text = match all.strip_suffix("AZ") {
        Some(numbered) => numbered.get(..numbered.len().checked_sub(3)?)?,
        None => digits.as_str(),
    };
    pid(pid_text)
}

/// The number of a vid: the pid's own digits cannot be turned back, so it carries its place.
fn vid_of(pid: &str, index: usize) -> String {
    let mut choices = Seeded::new(7, &["vid", pid]);
    let first = 1_800_000_000_000_000_000 + choices.below(99_999_999_999) * 1000;
    (first + index as u64).to_string()
}

/// The product with this pid.
pub(super) fn item(seed: u64, pid: &str) -> Item {
    let oddity = special::oddity(pid);
    let mut choices = Seeded::new(seed, &["cj", pid]);
    let kind = kind_of(pid, &mut choices);
    let title = format!("{} {} {} (demo)", choices.pick(ADJECTIVES), kind.noun, choices.pick(FEATURES));
    let (axes, rows) = rows(oddity, &mut choices);
    let usual = choices.between(kind.cents.0, kind.cents.1);
    let spu = spu_of(pid);
    let variants = rows.into_iter().enumerate().map(|(index, values)| Sku {
        vid: vid_of(pid, index),
        sku: format!("{spu}{:03}AZ", index + 1),
        cents: usual + index as u64 * choices.between(0, 40),
        grams: choices.between(kind.grams.0, kind.grams.1),
        image: picture_name(kind.shape(), colour(&values), &[pid, "variant", &index.to_string()]),
        stock: stock(oddity, index, &mut choices),
        values,
    });
    let variants: Vec<Sku> = variants.collect();
    let images = (0..choices.between(2, 5))
        .map(|index| picture_name(kind.shape(), None, &[pid, "main", &index.to_string()]))
        .collect();
    let listed = choices.between(0, 900);
    Item { pid: pid.to_owned(), spu, kind, title, axes, variants, images, listed, oddity }
}

fn colour(values: &[String]) -> Option<usize> {
    COLORS.iter().position(|colour| values.first().is_some_and(|value| value == colour))
}

/// The kind follows from the last digits, so that a search can name pids of a kind.
fn kind_of(pid: &str, choices: &mut Seeded) -> &'static Kind {
    let kinds = KINDS.len() as u64;
    match pid.parse::<u64>() {
        Ok(number) => &KINDS[(number % kinds) as usize],
        Err(_) => choices.pick(KINDS),
    }
}

fn rows(oddity: Option<Oddity>, choices: &mut Seeded) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<String>>();
    let pairs = |one: &[&str], other: &[&str]| -> Vec<Vec<String>> {
        one.iter().flat_map(|a| other.iter().map(move |b| texts(&[a, b]))).collect()
    };
    match oddity {
        Some(Oddity::OneVariant) => return (Vec::new(), vec![Vec::new()]),
        Some(Oddity::KeysAsList) => return (vec!["Size"], SIZES.iter().map(|size| texts(&[size])).collect()),
        Some(Oddity::HyphenatedValues) => {
            return (vec!["Color", "Size"], pairs(&["Light-Blue", "Light-Green", "Red"], &["S", "X-Large"]));
        }
        Some(Oddity::HundredVariants) => {
            let numbers: Vec<String> = (1..=25).map(|number| format!("Model {number}")).collect();
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            return (vec!["Model", "Plug"], pairs(&numbers, &PLUGS));
        }
        _ => {}
    }
    let (colors, sizes) = (choices.between(1, 3) as usize, choices.between(1, 3) as usize);
    let colors: Vec<&str> = choices.subset(&COLORS, colors).into_iter().copied().collect();
    match choices.below(3) {
        0 => (vec!["Color"], colors.iter().map(|color| texts(&[color])).collect()),
        1 => {
            let plugs: Vec<&str> = choices.subset(&PLUGS, sizes).into_iter().copied().collect();
            (vec!["Color", "Plug"], pairs(&colors, &plugs))
        }
        _ => {
            let sizes: Vec<&str> = choices.subset(&SIZES, sizes).into_iter().copied().collect();
            (vec!["Color", "Size"], pairs(&colors, &sizes))
        }
    }
}

fn stock(oddity: Option<Oddity>, index: usize, choices: &mut Seeded) -> Vec<(&'static str, u64, u64)> {
    if oddity == Some(Oddity::SoldOut) {
        return vec![("CN", 0, 0)];
    }
    // At least the first can be bought.
    let factory = if index > 0 && choices.chance(15) { 0 } else { choices.between(20, 2000) };
    let mut rows = vec![("CN", choices.below(60), factory)];
    if choices.chance(35) {
        rows.push((*choices.pick(&ABROAD), choices.between(1, 90), 0));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_pid_is_always_the_same_product_and_its_codes_lead_back() {
        for pid in ["1424608189734850560", "2508080521221628200", "04A22450-67F0-4617-A132-E7AE7F8963B0"] {
            assert_eq!(format!("{:?}", item(1, pid)), format!("{:?}", item(1, pid)));
        }
        let item = item(1, "1424608189734850560");
        assert_eq!(pid_of_code(&item.spu).as_deref(), Some("1424608189734850560"));
        assert_eq!(pid_of_code(&item.variants[0].sku).as_deref(), Some("1424608189734850560"));
        assert_eq!(pid_of_code("CJDM"), None);
        assert_eq!(super::item(1, &special::HUNDRED_VARIANTS.to_string()).variants.len(), 100);
    }

    #[test]
    fn products_keep_within_their_bounds() {
        for number in 1_500_000_000_000_000_000_u64..1_500_000_000_000_000_200 {
            let item = item(1, &number.to_string());
            assert!((1..=9).contains(&item.variants.len()) && item.title.ends_with("(demo)"));
            let sum: u64 = item.variants[0].stock.iter().map(|(_, cj, factory)| cj + factory).sum();
            assert!(sum > 0, "{number}");
        }
    }
}
