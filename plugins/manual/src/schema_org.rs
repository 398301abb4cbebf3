//! What a page says in the words of schema.org.

use serde_json::Value;
use sourcepilot_sdk::json;
use sourcepilot_sdk::money::Amount;

use crate::draft::{Draft, DraftVariant};
use crate::json_ld::{Graph, text};
use crate::offers::{self, Offer};
use crate::page::Page;
use crate::{entities, variants};

/// The product among the things that a page describes; empty when there is none.
pub(crate) fn draft(page: &Page<'_>, things: &[Value]) -> Draft {
    let graph = Graph::new(things);
    if let Some((group, members)) = group(&graph) {
        return of_group(page, &graph, group, &members);
    }
    main_product(page, &graph).map(|node| of_product(page, &graph, node)).unwrap_or_default()
}

/// A product with its variants: they stand in it, or point at it.
fn group<'a>(graph: &Graph<'a>) -> Option<(&'a Value, Vec<&'a Value>)> {
    let inside = graph.of_type("ProductGroup").chain(graph.of_type("Product")).find_map(|node| {
        let members = graph.list(node, "hasVariant");
        (!members.is_empty()).then_some((node, members))
    });
    inside.or_else(|| {
        graph.of_type("ProductGroup").find_map(|node| {
            let belongs = |member: &&Value| {
                let target = graph.one(member, "isVariantOf");
                target.is_some_and(|target| target == node)
                    || same(&member["inProductGroupWithID"], &node["productGroupID"])
            };
            let members: Vec<_> = graph.of_type("Product").filter(belongs).collect();
            (!members.is_empty()).then_some((node, members))
        })
    })
}

fn same(one: &Value, other: &Value) -> bool {
    !one.is_null() && text(one) == text(other)
}

/// The product that the page is about, not one that it recommends.
fn main_product<'a>(page: &Page<'_>, graph: &Graph<'a>) -> Option<&'a Value> {
    let address = |text: &str| page.absolute(text).map(|url| without_query(&url).to_owned());
    let url = page.url.to_string();
    let here = without_query(&url).to_owned();
    let products: Vec<&Value> = ["Product", "ProductGroup", "IndividualProduct", "Vehicle", "Book"]
        .iter()
        .flat_map(|kind| {
            graph.of_type(kind).filter(|node| text(&node["name"]).is_some() || !node["price"].is_null())
        })
        .collect();
    let is_here = |node: &&&Value| {
        ["url", "@id"].iter().any(|name| node[*name].as_str().and_then(address) == Some(here.clone()))
    };
    let offered = |node: &&&Value| !node["offers"].is_null() || !node["price"].is_null();
    let found =
        products.iter().find(|node| is_here(node) && offered(node)).or_else(|| products.iter().find(offered));
    found.or(products.first()).copied()
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
}

fn of_product(page: &Page<'_>, graph: &Graph<'_>, node: &Value) -> Draft {
    let offers = offers::of(graph, node);
    let name = text(&node["name"]);
    let variants = variants::of_offers(&offers, name.as_deref());
    let mut draft = described(page, graph, node);
    if let Some(offer) = best(&offers) {
        apply(&mut draft, offer);
    }
    draft.variants = variants;
    draft
}

/// The cheapest offer that can be taken, else the first.
fn best(offers: &[Offer]) -> Option<&Offer> {
    let currency = offers.iter().find_map(|offer| offer.currency.as_ref());
    let comparable = |offer: &&Offer| offer.is_open() && offer.currency.as_ref() == currency;
    offers.iter().filter(comparable).min_by_key(|offer| offer.price).or(offers.first())
}

fn apply(draft: &mut Draft, offer: &Offer) {
    // Of a range without its single offers nobody knows which price is the buyer's:
    // the dearest one cannot be sold at a loss.
    draft.price = offer.highest.or(offer.price);
    draft.range = offer.price.zip(offer.highest);
    draft.list_price = offer.list_price;
    draft.currency = offer.currency.clone();
    draft.availability = offer.availability;
    draft.stock = offer.stock;
    draft.sku = draft.sku.take().or_else(|| offer.sku.clone());
    draft.barcode = draft.barcode.take().or_else(|| offer.barcode.clone());
}

fn of_group(page: &Page<'_>, graph: &Graph<'_>, group: &Value, members: &[&Value]) -> Draft {
    let mut draft = of_product(page, graph, group);
    let single: Vec<DraftVariant> = members.iter().map(|node| variant(page, graph, node)).collect();
    let first = single.first().cloned().unwrap_or_default();
    draft.currency = draft.currency.or_else(|| single.iter().find_map(|variant| variant.currency.clone()));
    draft.title = draft.title.or(first.title);
    if draft.images.is_empty() {
        draft.images = members.iter().flat_map(|node| images(page, graph, node)).collect();
    }
    draft.description = draft.description.or_else(|| members.iter().find_map(|node| description(node)));
    draft.variants = variants::choose(graph, group, members, single);
    draft
}

