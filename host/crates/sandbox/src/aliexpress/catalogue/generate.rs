//! From an id to a product.

use super::axes::{self, Property, SHIPS_FROM, Value};
use super::words::{ADJECTIVES, Choice, FEATURES, KINDS, Kind, STORES};
use super::{Axis, Item, Sku, prose};
use crate::aliexpress::special::{self, Oddity};
use crate::images::picture_name;
use crate::seed::Seeded;

/// No ordinary product has more SKUs.
const MOST_SKUS: usize = 60;

/// The product with this main id.
pub(crate) fn item(seed: u64, id: u64) -> Item {
    let label = id.to_string();
    let stream = |part: &str| Seeded::new(seed, &["item", &label, part]);
    let kind = &KINDS[(id % KINDS.len() as u64) as usize];
    let oddity = special::oddity(id);

    let title = title(kind, oddity, &mut stream("title"));
    let axes = chosen_axes(kind, oddity, &mut stream("axes"));
    let images = pictures(&label, kind, &axes, &mut stream("images"));
    let skus = skus(id, kind, &axes, oddity, &mut stream("skus"));
    let mut rest = stream("rest");
    let reviews = if rest.chance(12) { 0 } else { rest.between(1, 9000) };
    Item {
        id,
        kind,
        status: "onSelling".to_owned(),
        detail: prose::detail(kind, &title, &images, &mut rest),
        mobile_detail: prose::mobile(&title, &images),
        rating: (reviews > 0).then(|| format!("{}.{}", 4, rest.between(0, 9))),
        reviews,
        sales: sales(&mut rest),
        video: rest.chance(20),
        grams: rest.between(kind.grams.0, kind.grams.1),
        parcel: [rest.between(8, 60), rest.between(6, 40), rest.between(2, 25)],
        delivery_days: rest.between(5, 18),
        store: (1_100_000_001 + rest.below(90_000_000), *rest.pick::<&str>(STORES)),
        choice_item: rest.chance(35),
        wholesale: rest.chance(40),
        free_shipping: oddity == Some(Oddity::FreeShipping) || rest.chance(30),
        title,
        axes,
        skus,
        images,
    }
}

fn title(kind: &Kind, oddity: Option<Oddity>, choices: &mut Seeded) -> String {
    let plain = format!("{} {} {} (demo)", choices.pick(ADJECTIVES), kind.noun, choices.pick(FEATURES));
    match oddity {
        Some(Oddity::OddTitle) => format!(
            "  \u{202e}{plain} \u{1f680}\u{200b} Tasse à café & <b>Größe</b> \u{0}{} (demo)",
            "очень длинное название ".repeat(20)
        ),
        _ => plain,
    }
}

fn pictures(label: &str, kind: &Kind, axes: &[Axis], choices: &mut Seeded) -> Vec<String> {
    let colours = axes.iter().find(|axis| axis.property.pictured);
    let colour =
        |index: usize| colours.and_then(|axis| axis.values.get(index % axis.values.len())).map(Value::place);
    (0..choices.between(3, 6) as usize)
        .map(|index| {
            picture_name(kind.shape(), colour(index).flatten(), &[label, "main", &index.to_string()])
        })
        .collect()
}

fn sales(choices: &mut Seeded) -> String {
    match choices.below(3) {
        0 => choices.between(0, 99).to_string(),
        1 => format!("{}+", choices.pick(&[100, 500, 1000, 2000])),
        _ => format!("{}+", choices.pick(&["5000", "10000", "5,000"])),
    }
}

fn chosen_axes(kind: &'static Kind, oddity: Option<Oddity>, choices: &mut Seeded) -> Vec<Axis> {
    match oddity {
        Some(Oddity::HundredVariants) => {
            return [Choice::Color, Choice::Size].map(|choice| whole(axes::property(choice))).into();
        }
        Some(Oddity::SingleVariant) => return Vec::new(),
        Some(Oddity::ShipsFromSeveral) => {
            let colours = few(axes::property(Choice::Color), 2, choices);
            return vec![colours, whole(&SHIPS_FROM)];
        }
        _ => {}
    }
    // Every tenth product has nothing to choose.
    if choices.chance(10) {
        return Vec::new();
    }
    let mut axes: Vec<Axis> = Vec::new();
    for choice in kind.choices {
        let count = choices.between(1, 6) as usize;
        axes.push(few(axes::property(*choice), count, choices));
    }
    if axes.len() < 3 && choices.chance(25) {
        axes.push(few(&SHIPS_FROM, 2, choices));
    }
    while combinations(&axes) > MOST_SKUS {
        if let Some(longest) = axes.iter_mut().max_by_key(|axis| axis.values.len()) {
            longest.values.pop();
        }
    }
    axes
}

