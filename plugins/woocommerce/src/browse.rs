//! Reading what stands in the shop, whoever put it there.

use serde_json::Value;
use sourcepilot_sdk::{Attribute, Failure, Filter, Money, ProductPage, ShopProduct, ShopVariant, Status};

use crate::amount::{Amount, WeightUnit, grams};
use crate::facts;
use crate::session::Shop;
use crate::text::{same_name, shorten, unescape};
use crate::wire::{Read, Term, flag, id, list, quantity, text};

/// The fields of a product that are read here.
const FIELDS: &str = "id,name,permalink,type,status,description,sku,regular_price,sale_price,manage_stock,stock_quantity,\
    stock_status,categories,tags,brands,images,weight,global_unique_id,cost_of_goods_sold";
const VARIATION_FIELDS: &str = "id,sku,regular_price,sale_price,manage_stock,stock_quantity,stock_status,image,attributes,\
    weight,global_unique_id,cost_of_goods_sold";
/// A shop answers a variable product's variations in a request of their own, so pages
/// are small.
const LARGEST_PAGE: u32 = 50;
/// Pages of variations: the shop's own limit is far below.
const MOST_PAGES: u32 = 30;

/// How the shop reckons.
struct Reckoning {
    currency: String,
    weight_unit: Option<WeightUnit>,
}

/// One page of products, by their number.
///
/// # Errors
/// `unsupported` for a vendor, which shops of this kind do not have; `not-found` for a
/// tag or category that the shop does not have.
pub(crate) fn list_products(shop: &Shop<'_>, filter: &Filter) -> Result<ProductPage, Failure> {
    if filter.vendor.is_some() {
        return Err(Failure::unsupported(
            "WooCommerce products have no vendor to choose by. Choose a tag or a category instead.",
        ));
    }
    let page = match filter.cursor.as_deref() {
        None => 1,
        Some(text) => text
            .parse::<u32>()
            .ok()
            .filter(|page| *page > 0)
            .ok_or_else(|| Failure::invalid_input("This is no page of the shop's products."))?,
    };
    let size = filter.page_size.clamp(1, LARGEST_PAGE);
    let mut query = vec![
        ("per_page", size.to_string()),
        ("page", page.to_string()),
        ("orderby", "id".to_owned()),
        ("order", "asc".to_owned()),
        ("status", "any".to_owned()),
        ("_fields", FIELDS.to_owned()),
    ];
    if let Some(tag) = &filter.tag {
        query.push(("tag", term(shop, "tags", tag)?));
    }
    if let Some(collection) = &filter.collection {
        query.push(("category", term(shop, "categories", collection)?));
    }
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let found: Vec<Listed> = shop.get("products", &query).map_err(|trouble| shop.read_failure(trouble))?;
    let is_last = found.len() < size as usize;
    let reckoning = Reckoning { currency: facts::currency(shop)?, weight_unit: facts::weight_unit_of(shop)? };
    let mut products = Vec::with_capacity(found.len());
    for listed in found.iter().filter(|listed| listed.is_sold_here()) {
        products.push(product(shop, listed, &reckoning)?);
    }
    Ok(ProductPage { products, next_cursor: (!is_last).then(|| (page + 1).to_string()) })
}

/// The number of a tag or category, by its number or name.
fn term(shop: &Shop<'_>, kind: &str, wanted: &str) -> Result<String, Failure> {
    if !wanted.is_empty() && wanted.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(wanted.to_owned());
    }
    let query = [("search", wanted), ("per_page", "100"), ("_fields", "id,name")];
    let found: Vec<Term> =
        shop.get(&format!("products/{kind}"), &query).map_err(|trouble| shop.read_failure(trouble))?;
    let same = found.iter().find(|term| same_name(&term.name.to_lowercase(), &wanted.to_lowercase()));
    same.map(|term| term.id.to_string()).ok_or_else(|| {
        let what = if kind == "tags" { "tag" } else { "category" };
        Failure::not_found(format!("The shop has no {what} “{}”.", shorten(wanted, 100)))
    })
}

/// A product or a variation, as far as it is read here.
struct Listed(Value);

impl Read for Listed {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?;
        Some(Listed(value.clone()))
    }
}

impl Listed {
    fn number(&self) -> u64 {
        id(&self.0)
    }

    /// Grouped and external products are links to others.
    fn is_sold_here(&self) -> bool {
        self.number() != 0 && matches!(text(&self.0, "type").as_str(), "simple" | "variable")
    }

