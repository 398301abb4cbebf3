//! A merchant's file: fetched, read by the supplier's plugin, kept.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{Method, Request, Response};
use sourcepilot_domain::catalogue::{CatalogueSource, Feed, FeedItem, searchable};
use sourcepilot_domain::ids::ConnectionId;
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::{CallScope, EgressError, HostPattern, ScopeLimits};
use tokio::time::Instant;
use url::Url;

use super::{Upload, address};
use crate::app::App;
use crate::db::catalogue_items::{CatalogueItem, NewItem};
use crate::db::catalogues::{self, Catalogue, NewCatalogue};
use crate::db::supplier_accounts::{self, SupplierAccount};
use crate::plugins::Installed;
use crate::service::calls::{self, Circumstances};
use crate::service::party::Party;
use crate::service::supplier_accounts::AccountError;
use crate::service::suppliers::looking;

/// Bytes of a file.
pub const LARGEST_FEED: usize = 16 << 20;
/// Fetching a file, redirects included.
const FETCH: Duration = Duration::from_secs(30);
/// Reading one; the plugin's own limit may be shorter.
const PARSE: Duration = Duration::from_secs(60);
/// Redirects that are followed; each address is checked like the first.
const REDIRECTS: u32 = 3;

/// Have the plugin read a file.
///
/// # Errors
/// What it says; `InvalidInput` when nothing of the file can be used.
pub(super) async fn parse(
    app: &App,
    supplier: &Installed,
    party: &mut Party,
    upload: Upload,
) -> Result<Feed, Failure> {
    let plugin = supplier.plugin.supplier().ok_or_else(|| super::shop::no_plugin(supplier.id()))?;
    let circumstances = Circumstances { deadline: PARSE, ..looking(app) };
    let Upload { content_type, body } = upload;
    let feed = calls::ask(app, supplier, party, &circumstances, |call| {
        plugin.parse_feed(call, content_type.clone(), body.clone())
    })
    .await?;
    usable(feed)
}

/// A file without a single product would empty the account by mistake.
pub(super) fn usable(feed: Feed) -> Result<Feed, Failure> {
    if !feed.items.is_empty() {
        return Ok(feed);
    }
    let reason = match feed.problems.first() {
        Some(problem) => match problem.line {
            Some(line) => format!("The first problem is in line {line}: {}", problem.message),
            None => problem.message.clone(),
        },
        None => "It holds no products.".to_owned(),
    };
    let message = format!("Nothing of it can be used, so the account keeps what it had. {reason}");
    Err(Failure::new(ErrorKind::InvalidInput, message))
}

/// Fetch a file from the merchant's address, as a stranger would: nothing private is
/// reached, no credentials are sent.
///
/// # Errors
/// Why it cannot be had, in a sentence.
pub(super) async fn fetch(app: &App, address: &str) -> Result<Upload, Failure> {
    let scope = scope()?;
    let mut url = web_address(address)?;
    for _ in 0..=REDIRECTS {
        let request = Request::builder()
            .method(Method::GET)
            .uri(url.as_str())
            .header("accept", "text/csv, application/json;q=0.9, */*;q=0.5")
            .body(Bytes::new())
            .map_err(|_| bad_address())?;
        let answer = app.egress.send(&scope, request).await.map_err(|error| unfetched(&error))?;
        match next(&url, &answer)? {
            Some(further) => url = further,
            None => return Ok(taken(answer)),
        }
    }
    Err(Failure::new(
        ErrorKind::Unavailable,
        "The feed's address leads from one address to the next without end.",
    ))
}

fn scope() -> Result<CallScope, Failure> {
    let any = |text| HostPattern::parse(text).map_err(|_| bad_address());
    let largest = LARGEST_FEED as u64;
    Ok(CallScope::builder()
        .pool_key("feeds")
        .allow(vec![any("https://*")?, any("http://*")?])
        .limits(ScopeLimits {
            requests: REDIRECTS + 1,
            response_body: largest,
            total_received: largest + (1 << 20),
            ..ScopeLimits::default()
        })
        .deadline(Instant::now() + FETCH)
        .build())
}

/// Why there is no answer. What only the merchant can put right is not tried again.
fn unfetched(error: &EgressError) -> Failure {
    let (kind, advice) = match error {
        EgressError::UnknownName { .. } | EgressError::PrivateAddress { .. } | EgressError::Denied { .. } => {
            (ErrorKind::InvalidInput, "Enter another address in the account's settings.")
        }
        EgressError::TooLarge { .. } => {
            (ErrorKind::InvalidInput, "Supply a smaller file, or fewer products.")
        }
        EgressError::Timeout { .. } => (ErrorKind::Timeout, "It is tried again later."),
        _ => (ErrorKind::Unavailable, "It is tried again later."),
    };
    Failure::new(kind, format!("The feed could not be fetched: {error}. {advice}"))
}

