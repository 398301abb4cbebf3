//! From the wire to the contract's product and price. Pure.

use sourcepilot_sdk::money::Amount;
use sourcepilot_sdk::{
    Attribute, Availability, Failure, Product, ProductRef, Quote, Result, Variant, VariantPrice,
};

use crate::extras::{note, of_item, of_variant};
use crate::id::ProductId;
use crate::market::Market;
use crate::options::options;
use crate::wire::{Item, Variant as Sent};
use crate::{images, stock};

/// The state in which a product is for sale.
const ON_SALE: &str = "3";
/// Every price is in it.
pub(crate) const CURRENCY: &str = "USD";
const SUPPLIER: &str = "CJ Dropshipping";
/// More pictures than any shop shows.
const MOST_IMAGES: usize = 200;

/// A variant with the price that it is bought at.
struct Priced {
    sent: Sent,
    price: Amount,
    stock: Option<u32>,
    options: Vec<Attribute>,
}

impl Priced {
    fn buyable(&self) -> bool {
        self.stock != Some(0)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.options.iter().map(|option| option.value.as_str())
    }

    fn id(&self) -> String {
        let Sent { vid, sku, .. } = &self.sent;
        vid.clone().or_else(|| sku.clone()).unwrap_or_else(|| "default".to_owned())
    }
}

/// The product as the contract wants it.
pub(crate) fn product(mut item: Item, asked: &ProductId, market: &Market) -> Result<Product> {
    let title = item.title.as_deref().and_then(one_line);
    let title = title.ok_or_else(|| Failure::upstream_changed("The product has no title."))?;
    let (priced, unusable) = priced(&mut item, &title, market)?;
    let cheapest = cheapest(&priced).ok_or_else(unreadable)?;
    let mut extra = of_item(&item);
    if unusable > 0 {
        extra.push(note("unusable-variants", unusable.to_string()));
    }
    Ok(Product {
        ref_: reference(&item, asked, &title, &priced),
        price: cheapest.price.in_currency(CURRENCY),
        list_price: None,
        availability: availability(&item, &priced),
        images: pictures(&mut item, &priced),
        variants: priced.iter().map(|priced| variant(priced, item.weight)).collect(),
        description_html: item.description.take(),
        categories: std::mem::take(&mut item.categories),
        supplier_name: item.supplier.take().or_else(|| Some(SUPPLIER.to_owned())),
        rating: None,
        rating_count: None,
        order_count: None,
        shipping: None,
        extra,
        title,
    })
}

/// What the product and each of its variants costs now.
pub(crate) fn quote(mut item: Item, market: &Market) -> Result<Quote> {
    let (priced, _) = priced(&mut item, "", market)?;
    let cheapest = cheapest(&priced).ok_or_else(unreadable)?;
    Ok(Quote {
        price: cheapest.price.in_currency(CURRENCY),
        in_stock: Some(on_sale(&item) != Some(false) && priced.iter().any(Priced::buyable)),
        extra: item.status.iter().map(|status| note("status", status)).collect(),
        variants: priced
            .iter()
            .map(|priced| VariantPrice {
                id: priced.id(),
                price: priced.price.in_currency(CURRENCY),
                stock: priced.stock,
            })
            .collect(),
    })
}

/// The variant to ask delivery for: the cheapest that can be bought.
pub(crate) fn default_variant(product: &Product) -> Option<&Variant> {
    let key = |variant: &&Variant| (variant.stock == Some(0), Amount::parse(&variant.price.amount));
    product.variants.iter().min_by_key(key)
}

