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

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str) -> feed::Item {
        feed::Item {
            id: id.into(),
            title: "Lamp".into(),
            url: Some("https://a.example/1".into()),
            price: None,
            keywords: String::new(),
            document: "{}".into(),
        }
    }

    #[test]
    fn an_item_that_cannot_be_kept_costs_one_item() {
        let bad = [
            feed::Item { title: " ".into(), ..item("b") },
            feed::Item { url: Some("javascript:alert(1)".into()), ..item("c") },
            feed::Item { document: "[1]".into(), ..item("d") },
            feed::Item { document: "{\"a\":".into(), ..item("e") },
            feed::Item { document: format!("{{\"a\":\"{}\"}}", "x".repeat(600_000)), ..item("f") },
            feed::Item { keywords: "x".repeat(9000), ..item("g") },
            item("a"),
            item("a\nb"),
            item(""),
        ];
        let count = bad.len();
        let items = [item("a")].into_iter().chain(bad).chain([item("z")]).collect();
        let problems = vec![feed::Problem { line: Some(7), message: "Odd.\u{7}".into() }];
        let read = feed(feed::Parsed { items, problems, problem_count: 3 }).unwrap();
        assert_eq!(read.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["a", "z"]);
        assert_eq!((read.problems.len(), read.problem_count), (count + 1, 3 + count as u32));
        assert_eq!((read.problems[0].line, read.problems[0].message.as_str()), (Some(7), "Odd."));
        assert!(read.problems[1].message.contains("items[1].title"), "{:?}", read.problems[1]);
    }

    #[test]
    fn more_than_a_catalogue_holds_is_refused_as_a_whole() {
        let items = (0..=MOST_FEED_ITEMS).map(|at| item(&at.to_string())).collect();
        assert!(feed(feed::Parsed { items, problems: Vec::new(), problem_count: 0 }).is_err());
    }
}