    fn line(&self, name: &str) -> Option<String> {
        Some(unescape(&text(&self.0, name))).filter(|text| !text.trim().is_empty())
    }

    fn names(&self, name: &str) -> Vec<String> {
        list::<Term>(&self.0, name).into_iter().map(|term| unescape(&term.name)).collect()
    }

    fn pictures(&self) -> Vec<String> {
        let images = self.0["images"].as_array().into_iter().flatten();
        images.filter_map(|image| image["src"].as_str()).map(str::to_owned).collect()
    }

    fn choices(&self) -> Vec<Attribute> {
        let attributes = self.0["attributes"].as_array().into_iter().flatten();
        let chosen = attributes.map(|one| (text(one, "name"), text(one, "option")));
        // A variation for any value of a choice names none.
        chosen
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| Attribute::new(unescape(&name), unescape(&value)))
            .collect()
    }

    fn stock(&self) -> Option<u32> {
        if flag(&self.0, "manage_stock") {
            let count = quantity(&self.0, "stock_quantity")?;
            return Some(u32::try_from(count.max(0)).unwrap_or(u32::MAX));
        }
        (text(&self.0, "stock_status") == "outofstock").then_some(0)
    }

    fn amount(&self, name: &str, reckoning: &Reckoning) -> Option<Money> {
        amount(&text(&self.0, name), reckoning)
    }

    fn variant(&self, title: String, reckoning: &Reckoning) -> ShopVariant {
        let regular = self.amount("regular_price", reckoning);
        let (price, compare_at) = match self.amount("sale_price", reckoning) {
            Some(sale) => (Some(sale), regular),
            None => (regular, None),
        };
        ShopVariant {
            id: self.number().to_string(),
            sku: self.line("sku"),
            title,
            options: self.choices(),
            price,
            compare_at,
            cost: amount(&text(&self.0["cost_of_goods_sold"], "total_value"), reckoning)
                .filter(|cost| cost.amount.bytes().any(|byte| matches!(byte, b'1'..=b'9'))),
            stock: self.stock(),
            image: self.0["image"]["src"].as_str().map(str::to_owned),
            weight_grams: reckoning.weight_unit.and_then(|unit| grams(&text(&self.0, "weight"), unit)),
            barcode: self.line("global_unique_id"),
        }
    }
}

/// Decimal text of the shop; nothing when it is none.
fn amount(text: &str, reckoning: &Reckoning) -> Option<Money> {
    let amount = Amount::parse(text)?;
    Some(Money { amount: amount.to_string(), currency: reckoning.currency.clone() })
}

fn product(shop: &Shop<'_>, listed: &Listed, reckoning: &Reckoning) -> Result<ShopProduct, Failure> {
    let title = listed.line("name").unwrap_or_default();
    let mut variants = Vec::new();
    if text(&listed.0, "type") == "variable" {
        for variation in variations(shop, listed.number())? {
            let name: Vec<String> = variation.choices().into_iter().map(|choice| choice.value).collect();
            variants.push(variation.variant(name.join(" / "), reckoning));
        }
    }
    if variants.is_empty() {
        variants.push(ShopVariant { options: Vec::new(), ..listed.variant(title.clone(), reckoning) });
    }
    Ok(ShopProduct {
        id: listed.number().to_string(),
        title,
        description_html: Some(text(&listed.0, "description")).filter(|text| !text.trim().is_empty()),
        status: if text(&listed.0, "status") == "publish" { Status::Active } else { Status::Draft },
        url: listed.line("permalink"),
        vendor: listed.names("brands").into_iter().next(),
        tags: listed.names("tags"),
        collections: listed.names("categories"),
        images: listed.pictures(),
        variants,
        extra: Vec::new(),
    })
}

fn variations(shop: &Shop<'_>, product: u64) -> Result<Vec<Listed>, Failure> {
    let path = format!("products/{product}/variations");
    let mut all = Vec::new();
    for page in 1..=MOST_PAGES {
        let page = page.to_string();
        let query = [
            ("per_page", "100"),
            ("page", page.as_str()),
            ("orderby", "id"),
            ("order", "asc"),
            ("_fields", VARIATION_FIELDS),
        ];
        let found: Vec<Listed> = shop.get(&path, &query).map_err(|trouble| shop.read_failure(trouble))?;
        let is_last = found.len() < 100;
        all.extend(found.into_iter().filter(|variation| variation.number() != 0));
        if is_last {
            break;
        }
    }
    Ok(all)
}
