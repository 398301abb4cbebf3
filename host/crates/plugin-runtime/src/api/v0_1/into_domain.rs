//! From the contract's types to the domain's, every field checked.

use std::collections::HashSet;

use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::listing::{ListingStatus, ProductState, RemoteProduct, RemoteVariant, VariantState};
use sourcepilot_domain::product::{
    AccountInfo, Attribute, Availability, Product, ProductRef, Quote, ShippingQuote, UrlMatch, Variant,
    VariantPrice,
};
use sourcepilot_domain::{Effect, ErrorKind, Failure, Money};

use super::bindings::exports::sourcepilot::plugin::{
    authorization, catalog, connection, listings, pricing, upkeep,
};
use super::bindings::sourcepilot::plugin::types;
use crate::check::{self, At, Checked};

/// An answer or a failure of the plugin's own.
pub(super) fn reply<T, U>(
    answer: Result<T, types::Failure>,
    check: impl FnOnce(T) -> Checked<U>,
) -> Result<U, Failure> {
    Ok(check(answer.map_err(failure)?)?)
}

/// One result per question, in the same order.
pub(super) fn in_order<T, U>(
    answers: Vec<Result<T, types::Failure>>,
    asked: usize,
    name: &str,
    check: impl Fn(&At<'_>, T) -> Checked<U>,
) -> Checked<Vec<Result<U, Failure>>> {
    let at = At::Root(name);
    if answers.len() != asked {
        return Err(at.lie(format_args!("has {} entries for {asked} questions", answers.len())));
    }
    let one = |(index, answer): (usize, Result<T, types::Failure>)| match answer {
        Ok(answer) => check(&at.index(index), answer).map_err(Failure::from),
        Err(reported) => Err(failure(reported)),
    };
    Ok(answers.into_iter().enumerate().map(one).collect())
}

fn failure(failure: types::Failure) -> Failure {
    let types::Failure { kind, effect, message, code, retry_after_ms, details } = failure;
    let kind = match kind {
        types::ErrorKind::InvalidInput => ErrorKind::InvalidInput,
        types::ErrorKind::Unsupported => ErrorKind::Unsupported,
        types::ErrorKind::NotFound => ErrorKind::NotFound,
        types::ErrorKind::UnavailableItem => ErrorKind::UnavailableItem,
        types::ErrorKind::AuthRequired => ErrorKind::AuthRequired,
        types::ErrorKind::Forbidden => ErrorKind::Forbidden,
        types::ErrorKind::RateLimited => ErrorKind::RateLimited,
        types::ErrorKind::QuotaExhausted => ErrorKind::QuotaExhausted,
        types::ErrorKind::Unavailable => ErrorKind::Unavailable,
        types::ErrorKind::Timeout => ErrorKind::Timeout,
        types::ErrorKind::Conflict => ErrorKind::Conflict,
        types::ErrorKind::UpstreamChanged => ErrorKind::UpstreamChanged,
        types::ErrorKind::Internal => ErrorKind::Internal,
    };
    let effect = match effect {
        types::Effect::None => Effect::None,
        types::Effect::Unknown => Effect::Unknown,
        types::Effect::Applied => Effect::Applied,
    };
    let details = details.into_iter().map(|detail| (detail.name, detail.value)).collect();
    check::failure(kind, effect, &message, code, retry_after_ms, details)
}

pub(super) fn attributes(at: &At<'_>, list: Vec<types::Attribute>, most: usize) -> Checked<Vec<Attribute>> {
    check::each(at, list, most, |at, types::Attribute { name, value }| check::attribute(at, name, &value))
}

pub(super) fn money(at: &At<'_>, money: &types::Money) -> Checked<Money> {
    check::money(at, &money.amount, &money.currency)
}

pub(super) fn optional_money(at: &At<'_>, value: Option<&types::Money>) -> Checked<Option<Money>> {
    value.map(|value| money(at, value)).transpose()
}

pub(super) fn product_ref(at: &At<'_>, reference: types::ProductRef) -> Checked<ProductRef> {
    let types::ProductRef { id, url, variant } = reference;
    Ok(ProductRef {
        id: check::id(&at.field("id"), id)?,
        url: check::optional_address(&at.field("url"), url)?,
        variant: variant.map(|variant| check::id(&at.field("variant"), variant)).transpose()?,
    })
}

pub(super) fn url_match(answer: catalog::UrlMatch) -> Checked<UrlMatch> {
    let at = At::Root("match");
    Ok(match answer {
        catalog::UrlMatch::Product(reference) => UrlMatch::Product(product_ref(&at, reference)?),
        catalog::UrlMatch::Indirect(url) => UrlMatch::Indirect(check::address(&at, &url)?),
    })
}

pub(super) fn product(product: catalog::Product) -> Checked<Product> {
    let catalog::Product {
        ref_,
        title,
        description_html,
        price,
        list_price,
        availability,
        images,
        variants,
        categories,
        supplier_name,
        rating,
        rating_count,
        order_count,
        shipping,
        extra,
    } = product;
    let at = At::Root("product");
    let price = money(&at.field("price"), &price)?;
    Ok(Product {
        reference: product_ref(&at.field("ref"), ref_)?,
        title: check::required(&at.field("title"), title, check::TITLE)?,
        description_html: check::prose(&at.field("description-html"), description_html)?,
        list_price: optional_money(&at.field("list-price"), list_price.as_ref())?,
        availability: self::availability(availability),
        images: self::images(&at.field("images"), images)?,
        variants: self::variants(&at.field("variants"), variants, &price)?,
        categories: check::lines(&at.field("categories"), categories, check::ENTRIES, check::NAME)?,
        supplier_name: check::optional(&at.field("supplier-name"), supplier_name, check::NAME)?,
        rating: check::rating(&at.field("rating"), rating)?,
        rating_count,
        order_count,
        shipping: shipping.map(|quote| shipping_quote(&at.field("shipping"), quote)).transpose()?,
        extra: attributes(&at.field("extra"), extra, check::ENTRIES)?,
        price,
    })
}

pub(super) fn images(at: &At<'_>, list: Vec<String>) -> Checked<Vec<String>> {
    check::each(at, list, check::IMAGES, |at, image| check::address(at, &image))
}

fn availability(availability: catalog::Availability) -> Availability {
    match availability {
        catalog::Availability::Available => Availability::Available,
        catalog::Availability::SoldOut => Availability::SoldOut,
        catalog::Availability::UnavailableInCountry => Availability::UnavailableInCountry,
        catalog::Availability::Discontinued => Availability::Discontinued,
        catalog::Availability::Unknown => Availability::Unknown,
    }
}

fn variants(at: &At<'_>, list: Vec<catalog::Variant>, price: &Money) -> Checked<Vec<Variant>> {
    if list.is_empty() {
        return Err(at.lie("is empty; a product has at least one"));
    }
    let variants = check::each(at, list, check::VARIANTS, variant)?;
    let mut seen = HashSet::with_capacity(variants.len());
    for (index, variant) in variants.iter().enumerate() {
        let at = at.index(index);
        if !seen.insert(variant.id.as_str()) {
            return Err(at.field("id").lie("occurs twice"));
        }
        if variant.price.currency != price.currency {
            let (is, wanted) = (variant.price.currency, price.currency);
            return Err(at
                .field("price")
                .lie(format_args!("is in {is}, but the product's price is in {wanted}")));
        }
    }
    Ok(variants)
}

fn variant(at: &At<'_>, variant: catalog::Variant) -> Checked<Variant> {
    let catalog::Variant {
        id,
        sku,
        title,
        options,
        price,
        list_price,
        stock,
        image,
        weight_grams,
        barcode,
        extra,
    } = variant;
    let options = attributes(&at.field("options"), options, check::CHOICES)?;
    check::choices(&at.field("options"), &options)?;
    Ok(Variant {
        id: check::id(&at.field("id"), id)?,
        sku: check::optional(&at.field("sku"), sku, check::ID)?,
        title: check::line(&at.field("title"), title, check::TITLE)?,
        options,
        price: money(&at.field("price"), &price)?,
        list_price: optional_money(&at.field("list-price"), list_price.as_ref())?,
        stock,
        image: check::optional_address(&at.field("image"), image)?,
        weight_grams,
        barcode: check::optional(&at.field("barcode"), barcode, check::ID)?,
        extra: attributes(&at.field("extra"), extra, check::ENTRIES)?,
    })
}

pub(super) fn shipping_quotes(quotes: Vec<types::ShippingQuote>) -> Checked<Vec<ShippingQuote>> {
    check::each(&At::Root("quotes"), quotes, check::ENTRIES, shipping_quote)
}

fn shipping_quote(at: &At<'_>, quote: types::ShippingQuote) -> Checked<ShippingQuote> {
    let types::ShippingQuote { service, label, cost, min_days, max_days, ships_from, tracked, extra: _ } =
        quote;
    let days = |name: &str, days: Option<u32>| match days {
        Some(days) if days > 3650 => Err(at.field(name).lie("is more than ten years")),
        days => Ok(days),
    };
    Ok(ShippingQuote {
        service: check::line(&at.field("service"), service, check::NAME)?,
        label: check::line(&at.field("label"), label, check::NAME)?,
        cost: optional_money(&at.field("cost"), cost.as_ref())?,
        min_days: days("min-days", min_days)?,
        max_days: days("max-days", max_days)?,
        ships_from: check::optional(&at.field("ships-from"), ships_from, check::NAME)?,
        tracked,
    })
}

pub(super) fn quote(at: &At<'_>, quote: pricing::Quote) -> Checked<Quote> {
    let pricing::Quote { price, in_stock, variants, extra: _ } = quote;
    let one = |at: &At<'_>, variant: pricing::VariantPrice| {
        let pricing::VariantPrice { id, price, stock } = variant;
        Ok(VariantPrice {
            id: check::id(&at.field("id"), id)?,
            price: money(&at.field("price"), &price)?,
            stock,
        })
    };
    Ok(Quote {
        price: money(&at.field("price"), &price)?,
        in_stock,
        variants: check::each(&at.field("variants"), variants, check::VARIANTS, one)?,
    })
}

