//! A catalogue out of a connected shop: what somebody else put there.

use std::collections::HashSet;
use std::time::Duration;

use sourcepilot_domain::catalogue::{
    Feed, FeedProblem, MOST_ADOPTED, MOST_FEED_PROBLEMS, ShopFilter, ShopProduct,
};
use sourcepilot_domain::ids::ConnectionId;
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_plugin_runtime::manifest::Feature;

use super::{Place, RefreshFrom, feed};
use crate::app::App;
use crate::db::{connections, store_products};
use crate::service::calls::{self, Circumstances};
use crate::service::party::{self, unavailable};
use crate::service::suppliers::looking;

/// Products of one shop that are read.
const MOST_PRODUCTS: usize = 5_000;
/// Products of one page: a shop answers their variants one request each.
const PAGE: u32 = 25;
/// Pages that are asked for, empty ones included.
const MOST_PAGES: usize = 400;
/// One page.
const DEADLINE: Duration = Duration::from_secs(120);

/// Read the products of a shop that the merchant means, without those that this
/// product put there itself.
///
/// # Errors
/// What the shop's plugin or the supplier's says; `InvalidInput` when nothing is left.
pub(super) async fn read(
    app: &App,
    place: &mut Place,
    connection: ConnectionId,
    from: &RefreshFrom,
) -> Result<Feed, Failure> {
    let user = place.account.user_id;
    let found = connections::find(&app.db, user, connection).await.map_err(unavailable)?;
    let connection =
        found.ok_or_else(|| Failure::new(ErrorKind::InvalidInput, "This shop is not connected."))?;
    let store = app.plugins.catalogue().store(&connection.platform);
    let store = store.ok_or_else(|| no_plugin(&connection.platform))?;
    let plugin = store.plugin.store().ok_or_else(|| no_plugin(&connection.platform))?;
    if !store.plugin.offers(Feature::Browse) {
        let name = &store.manifest().name;
        return Err(Failure::new(
            ErrorKind::Unsupported,
            format!("Products of {name} shops cannot be read."),
        ));
    }
    let mut party = party::of_connection(app, &store, &connection).await?;
    let circumstances = Circumstances { deadline: DEADLINE, ..looking(app) };
    let mut filter = filter(from);
    let mut collected = Collected::default();
    for _ in 0..MOST_PAGES {
        let page = calls::ask(app, &store, &mut party, &circumstances, |call| {
            plugin.list_products(call, filter.clone())
        })
        .await?;
        let ids: Vec<String> = page.products.iter().map(|product| product.id.clone()).collect();
        let ours = store_products::ours(&app.db, user, connection.id, &ids).await.map_err(unavailable)?;
        let theirs = page.products.into_iter().filter(|product| !ours.contains(&product.id)).collect();
        collected.add(adopt(app, place, theirs).await?);
        if collected.is_full() {
            collected.cut();
            break;
        }
        match page.next_cursor {
            Some(cursor) if filter.cursor.as_deref() != Some(&cursor) => filter.cursor = Some(cursor),
            _ => break,
        }
    }
    feed::usable(collected.feed)
}

fn filter(from: &RefreshFrom) -> ShopFilter {
    let RefreshFrom { connection: _, vendor, tag, collection } = from.clone();
    ShopFilter { vendor, tag, collection, cursor: None, page_size: PAGE }
}

async fn adopt(app: &App, place: &mut Place, mut products: Vec<ShopProduct>) -> Result<Feed, Failure> {
    let supplier = place.supplier.clone();
    let plugin = supplier.plugin.supplier().ok_or_else(|| no_plugin(supplier.id()))?;
    let mut collected = Collected::default();
    while !products.is_empty() {
        let rest = products.split_off(products.len().min(MOST_ADOPTED));
        let some = std::mem::replace(&mut products, rest);
        let circumstances = looking(app);
        let feed = calls::ask(app, &supplier, &mut place.party, &circumstances, |call| {
            plugin.adopt(call, some.clone())
        })
        .await?;
        collected.add(feed);
    }
    Ok(collected.feed)
}

/// Feeds put together; of two items with one id the first one counts.
#[derive(Default)]
struct Collected {
    feed: Feed,
    ids: HashSet<String>,
}

impl Collected {
    fn add(&mut self, more: Feed) {
        let Feed { items, problems, problem_count } = more;
        let ids = &mut self.ids;
        self.feed.items.extend(items.into_iter().filter(|item| ids.insert(item.id.clone())));
        let room = MOST_FEED_PROBLEMS.saturating_sub(self.feed.problems.len());
        self.feed.problems.extend(problems.into_iter().take(room));
        self.feed.problem_count = self.feed.problem_count.saturating_add(problem_count);
    }

    fn is_full(&self) -> bool {
        self.feed.items.len() >= MOST_PRODUCTS
    }

    fn cut(&mut self) {
        self.feed.items.truncate(MOST_PRODUCTS);
        let message = format!(
            "Only the first {MOST_PRODUCTS} products of the shop were read; choose a tag or a collection to read others."
        );
        self.feed.problems.insert(0, FeedProblem { line: None, message });
        self.feed.problem_count = self.feed.problem_count.saturating_add(1);
    }
}

/// The plugin that it takes is not there.
pub(super) fn no_plugin(name: &str) -> Failure {
    Failure::new(ErrorKind::Unsupported, format!("'{name}' is not enabled here."))
}
