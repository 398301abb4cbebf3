//! What a supplier implements: one trait per interface of the contract.

use crate::{
    Account, Call, Context, Grant, Hit, Page, Parcel, Parsed, Product, ProductRef, ProductRequest, Query,
    Quote, Result, ShippingQuote, ShopProduct, UrlMatch, bindings, fit,
};

/// The part that every supplier has: an address in, a product out.
///
/// The functions have no `self`: each call runs in an instance of its own, so there
/// is nothing to keep.
pub trait Supplier {
    /// What an address means, by its text alone: the host denies the network while
    /// this runs.
    ///
    /// # Errors
    /// `invalid-input` when the address is this supplier's but holds no product,
    /// `unsupported` when it belongs to somebody else.
    fn parse_url(url: &str) -> Result<UrlMatch>;

    /// The product behind an address that [`Supplier::parse_url`] called indirect.
    ///
    /// # Errors
    /// `invalid-input` when it leads to no product; failures of the requests.
    fn resolve_url(call: &Call, url: &str) -> Result<ProductRef>;

    /// The product with its variants, prices and images. What is longer than the
    /// contract takes is cut on the way out; see [`fit`].
    ///
    /// # Errors
    /// `not-found`, `unavailable-item`; failures of the requests.
    fn get_product(call: &Call, request: ProductRequest) -> Result<Product>;

    /// Whether the connected account works. A supplier without accounts answers at
    /// once.
    ///
    /// # Errors
    /// `auth-required` for bad credentials; failures of the requests.
    fn check(call: &Call) -> Result<Account>;
}

/// Search by words (feature `search`).
pub trait Search: Supplier {
    /// One page of hits.
    ///
    /// # Errors
    /// Failures of the requests. No hits is an empty page.
    fn find(call: &Call, query: Query) -> Result<Page>;
}

/// Prices of many products at once (feature `pricing`).
pub trait Pricing: Supplier {
    /// One result per reference, in the same order. A product that cannot be priced
    /// is a failure in its place, never one of the whole batch.
    ///
    /// # Errors
    /// What concerns all of them: the account, the network.
    fn get_prices(call: &Call, refs: Vec<ProductRef>) -> Result<Vec<Result<Quote>>>;
}

/// What delivery costs (feature `freight`).
pub trait Freight: Supplier {
    /// The ways a parcel can go, cheapest first when the supplier tells.
    ///
    /// # Errors
    /// `unavailable-item` when nothing goes to the country.
    fn get_quotes(call: &Call, parcel: Parcel) -> Result<Vec<ShippingQuote>>;
}

/// Reading what a merchant supplies (feature `feed`). The host denies the network
/// while these functions run.
pub trait Feed: Supplier {
    /// Reads a file. A bad row never loses a good one: it becomes a
    /// [`Problem`](crate::Problem) beside the items.
    ///
    /// # Errors
    /// `invalid-input` when nothing of it can be read.
    fn parse(call: &Call, content_type: &str, body: Vec<u8>) -> Result<Parsed>;

    /// Takes over products that stand in a connected shop.
    ///
    /// # Errors
    /// `unsupported` when the supplier's products cannot come from a shop.
    fn adopt(call: &Call, products: Vec<ShopProduct>) -> Result<Parsed>;
}

/// Consent in the remote side's own pages (feature `authorization`).
pub trait Authorization {
    /// Where to send the merchant's browser. Credentials marked `public` in the
    /// manifest may stand in it as placeholders.
    ///
    /// # Errors
    /// `invalid-input` when a setting that it needs is missing.
    fn consent_url(call: &Call, redirect_uri: &str, state: &str) -> Result<String>;

    /// Trades the code, the credential `authorization_code`, for tokens. The host
    /// takes the tokens out of the answer by the manifest's captures.
    ///
    /// # Errors
    /// `auth-required` when the code is used up or too old.
    fn exchange_code(call: &Call, redirect_uri: &str) -> Result<Grant>;
}

/// Renewal of a token that the host holds (feature `token-renewal`).
pub trait TokenRenewal {
    /// Asks for a new token; the host captures it. It never runs twice at a time
    /// for one account.
    ///
    /// # Errors
    /// `auth-required` when the merchant has to consent again.
    fn renew(call: &Call) -> Result<()>;
}

impl<T: Supplier> bindings::catalog::Guest for T {
    fn parse_url(url: String) -> Result<UrlMatch> {
        <T as Supplier>::parse_url(&url)
    }
    fn resolve_url(context: Context, url: String) -> Result<ProductRef> {
        <T as Supplier>::resolve_url(&Call::from_host(context), &url)
    }
    fn get_product(context: Context, request: ProductRequest) -> Result<Product> {
        fit::product(<T as Supplier>::get_product(&Call::from_host(context), request)?)
    }
}

impl<T: Search> bindings::search::Guest for T {
    fn find(context: Context, query: Query) -> Result<Page> {
        <T as Search>::find(&Call::from_host(context), query).map(fit::page)
    }
}

impl<T: Pricing> bindings::pricing::Guest for T {
    fn get_prices(context: Context, refs: Vec<ProductRef>) -> Result<Vec<Result<Quote>>> {
        let quotes = <T as Pricing>::get_prices(&Call::from_host(context), refs)?;
        Ok(quotes.into_iter().map(|quote| quote.and_then(fit::quote)).collect())
    }
}

impl<T: Freight> bindings::freight::Guest for T {
    fn get_quotes(context: Context, parcel: Parcel) -> Result<Vec<ShippingQuote>> {
        let quotes = <T as Freight>::get_quotes(&Call::from_host(context), parcel)?;
        Ok(quotes.into_iter().take(fit::ENTRIES).map(fit::shipping_quote).collect())
    }
}

impl<T: Feed> bindings::feed::Guest for T {
    fn parse(context: Context, content_type: String, body: Vec<u8>) -> Result<Parsed> {
        <T as Feed>::parse(&Call::from_host(context), &content_type, body)
    }
    fn adopt(context: Context, products: Vec<ShopProduct>) -> Result<Parsed> {
        <T as Feed>::adopt(&Call::from_host(context), products)
    }
}

impl<T: Authorization> bindings::authorization::Guest for T {
    fn consent_url(context: Context, redirect_uri: String, state: String) -> Result<String> {
        <T as Authorization>::consent_url(&Call::from_host(context), &redirect_uri, &state)
    }
    fn exchange_code(context: Context, redirect_uri: String) -> Result<Grant> {
        <T as Authorization>::exchange_code(&Call::from_host(context), &redirect_uri)
    }
}

impl<T: TokenRenewal> bindings::token_renewal::Guest for T {
    fn renew(context: Context) -> Result<()> {
        <T as TokenRenewal>::renew(&Call::from_host(context))
    }
}

impl Hit {
    /// A hit with nothing but what every hit has.
    pub fn new(reference: ProductRef, title: impl Into<String>) -> Self {
        Hit {
            ref_: reference,
            title: title.into(),
            price: None,
            images: Vec::new(),
            supplier_name: None,
            rating: None,
            order_count: None,
            shipping_cost: None,
            shipping_days: None,
            extra: Vec::new(),
        }
    }
}