/// What an answer without the file means.
fn refused(status: u16) -> (ErrorKind, &'static str) {
    match status {
        401 | 403 | 407 | 451 => (
            ErrorKind::Forbidden,
            "It has to open without a login: share the file by a link that everybody may open, and enter that one.",
        ),
        404 | 410 => (
            ErrorKind::NotFound,
            "There is no file under it any more: enter the address of the present one in the account's settings.",
        ),
        408 | 504 => (ErrorKind::Timeout, "It is tried again later."),
        429 => (ErrorKind::RateLimited, "It asks for a pause and is tried again later."),
        500.. => (ErrorKind::Unavailable, "It has a disturbance and is tried again later."),
        _ => (ErrorKind::InvalidInput, "It has to open without a login, such as a shared download link."),
    }
}

/// Where a redirect leads; `None` for an answer that is the file.
fn next(from: &Url, answer: &Response<Bytes>) -> Result<Option<Url>, Failure> {
    let status = answer.status();
    if status.is_redirection() {
        let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        let to = from.join(to).map_err(|_| bad_address())?;
        return web_address(to.as_str()).map(Some);
    }
    if status.is_success() {
        return Ok(None);
    }
    let (kind, advice) = refused(status.as_u16());
    let message = format!("The feed's address answers {}. {advice}", status.as_u16());
    let mut failure = Failure::new(kind, message);
    let wait = answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
    failure.retry_after = wait.map(Duration::from_secs);
    Err(failure)
}

fn taken(answer: Response<Bytes>) -> Upload {
    let content_type = answer.headers().get(CONTENT_TYPE).and_then(|text| text.to_str().ok());
    let content_type = content_type.unwrap_or_default().chars().take(200).collect();
    Upload { content_type, body: answer.into_body() }
}

fn web_address(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text.trim()).map_err(|_| bad_address())?;
    let harmless =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if harmless { Ok(url) } else { Err(bad_address()) }
}

fn bad_address() -> Failure {
    Failure::new(
        ErrorKind::InvalidInput,
        "The feed's address is no public web address: it begins with https:// and holds no user name.",
    )
}

/// Keep what was read in place of what the account had.
///
/// # Errors
/// `NotFound` when the account is gone meanwhile.
pub(super) async fn keep(
    app: &App,
    account: &SupplierAccount,
    shop: Option<ConnectionId>,
    feed: Feed,
) -> Result<Catalogue, AccountError> {
    let (user, id, now) = (account.user_id, account.id, app.now());
    let Feed { items, problems, problem_count } = feed;
    let new = NewCatalogue {
        source: if shop.is_some() { CatalogueSource::Shop } else { CatalogueSource::Feed },
        connection_id: shop,
        items: items.into_iter().map(new_item).collect(),
        problems,
        problem_count: u64::from(problem_count),
        observed_at: now,
    };
    let kept = app
        .db
        .transaction(async move |tx| {
            supplier_accounts::find(&*tx, user, id).await?.ok_or(AccountError::NotFound)?;
            let kept = catalogues::replace(&tx, user, id, new).await?;
            supplier_accounts::touch(&tx, user, id, now).await?;
            Ok::<_, AccountError>(kept)
        })
        .await?;
    app.catalogue_attempts.succeeded(id);
    Ok(kept)
}

fn new_item(item: FeedItem) -> NewItem {
    let FeedItem { id, title, url, price, keywords, document } = item;
    NewItem {
        words: searchable(&[&title, &keywords, &id]),
        url_key: url.as_deref().and_then(address::key),
        item: CatalogueItem { id, title, url, price, document },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_merchant_has_to_put_right_is_no_outage() {
        let host = || "feeds.example".to_owned();
        for (error, kind) in [
            (EgressError::UnknownName { host: host() }, ErrorKind::InvalidInput),
            (EgressError::PrivateAddress { host: host(), port: 443 }, ErrorKind::InvalidInput),
            (EgressError::TooLarge { what: "answer", limit: 1 }, ErrorKind::InvalidInput),
            (EgressError::Resolve { host: host() }, ErrorKind::Unavailable),
            (EgressError::Interrupted { origin: host() }, ErrorKind::Unavailable),
        ] {
            assert_eq!(unfetched(&error).kind, kind, "{error}");
        }
        for (status, kind) in [
            (401, ErrorKind::Forbidden),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (410, ErrorKind::NotFound),
            (418, ErrorKind::InvalidInput),
            (429, ErrorKind::RateLimited),
            (503, ErrorKind::Unavailable),
            (504, ErrorKind::Timeout),
        ] {
            assert_eq!(refused(status).0, kind, "{status}");
        }
    }
}