/// The usable variants with their choices, and how many were left out because they
/// have no price, or no choices of their own.
fn priced(item: &mut Item, title: &str, market: &Market) -> Result<(Vec<Priced>, usize)> {
    let sent = std::mem::take(&mut item.variants);
    if sent.is_empty() {
        return Err(Failure::unavailable_item(
            "CJ Dropshipping lists nothing that can be bought of this product.",
        ));
    }
    let (count, counted) =
        (sent.len(), sent.iter().any(|one| one.shelves.as_ref().is_some_and(|s| !s.is_empty())));
    let options = options(item.keys.as_deref(), &sent, title);
    // The price of the product stands in where it is the same for all of its variants.
    let common = item.price.and_then(crate::range::Range::single);
    let mut usable: Vec<Priced> = Vec::with_capacity(count);
    for (sent, row) in sent.into_iter().zip(options.rows) {
        // A cost taken too low would be sold at a loss; a price of nothing is none.
        let price = sent.price.map(|range| range.high).or(common).filter(|price| !price.is_zero());
        let Some(price) = price else { continue };
        let named = options.axes.iter().zip(row);
        let options = named.map(|(name, value)| Attribute { name: name.clone(), value }).collect();
        let stock =
            sent.shelves.as_deref().filter(|_| counted).map(|shelves| stock::sellable(shelves, market));
        let next = Priced { price, stock, options, sent };
        match usable.iter_mut().find(|known| known.words().eq(next.words())) {
            None => usable.push(next),
            Some(known) if !known.buyable() && next.buyable() => *known = next,
            Some(_) => {}
        }
    }
    let unusable = count - usable.len();
    Ok((usable, unusable))
}

fn cheapest(priced: &[Priced]) -> Option<&Priced> {
    priced.iter().min_by_key(|priced| (!priced.buyable(), priced.price))
}

fn variant(priced: &Priced, weight: Option<u32>) -> Variant {
    let words: Vec<&str> = priced.words().collect();
    Variant {
        id: priced.id(),
        sku: priced.sent.sku.clone(),
        title: if words.is_empty() { "Default".to_owned() } else { words.join(" / ") },
        options: priced.options.clone(),
        price: priced.price.in_currency(CURRENCY),
        list_price: None,
        stock: priced.stock,
        image: priced.sent.image.clone(),
        weight_grams: priced.sent.weight.or(weight),
        barcode: None,
        extra: of_variant(&priced.sent),
    }
}

/// The id that CJ answers with; the code that was asked for is another name of it.
fn reference(item: &Item, asked: &ProductId, title: &str, priced: &[Priced]) -> ProductRef {
    let pid = item.pid.as_deref().and_then(crate::id::pid).unwrap_or_else(|| asked.clone());
    let wanted = match asked {
        ProductId::VariantSku(code) => {
            let same =
                |one: &&Priced| one.sent.sku.as_deref().is_some_and(|sku| sku.eq_ignore_ascii_case(code));
            priced.iter().find(same).map(Priced::id)
        }
        ProductId::Pid(_) | ProductId::Spu(_) => None,
    };
    let url = match &pid {
        ProductId::Pid(id) => Some(format!("https://cjdropshipping.com/product/{}-p-{id}.html", slug(title))),
        ProductId::Spu(_) | ProductId::VariantSku(_) => pid.page(),
    };
    ProductRef { id: pid.text().to_owned(), url, variant: wanted }
}

/// The words of a title as they stand in the site's addresses.
fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.take(12).collect::<Vec<_>>().join("-");
    if slug.is_empty() { "product".to_owned() } else { slug }
}

fn pictures(item: &mut Item, priced: &[Priced]) -> Vec<String> {
    let mut all = std::mem::take(&mut item.images);
    for priced in priced {
        images::add(&mut all, priced.sent.image.clone());
    }
    all.truncate(MOST_IMAGES);
    all
}

fn on_sale(item: &Item) -> Option<bool> {
    item.status.as_deref().map(|status| status == ON_SALE)
}

fn availability(item: &Item, priced: &[Priced]) -> Availability {
    match on_sale(item) {
        Some(false) => Availability::Discontinued,
        _ if !priced.iter().any(Priced::buyable) => Availability::SoldOut,
        Some(true) => Availability::Available,
        None => Availability::Unknown,
    }
}

/// The words of a title, without line breaks and control characters.
pub(crate) fn one_line(title: &str) -> Option<String> {
    let words = title.split(|c: char| c.is_whitespace() || c.is_control());
    let title = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

fn unreadable() -> Failure {
    Failure::upstream_changed("None of the product's variants has a price that can be read.")
}
