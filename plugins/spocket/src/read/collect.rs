//! Documents and problems, as they come in.

use std::collections::{HashMap, HashSet};

use sourcepilot_sdk::{Item, Parsed, Problem, fit};

use crate::document::{Document, Variant};
use crate::url;

/// Problems that are told one by one; the rest is counted.
const MOST_PROBLEMS: usize = 200;
/// Products of one feed.
const MOST_PRODUCTS: usize = 50_000;
/// Variants of one product.
const MOST_VARIANTS: usize = 2_000;
/// Choices of one variant.
const MOST_CHOICES: usize = 10;
/// Characters of an id.
const LONGEST_ID: usize = 255;
/// Bytes of one document.
const LARGEST_DOCUMENT: usize = 500 * 1024;
/// Bytes of the words beside the title.
const KEYWORDS: usize = 4000;

/// What was read so far.
pub(super) struct Collected {
    /// The currency of feeds that name none.
    pub(super) currency: Option<String>,
    documents: Vec<Draft>,
    places: HashMap<String, usize>,
    problems: Vec<Problem>,
    problem_count: u32,
}

struct Draft {
    document: Document,
    combinations: HashSet<String>,
    ids: HashSet<String>,
}

/// What names a product.
pub(super) struct Identity {
    pub(super) id: String,
    pub(super) url: Option<String>,
}

impl Identity {
    /// Spocket's id where there is one, else the merchant's own together with an address.
    ///
    /// # Errors
    /// When neither names a product.
    pub(super) fn of(id: Option<&str>, url: Option<String>) -> Result<Identity, String> {
        let spockets = id.and_then(|id| url::uuid(id.trim()));
        if let Some(id) = spockets.or_else(|| url.as_deref().and_then(url::id_in)) {
            return Ok(Identity { url: url.or_else(|| Some(url::page(&id))), id });
        }
        let id = id.map(str::trim).filter(|id| !id.is_empty());
        let fits = |id: &str| id.chars().count() <= LONGEST_ID && !id.chars().any(char::is_control);
        match (id.or(url.as_deref()), &url) {
            (Some(id), Some(_)) if fits(id) => Ok(Identity { id: id.to_owned(), url }),
            (_, Some(_)) => Err("The id of the product is longer than 255 characters.".into()),
            (_, None) => Err(
                "Nothing names the product: give its Spocket address in `source_url`, or Spocket's id in \
                 `source_product_id`."
                    .into(),
            ),
        }
    }
}

impl Collected {
    pub(super) fn new(currency: Option<String>) -> Self {
        Collected {
            currency,
            documents: Vec::new(),
            places: HashMap::new(),
            problems: Vec::new(),
            problem_count: 0,
        }
    }

    /// Remember what could not be used, and where it stands.
    pub(super) fn problem(&mut self, line: u64, message: impl Into<String>) {
        self.problem_count = self.problem_count.saturating_add(1);
        if self.problems.len() < MOST_PROBLEMS {
            let message: String = message.into().chars().take(600).collect();
            self.problems.push(Problem { line: u32::try_from(line).ok(), message });
        }
    }

    /// The place of a product that was begun already.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The currency of a product that was begun.
    pub(super) fn currency_at(&self, place: usize) -> &str {
        &self.documents[place].document.currency
    }

