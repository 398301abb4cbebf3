//! What a page shows to a visitor: read when it describes nothing, and to check what
//! it describes.

mod area;
mod choices;
mod pictures;
mod prices;
mod words;

use sourcepilot_sdk::Availability;

use crate::draft::Draft;
use crate::page::Page;
use crate::tree::Element;
use area::Area;

pub(crate) use pictures::picture_key;

/// Descriptions longer than this are whole pages.
const LONGEST_DESCRIPTION: usize = 100_000;

/// The product as a visitor sees it.
pub(crate) fn draft(page: &Page<'_>) -> Draft {
    let heading = page.heading();
    let area = Area::of(page, heading);
    let price = prices::main(page, &area);
    let is_offer =
        price.is_some() || area.sells() || page.microdata.iter().any(|thing| !thing["price"].is_null());
    let heading_text = heading.map(|heading| heading.text());
    let title =
        heading_text.or_else(|| page.title.as_deref().map(|title| page.without_site(title).to_owned()));
    let title = title.filter(|_| is_offer);
    Draft {
        title,
        description: description(&area),
        images: pictures::gallery(page, &area),
        price: price.as_ref().map(|price| price.amount),
        list_price: price.as_ref().and_then(|price| price.before),
        range: price.as_ref().and_then(|price| price.range),
        currency: price.and_then(|price| price.currency),
        availability: availability(&area),
        categories: breadcrumb(page, heading),
        variants: choices::variants(page, &area),
        ..Draft::default()
    }
}

/// The currency that a page mentions in passing, for prices that stand without one.
pub(crate) fn currency(page: &Page<'_>) -> Option<String> {
    let stated = page.meta(&[
        "product:price:currency",
        "og:price:currency",
        "currency",
        "price:currency",
        "product:sale_price:currency",
    ]);
    let attribute = || {
        let named = |e: Element<'_, '_>| {
            e.attribute("data-currency").or_else(|| e.attribute("data-currency-code")).map(str::to_owned)
        };
        page.tree.elements().find_map(named)
    };
    let microdata = || {
        let of = page.tree.elements().find(|e| matches!(e.attribute("itemprop"), Some("priceCurrency")))?;
        of.attribute("content").map(str::to_owned)
    };
    let script = || {
        ["priceCurrency", "currencyCode", "currency_code", "currency", "Currency"]
            .iter()
            .find_map(|name| after(page.source, name))
    };
    let found = stated.map(str::to_owned).or_else(microdata).or_else(attribute).or_else(script)?;
    sourcepilot_sdk::money::currency_code(&found)
}

/// The code behind a name in a script: `"currency":"EUR"`, `currency: 'EUR'`.
fn after(source: &str, name: &str) -> Option<String> {
    source.split(name).skip(1).take(50).find_map(|rest| {
        let rest = rest.trim_start_matches(['"', '\'', ' ', ':', '=', '\\', '{']);
        let rest =
            rest.strip_prefix("active").map_or(rest, |rest| rest.trim_start_matches(['"', '\'', ' ', ':']));
        let code = rest.get(..3)?;
        let ends = rest[3..].starts_with(['"', '\'', '\\']);
        (ends && code.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| code.to_owned())
    })
}

fn availability(area: &Area<'_, '_>) -> Option<Availability> {
    let mut said = None;
    for element in area.content() {
        let naming = element.naming();
        let is_button = element.is("button")
            || element.is("input") && matches!(element.attribute("type"), Some("submit" | "button"));
        let is_stock = ["stock", "availab", "sold", "lieferbar", "dispo", "inventory"]
            .iter()
            .any(|word| naming.contains(word));
        if !(is_button || is_stock) {
            continue;
        }
        let text = match element.attribute("value").filter(|_| element.is("input")) {
            Some(value) => value.to_owned(),
            None => element.text(),
        };
        if text.is_empty() || text.chars().count() > 60 {
            continue;
        }
        if words::says_sold_out(&text) {
            return Some(Availability::SoldOut);
        }
        let sells = is_button && words::says_buy(&text) && element.attribute("disabled").is_none();
        if said.is_none() && (sells || is_stock && words::says_in_stock(&text)) {
            said = Some(Availability::Available);
        }
    }
    said
}

fn description(area: &Area<'_, '_>) -> Option<String> {
    let named = |element: &Element<'_, '_>| {
        let naming = element.naming();
        element.is_any(&["div", "section", "p", "article"])
            && ["description", "beschreibung", "descripcion", "descrizione", "product-details"]
                .iter()
                .any(|word| naming.contains(word))
    };
    let found = area.content().filter(named).find(|element| element.text().chars().count() >= 20)?;
    let html = found.source().trim();
    (html.len() <= LONGEST_DESCRIPTION).then(|| {
        if html.contains('<') {
            html.to_owned()
        } else {
            crate::schema_org::paragraphs(&crate::entities::decode(html))
        }
    })
}

/// The path to the product without the start page and without the product itself.
fn breadcrumb(page: &Page<'_>, heading: Option<Element<'_, '_>>) -> Vec<String> {
    let trail = page.tree.elements().find(|element| {
        let label = element.attribute("aria-label").unwrap_or_default().to_ascii_lowercase();
        element.naming().contains("breadcrumb") || label.contains("breadcrumb")
    });
    let title = heading.map(|heading| heading.text()).unwrap_or_default();
    let links = trail
        .into_iter()
        .flat_map(|trail| trail.inside().filter(|element| element.is("a")).collect::<Vec<_>>());
    let names = links.skip(1).map(|link| link.text()).filter(|name| !name.is_empty() && *name != title);
    names.take(10).collect()
}
