//! Looking after products: read, change prices and stock, publish, remove.

use serde_json::{Map, Value, json};
use sourcepilot_sdk::{
    Attribute, Effect, ErrorKind, Failure, Money, ProductState, Status, VariantChange, VariantState,
};

use crate::body;
use crate::create::{CHUNK, list_variations, share, wrong_price};
use crate::facts;
use crate::plan::{Prices, read_prices};
use crate::session::Shop;
use crate::text::unescape;
use crate::trouble::Trouble;
use crate::wire::{BatchAnswer, BatchItem, META_VARIANT_KEY, PRODUCT_FIELDS, Product, Variation};

/// What a change leaves behind, or why there is none.
type Changed = Result<VariantState, Failure>;

fn parse_id(id: &str) -> Result<u64, Failure> {
    id.parse::<u64>()
        .ok()
        .filter(|id| *id != 0)
        .ok_or_else(|| Failure::invalid_input(format!("“{id}” is no product number of WooCommerce.")))
}

fn gone() -> Failure {
    Failure::not_found("The product does not exist in the shop any more.")
}

/// A product that is neither deleted nor in the trash.
fn live(shop: &Shop<'_>, id: &str) -> Result<Product, Failure> {
    let id = parse_id(id)?;
    let product: Product = shop
        .get(&format!("products/{id}"), &[("_fields", PRODUCT_FIELDS)])
        .map_err(|trouble| shop.read_failure(trouble))?;
    match product.status.as_str() {
        _ if product.id != id => Err(Failure::upstream_changed("The shop answered another product.")),
        "trash" => {
            Err(Failure::not_found("The product lies in the trash of the shop.").with_code("in-trash"))
        }
        _ => Ok(product),
    }
}

/// How the product is now.
///
/// # Errors
/// `not-found` when it is gone or in the trash.
pub(crate) fn read(shop: &Shop<'_>, id: &str) -> Result<ProductState, Failure> {
    let product = live(shop, id)?;
    let currency = facts::currency(shop)?;
    let variants = if product.is_variable() {
        list_variations(shop, product.id)?.iter().map(|variation| state(variation, &currency)).collect()
    } else {
        vec![simple_state(&product, &currency)]
    };
    Ok(ProductState {
        id: product.id.to_string(),
        status: if product.status == "publish" { Status::Active } else { Status::Draft },
        title: unescape(&product.name),
        url: (!product.permalink.is_empty()).then_some(product.permalink),
        variants,
        extra: vec![Attribute { name: "x-woocommerce.status".to_owned(), value: product.status }],
    })
}

fn simple_state(product: &Product, currency: &str) -> VariantState {
    let variation = Variation {
        id: product.id,
        sku: product.meta(META_VARIANT_KEY).unwrap_or(&product.sku).to_owned(),
        regular_price: product.regular_price.clone(),
        sale_price: product.sale_price.clone(),
        manage_stock: product.manage_stock,
        stock_quantity: product.stock_quantity,
        ..Variation::default()
    };
    state(&variation, currency)
}

fn state(variation: &Variation, currency: &str) -> VariantState {
    let money = |amount: &str| {
        (!amount.is_empty()).then(|| Money { amount: amount.to_owned(), currency: currency.to_owned() })
    };
    let (price, compare_at) = match (money(&variation.regular_price), money(&variation.sale_price)) {
        (regular, Some(sale)) => (Some(sale), regular),
        (regular, None) => (regular, None),
    };
    let stock = variation.stock_quantity.filter(|_| variation.manage_stock);
    VariantState {
        id: variation.id.to_string(),
        key: (!variation.sku.is_empty()).then(|| variation.sku.clone()),
        price,
        compare_at,
        stock: stock.map(|count| u32::try_from(count.max(0)).unwrap_or(u32::MAX)),
    }
}

/// A change that makes sense, ready to be sent.
struct Ready {
    id: u64,
    body: Map<String, Value>,
    prices: Option<Prices>,
}

