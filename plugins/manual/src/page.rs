//! What stands in a page, before anything is understood.

use serde_json::Value;
use url::Url;

use crate::html::{Tag, tags};
use crate::microdata::Microdata;
use crate::{entities, json_ld};

/// More metadata than this is not read.
const MOST: usize = 2000;

/// The parts of a page in which products are described.
#[derive(Debug)]
pub(crate) struct Page {
    /// To which relative addresses refer.
    base: Option<Url>,
    /// The address at which the page was found.
    pub(crate) url: String,
    pub(crate) title: Option<String>,
    /// Blocks of JSON-LD that could be read.
    pub(crate) data: Vec<Value>,
    /// `meta` elements by `property` or `name`, in order.
    meta: Vec<(String, String)>,
    pub(crate) microdata: Microdata,
}

impl Page {
    pub(crate) fn read(html: &str, url: &str) -> Page {
        let base = Url::parse(url).ok();
        let mut page = Page {
            base,
            url: url.to_owned(),
            title: None,
            data: Vec::new(),
            meta: Vec::new(),
            microdata: Microdata::default(),
        };
        for tag in tags(html) {
            page.take(&tag);
        }
        page
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
    pub(crate) fn absolute(&self, address: &str) -> Option<String> {
        let base = self.base.as_ref()?;
        let mut url = base.join(address.trim()).ok()?;
        if url.scheme() == "http" && base.scheme() == "https" && url.port().is_none() {
            url.set_scheme("https").ok()?;
        }
        url.set_fragment(None);
        (matches!(url.scheme(), "http" | "https") && !address.trim().is_empty()).then(|| url.into())
    }

    fn take(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "meta" => self.take_meta(tag),
            "title" if self.title.is_none() => self.title = not_blank(&entities::decode(tag.text)),
            "script" if is_json_ld(tag) => self.data.extend(json_ld::read(tag.text)),
            "base" => self.take_base(tag),
            _ => {}
        }
        self.microdata.take(tag);
    }

    fn take_meta(&mut self, tag: &Tag<'_>) {
        let name = tag.attribute("property").or_else(|| tag.attribute("name"));
        if let (Some(name), Some(value)) = (name, tag.attribute("content").and_then(not_blank))
            && self.meta.len() < MOST
        {
            self.meta.push((name.trim().to_ascii_lowercase(), value));
        }
    }

    fn take_base(&mut self, tag: &Tag<'_>) {
        if let (Some(base), Some(href)) = (&self.base, tag.attribute("href"))
            && let Ok(moved) = base.join(href.trim())
            && matches!(moved.scheme(), "http" | "https")
        {
            self.base = Some(moved);
        }
    }
}

fn is_json_ld(tag: &Tag<'_>) -> bool {
    tag.attribute("type")
        .is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"))
}

/// A text with its white space collapsed, unless it is blank.
pub(crate) fn not_blank(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
