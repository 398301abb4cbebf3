//! What stands in a page, before anything is understood.

use serde_json::Value;

use crate::address::Address;
use crate::json_ld;
use crate::linked::{self, MICRODATA, RDFA};
use crate::locale::Locale;
use crate::tree::{Element, Tree};

/// More metadata than this is not read.
const MOST: usize = 2000;

/// The parts of a page in which products are described.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) tree: Tree<'a>,
    pub(crate) source: &'a str,
    /// To which relative addresses refer.
    base: Address,
    /// The address at which the page was found.
    pub(crate) url: Address,
    pub(crate) locale: Locale,
    pub(crate) title: Option<String>,
    /// Blocks of JSON-LD that could be read.
    pub(crate) json_ld: Vec<Value>,
    pub(crate) microdata: Vec<Value>,
    pub(crate) rdfa: Vec<Value>,
    /// `meta` elements by `property` or `name`, in order.
    meta: Vec<(String, String)>,
}

impl<'a> Page<'a> {
    pub(crate) fn read(source: &'a str, url: Address) -> Page<'a> {
        let tree = Tree::read(source);
        let mut microdata = linked::things(&tree, &MICRODATA);
        if !microdata.iter().any(|thing| json_ld::is_type(thing, "Product")) {
            microdata.extend(linked::loose(&tree));
        }
        let rdfa = linked::things(&tree, &RDFA);
        let of = |name: &str| tree.elements().find(|element| element.is(name));
        let language =
            of("html").and_then(|html| html.attribute("lang").or_else(|| html.attribute("xml:lang")));
        let title = tree.elements().find(|e| e.is("title") && !e.ancestors().any(|up| up.is("svg")));
        let base = of("base").and_then(|base| url.join(base.attribute("href")?));
        let mut page = Page {
            locale: Locale::of(language.unwrap_or_default(), &url.host),
            title: title.and_then(|title| not_blank(&title.text())),
            base: base.unwrap_or_else(|| url.clone()),
            json_ld: Vec::new(),
            meta: meta(&tree),
            source,
            url,
            microdata,
            rdfa,
            tree,
        };
        if page.locale.language.is_empty() {
            let stated = page.meta(&["og:locale", "content-language"]).unwrap_or_default().to_owned();
            page.locale = Locale::of(&stated, &page.url.host);
        }
        page.json_ld = page.scripts("ld+json").flat_map(|script| json_ld::read(script.raw())).collect();
        page
    }

    /// The scripts whose type contains a text.
    pub(crate) fn scripts<'t>(&'t self, kind: &'t str) -> impl Iterator<Item = Element<'t, 'a>> {
        let fits = move |script: &Element<'_, '_>| {
            script.is("script")
                && script.attribute("type").is_some_and(|have| have.to_ascii_lowercase().contains(kind))
        };
        self.tree.elements().filter(fits)
    }

    /// The first text of a `meta` element that is not blank.
    pub(crate) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.metas(name).next())
    }

    /// All texts of a `meta` element.
    pub(crate) fn metas(&self, name: &str) -> impl Iterator<Item = &str> {
        self.meta.iter().filter(move |(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    /// An absolute address; `None` for what cannot be fetched, such as `data:`. What a
    /// page served by https names as http is asked for by https too.
    pub(crate) fn absolute(&self, target: &str) -> Option<String> {
        let address = self.base.join(target)?;
        (!address.has_user).then(|| address.to_string())
    }

    /// What the page calls itself without naming a product: its first heading.
    pub(crate) fn heading(&self) -> Option<Element<'_, 'a>> {
        let headings: Vec<_> = self.tree.elements().filter(|e| e.is("h1") && !e.text().is_empty()).collect();
        let stated = self.meta(&["og:title", "twitter:title"]).or(self.title.as_deref()).unwrap_or_default();
        let names = |e: &&Element<'_, '_>| stated.contains(e.text().as_str());
        let in_content =
            |e: &&Element<'_, '_>| !e.ancestors().any(|up| up.is_any(&["header", "nav", "footer"]));
        let found =
            headings.iter().find(|e| names(e) && in_content(e)).or_else(|| headings.iter().find(in_content));
        found.or(headings.first()).copied()
    }

    /// The name of the site, which many titles carry.
    pub(crate) fn without_site<'s>(&self, title: &'s str) -> &'s str {
        let site = self.meta(&["og:site_name", "application-name"]).unwrap_or_default();
        if site.is_empty() {
            return title;
        }
        let joint = |c: char| {
            c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '·' | ':' | '•' | '»' | '«' | '~')
        };
        let cut = title
            .strip_suffix(site)
            .map(|rest| rest.trim_end_matches(joint))
            .or_else(|| title.strip_prefix(site).map(|rest| rest.trim_start_matches(joint)));
        cut.filter(|cut| !cut.is_empty()).unwrap_or(title)
    }
}

fn meta(tree: &Tree<'_>) -> Vec<(String, String)> {
    let read = |tag: Element<'_, '_>| {
        let name = ["property", "name", "http-equiv"].iter().find_map(|name| tag.attribute(name))?;
        Some((name.trim().to_ascii_lowercase(), not_blank(tag.attribute("content")?)?))
    };
    tree.elements().filter(|element| element.is("meta")).filter_map(read).take(MOST).collect()
}

/// A text with its white space collapsed, unless it is blank.
pub(crate) fn not_blank(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
