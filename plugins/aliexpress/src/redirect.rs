//! Looking up short links. Their last page is often a login or a captcha, so the
//! id is looked for in every address on the way.

use sourcepilot_sdk::{Failure, Result};

use crate::address::Address;
use crate::id::ProductId;
use crate::url::{self, Found};

/// Links that need more redirects than this lead in circles.
const MAX_HOPS: u8 = 5;

/// Follow `link`. `ask` fetches an address and answers with the place it redirects
/// to, or with nothing when it does not.
pub(crate) fn follow(
    link: &str,
    mut ask: impl FnMut(&str) -> Result<Option<String>>,
) -> Result<(ProductId, Option<String>)> {
    let mut at = match url::parse(link) {
        Ok(Found::Product { id, variant }) => return Ok((id, variant)),
        Ok(Found::Short(link)) => link,
        Err(_) => return Err(lost()),
    };
    for _ in 0..MAX_HOPS {
        let Some(location) = ask(&at)? else { break };
        match hop(&at, &location) {
            Hop::Product(id, variant) => return Ok((id, variant)),
            Hop::Next(next) => at = next,
            Hop::Away => break,
        }
    }
    Err(lost())
}

enum Hop {
    Product(ProductId, Option<String>),
    Next(String),
    Away,
}

fn hop(from: &str, location: &str) -> Hop {
    let Some(next) = Address::parse(from).and_then(|base| base.join(location)) else { return Hop::Away };
    match url::parse(&next.secure()) {
        Ok(Found::Product { id, variant }) => Hop::Product(id, variant),
        Ok(Found::Short(link)) => Hop::Next(link),
        Err(url::NotFound::NoProduct) if next.port.is_none() => Hop::Next(next.secure()),
        Err(_) => Hop::Away,
    }
}

fn lost() -> Failure {
    let message = "This short link does not lead to a product: open it in a browser and copy the product's own address.";
    Failure::invalid_input(message)
}

#[cfg(test)]
mod tests {
    use sourcepilot_sdk::ErrorKind;

    use super::*;

    const LINK: &str = "https://s.click.aliexpress.com/e/_DexAmPl";

    /// Follow a chain of redirects; the answer and the addresses asked for.
    fn run(link: &str, chain: &[(&str, &str)]) -> (std::result::Result<String, ErrorKind>, Vec<String>) {
        let mut asked = Vec::new();
        let found = follow(link, |url| {
            asked.push(url.to_owned());
            Ok(chain.iter().find(|(from, _)| *from == url).map(|(_, to)| (*to).to_owned()))
        });
        (found.map(|(id, _)| id.main().to_owned()).map_err(|failure| failure.kind), asked)
    }

    #[test]
    fn the_id_is_found_on_the_way_and_nothing_more_is_asked() {
        let chain = [
            (LINK, "http://star.aliexpress.com/share/share.htm?x=1"),
            (
                "https://star.aliexpress.com/share/share.htm?x=1",
                "/login?return_url=https%3A%2F%2Fde.aliexpress.com%2Fitem%2F1005001111222333.html",
            ),
        ];
        let (found, asked) = run(LINK, &chain);
        assert_eq!(found.as_deref(), Ok("1005001111222333"));
        assert_eq!(asked.len(), 2, "{asked:?}");
    }

    #[test]
    fn links_that_leave_circle_or_end_without_an_id_are_given_up() {
        for chain in [
            vec![],
            vec![(LINK, "https://evil.example/item/1005001111222333.html")],
            vec![(LINK, "http://169.254.169.254/latest")],
            vec![(LINK, "https://www.aliexpress.com:8443/x")],
            vec![(LINK, "https://www.aliexpress.com/w/wholesale-lamp.html")],
            vec![(LINK, "aliexpress://product/detail?productId=1005001111222333")],
        ] {
            let (found, asked) = run(LINK, &chain);
            assert_eq!(found, Err(ErrorKind::InvalidInput), "{chain:?}");
            assert!(asked.iter().all(|url| url.starts_with("https://") && url.contains(".aliexpress.com/")));
        }
        let (found, asked) = run(LINK, &[(LINK, LINK)]);
        assert_eq!((found, asked.len()), (Err(ErrorKind::InvalidInput), 5));
    }

    #[test]
    fn an_address_that_is_no_short_link_is_not_asked_for() {
        let (found, asked) = run("https://www.aliexpress.us/item/3256800924907581.html", &[]);
        assert_eq!((found.as_deref(), asked.len()), (Ok("1005001111222333"), 0));
        assert_eq!(run("https://example.org/", &[]).1.len(), 0);
    }
}
