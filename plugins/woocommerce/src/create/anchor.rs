//! The product itself: exactly one per key, whatever happened before.
//!
//! The shop holds a SKU for one product, so the SKU is the lock. It is also held
//! by products in the trash, it can be lost to another request in the last
//! moment, and a request that we gave up may still succeed.

use sourcepilot_sdk::{Effect, ErrorKind, Failure, RemoteProduct};

use super::report::remote_product;
use super::{Build, SETTLE, variations};
use crate::body;
use crate::session::Shop;
use crate::text::{shorten, unescape};
use crate::trouble::Trouble;
use crate::wire::{META_STATE, PRODUCT_FIELDS, Product, STATE_COMPLETE};

/// The live product that was made with this key.
///
/// # Errors
/// A conflict when it lies in the trash, where it still holds the SKU.
pub(crate) fn find_by_key(shop: &Shop<'_>, key: &str) -> Result<Option<RemoteProduct>, Failure> {
    let ours = |found: Vec<Product>| found.into_iter().find(|product| product.is_ours(key));
    if let Some(product) = ours(holders(shop, key, false)?) {
        let variations = if product.is_variable() { variations::list(shop, product.id)? } else { Vec::new() };
        return Ok(Some(remote_product(shop, &product, &variations)));
    }
    match ours(holders(shop, key, true)?) {
        Some(trashed) => Err(in_trash(key, &trashed)),
        None => Ok(None),
    }
}

/// Whatever holds the SKU. A shop that ignores the filter answers everything, so
/// the answer is filtered again.
fn holders(shop: &Shop<'_>, key: &str, trashed: bool) -> Result<Vec<Product>, Failure> {
    let mut query = vec![("sku", key), ("per_page", "20"), ("_fields", PRODUCT_FIELDS)];
    if trashed {
        query.push(("status", "trash"));
    }
    let found: Vec<Product> = shop.get("products", &query).map_err(|trouble| shop.read_failure(trouble))?;
    let held = |product: &Product| product.id != 0 && product.sku.eq_ignore_ascii_case(key);
    Ok(found.into_iter().filter(held).collect())
}

