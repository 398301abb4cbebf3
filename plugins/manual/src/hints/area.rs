//! Which part of a page is about its product: not the menu, not what else is sold.

use crate::page::Page;
use crate::tree::Element;

use super::words;

/// Words in class names and ids of parts that are about something else.
const ELSEWHERE: [&str; 34] = [
    "related",
    "upsell",
    "up-sell",
    "cross-sell",
    "crosssell",
    "crossselling",
    "recommend",
    "similar",
    "recently",
    "also-bought",
    "also-like",
    "you-may",
    "minicart",
    "mini-cart",
    "cart-drawer",
    "cart-preview",
    "side-cart",
    "breadcrumb",
    "newsletter",
    "footer",
    "site-header",
    "page-header-wrap",
    "menu",
    "navbar",
    "navigation",
    "cookie",
    "review",
    "testimonial",
    "more-products",
    "other-products",
    "bestseller",
    "wishlist-list",
    "widget-products",
    "sidebar",
];

#[derive(Debug)]
pub(super) struct Area<'t, 'a> {
    page: &'t Page<'a>,
    heading: Option<Element<'t, 'a>>,
    /// By index: whether an element is about something else.
    elsewhere: Vec<bool>,
}

impl<'t, 'a> Area<'t, 'a> {
    pub(super) fn of(page: &'t Page<'a>, heading: Option<Element<'t, 'a>>) -> Area<'t, 'a> {
        let mut elsewhere: Vec<bool> = Vec::new();
        for element in page.tree.elements() {
            let up = element.parent().is_some_and(|up| elsewhere.get(up.index()).copied().unwrap_or(false));
            let holds_heading = heading.as_ref().is_some_and(|heading| element.contains(heading));
            let own = !holds_heading && !element.is_any(&["html", "body", "main"]) && is_elsewhere(&element);
            elsewhere.resize(element.index(), up);
            elsewhere.push(up || own);
        }
        Area { page, heading, elsewhere }
    }

    pub(super) fn is_elsewhere(&self, element: &Element<'_, '_>) -> bool {
        self.elsewhere.get(element.index()).copied().unwrap_or(false)
    }

    /// The elements about the product, in order.
    pub(super) fn content(&self) -> impl Iterator<Item = Element<'t, 'a>> {
        self.page.tree.elements().filter(|element| !self.is_elsewhere(element))
    }

    pub(super) fn heading(&self) -> Option<Element<'t, 'a>> {
        self.heading
    }

    /// Whether there is something to press that buys.
    pub(super) fn sells(&self) -> bool {
        self.content().any(|e| {
            e.is_any(&["button", "input"]) && words::says_buy(e.attribute("value").unwrap_or(&e.text()))
        })
    }
}

fn is_elsewhere(element: &Element<'_, '_>) -> bool {
    if element.is_any(&["nav", "footer", "aside", "header", "head"]) {
        return true;
    }
    let naming = element.naming();
    naming.len() > 1 && ELSEWHERE.iter().any(|word| naming.contains(word))
}
