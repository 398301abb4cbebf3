//! An imaginary supplier in one file. Real ones split into what is pure and what asks.

use serde::Deserialize;
use sourcepilot_sdk::http::Request;
use sourcepilot_sdk::{
    Account, Attribute, Availability, Call, Failure, Hit, Money, Page, Pricing, Product, ProductRef,
    ProductRequest, Query, Quote, Result, Search, Supplier, UrlMatch, Variant, credential,
};

const API: &str = "https://api.seventh.example/v1";
const SITES: [&str; 2] = ["https://seventh.example/goods/", "https://www.seventh.example/goods/"];

/// The plugin; it keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct Seventh;

sourcepilot_sdk::register_supplier!(Seventh, features: [search, pricing]);

/// A product as the wholesaler's API sends it.
#[derive(Debug, Deserialize)]
struct Goods {
    number: String,
    name: String,
    text: String,
    photos: Vec<String>,
    currency: String,
    versions: Vec<Version>,
}

#[derive(Debug, Deserialize)]
struct Version {
    number: String,
    colour: String,
    cost: String,
    pieces: u32,
}

#[derive(Debug, Deserialize)]
struct Found {
    goods: Vec<Goods>,
}

impl Supplier for Seventh {
    fn parse_url(url: &str) -> Result<UrlMatch> {
        let rest = SITES.iter().find_map(|site| url.trim().strip_prefix(site));
        let rest = rest.ok_or_else(|| Failure::unsupported("This is not an address of Seventh Supply."))?;
        let number = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Failure::invalid_input("This page of Seventh Supply shows no goods."));
        }
        Ok(UrlMatch::Product(reference(number)))
    }

    fn resolve_url(_: &Call, _: &str) -> Result<ProductRef> {
        Err(Failure::unsupported("Seventh Supply has no short links."))
    }

    fn get_product(call: &Call, request: ProductRequest) -> Result<Product> {
        product(goods(call, &request.ref_.id)?)
    }

    fn check(call: &Call) -> Result<Account> {
        ask(call, &format!("{API}/goods?words=")).map(|_: Found| Account::new("seventh", "Seventh Supply"))
    }
}

impl Search for Seventh {
    fn find(call: &Call, query: Query) -> Result<Page> {
        let request = Request::get(format!("{API}/goods")).query("words", &query.text);
        let found: Found = send(call, request)?;
        let hits = found.goods.into_iter().map(product).map(|product| product.map(hit));
        Ok(Page { hits: hits.collect::<Result<_>>()?, total: None, has_more: false })
    }
}

impl Pricing for Seventh {
    fn get_prices(call: &Call, refs: Vec<ProductRef>) -> Result<Vec<Result<Quote>>> {
        Ok(refs.iter().map(|wanted| goods(call, &wanted.id).and_then(product).map(quote)).collect())
    }
}

fn goods(call: &Call, number: &str) -> Result<Goods> {
    ask(call, &format!("{API}/goods/{number}"))
}

fn ask<T: serde::de::DeserializeOwned>(call: &Call, url: &str) -> Result<T> {
    send(call, Request::get(url))
}

/// The key is filled in by the host; it never comes in here.
fn send<T: serde::de::DeserializeOwned>(call: &Call, request: Request) -> Result<T> {
    request.header("x-api-key", credential::value("api_key")).send(&call.http)?.success()?.json()
}

fn reference(number: &str) -> ProductRef {
    ProductRef::new(number).with_url(format!("{}{number}", SITES[0]))
}

fn product(goods: Goods) -> Result<Product> {
    let money = |cost: &str| {
        Money::parse(cost, &goods.currency)
            .ok_or_else(|| Failure::upstream_changed("Seventh Supply sent a price that cannot be read."))
    };
    let variants = goods.versions.iter().map(|version| {
        Ok(Variant {
            id: version.number.clone(),
            sku: Some(version.number.clone()),
            title: version.colour.clone(),
            options: vec![Attribute::new("Colour", version.colour.clone())],
            price: money(&version.cost)?,
            list_price: None,
            stock: Some(version.pieces),
            image: None,
            weight_grams: None,
            barcode: None,
            extra: Vec::new(),
        })
    });
    let variants = variants.collect::<Result<Vec<_>>>()?;
    let open = variants.iter().any(|variant| variant.stock != Some(0));
    let first = variants
        .first()
        .ok_or_else(|| Failure::not_found("These goods have no version that can be bought."))?;
    Ok(Product {
        ref_: reference(&goods.number),
        title: goods.name,
        description_html: Some(goods.text),
        price: first.price.clone(),
        list_price: None,
        availability: if open { Availability::Available } else { Availability::SoldOut },
        images: goods.photos,
        categories: Vec::new(),
        supplier_name: Some("Seventh Supply".to_owned()),
        rating: None,
        rating_count: None,
        order_count: None,
        shipping: None,
        extra: Vec::new(),
        variants,
    })
}

fn hit(product: Product) -> Hit {
    Hit { price: Some(product.price), images: product.images, ..Hit::new(product.ref_, product.title) }
}

fn quote(product: Product) -> Quote {
    Quote {
        price: product.price,
        in_stock: Some(product.availability == Availability::Available),
        variants: Vec::new(),
        extra: Vec::new(),
    }
}
