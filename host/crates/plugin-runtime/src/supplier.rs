//! A supplier's functions, as the host calls them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use sourcepilot_domain::catalogue::{Feed, MOST_ADOPTED, ShopProduct};
use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::product::{
    AccountInfo, Parcel, Product, ProductRef, Quote, SearchPage, SearchQuery, ShippingQuote, UrlMatch,
};
use sourcepilot_domain::{ErrorKind, Failure};

use crate::api::SupplierApi;
use crate::call::{Call, Outcome};
use crate::consent;
use crate::plugin::Plugin;
use crate::run::{Network, run, run_large};

/// Reading an address is pure; it gets no longer than this.
const PARSE: Duration = Duration::from_secs(2);
/// Longer addresses are no product's.
const LONGEST_URL: usize = 8 * 1024;

/// A loaded supplier. Cheap to clone.
#[derive(Clone)]
pub struct Supplier {
    plugin: Arc<Plugin>,
    api: Arc<dyn SupplierApi>,
}

impl Supplier {
    pub(crate) fn new(plugin: Arc<Plugin>, api: Arc<dyn SupplierApi>) -> Self {
        Supplier { plugin, api }
    }

    /// The plugin it belongs to.
    #[must_use]
    pub fn plugin(&self) -> &Arc<Plugin> {
        &self.plugin
    }

    /// What an address is. The plugin has no network meanwhile.
    ///
    /// # Errors
    /// `InvalidInput` when it holds no product, `Unsupported` when it belongs to
    /// somebody else, and the failures of every call.
    pub async fn parse_url(&self, url: &str) -> Result<UrlMatch, Failure> {
        if url.len() > LONGEST_URL {
            return Err(Failure::new(
                ErrorKind::InvalidInput,
                "the address is too long to be one of a product",
            ));
        }
        let (api, url) = (Arc::clone(&self.api), url.to_owned());
        let call = Call { deadline: PARSE, ..Call::new("parse-url", DateTime::UNIX_EPOCH) };
        run(&self.plugin, Network::Denied, call, move |at, _| {
            Box::pin(async move { api.parse_url(at, &url).await })
        })
        .await
        .result
    }

    /// Follow a short link.
    pub async fn resolve_url(&self, call: Call, url: &str) -> Outcome<ProductRef> {
        let (api, url) = (Arc::clone(&self.api), url.to_owned());
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.resolve_url(at, context, &url).await })
        })
        .await
    }

    /// Fetch a product. `entry` is what the merchant typed in for it.
    pub async fn get_product(
        &self,
        call: Call,
        reference: ProductRef,
        entry: Option<serde_json::Value>,
    ) -> Outcome<Product> {
        let api = Arc::clone(&self.api);
        let entry = entry.map(|entry| entry.to_string());
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.get_product(at, context, &reference, entry.as_deref()).await })
        })
        .await
    }

    /// Search by words.
    pub async fn find(&self, call: Call, query: SearchQuery) -> Outcome<SearchPage> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.find(at, context, &query).await })
        })
        .await
    }

    /// Prices of up to `max_price_batch` products, one result for each.
    pub async fn get_prices(
        &self,
        call: Call,
        references: Vec<ProductRef>,
    ) -> Outcome<Vec<Result<Quote, Failure>>> {
        let most =
            self.plugin.manifest().supplier.as_ref().map_or(1, |supplier| supplier.max_price_batch as usize);
        if references.len() > most {
            return Outcome::refused(Failure::new(
                ErrorKind::InvalidInput,
                format!(
                    "{} prices were asked for at once; {} gives {most}",
                    references.len(),
                    self.plugin.manifest().name
                ),
            ));
        }
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.get_prices(at, context, &references).await })
        })
        .await
    }

    /// Read a merchant's file. The plugin has no network meanwhile.
    pub async fn parse_feed(&self, call: Call, content_type: String, body: Bytes) -> Outcome<Feed> {
        let api = Arc::clone(&self.api);
        run_large(&self.plugin, call, move |at, context| {
            Box::pin(async move { api.parse_feed(at, context, &content_type, &body).await })
        })
        .await
    }

    /// Take over products that stand in a shop, at most [`MOST_ADOPTED`] at once. The
    /// plugin has no network meanwhile.
    pub async fn adopt(&self, call: Call, products: Vec<ShopProduct>) -> Outcome<Feed> {
        if products.len() > MOST_ADOPTED {
            let refusal = format!("at most {MOST_ADOPTED} products can be taken over at once");
            return Outcome::refused(Failure::new(ErrorKind::InvalidInput, refusal));
        }
        let api = Arc::clone(&self.api);
        run_large(&self.plugin, call, move |at, context| {
            Box::pin(async move { api.adopt(at, context, &products).await })
        })
        .await
    }

    /// What delivery costs.
    pub async fn get_quotes(&self, call: Call, parcel: Parcel) -> Outcome<Vec<ShippingQuote>> {
        let api = Arc::clone(&self.api);
        run(&self.plugin, Network::Granted, call, move |at, context| {
            Box::pin(async move { api.get_quotes(at, context, &parcel).await })
        })
        .await
    }
}

/// The functions around the account behind a connection.
macro_rules! account_functions {
    ($kind:ty) => {
        impl $kind {
            /// Whether the connected account or shop works.
            pub async fn check(&self, call: Call) -> Outcome<AccountInfo> {
                let api = Arc::clone(&self.api);
                run(&self.plugin, Network::Granted, call, move |at, context| {
                    Box::pin(async move { api.check(at, context).await })
                })
                .await
            }

            /// The page to send the merchant's browser to, complete.
            pub async fn consent_url(&self, call: Call, redirect_uri: &str, state: &str) -> Outcome<String> {
                let filling = consent::Filling::of(&self.plugin, &call);
                let api = Arc::clone(&self.api);
                let (redirect_uri, state) = (redirect_uri.to_owned(), state.to_owned());
                run(&self.plugin, Network::Granted, call, move |at, context| {
                    Box::pin(async move { api.consent_url(at, context, &redirect_uri, &state).await })
                })
                .await
                .and_then(|url| filling.fill(&url))
            }

            /// Trade the credential `authorization_code` for tokens, which come
            /// back under `captured`.
            pub async fn exchange_code(&self, call: Call, redirect_uri: &str) -> Outcome<GrantInfo> {
                let api = Arc::clone(&self.api);
                let redirect_uri = redirect_uri.to_owned();
                run(&self.plugin, Network::Granted, call, move |at, context| {
                    Box::pin(async move { api.exchange_code(at, context, &redirect_uri).await })
                })
                .await
            }

            /// Renew the tokens, which come back under `captured`.
            pub async fn renew(&self, call: Call) -> Outcome<()> {
                let api = Arc::clone(&self.api);
                run(&self.plugin, Network::Granted, call, move |at, context| {
                    Box::pin(async move { api.renew(at, context).await })
                })
                .await
            }
        }

        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($kind)).field(&self.plugin).finish()
            }
        }
    };
}

pub(crate) use account_functions;

account_functions!(Supplier);
