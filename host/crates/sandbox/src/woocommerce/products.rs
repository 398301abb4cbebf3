//! Reading, creating, changing and removing products and variations.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Shop;
use super::error::ApiError;
use super::model::{Books, Product, VARIATION};
use super::{media, schema, values, write};
use crate::world::World;

/// Where a product is created: among the products, or below one as a variation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Top,
    Below(u64),
}

impl Place {
    fn what(self) -> &'static str {
        match self {
            Place::Top => "product",
            Place::Below(_) => "product_variation",
        }
    }

    fn fields(self) -> &'static [schema::Field] {
        match self {
            Place::Top => schema::PRODUCT,
            Place::Below(_) => schema::VARIATION,
        }
    }

    fn holds(self, product: &Product) -> bool {
        match self {
            Place::Top => !product.is_variation(),
            Place::Below(parent) => product.is_variation() && product.parent == parent,
        }
    }
}

/// Refuses variations of products that do not exist.
pub(super) fn check_place(books: &Books, place: Place) -> Result<(), ApiError> {
    match place {
        Place::Below(parent) if books.products.get(&parent).is_none_or(Product::is_variation) => {
            Err(ApiError::invalid_id("product"))
        }
        _ => Ok(()),
    }
}

/// The product with this id.
pub(super) fn find(books: &Books, place: Place, id: u64) -> Result<&Product, ApiError> {
    check_place(books, place)?;
    let found = books.products.get(&id).filter(|product| place.holds(product));
    found.ok_or_else(|| ApiError::invalid_id(place.what()))
}

/// Creates one and shows it.
pub(super) async fn create(
    world: &World,
    shop: &Arc<Shop>,
    place: Place,
    input: &Map<String, Value>,
) -> Result<Value, ApiError> {
    if input.get("id").and_then(schema::integer).is_some_and(|id| id > 0) {
        let code = format!("woocommerce_rest_{}_exists", place.what());
        return Err(ApiError::new(400, &code, format!("Cannot create existing {}.", place.what())));
    }
    schema::check(place.fields(), input)?;
    let sku = sku_of(input);
    {
        let books = shop.books();
        check_place(&books, place)?;
        check_unique(&books, 0, sku.as_deref(), input)?;
    }
    // Everything below takes time during which the SKU is not taken yet.
    let pictures = fetch_pictures(world, shop, place, input).await?;
    work(shop).await;

    let now = world.clock.now();
    let mut books = shop.books();
    if let Some(sku) = sku.as_deref().filter(|_| !shop.config.races.racy_sku_check)
        && holder(&books, 0, sku).is_some()
    {
        return Err(not_created(place, sku));
    }
    let mut product = Product::new(books.id(), now);
    if let Place::Below(parent) = place {
        (product.kind, product.parent) = (VARIATION.to_owned(), parent);
    } else if input.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
        product.name = "Product".to_owned();
    }
    product.sku = sku.unwrap_or_default();
    product.images = pictures.unwrap_or_default();
    write::apply(&mut books, &mut product, input, now);
    let id = product.id;
    books.products.insert(id, product);
    shop.touched();
    Ok(shop.rendered(&books, &books.products[&id]))
}

/// Changes one and shows it.
pub(super) async fn update(
    world: &World,
    shop: &Arc<Shop>,
    place: Place,
    id: u64,
    input: &Map<String, Value>,
) -> Result<Value, ApiError> {
    let sku = sku_of(input);
    {
        let books = shop.books();
        find(&books, place, id)?;
        schema::check(place.fields(), input)?;
        check_unique(&books, id, sku.as_deref(), input)?;
    }
    let pictures = fetch_pictures(world, shop, place, input).await?;
    work(shop).await;

    let now = world.clock.now();
    let mut books = shop.books();
    let mut product = find(&books, place, id)?.clone();
    if let Some(sku) = sku {
        if !sku.is_empty() && holder(&books, id, &sku).is_some_and(Product::trashed) {
            return Err(duplicate_sku(&books, &sku, 0));
        }
        product.sku = sku;
    }
    if let Some(pictures) = pictures {
        product.images = pictures;
    }
    write::apply(&mut books, &mut product, input, now);
    books.products.insert(id, product);
    shop.touched();
    Ok(shop.rendered(&books, &books.products[&id]))
}