pub(super) fn account(account: connection::Account) -> Checked<AccountInfo> {
    let connection::Account { id, label, currency, canonical_url, scopes, warnings, extra } = account;
    let at = At::Root("account");
    Ok(AccountInfo {
        id: check::id(&at.field("id"), id)?,
        label: check::line(&at.field("label"), label, check::NAME)?,
        currency: currency.map(|code| check::currency(&at.field("currency"), &code)).transpose()?,
        canonical_url: check::optional_address(&at.field("canonical-url"), canonical_url)?,
        scopes: check::lines(&at.field("scopes"), scopes, check::ENTRIES, check::NAME)?,
        warnings: check::lines(&at.field("warnings"), warnings, check::ENTRIES, check::TITLE)?,
        extra: attributes(&at.field("extra"), extra, check::ENTRIES)?,
    })
}

pub(super) fn grant(grant: authorization::Grant) -> Checked<GrantInfo> {
    let authorization::Grant { account_id, account_label, scopes } = grant;
    let at = At::Root("grant");
    Ok(GrantInfo {
        account_id: account_id.map(|id| check::id(&at.field("account-id"), id)).transpose()?,
        account_label: check::optional(&at.field("account-label"), account_label, check::NAME)?,
        scopes: check::lines(&at.field("scopes"), scopes, check::ENTRIES, check::NAME)?,
    })
}

