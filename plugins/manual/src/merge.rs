//! One product out of what several sources say.
//!
//! Data that the shop's own cart uses comes first, then what is described for search
//! engines, then what is shown. A price is believed when the page shows it too; where
//! two sources disagree a third decides, and without one the dearer price counts,
//! because a cost taken too low would be sold at a loss.

use sourcepilot_sdk::money::Amount;

use crate::draft::{Draft, DraftVariant};
use crate::hints::picture_key;
use crate::seen::Seen;

/// Where something was read.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: &'static str,
    pub(crate) draft: Draft,
}

/// All sources together, in the order in which they count: the shop's data, what is
/// described, what is shown last.
pub(crate) fn merge(sources: Vec<Source>, page_currency: Option<&str>) -> Draft {
    let shown = sources.last().map(Witness::of).filter(|witness| witness.price.is_some());
    let described: Vec<Witness> = sources
        .iter()
        .rev()
        .skip(1)
        .rev()
        .map(Witness::of)
        .filter(|witness| witness.price.is_some())
        .collect();
    let verdict = judge(&described, shown.as_ref());
    let variants = variants(&sources, verdict.as_ref());
    let images = images(&sources);
    let mut notes = Vec::new();
    let of = |part: &str, name: &str| format!("{part}: {name}");
    let title = sources
        .iter()
        .filter(|source| source.name != "page data")
        .chain(&sources)
        .find(|source| source.draft.title.is_some());
    notes.extend(title.map(|source| of("title", source.name)));
    notes.extend(verdict.as_ref().map(|verdict| of("price", verdict.source)));
    notes.extend(variants.as_ref().map(|(name, _)| of("variants", name)));
    let doubt = verdict.as_ref().and_then(|verdict| verdict.doubt.clone());
    let title = title.and_then(|source| source.draft.title.clone());
    let currency = sources.iter().find_map(|source| source.draft.currency.clone());
    let mut draft = sources.into_iter().map(|source| source.draft).reduce(Draft::or).unwrap_or_default();
    draft.title = title;
    draft.images = images;
    draft.variants = variants.map(|(_, variants)| variants).unwrap_or_default();
    draft.currency = currency.or_else(|| page_currency.map(str::to_owned));
    draft.range = draft.range.filter(|_| draft.variants.is_empty());
    if let Some(verdict) = verdict {
        draft.price = Some(verdict.price);
        draft.list_price = verdict.list_price;
        draft.currency = verdict.currency.or(draft.currency);
    }
    draft.notes = vec![("x-manual.sources", notes.join("; "))];
    draft.notes.extend(doubt.map(|doubt| ("x-manual.price-note", doubt)));
    draft
}

/// What a source says about the price.
#[derive(Clone, Debug)]
struct Witness {
    source: &'static str,
    price: Option<Amount>,
    list_price: Option<Amount>,
    currency: Option<String>,
    /// All prices it knows.
    known: Vec<Amount>,
    has_variants: bool,
}

#[derive(Debug)]
struct Verdict {
    source: &'static str,
    price: Amount,
    list_price: Option<Amount>,
    currency: Option<String>,
    /// Whether the variants' own prices cannot be right either.
    overrules: bool,
    doubt: Option<String>,
}

impl Witness {
    fn of(source: &Source) -> Witness {
        let draft = &source.draft;
        let of_variants = draft.variants.iter().filter_map(|variant| variant.price);
        let mut known: Vec<Amount> = draft.price.into_iter().chain(of_variants.clone()).collect();
        known.extend(draft.range.into_iter().flat_map(|(low, high)| [low, high]));
        let cheapest = draft
            .variants
            .iter()
            .filter(|variant| variant.price.is_some())
            .min_by_key(|variant| variant.price);
        Witness {
            source: source.name,
            price: draft.price.or_else(|| of_variants.min()),
            list_price: draft.list_price.or_else(|| cheapest.and_then(|variant| variant.list_price)),
            currency: draft
                .currency
                .clone()
                .or_else(|| draft.variants.iter().find_map(|variant| variant.currency.clone())),
            has_variants: draft.variants.len() > 1,
            known,
        }
    }

    fn shares_currency(&self, other: &Witness) -> bool {
        self.currency.is_none() || other.currency.is_none() || self.currency == other.currency
    }
}

