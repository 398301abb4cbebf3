//! What a supplier's plugin read in a merchant's feed.

use std::collections::HashSet;

use sourcepilot_domain::catalogue::{Feed, FeedItem, FeedProblem, MOST_FEED_ITEMS, MOST_FEED_PROBLEMS};

use super::bindings::exports::sourcepilot::plugin::feed;
use super::into_domain::optional_money;
use crate::check::{self, At, Checked};

/// Bytes of the words that an item is found by.
const KEYWORDS: usize = 8 * 1024;

/// The whole answer.
pub(super) fn feed(parsed: feed::Parsed) -> Checked<Feed> {
    let feed::Parsed { items, problems, problem_count } = parsed;
    let at = At::Root("items");
    let items = check::each(&at, items, MOST_FEED_ITEMS, item)?;
    let mut seen = HashSet::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if !seen.insert(item.id.as_str()) {
            return Err(at.index(index).field("id").lie("occurs twice"));
        }
    }
    let problems = check::each(&At::Root("problems"), problems, MOST_FEED_PROBLEMS, problem)?;
    let problem_count = problem_count.max(u32::try_from(problems.len()).unwrap_or(u32::MAX));
    Ok(Feed { items, problems, problem_count })
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
