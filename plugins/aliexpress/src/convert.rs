//! From the wire to the contract's product and price. Pure.

use sourcepilot_sdk::{
    Attribute, Availability, Failure, Money, Product, ProductRef, Quote, Result, Variant, VariantPrice, fit,
};

use crate::amount::Amount;
use crate::extras;
use crate::id::ProductId;
use crate::market::Market;
use crate::options::{options, prefer_origin};
use crate::wire::{Item, Sku};

/// The state in which a product is for sale. Other states are not enumerated
/// anywhere; whatever else is sent counts as not for sale.
const ON_SALE: &str = "onselling";

/// A SKU with the price that it is bought at.
struct Priced {
    sku: Sku,
    price: Amount,
    currency: String,
    options: Vec<Attribute>,
}

impl Priced {
    fn buyable(&self) -> bool {
        self.sku.stock != Some(0)
    }

    /// The values of its choices.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.options.iter().map(|option| option.value.as_str())
    }

    fn money(&self, amount: Amount) -> Money {
        Money { amount: amount.to_string(), currency: self.currency.clone() }
    }

    /// The "original" price, when it is above what is asked for now.
    fn list_price(&self) -> Option<Money> {
        self.sku.list_price.filter(|list| *list > self.price).map(|list| self.money(list))
    }
}

/// The product as the contract wants it.
pub(crate) fn product(mut item: Item, asked: &ProductId, market: &Market) -> Result<Product> {
    let title = item.title.as_deref().and_then(one_line).ok_or_else(|| odd("The product has no title."))?;
    take_off_sale(&mut item);
    let (priced, unusable) = priced(&mut item, market)?;
    let cheapest = cheapest(&priced).ok_or_else(|| unusable_failure(unusable))?;
    let id = main_id(&item, asked);
    let mut extra = extras::of_item(&item, &id);
    if unusable > 0 {
        extra.push(extras::note("unusable-skus", unusable.to_string()));
    }
    Ok(Product {
        ref_: ProductRef { id: id.main().to_owned(), url: Some(id.page()), variant: None },
        title,
        price: cheapest.money(cheapest.price),
        list_price: cheapest.list_price(),
        availability: availability(&item, &priced),
        variants: priced.iter().map(|priced| variant(priced, &item)).collect(),
        description_html: item.detail.take().or_else(|| item.mobile_detail.take()),
        images: std::mem::take(&mut item.images),
        categories: Vec::new(),
        supplier_name: item.store.name.take(),
        rating: item.rating.as_deref().and_then(rating),
        rating_count: item.reviews.as_deref().and_then(lower_bound),
        order_count: item.sales.as_deref().and_then(lower_bound),
        shipping: extras::known_delivery(&item),
        extra,
    })
}

/// What the product and each of its SKUs costs now.
pub(crate) fn quote(mut item: Item, market: &Market) -> Result<Quote> {
    let on_sale = on_sale(&item);
    take_off_sale(&mut item);
    let (priced, unusable) = priced(&mut item, market)?;
    let cheapest = cheapest(&priced).ok_or_else(|| unusable_failure(unusable))?;
    Ok(Quote {
        price: cheapest.money(cheapest.price),
        in_stock: Some(on_sale != Some(false) && priced.iter().any(Priced::buyable)),
        extra: item.status.iter().map(|status| extras::note("status", status)).collect(),
        variants: priced
            .iter()
            .map(|priced| VariantPrice {
                id: id_of(&priced.sku),
                price: priced.money(priced.price),
                stock: priced.sku.stock,
            })
            .collect(),
    })
}

/// The SKU to ask delivery for: the wanted one, or the cheapest that can be bought.
pub(crate) fn default_sku(product: &Product) -> Option<&Variant> {
    let buyable = |variant: &&Variant| variant.stock != Some(0);
    let amount = |variant: &&Variant| Amount::read(&variant.price.amount);
    product.variants.iter().filter(buyable).min_by_key(amount).or_else(|| product.variants.first())
}