fn variant(page: &Page<'_>, graph: &Graph<'_>, node: &Value) -> DraftVariant {
    let of_product = of_product(page, graph, node);
    DraftVariant {
        title: of_product.title,
        options: Vec::new(),
        price: of_product.price,
        list_price: of_product.list_price,
        currency: of_product.currency,
        availability: of_product.availability,
        stock: of_product.stock,
        sku: of_product.sku,
        barcode: of_product.barcode,
        weight_grams: of_product.weight_grams,
        image: of_product.images.into_iter().next(),
        surcharge: None,
    }
}

/// Everything but prices.
fn described(page: &Page<'_>, graph: &Graph<'_>, node: &Value) -> Draft {
    let (rating, rating_count) = rating(graph, node);
    Draft {
        title: text(&node["name"]),
        description: description(node),
        images: images(page, graph, node),
        sku: text(&node["sku"]).or_else(|| text(&node["productID"])),
        barcode: offers::barcode(node),
        weight_grams: graph.one(node, "weight").and_then(grams),
        brand: ["brand", "manufacturer"].iter().find_map(|name| text(graph.one(node, name)?)),
        categories: graph
            .list(node, "category")
            .into_iter()
            .filter_map(text)
            .flat_map(|path| split_path(&path))
            .collect(),
        rating,
        rating_count,
        ..Draft::default()
    }
}

fn split_path(path: &str) -> Vec<String> {
    path.split(['>', '/']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// HTML out of a description, which may be plain text, HTML, or HTML encoded once more.
fn description(node: &Value) -> Option<String> {
    let text = node["description"].as_str().map(str::trim).filter(|text| !text.is_empty())?;
    let decoded = if text.contains("&lt;") { entities::decode(text) } else { text.to_owned() };
    Some(if decoded.contains('<') && decoded.contains('>') {
        decoded
    } else {
        paragraphs(&entities::decode(&decoded))
    })
}

/// Plain text as HTML.
pub(crate) fn paragraphs(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let lines = escaped.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("<p>{line}</p>")).collect()
}

fn images(page: &Page<'_>, graph: &Graph<'_>, node: &Value) -> Vec<String> {
    let listed = graph.list(node, "image").into_iter().chain(graph.list(node, "images"));
    let address = |image: &Value| match image {
        Value::String(address) => page.absolute(address),
        _ => ["contentUrl", "contentURL", "url", "@id"]
            .iter()
            .find_map(|name| page.absolute(image[*name].as_str()?)),
    };
    listed.filter_map(address).collect()
}

/// From 0 to 5, whatever the page's own scale is.
fn rating(graph: &Graph<'_>, node: &Value) -> (Option<String>, Option<u64>) {
    let Some(rating) = graph.one(node, "aggregateRating") else { return (None, None) };
    let hundredths = |name: &str| {
        let amount = Amount::parse(&text(&rating[name])?.replace(',', "."))?;
        amount.with_digits(2).replace('.', "").parse::<u64>().ok()
    };
    let best = hundredths("bestRating").filter(|best| *best > 0).unwrap_or(500);
    let value = hundredths("ratingValue")
        .filter(|value| *value <= best)
        .map(|value| value.saturating_mul(500) / best);
    let count = ["ratingCount", "reviewCount"].iter().find_map(|name| json::whole(&rating[*name]));
    (value.map(|value| format!("{}.{:02}", value / 100, value % 100)), count)
}

/// A weight with its unit, in grams.
fn grams(weight: &Value) -> Option<u32> {
    let written = text(weight).unwrap_or_default();
    let (value, unit) = match weight {
        Value::Object(_) => {
            (text(&weight["value"])?, text(&weight["unitCode"]).or_else(|| text(&weight["unitText"]))?)
        }
        _ => {
            let at = written.find(|c: char| c.is_ascii_alphabetic())?;
            (written[..at].trim().to_owned(), written[at..].to_owned())
        }
    };
    // Millionths of the unit's grams, so that nothing is rounded on the way.
    let milligrams = match unit.trim().to_ascii_lowercase().as_str() {
        "g" | "grm" | "gram" | "grams" => 1_000,
        "kg" | "kgm" | "kilogram" | "kilograms" => 1_000_000,
        "lb" | "lbs" | "lbr" | "pound" | "pounds" => 453_592,
        "oz" | "onz" | "ounce" | "ounces" => 28_350,
        _ => return None,
    };
    let product = Amount::read(&value)?.times(milligrams)?.with_digits(0);
    u32::try_from(product.parse::<u64>().ok()?.div_ceil(1000)).ok()
}