/// Change prices and stock; one result per change, in the same order.
///
/// # Errors
/// When nothing was changed at all.
pub(crate) fn change_variants(
    shop: &Shop<'_>,
    product_id: &str,
    changes: &[VariantChange],
) -> Result<Vec<Changed>, Failure> {
    let product = live(shop, product_id)?;
    let currency = facts::currency(shop)?;
    let decimals = facts::decimals(shop)?;
    let ready: Vec<Result<Ready, Failure>> =
        changes.iter().map(|change| prepare(change, &product, &currency, decimals)).collect();
    let mut results: Vec<Option<Changed>> =
        ready.iter().map(|item| item.as_ref().err().map(|failure| Err(failure.clone()))).collect();
    let todo: Vec<(usize, &Ready)> =
        ready.iter().enumerate().filter_map(|(place, item)| Some((place, item.as_ref().ok()?))).collect();
    let mut written = false;
    for (done, chunk) in todo.chunks(CHUNK).enumerate() {
        shop.progress(share(5, 95, done * CHUNK, todo.len()), "Changing prices and stock");
        match send(shop, &product, chunk, &currency) {
            Ok(answers) => {
                written = true;
                for ((place, _), answer) in chunk.iter().zip(answers) {
                    results[*place] = Some(answer);
                }
            }
            Err(failure) if !written => return Err(failure),
            Err(failure) => {
                chunk.iter().for_each(|(place, _)| results[*place] = Some(Err(failure.clone())));
                break;
            }
        }
    }
    let not_reached = || {
        Failure::unavailable("An earlier change failed, so this one was not tried.").with_code("not-tried")
    };
    Ok(results.into_iter().map(|result| result.unwrap_or_else(|| Err(not_reached()))).collect())
}

fn prepare(
    change: &VariantChange,
    product: &Product,
    currency: &str,
    decimals: u32,
) -> Result<Ready, Failure> {
    let id = parse_id(&change.id)?;
    if !product.is_variable() && id != product.id {
        return Err(gone());
    }
    if product.is_variable() && id == product.id {
        return Err(Failure::invalid_input(
            "The product has variants; prices and stock belong to them, and the shop would ignore this.",
        ));
    }
    let mut item = Map::new();
    let mut prices = None;
    match (&change.price, &change.compare_at) {
        (Some(price), compare_at) => {
            let (amount, crossed) =
                read_prices(price, compare_at.as_ref(), "the variant").map_err(Failure::invalid_input)?;
            if !price.currency.eq_ignore_ascii_case(currency) {
                return Err(Failure::invalid_input(format!(
                    "The shop reckons in {currency}, but the price is in {}.",
                    price.currency
                ))
                .with_code("currency-mismatch"));
            }
            let both = Prices::new(amount, crossed, decimals);
            body::prices(&mut item, &both);
            prices = Some(both);
        }
        (None, Some(_)) => {
            return Err(Failure::invalid_input("A crossed-out price needs the price beside it."));
        }
        (None, None) => {}
    }
    if change.stock.is_some() {
        body::stock(&mut item, change.stock);
    }
    if item.is_empty() {
        return Err(Failure::invalid_input("The change has neither a price nor a stock."));
    }
    Ok(Ready { id, body: item, prices })
}

fn send(
    shop: &Shop<'_>,
    product: &Product,
    chunk: &[(usize, &Ready)],
    currency: &str,
) -> Result<Vec<Changed>, Failure> {
    shop.ensure_wanted()?;
    if !product.is_variable() {
        return chunk.iter().map(|(_, ready)| Ok(change_simple(shop, ready, currency))).collect();
    }
    let update: Vec<Value> = chunk
        .iter()
        .map(|(_, ready)| {
            let mut item = ready.body.clone();
            item.insert("id".to_owned(), json!(ready.id));
            Value::Object(item)
        })
        .collect();
    let path = format!("products/{}/variations/batch", product.id);
    let answer: BatchAnswer =
        shop.post(&path, &json!({ "update": update })).map_err(|trouble| shop.write_failure(trouble))?;
    if answer.update.len() != chunk.len() {
        return Err(Failure::upstream_changed(
            "The shop answered another number of variants than were sent.",
        )
        .effect(Effect::Unknown));
    }
    let answers = chunk.iter().zip(answer.update);
    Ok(answers.map(|((_, ready), item)| batch_result(ready, item, currency)).collect())
}

