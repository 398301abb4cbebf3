//! From `productKeyEn` and `variantKey` to the choices that a buyer has.
//!
//! Both are joined by hyphens, and values have hyphens of their own: `Light-Blue-S`
//! of `Color-Size` is a light blue S. Where a key can be cut in several places, the
//! cut whose values all occur in most other variants is the right one.

use std::collections::HashMap;

use crate::wire::Variant;

/// A key of more parts than this is not cut.
const MOST_PARTS: usize = 8;
/// The name of a choice that has none.
const NAMELESS: &str = "Option";

/// The names of the choices, and per variant its values in the same order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) axes: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Work out the choices.
pub(crate) fn options(names: Option<&str>, variants: &[Variant], title: &str) -> Options {
    let axes = axes(names);
    if let [one] = variants
        && one.key.is_empty()
    {
        return Options { axes: Vec::new(), rows: vec![Vec::new()] };
    }
    let wholes: Vec<Option<String>> = variants.iter().map(|variant| whole(variant, title)).collect();
    let cuts: Vec<Vec<Vec<String>>> = variants.iter().map(|variant| cuts(variant, axes.len())).collect();
    if axes.is_empty() || cuts.iter().any(Vec::is_empty) {
        let name = if axes.len() == 1 { axes[0].clone() } else { NAMELESS.to_owned() };
        let number = |index: usize| (index + 1).to_string();
        let rows = wholes.into_iter().enumerate();
        let rows = rows.map(|(index, whole)| vec![whole.unwrap_or_else(|| number(index))]).collect();
        return Options { axes: vec![name], rows };
    }
    let seen = frequencies(&cuts);
    let rows = cuts.into_iter().map(|cuts| likeliest(cuts, &seen)).collect();
    Options { axes, rows }
}

/// The names; two that are alike are numbered.
fn axes(names: Option<&str>) -> Vec<String> {
    let mut axes: Vec<String> = Vec::new();
    let names = names.unwrap_or_default().split('-').map(str::trim).filter(|name| !name.is_empty());
    for name in names {
        let same = axes.iter().filter(|known| known.eq_ignore_ascii_case(name)).count();
        axes.push(if same == 0 { name.to_owned() } else { format!("{name} {}", same + 1) });
    }
    axes
}

/// What tells the variant from the others, in one text.
fn whole(variant: &Variant, title: &str) -> Option<String> {
    if !variant.key.is_empty() {
        return Some(variant.key.join(" "));
    }
    let name = variant.name.as_deref()?;
    let rest = name.strip_prefix(title).unwrap_or(name).trim();
    let rest = if rest.is_empty() || rest == title { None } else { Some(rest.to_owned()) };
    rest.or_else(|| variant.sku.clone())
}

/// All ways to cut the key into `count` values, the one that cuts at the right first.
fn cuts(variant: &Variant, count: usize) -> Vec<Vec<String>> {
    if variant.key.len() > 1 {
        // A list was sent, so there is nothing to guess.
        return if variant.key.len() == count { vec![variant.key.clone()] } else { Vec::new() };
    }
    let Some(key) = variant.key.first() else { return Vec::new() };
    if count == 1 {
        return vec![vec![key.clone()]];
    }
    let parts: Vec<&str> = key.split('-').map(str::trim).collect();
    if parts.len() > MOST_PARTS || parts.iter().any(|part| part.is_empty()) {
        return Vec::new();
    }
    groups(&parts, count)
}

fn groups(parts: &[&str], count: usize) -> Vec<Vec<String>> {
    if count == 0 || parts.len() < count {
        return Vec::new();
    }
    if count == 1 {
        return vec![vec![parts.join("-")]];
    }
    let mut all = Vec::new();
    for last in 1..=parts.len() + 1 - count {
        let (before, end) = parts.split_at(parts.len() - last);
        for mut cut in groups(before, count - 1) {
            cut.push(end.join("-"));
            all.push(cut);
        }
    }
    all
}

/// How many variants could have a value in a place.
fn frequencies(cuts: &[Vec<Vec<String>>]) -> HashMap<(usize, String), usize> {
    let mut seen = HashMap::new();
    for cuts in cuts {
        let mut here: Vec<(usize, &String)> = cuts.iter().flat_map(|cut| cut.iter().enumerate()).collect();
        here.sort_unstable();
        here.dedup();
        for (place, value) in here {
            *seen.entry((place, value.clone())).or_default() += 1;
        }
    }
    seen
}

fn likeliest(cuts: Vec<Vec<String>>, seen: &HashMap<(usize, String), usize>) -> Vec<String> {
    // A cut is as good as its rarest value: a common first word alone proves nothing.
    let score = |cut: &Vec<String>| {
        let values = cut.iter().enumerate();
        values.map(|(place, value)| seen.get(&(place, value.clone())).copied().unwrap_or(0)).min()
    };
    // Of equals the last one wins, so the preferred one comes last.
    cuts.into_iter().rev().max_by_key(score).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &str, keys: &[&str]) -> Options {
        let variants: Vec<Variant> =
            keys.iter().map(|key| Variant { key: vec![(*key).to_owned()], ..Variant::default() }).collect();
        options(Some(names), &variants, "Lamp")
    }

    #[test]
    fn keys_are_cut_into_as_many_values_as_there_are_names() {
        let options = read("Color-Size", &["Black-S", "Black-XL"]);
        assert_eq!(options.axes, ["Color", "Size"]);
        assert_eq!(options.rows, [["Black", "S"], ["Black", "XL"]]);
        assert_eq!(read("Color", &["Light-Blue"]).rows, [["Light-Blue"]]);
    }

    #[test]
    fn hyphens_inside_of_values_stay_there() {
        let colours = read("Color-Size", &["Light-Blue-S", "Light-Green-S", "Light-Blue-M"]);
        assert_eq!(colours.rows[0], ["Light-Blue", "S"]);
        let sizes = read("Color-Size", &["Black-X-Large", "Red-X-Large", "Black-Small", "Red-Small"]);
        assert_eq!(sizes.rows[0], ["Black", "X-Large"]);
        assert_eq!(sizes.rows[3], ["Red", "Small"]);
    }

    #[test]
    fn what_cannot_be_cut_stays_whole() {
        let options = read("Color-Size", &["Black-S", "White"]);
        assert_eq!(
            (options.axes, options.rows[0].clone()),
            (vec!["Option".to_owned()], vec!["Black-S".to_owned()])
        );
        let odd = read("Color-Size-Plug", &["--", "a-b-c-d-e-f-g-h-i-j"]);
        assert_eq!(odd.rows, [["--"], ["a-b-c-d-e-f-g-h-i-j"]]);
    }

    #[test]
    fn variants_without_keys_are_told_apart_by_name_or_code() {
        let variant = |name: &str, sku: &str| Variant {
            name: Some(name.to_owned()),
            sku: Some(sku.to_owned()),
            ..Variant::default()
        };
        let two = options(None, &[variant("Lamp Black", "A"), variant("Lamp", "B")], "Lamp");
        assert_eq!(two.rows, [["Black"], ["B"]]);
        let one = options(None, &[Variant::default()], "Lamp");
        assert_eq!((one.axes.len(), one.rows), (0, vec![Vec::<String>::new()]));
        assert_eq!(axes(Some("Color-color-")), ["Color", "color 2"]);
    }
}