/// Puts one into the trash, or removes it for good with all that is below it.
pub(super) fn delete(shop: &Shop, place: Place, id: u64, force: bool) -> Result<Value, ApiError> {
    let mut books = shop.books();
    let product = find(&books, place, id)?;
    let before = shop.rendered(&books, product);
    // Variations have no trash.
    if force || product.is_variation() {
        let below: Vec<u64> = books.variations(id).map(|variation| variation.id).collect();
        for gone in below.into_iter().chain([id]) {
            books.products.remove(&gone);
        }
        shop.touched();
        return Ok(before);
    }
    if product.trashed() {
        return Err(ApiError::new(
            410,
            "woocommerce_rest_already_trashed",
            "The product has already been deleted.",
        ));
    }
    if let Some(product) = books.products.get_mut(&id) {
        product.status = "trash".to_owned();
    }
    shop.touched();
    Ok(shop.rendered(&books, &books.products[&id]))
}

fn sku_of(input: &Map<String, Value>) -> Option<String> {
    input.get("sku").and_then(Value::as_str).map(|sku| sku.trim().to_owned())
}

async fn fetch_pictures(
    world: &World,
    shop: &Shop,
    place: Place,
    input: &Map<String, Value>,
) -> Result<Option<Vec<u64>>, ApiError> {
    let items = match place {
        Place::Top => input.get("images").and_then(Value::as_array).cloned(),
        Place::Below(_) => {
            input.get("image").filter(|image| !image.is_null()).map(|image| vec![image.clone()])
        }
    };
    match items {
        Some(items) => media::fetch_all(world, shop, &items).await.map(Some),
        None => Ok(None),
    }
}

/// Saving takes its time, and others get their turn.
async fn work(shop: &Shop) {
    if shop.config.save_time.is_zero() {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(shop.config.save_time).await;
    }
}

/// Who has this SKU, in the trash or not.
fn holder<'a>(books: &'a Books, but: u64, sku: &str) -> Option<&'a Product> {
    let taken = |product: &&Product| product.id != but && values::same_sku(&product.sku, sku);
    (!sku.is_empty()).then(|| books.products.values().find(taken)).flatten()
}

/// The check at the beginning; it does not see the trash.
fn check_unique(
    books: &Books,
    id: u64,
    sku: Option<&str>,
    input: &Map<String, Value>,
) -> Result<(), ApiError> {
    if let Some(sku) = sku {
        let live = books.products.values().find(|product| {
            product.id != id && !sku.is_empty() && !product.trashed() && values::same_sku(&product.sku, sku)
        });
        if let Some(live) = live {
            return Err(duplicate_sku(books, sku, live.id));
        }
    }
    let gtin = input.get("global_unique_id").and_then(Value::as_str).unwrap_or_default();
    let same = books
        .products
        .values()
        .find(|product| product.id != id && !gtin.is_empty() && !product.trashed() && product.gtin() == gtin);
    match same {
        Some(other) => Err(ApiError::new(
            400,
            "product_invalid_global_unique_id",
            "Invalid or duplicated GTIN, UPC, EAN or ISBN.",
        )
        .with("resource_id", other.id)),
        None => Ok(()),
    }
}

fn duplicate_sku(books: &Books, sku: &str, resource_id: u64) -> ApiError {
    let free = (1..).map(|number| format!("{sku}-{number}")).find(|sku| holder(books, 0, sku).is_none());
    ApiError::new(400, "product_invalid_sku", "Invalid or duplicated SKU.")
        .with("resource_id", resource_id)
        .with("unique_sku", free.unwrap_or_default())
}

/// The lock at the end: lost to another creation, or to a product in the trash.
fn not_created(place: Place, sku: &str) -> ApiError {
    let message = format!(
        "The product with SKU ({sku}) you are trying to insert is already present in the lookup table"
    );
    ApiError::new(400, &format!("woocommerce_rest_{}_not_created", place.what()), message)
}