fn change_simple(shop: &Shop<'_>, ready: &Ready, currency: &str) -> Changed {
    let product: Product = shop
        .put(&format!("products/{}", ready.id), &Value::Object(ready.body.clone()))
        .map_err(|trouble| shop.write_failure(trouble))?;
    verify(ready, &product.regular_price, &product.sale_price)?;
    Ok(simple_state(&product, currency))
}

fn batch_result(ready: &Ready, item: BatchItem, currency: &str) -> Changed {
    match item {
        Ok(Some(variation)) if variation.id == ready.id => {
            verify(ready, &variation.regular_price, &variation.sale_price)?;
            Ok(state(&variation, currency))
        }
        Ok(_) => Err(Failure::upstream_changed("The shop answered another variant than was sent.")
            .effect(Effect::Unknown)),
        Err(error) => Err(Trouble::item(*error).into_failure(true, true)),
    }
}

fn verify(ready: &Ready, regular: &str, sale: &str) -> Result<(), Failure> {
    match &ready.prices {
        Some(prices) if !prices.are(regular, sale) => {
            Err(wrong_price(&ready.id.to_string(), &prices.regular, regular))
        }
        _ => Ok(()),
    }
}

/// Show the product to buyers, or hide it.
///
/// # Errors
/// `not-found` when it is gone or in the trash.
pub(crate) fn set_status(shop: &Shop<'_>, id: &str, status: Status) -> Result<(), Failure> {
    let product = live(shop, id)?;
    let wanted = if status == Status::Active { "publish" } else { "draft" };
    if product.status == wanted {
        return Ok(());
    }
    shop.ensure_wanted()?;
    let changed: Product = shop
        .put(&format!("products/{}", product.id), &json!({ "status": wanted }))
        .map_err(|trouble| shop.write_failure(trouble))?;
    if changed.status == wanted {
        return Ok(());
    }
    Err(Failure::upstream_changed(format!(
        "The shop kept the status “{}” of the product instead of “{wanted}”.",
        changed.status
    ))
    .effect(Effect::Applied))
}

/// Delete a product of ours for good, with its variations. One that is gone
/// already counts as removed, so that a repeated call ends well.
///
/// # Errors
/// `forbidden` when the product does not carry the key.
pub(crate) fn remove(shop: &Shop<'_>, id: &str, key: &str) -> Result<(), Failure> {
    let id = parse_id(id)?;
    let path = format!("products/{id}");
    let product: Product = match shop.get(&path, &[("_fields", PRODUCT_FIELDS)]) {
        Ok(product) => product,
        Err(trouble) if trouble.is_missing() => return Ok(()),
        Err(trouble) => return Err(shop.read_failure(trouble)),
    };
    if key.is_empty() || !product.is_ours(key) {
        return Err(Failure::new(
            ErrorKind::Forbidden,
            "The product was not made by this import, so it is not removed.",
        )
        .with_code("foreign-product"));
    }
    shop.ensure_wanted()?;
    match shop.delete(&path, &[("force", "true")]) {
        Ok(()) => Ok(()),
        Err(trouble) if trouble.is_missing() => Ok(()),
        Err(trouble) if trouble.blocks_method() => remove_by_batch(shop, id),
        Err(trouble) => Err(shop.write_failure(trouble)),
    }
}

/// For web servers that do not let DELETE through. A batch always deletes for good.
fn remove_by_batch(shop: &Shop<'_>, id: u64) -> Result<(), Failure> {
    let answer: BatchAnswer = shop
        .post("products/batch", &json!({ "delete": [id] }))
        .map_err(|trouble| shop.write_failure(trouble))?;
    match answer.delete.into_iter().next() {
        Some(Ok(Some(gone))) if gone.id == id => Ok(()),
        Some(Err(error)) => {
            let trouble = Trouble::item(*error);
            if trouble.is_missing() { Ok(()) } else { Err(shop.write_failure(trouble)) }
        }
        _ => Err(Failure::upstream_changed("The shop does not say whether it deleted the product.")
            .effect(Effect::Unknown)),
    }
}