fn whole(property: &'static Property) -> Axis {
    Axis { property, values: property.values.to_vec() }
}

fn few(property: &'static Property, count: usize, choices: &mut Seeded) -> Axis {
    Axis {
        property,
        values: choices.subset(property.values, count).into_iter().copied().collect::<Vec<Value>>(),
    }
}

fn combinations(axes: &[Axis]) -> usize {
    axes.iter().map(|axis| axis.values.len()).product()
}

fn skus(id: u64, kind: &Kind, axes: &[Axis], oddity: Option<Oddity>, choices: &mut Seeded) -> Vec<Sku> {
    let usual = choices.between(kind.cents.0, kind.cents.1);
    let discount = choices.between(0, 60);
    let first = 12_000_000_000_000_001 + choices.below(99_999_999) * 1000;
    (0..combinations(axes))
        .map(|index| {
            let picks = picks(index, axes);
            let percent: u64 =
                axes.iter().zip(&picks).fold(100, |all, (axis, pick)| all * axis.values[*pick].percent / 100);
            let list_cents = (usual * percent / 100).max(1);
            let stock = if choices.chance(10) { 0 } else { choices.between(1, 900) };
            Sku {
                id: first + index as u64,
                list_cents,
                sale_cents: (list_cents * (100 - discount) / 100).max(1),
                // At least the first can be bought.
                stock: if index == 0 { stock.max(1) } else { stock },
                image: image((id, index), kind, axes, &picks, oddity),
                picks,
            }
        })
        .collect()
}

/// The index in each axis of a combination; the last axis runs fastest.
fn picks(mut index: usize, axes: &[Axis]) -> Vec<usize> {
    let mut picks = vec![0; axes.len()];
    for (place, axis) in axes.iter().enumerate().rev() {
        picks[place] = index % axis.values.len();
        index /= axis.values.len();
    }
    picks
}

fn image(
    sku: (u64, usize),
    kind: &Kind,
    axes: &[Axis],
    picks: &[usize],
    oddity: Option<Oddity>,
) -> Option<String> {
    let (id, index) = (sku.0.to_string(), sku.1.to_string());
    let (axis, pick) = axes.iter().zip(picks).find(|(axis, _)| axis.property.pictured)?;
    let value = &axis.values[*pick];
    let labels = if oddity == Some(Oddity::HundredVariants) {
        [id.as_str(), "sku", index.as_str()]
    } else {
        [id.as_str(), "value", value.name]
    };
    Some(picture_name(kind.shape(), value.place(), &labels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_is_always_the_same_product() {
        for id in [1005001111222333, 32912345678, 4000123456789] {
            assert_eq!(format!("{:?}", item(1, id)), format!("{:?}", item(1, id)));
        }
        assert_ne!(format!("{:?}", item(1, 1005001111222333)), format!("{:?}", item(2, 1005001111222333)));
    }

    #[test]
    fn products_keep_within_their_bounds() {
        let mut shapes = std::collections::BTreeSet::new();
        for id in 1_005_001_000_000_000..1_005_001_000_000_400 {
            let item = item(1, id);
            assert!((1..=MOST_SKUS).contains(&item.skus.len()), "{id}: {}", item.skus.len());
            assert!(item.axes.len() <= 3 && item.title.ends_with("(demo)"));
            assert!(item.skus[0].stock > 0 && item.skus.iter().all(|sku| sku.sale_cents <= sku.list_cents));
            shapes.insert(item.axes.len());
        }
        assert_eq!(shapes.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    }

    #[test]
    fn the_large_product_has_a_picture_for_every_variant() {
        let item = item(1, special::HUNDRED_VARIANTS);
        let images: std::collections::BTreeSet<_> =
            item.skus.iter().filter_map(|sku| sku.image.clone()).collect();
        assert_eq!((item.skus.len(), images.len()), (100, 100));
    }
}