fn judge(described: &[Witness], shown: Option<&Witness>) -> Option<Verdict> {
    let Some(first) = described.first() else { return shown.and_then(|shown| believed(shown, None)) };
    let Some(shown) = shown.filter(|shown| shown.shares_currency(first)) else {
        return believed(first, None);
    };
    let seen = shown.price?;
    let stated = first.price?;
    let currency = || first.currency.clone().or_else(|| shown.currency.clone());
    if first.known.contains(&seen) {
        let verdict = believed(first, None)?;
        return Some(Verdict {
            list_price: verdict.list_price.or(shown.list_price.filter(|list| *list > verdict.price)),
            ..verdict
        });
    }
    let overrule = |by: &Witness, price: Amount, list_price: Option<Amount>, why: String| {
        Some(Verdict {
            source: by.source,
            price,
            list_price,
            currency: currency(),
            overrules: !first.has_variants,
            doubt: Some(why),
        })
    };
    if shown.list_price == Some(stated) && !first.has_variants {
        let why = format!("{} gives {stated}, which the page crosses out for {seen}.", first.source);
        return overrule(shown, seen, Some(stated), why);
    }
    if seen.times(100) == Some(stated) {
        let why = format!("{} gives {stated}, which is {seen} in hundredths.", first.source);
        return overrule(shown, seen, shown.list_price, why);
    }
    if first.has_variants {
        return believed(first, None);
    }
    let second =
        described[1..].iter().find(|other| other.price == Some(seen) && other.shares_currency(shown));
    if let Some(second) = second {
        let why =
            format!("{} gives {stated}, but the page shows {seen}, as {} does.", first.source, second.source);
        return overrule(second, seen, second.list_price.or(shown.list_price), why);
    }
    let agrees = |other: &Witness| other.price == Some(stated) && other.shares_currency(first);
    if described[1..].iter().any(agrees) {
        return believed(first, None);
    }
    let why = format!("{} gives {stated}, but the page shows {seen}: the dearer price counts.", first.source);
    if seen > stated {
        return overrule(shown, seen, shown.list_price, why);
    }
    believed(first, Some(why))
}

fn believed(witness: &Witness, doubt: Option<String>) -> Option<Verdict> {
    Some(Verdict {
        source: witness.source,
        price: witness.price?,
        list_price: witness.list_price,
        currency: witness.currency.clone(),
        overrules: false,
        doubt,
    })
}

/// The variants of the first source that has some, what they lack from the others.
/// Fields of a form count only where nothing describes variants.
fn variants(sources: &[Source], verdict: Option<&Verdict>) -> Option<(&'static str, Vec<DraftVariant>)> {
    let at = sources.iter().position(|source| source.draft.variants.len() > 1)?;
    let mut variants = sources[at].draft.variants.clone();
    let others: Vec<&DraftVariant> = sources
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != at)
        .flat_map(|(_, source)| &source.draft.variants)
        .collect();
    let base = verdict.map(|verdict| verdict.price);
    let is_form = variants.iter().all(|variant| variant.price.is_none());
    for variant in &mut variants {
        if verdict.is_some_and(|verdict| verdict.overrules) && !is_form {
            variant.price = base;
        }
        if let Some(more) = variant.surcharge {
            variant.price = base.and_then(|base| base.plus(more));
        }
        let twin = others.iter().find(|other| other.sku.is_some() && other.sku == variant.sku);
        if let Some(twin) = twin {
            fill(variant, twin);
        }
    }
    Some((sources[at].name, variants))
}

fn fill(variant: &mut DraftVariant, other: &DraftVariant) {
    variant.image = variant.image.take().or_else(|| other.image.clone());
    variant.barcode = variant.barcode.take().or_else(|| other.barcode.clone());
    variant.stock = variant.stock.or(other.stock);
    variant.availability = variant.availability.or(other.availability);
    variant.weight_grams = variant.weight_grams.or(other.weight_grams);
    variant.list_price = variant.list_price.or(other.list_price);
}

/// The longest list that describes the product; the gallery where it shows the same
/// picture and more of them.
fn images(sources: &[Source]) -> Vec<String> {
    let Some((shown, described)) = sources.split_last() else { return Vec::new() };
    let distinct = |images: &[String]| {
        let mut seen = Seen::default();
        images.iter().filter(|image| seen.insert(picture_key(image))).cloned().collect::<Vec<String>>()
    };
    let mut best: Vec<String> = Vec::new();
    for source in described {
        let images = distinct(&source.draft.images);
        if images.len() > best.len() {
            best = images;
        }
    }
    let gallery = distinct(&shown.draft.images);
    let same = |one: &String, other: &String| {
        picture_key(one).rsplit('/').next() == picture_key(other).rsplit('/').next()
    };
    let belongs = best.is_empty() || gallery.iter().any(|image| same(image, &best[0]));
    if gallery.len() > best.len() && belongs { gallery } else { best }
}