pub(super) fn remote_product(product: listings::RemoteProduct) -> Checked<RemoteProduct> {
    let listings::RemoteProduct { id, url, admin_url, variants, warnings, extra } = product;
    let at = At::Root("product");
    let one = |at: &At<'_>, variant: listings::RemoteVariant| {
        let listings::RemoteVariant { key, id } = variant;
        Ok(RemoteVariant { key: check::id(&at.field("key"), key)?, id: check::id(&at.field("id"), id)? })
    };
    Ok(RemoteProduct {
        id: check::id(&at.field("id"), id)?,
        url: check::optional_address(&at.field("url"), url)?,
        admin_url: check::optional_address(&at.field("admin-url"), admin_url)?,
        variants: check::each(&at.field("variants"), variants, check::VARIANTS, one)?,
        warnings: check::lines(&at.field("warnings"), warnings, check::ENTRIES, check::TITLE)?,
        extra: attributes(&at.field("extra"), extra, check::ENTRIES)?,
    })
}

pub(super) fn product_state(state: upkeep::ProductState) -> Checked<ProductState> {
    let upkeep::ProductState { id, status, title, url, variants, extra: _ } = state;
    let at = At::Root("product");
    Ok(ProductState {
        id: check::id(&at.field("id"), id)?,
        status: match status {
            listings::Status::Draft => ListingStatus::Draft,
            listings::Status::Active => ListingStatus::Active,
        },
        title: check::line(&at.field("title"), title, check::TITLE)?,
        url: check::optional_address(&at.field("url"), url)?,
        variants: check::each(&at.field("variants"), variants, check::VARIANTS, variant_state)?,
    })
}

pub(super) fn variant_state(at: &At<'_>, state: upkeep::VariantState) -> Checked<VariantState> {
    let upkeep::VariantState { id, key, price, compare_at, stock } = state;
    Ok(VariantState {
        id: check::id(&at.field("id"), id)?,
        key: check::optional(&at.field("key"), key, check::ID)?,
        price: optional_money(&at.field("price"), price.as_ref())?,
        compare_at: optional_money(&at.field("compare-at"), compare_at.as_ref())?,
        stock,
    })
}
