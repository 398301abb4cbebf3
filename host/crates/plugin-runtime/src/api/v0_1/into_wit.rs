//! From the domain's types to the contract's.

use sourcepilot_domain::Money;
use sourcepilot_domain::catalogue::{ShopFilter, ShopProduct, ShopVariant};
use sourcepilot_domain::listing::{Listing, ListingStatus, ListingVariant, VariantChange};
use sourcepilot_domain::product::{Attribute, OptionAxis, Parcel, ProductRef, SearchQuery};

use super::bindings::exports::sourcepilot::plugin::{browse, catalog, freight, listings, search, upkeep};
use super::bindings::sourcepilot::plugin::types;
use crate::call::Context;

pub(super) fn context(context: &Context) -> types::Context {
    let Context { call_id, now_unix_ms, deadline_ms, locale, currency, country, base_url, settings, extra } =
        context;
    types::Context {
        call_id: call_id.clone(),
        now_unix_ms: *now_unix_ms,
        deadline_ms: *deadline_ms,
        locale: locale.clone(),
        currency: currency.to_string(),
        country: country.clone(),
        base_url: base_url.clone(),
        settings: settings.clone(),
        extra: attributes(extra),
    }
}

pub(super) fn product_ref(reference: &ProductRef) -> types::ProductRef {
    let ProductRef { id, url, variant } = reference.clone();
    types::ProductRef { id, url, variant }
}

pub(super) fn product_request(reference: &ProductRef, entry: Option<&str>) -> catalog::ProductRequest {
    catalog::ProductRequest { ref_: product_ref(reference), entry: entry.map(str::to_owned) }
}

pub(super) fn query(query: &SearchQuery) -> search::Query {
    let SearchQuery { text, page, page_size } = query.clone();
    search::Query { text, page, page_size }
}

pub(super) fn parcel(parcel: &Parcel) -> freight::Parcel {
    let Parcel { reference, variant, quantity } = parcel;
    freight::Parcel { ref_: product_ref(reference), variant: variant.clone(), quantity: *quantity }
}

fn money(money: &Money) -> types::Money {
    types::Money { amount: money.amount.to_string(), currency: money.currency.to_string() }
}

fn attribute(attribute: &Attribute) -> types::Attribute {
    let Attribute { name, value } = attribute.clone();
    types::Attribute { name, value }
}

fn attributes(attributes: &[Attribute]) -> Vec<types::Attribute> {
    attributes.iter().map(attribute).collect()
}

pub(super) fn status(status: ListingStatus) -> listings::Status {
    match status {
        ListingStatus::Draft => listings::Status::Draft,
        ListingStatus::Active => listings::Status::Active,
    }
}

pub(super) fn listing(listing: &Listing) -> listings::Listing {
    let Listing {
        title,
        description_html,
        status: wanted,
        options,
        variants,
        images,
        categories,
        tags,
        vendor,
        extra,
    } = listing;
    listings::Listing {
        title: title.clone(),
        description_html: description_html.clone(),
        status: status(*wanted),
        options: options.iter().map(axis).collect(),
        variants: variants.iter().map(listing_variant).collect(),
        images: images.clone(),
        categories: categories.clone(),
        tags: tags.clone(),
        vendor: vendor.clone(),
        extra: attributes(extra),
    }
}

fn axis(axis: &OptionAxis) -> types::OptionAxis {
    let OptionAxis { name, values } = axis.clone();
    types::OptionAxis { name, values }
}

fn listing_variant(variant: &ListingVariant) -> listings::ListingVariant {
    let ListingVariant { key, options, price, compare_at, cost, stock, image, weight_grams, barcode } =
        variant;
    listings::ListingVariant {
        key: key.clone(),
        options: attributes(options),
        price: money(price),
        compare_at: compare_at.as_ref().map(money),
        cost: cost.as_ref().map(money),
        stock: *stock,
        image: image.clone(),
        weight_grams: *weight_grams,
        barcode: barcode.clone(),
    }
}

pub(super) fn variant_change(change: &VariantChange) -> upkeep::VariantChange {
    let VariantChange { id, price, compare_at, stock } = change;
    upkeep::VariantChange {
        id: id.clone(),
        price: price.as_ref().map(money),
        compare_at: compare_at.as_ref().map(money),
        stock: *stock,
    }
}

pub(super) fn shop_filter(filter: &ShopFilter) -> browse::Filter {
    let ShopFilter { vendor, tag, collection, cursor, page_size } = filter.clone();
    browse::Filter { vendor, tag, collection, cursor, page_size }
}

pub(super) fn shop_product(product: &ShopProduct) -> types::ShopProduct {
    let ShopProduct {
        id,
        title,
        description_html,
        status: shown,
        url,
        vendor,
        tags,
        collections,
        images,
        variants,
        extra,
    } = product;
    types::ShopProduct {
        id: id.clone(),
        title: title.clone(),
        description_html: description_html.clone(),
        status: status(*shown),
        url: url.clone(),
        vendor: vendor.clone(),
        tags: tags.clone(),
        collections: collections.clone(),
        images: images.clone(),
        variants: variants.iter().map(shop_variant).collect(),
        extra: attributes(extra),
    }
}

fn shop_variant(variant: &ShopVariant) -> types::ShopVariant {
    let ShopVariant { id, sku, title, options, price, compare_at, cost, stock, image, weight_grams, barcode } =
        variant;
    types::ShopVariant {
        id: id.clone(),
        sku: sku.clone(),
        title: title.clone(),
        options: attributes(options),
        price: price.as_ref().map(money),
        compare_at: compare_at.as_ref().map(money),
        cost: cost.as_ref().map(money),
        stock: *stock,
        image: image.clone(),
        weight_grams: *weight_grams,
        barcode: barcode.clone(),
    }
}