impl Build<'_> {
    /// The product of this key, made now or found.
    pub(super) fn anchor(&mut self) -> Result<Product, Failure> {
        match holder(holders(self.shop, &self.plan.key, false)?, &self.plan.key) {
            Some(found) => self.take_over(found, None),
            None => self.make(true),
        }
    }

    fn make(&mut self, with_barcode: bool) -> Result<Product, Failure> {
        let categories = self.categories()?;
        let body = body::product(self.plan, self.facts, &categories, with_barcode);
        self.shop.ensure_wanted()?;
        let trouble = match self.shop.post::<Product>("products", &body) {
            Ok(product) if product.id != 0 => return self.check_new(product),
            Ok(_) => {
                return Err(Failure::upstream_changed("The shop created a product but did not say which.")
                    .effect(Effect::Unknown));
            }
            Err(trouble) => trouble,
        };
        if with_barcode && is_barcode_taken(&trouble) {
            self.warn(BARCODE_TAKEN.to_owned());
            return self.make(false);
        }
        self.recover(trouble)
    }

    fn check_new(&self, product: Product) -> Result<Product, Failure> {
        if product.is_ours(&self.plan.key) {
            return Ok(product);
        }
        Err(Failure::upstream_changed(
            "The shop created the product without the entry that marks it as ours; a plugin of the shop \
             may be removing it.",
        )
        .effect(Effect::Applied)
        .with_detail("product-id", product.id.to_string()))
    }

    /// The creation was refused or has an unknown end: see what is there.
    fn recover(&mut self, trouble: Trouble) -> Result<Product, Failure> {
        let (resource, suggestion) = match &trouble {
            Trouble::Refused(refusal) if refusal.error.code == "product_invalid_sku" => {
                (refusal.error.resource_id, refusal.error.unique_sku.clone())
            }
            other if other.may_have_worked() => (None, None),
            _ => return Err(self.shop.write_failure(trouble)),
        };
        let found = match resource {
            Some(id) => self.read_holder(id)?,
            None => self.search(&trouble)?,
        };
        match found {
            Some(found) => self.take_over(found, suggestion),
            None => Err(self.shop.write_failure(trouble).retry_after(SETTLE)),
        }
    }

    fn read_holder(&self, id: u64) -> Result<Option<Product>, Failure> {
        match self.shop.get(&format!("products/{id}"), &[("_fields", PRODUCT_FIELDS)]) {
            Ok(product) => Ok(Some(product)),
            Err(trouble) if trouble.is_missing() => Ok(None),
            Err(trouble) => Err(self.shop.read_failure(trouble)),
        }
    }

    /// Live first, then the trash. When the shop cannot be asked either, what
    /// happened to the creation stays the news.
    fn search(&self, trouble: &Trouble) -> Result<Option<Product>, Failure> {
        for trashed in [false, true] {
            let found = holders(self.shop, &self.plan.key, trashed)
                .map_err(|_| self.shop.write_failure(trouble.clone()).retry_after(SETTLE))?;
            if let Some(found) = holder(found, &self.plan.key) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Go on with our own product; leave everybody else's alone.
    fn take_over(&mut self, found: Product, suggestion: Option<String>) -> Result<Product, Failure> {
        let key = &self.plan.key;
        if found.status == "trash" {
            return Err(in_trash(key, &found));
        }
        if !found.is_ours(key) {
            return Err(taken(key, &found, suggestion));
        }
        if found.meta(META_STATE) == Some(STATE_COMPLETE) {
            return Ok(found);
        }
        self.resumed = true;
        self.bring_up_to_date(found.id, true).map_err(|failure| {
            let effect = if failure.effect == Effect::None { Effect::Applied } else { failure.effect };
            failure.effect(effect)
        })
    }

    fn bring_up_to_date(&mut self, id: u64, with_barcode: bool) -> Result<Product, Failure> {
        let categories = self.categories()?;
        let mut body = body::product(self.plan, self.facts, &categories, with_barcode);
        if let Some(fields) = body.as_object_mut() {
            fields.remove("sku");
        }
        self.shop.ensure_wanted()?;
        match self.shop.put(&format!("products/{id}"), &body) {
            Ok(product) => Ok(product),
            Err(trouble) if with_barcode && is_barcode_taken(&trouble) => {
                self.warn(BARCODE_TAKEN.to_owned());
                self.bring_up_to_date(id, false)
            }
            Err(trouble) => Err(self.shop.write_failure(trouble)),
        }
    }
}

const BARCODE_TAKEN: &str = "The barcode was left out: another product in the shop has it.";

fn is_barcode_taken(trouble: &Trouble) -> bool {
    trouble.code() == "product_invalid_global_unique_id"
}

/// Ours before anybody else's.
fn holder(found: Vec<Product>, key: &str) -> Option<Product> {
    let (ours, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|product| product.is_ours(key));
    ours.into_iter().chain(others).next()
}

fn in_trash(key: &str, product: &Product) -> Failure {
    Failure::new(
        ErrorKind::Conflict,
        format!(
            "The product with the SKU {key} lies in the trash of the shop (number {}). Restore it there, or \
             delete it for good, then import again.",
            product.id
        ),
    )
    .with_code("in-trash")
    .with_detail("product-id", product.id.to_string())
}

fn taken(key: &str, product: &Product, suggestion: Option<String>) -> Failure {
    let free = suggestion.as_deref().map(|sku| format!(" “{}” would be free.", shorten(sku, 100)));
    let name = unescape(&product.name);
    let failure = Failure::new(
        ErrorKind::Conflict,
        format!(
            "Another product of the shop has the SKU {key}: “{}” (number {}).{} Change or remove its SKU, \
             then import again.",
            shorten(&name, 80),
            product.id,
            free.unwrap_or_default()
        ),
    )
    .with_code("product_invalid_sku")
    .with_detail("product-id", product.id.to_string());
    match suggestion {
        Some(sku) => failure.with_detail("unique-sku", sku),
        None => failure,
    }
}