/// The usable SKUs with their choices, and how many were left out because they
/// have no price, or no choices of their own.
fn priced(item: &mut Item, market: &Market) -> Result<(Vec<Priced>, usize)> {
    let skus = prefer_origin(std::mem::take(&mut item.skus), market.ships_from.as_deref());
    if skus.is_empty() {
        return Err(Failure::unavailable_item(
            "AliExpress lists nothing that can be bought of this product.",
        ));
    }
    let sent = skus.len();
    let options = options(&skus);
    let mut usable: Vec<Priced> = Vec::with_capacity(sent);
    for (sku, row) in skus.into_iter().zip(options.rows) {
        // A price of nothing is no price: it must never reach a shop.
        let price = sku.sale_price.or(sku.list_price).filter(|price| !price.is_zero());
        let Some(price) = price else { continue };
        let currency = sku.currency.clone().unwrap_or_else(|| market.currency.clone()).to_ascii_uppercase();
        // Amounts in two currencies cannot be compared; the first one is the product's.
        if usable.first().is_some_and(|first| first.currency != currency) {
            continue;
        }
        let named = options
            .axes
            .iter()
            .zip(row)
            .map(|(name, value)| Attribute { name: name.clone(), value })
            .collect();
        let next = Priced { sku, price, currency, options: named };
        match usable.iter_mut().find(|known| known.words().eq(next.words())) {
            None => usable.push(next),
            Some(known) if !known.buyable() && next.buyable() => *known = next,
            Some(_) => {}
        }
    }
    let unusable = sent - usable.len();
    Ok((usable, unusable))
}

fn cheapest(priced: &[Priced]) -> Option<&Priced> {
    let buyable = priced.iter().filter(|priced| priced.buyable()).min_by_key(|priced| priced.price);
    buyable.or_else(|| priced.iter().min_by_key(|priced| priced.price))
}

fn variant(priced: &Priced, item: &Item) -> Variant {
    let sku = &priced.sku;
    let words: Vec<&str> = priced.words().collect();
    Variant {
        id: id_of(sku),
        sku: sku.code.clone(),
        title: if words.is_empty() { "Default".to_owned() } else { words.join(" / ") },
        options: priced.options.clone(),
        price: priced.money(priced.price),
        list_price: priced.list_price(),
        stock: sku.stock,
        image: sku.choices.iter().find_map(|choice| choice.image.clone()),
        weight_grams: item.weight.and_then(Amount::thousandths).filter(|grams| *grams > 0),
        barcode: sku.barcode.clone(),
        extra: extras::of_sku(sku),
    }
}

/// The SKU's number; a product without choices may come without one.
fn id_of(sku: &Sku) -> String {
    let id = sku.id.as_deref().or(sku.attributes.as_deref()).unwrap_or("default");
    // The names in a SKU's attributes are the seller's, of any length.
    fit::id(id)
}

fn main_id(item: &Item, asked: &ProductId) -> ProductId {
    let told = item.main_id.as_deref().or(item.id.as_deref());
    told.and_then(ProductId::read).unwrap_or_else(|| asked.clone())
}

fn on_sale(item: &Item) -> Option<bool> {
    item.status.as_deref().map(|status| status.eq_ignore_ascii_case(ON_SALE))
}

/// A product that is not for sale keeps telling the stock of its SKUs; none of it can be had.
fn take_off_sale(item: &mut Item) {
    if on_sale(item) == Some(false) {
        item.skus.iter_mut().for_each(|sku| sku.stock = Some(0));
    }
}

fn availability(item: &Item, priced: &[Priced]) -> Availability {
    let buyable = priced.iter().any(Priced::buyable);
    match on_sale(item) {
        Some(false)
            if item.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("offline")) =>
        {
            Availability::Discontinued
        }
        Some(false) => Availability::SoldOut,
        _ if !buyable => Availability::SoldOut,
        Some(true) => Availability::Available,
        None => Availability::Unknown,
    }
}

/// 0 to 5; anything else is no rating. `0` means that nobody rated.
fn rating(text: &str) -> Option<String> {
    let rating = Amount::read(text)?;
    let five = Amount::read("5")?;
    (!rating.is_zero() && rating <= five).then(|| text.trim().to_owned())
}

/// `24`, `5000+`, `1,000+` and `10k+`: at least that many.
pub(crate) fn lower_bound(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches('+').to_ascii_lowercase();
    let (digits, unit) = match text.strip_suffix('k') {
        Some(thousands) => (thousands, 1000),
        None => (text.as_str(), 1),
    };
    let plain: String = digits.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}')).collect();
    plain.parse::<u64>().ok()?.checked_mul(unit)
}

/// The words of a title, without line breaks and control characters.
fn one_line(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let title = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

fn unusable_failure(unusable: usize) -> Failure {
    odd(&format!("None of the {unusable} variants has a price that can be read."))
}

fn odd(what: &str) -> Failure {
    Failure::upstream_changed(what)
}
