//! What a shop's plugin read in its shop.

use sourcepilot_domain::catalogue::{ShopPage, ShopProduct, ShopVariant};
use sourcepilot_domain::listing::ListingStatus;

use super::bindings::exports::sourcepilot::plugin::browse;
use super::bindings::sourcepilot::plugin::types;
use super::into_domain::{attributes, images, optional_money};
use crate::check::{self, At, Checked};

/// One page of products.
pub(super) fn page(page: browse::ProductPage) -> Checked<ShopPage> {
    let browse::ProductPage { products, next_cursor } = page;
    Ok(ShopPage {
        products: check::each(&At::Root("products"), products, check::ENTRIES, product)?,
        next_cursor: next_cursor.map(|cursor| check::cursor(&At::Root("next-cursor"), cursor)).transpose()?,
    })
}

fn product(at: &At<'_>, product: types::ShopProduct) -> Checked<ShopProduct> {
    let types::ShopProduct {
        id,
        title,
        description_html,
        status,
        url,
        vendor,
        tags,
        collections,
        images: pictures,
        variants,
        extra,
    } = product;
    let variants_at = at.field("variants");
    if variants.is_empty() {
        return Err(variants_at.lie("is empty; a product has at least one"));
    }
    Ok(ShopProduct {
        id: check::id(&at.field("id"), id)?,
        title: check::line(&at.field("title"), title, check::TITLE)?,
        description_html: check::prose(&at.field("description-html"), description_html)?,
        status: match status {
            types::Status::Draft => ListingStatus::Draft,
            types::Status::Active => ListingStatus::Active,
        },
        url: check::optional_address(&at.field("url"), url)?,
        vendor: check::optional(&at.field("vendor"), vendor, check::NAME)?,
        tags: check::lines(&at.field("tags"), tags, check::ENTRIES * 2, check::NAME)?,
        collections: check::lines(&at.field("collections"), collections, check::ENTRIES, check::NAME)?,
        images: images(&at.field("images"), pictures)?,
        variants: check::each(&variants_at, variants, check::VARIANTS, variant)?,
        extra: attributes(&at.field("extra"), extra, check::ENTRIES)?,
    })
}

fn variant(at: &At<'_>, variant: types::ShopVariant) -> Checked<ShopVariant> {
    let types::ShopVariant {
        id,
        sku,
        title,
        options,
        price,
        compare_at,
        cost,
        stock,
        image,
        weight_grams,
        barcode,
    } = variant;
    Ok(ShopVariant {
        id: check::id(&at.field("id"), id)?,
        sku: check::optional(&at.field("sku"), sku, check::ID)?,
        title: check::line(&at.field("title"), title, check::TITLE)?,
        options: attributes(&at.field("options"), options, check::CHOICES)?,
        price: optional_money(&at.field("price"), price.as_ref())?,
        compare_at: optional_money(&at.field("compare-at"), compare_at.as_ref())?,
        cost: optional_money(&at.field("cost"), cost.as_ref())?,
        stock,
        image: check::optional_address(&at.field("image"), image)?,
        weight_grams,
        barcode: check::optional(&at.field("barcode"), barcode, check::ID)?,
    })
}