    /// Begin a product.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn begin(&mut self, document: Document) -> Result<usize, String> {
        let place = self.documents.len();
        if place >= MOST_PRODUCTS {
            return Err(format!("A feed holds at most {MOST_PRODUCTS} products; this one was left out."));
        }
        self.places.insert(document.source_product_id.clone(), place);
        self.documents.push(Draft { document, combinations: HashSet::new(), ids: HashSet::new() });
        Ok(place)
    }

    /// Add a variant to a product.
    ///
    /// # Errors
    /// When it does not fit the ones before.
    pub(super) fn add(&mut self, place: usize, mut variant: Variant) -> Result<(), String> {
        let draft = &mut self.documents[place];
        if variant.cost.is_none() && variant.price.is_none() {
            return Err(
                "There is no price: give what you pay in `cost`, or at least what you sell for in `price`."
                    .into(),
            );
        }
        if draft.document.variants.len() >= MOST_VARIANTS {
            return Err(format!("A product has at most {MOST_VARIANTS} variants; this one was left out."));
        }
        if variant.options.len() > MOST_CHOICES {
            return Err(format!("A variant has at most {MOST_CHOICES} choices."));
        }
        if let Some(first) = draft.document.variants.first()
            && !same_names(first, &mut variant)
        {
            let names: Vec<&str> = first.options.keys().map(String::as_str).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(format!(
                "Every variant of a product needs the same choices; the first one has: {names}."
            ));
        }
        if !draft.combinations.insert(format!("{:?}", variant.choices().collect::<Vec<_>>())) {
            return Err("This product has a variant with the same choices already.".into());
        }
        variant.id = draft.free_id(&variant);
        draft.document.variants.push(variant);
        Ok(())
    }

    /// The products that have a variant, and what could not be used.
    pub(super) fn finish(mut self) -> Parsed {
        let mut items = Vec::with_capacity(self.documents.len());
        for mut draft in std::mem::take(&mut self.documents) {
            match item(&mut draft.document) {
                Some(item) => items.push(item),
                None if draft.document.variants.is_empty() => {}
                None => {
                    self.problem(0, format!("“{}” holds too much text to be kept.", draft.document.title))
                }
            }
        }
        for problem in &mut self.problems {
            problem.line = problem.line.filter(|line| *line > 0);
        }
        Parsed { items, problems: self.problems, problem_count: self.problem_count }
    }

    /// The one product that was read.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn into_only(self) -> Result<Document, String> {
        let found = self.documents.into_iter().map(|draft| draft.document).next();
        found.filter(|document| !document.variants.is_empty()).ok_or_else(|| {
            self.problems
                .into_iter()
                .next()
                .map_or_else(|| "it has no variant.".to_owned(), |problem| problem.message)
        })
    }
}

impl Draft {
    /// An id that stays when the feed is supplied again: the given one, the SKU, or the
    /// choices.
    fn free_id(&mut self, variant: &Variant) -> String {
        let named = [Some(variant.id.as_str()), variant.sku.as_deref()]
            .into_iter()
            .flatten()
            .find(|id| !id.is_empty());
        let title = variant.title();
        let wanted = named.unwrap_or(if title.is_empty() { "default" } else { &title });
        let wanted: String = wanted.chars().filter(|c| !c.is_control()).take(LONGEST_ID - 10).collect();
        let mut id = wanted.clone();
        let mut number = 2_u32;
        while !self.ids.insert(id.clone()) {
            id = format!("{wanted}#{number}");
            number += 1;
        }
        id
    }
}

/// Whether a variant has the choices of the first one; they are put in its order.
fn same_names(first: &Variant, variant: &mut Variant) -> bool {
    if first.options.len() != variant.options.len() {
        return false;
    }
    let ordered = first.options.keys().map(|name| Some((name.clone(), variant.options.get(name)?.clone())));
    match ordered.collect::<Option<_>>() {
        Some(ordered) => {
            variant.options = ordered;
            true
        }
        None => false,
    }
}

/// The document as it is kept. Where it is too large its description gives way, which a
/// product can be sold without.
fn kept_text(document: &mut Document) -> Option<String> {
    let written = |document: &Document| serde_json::to_string(document).ok();
    let fits = |text: &String| text.len() <= LARGEST_DOCUMENT;
    let whole = written(document)?;
    if fits(&whole) {
        return Some(whole);
    }
    let description = document.description_html.take()?;
    let room = LARGEST_DOCUMENT.checked_sub(written(document)?.len())?;
    // Signs that JSON escapes take twice their room.
    document.description_html = Some(fit::html(description, room / 2)).filter(|html| !html.is_empty());
    let shorter = written(document).filter(fits);
    shorter.or_else(|| {
        document.description_html = None;
        written(document).filter(fits)
    })
}

fn item(document: &mut Document) -> Option<Item> {
    let lowest = document.variants.iter().filter_map(Variant::basis).min()?;
    let text = kept_text(document)?;
    let skus = document.variants.iter().filter_map(|variant| variant.sku.as_deref());
    let mut keywords = String::new();
    for word in document
        .supplier_name
        .as_deref()
        .into_iter()
        .chain(document.categories.iter().map(String::as_str))
        .chain(skus)
    {
        if keywords.len() + word.len() > KEYWORDS {
            break;
        }
        keywords.push_str(word);
        keywords.push(' ');
    }
    Some(Item {
        id: document.source_product_id.clone(),
        title: document.title.clone(),
        url: document.source_url.clone(),
        price: Some(lowest.in_currency(document.currency.clone())),
        keywords,
        document: text,
    })
}
