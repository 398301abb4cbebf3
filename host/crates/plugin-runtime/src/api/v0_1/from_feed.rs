//! What a supplier's plugin read in a merchant's feed.

use std::collections::HashSet;

use sourcepilot_domain::catalogue::{Feed, FeedItem, FeedProblem, MOST_FEED_ITEMS, MOST_FEED_PROBLEMS};

use super::bindings::exports::sourcepilot::plugin::feed;
use super::into_domain::optional_money;
use crate::check::{self, At, Checked, Lie};

/// Bytes of the words that an item is found by.
const KEYWORDS: usize = 8 * 1024;

/// The whole answer.
pub(super) fn feed(parsed: feed::Parsed) -> Checked<Feed> {
    let feed::Parsed { items, problems, problem_count } = parsed;
    let mut feed = Feed {
        items: Vec::with_capacity(items.len().min(MOST_FEED_ITEMS)),
        problems: check::each(&At::Root("problems"), problems, MOST_FEED_PROBLEMS, problem)?,
        problem_count,
    };
    let at = At::Root("items");
    let mut seen = HashSet::new();
    for (index, one) in check::count(&at, items, MOST_FEED_ITEMS)?.into_iter().enumerate() {
        let at = at.index(index);
        let known = item(&at, one).and_then(|item| match seen.insert(item.id.clone()) {
            true => Ok(item),
            false => Err(at.field("id").lie("occurs twice")),
        });
        match known {
            Ok(item) => feed.items.push(item),
            // One that cannot be kept does not cost the merchant the others.
            Err(lie) => left_out(&mut feed, &lie),
        }
    }
    feed.problem_count = feed.problem_count.max(u32::try_from(feed.problems.len()).unwrap_or(u32::MAX));
    Ok(feed)
}

fn left_out(feed: &mut Feed, lie: &Lie) {
    feed.problem_count = feed.problem_count.saturating_add(1);
    if feed.problems.len() < MOST_FEED_PROBLEMS {
        let message = format!("A product was left out: `{}` {}.", lie.field, lie.problem);
        feed.problems.push(FeedProblem { line: None, message });
    }
}

fn item(at: &At<'_>, item: feed::Item) -> Checked<FeedItem> {
    let feed::Item { id, title, url, price, keywords, document } = item;
    if keywords.len() > KEYWORDS {
        return Err(at.field("keywords").lie(format_args!("has more than {KEYWORDS} bytes")));
    }
    Ok(FeedItem {
        id: check::id(&at.field("id"), id)?,
        title: check::required(&at.field("title"), title, check::TITLE)?,
        url: check::optional_address(&at.field("url"), url)?,
        price: optional_money(&at.field("price"), price.as_ref())?,
        keywords: check::line(&at.field("keywords"), keywords, KEYWORDS)?,
        document: check::document(&at.field("document"), document)?,
    })
}

fn problem(at: &At<'_>, problem: feed::Problem) -> Checked<FeedProblem> {
    let feed::Problem { line, message } = problem;
    Ok(FeedProblem { line, message: check::required(&at.field("message"), message, check::TITLE)? })
}
