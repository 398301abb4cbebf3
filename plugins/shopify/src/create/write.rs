//! The one write that makes the product, and the last one that shows it.

use std::time::Duration;

use serde_json::{Value, json};
use sourcepilot_sdk::{Effect, Failure};

use super::Build;
use crate::api::with_entries;
use crate::body;
use crate::cost;
use crate::documents;
use crate::pace::to_be_continued;
use crate::read::reads;
use crate::trouble;
use crate::wire::{COMPLETE, Product, ProductPayload, UserError, Verdict};

/// Up to here Shopify makes the product while we wait for the answer.
const SYNCHRONOUS_VARIANTS: usize = 100;
/// Pauses between looks at a product in the making, in seconds; the last one stays.
const PAUSES: [u64; 5] = [1, 2, 3, 4, 5];

#[derive(Debug)]
struct SetData {
    product_set: Option<ProductPayload>,
}
reads!(SetData { product_set = "productSet" });

#[derive(Debug)]
struct OperationData {
    product_operation: Option<Operation>,
}
reads!(OperationData { product_operation = "productOperation" });

#[derive(Debug)]
struct Operation {
    status: String,
    product: Option<crate::wire::Id>,
    user_errors: Vec<UserError>,
}
reads!(Operation { status = "status", product = "product", user_errors = "userErrors" });

/// How one request goes out.
#[derive(Clone, Copy, Debug)]
struct Shape {
    with_variant_files: bool,
    synchronous: bool,
}

impl Build<'_> {
    /// Write the product and read it back.
    pub(super) fn write(&mut self, collections: &[String]) -> Result<Product, Failure> {
        let shape = self.shape();
        match self.set(collections, shape)? {
            Ok(product) => Ok(product),
            Err(errors) if trouble::is_taken(&errors) => self.take_up_the_others(),
            Err(errors) if !collections.is_empty() && trouble::blames_collections(&errors) => {
                self.warn("The product was not put into collections: one of them fills itself by rules.");
                let again = self.set(&[], shape)?;
                again.map_err(|errors| trouble::of_user_errors(&errors))
            }
            Err(errors) => Err(trouble::of_user_errors(&errors)),
        }
    }

    fn shape(&self) -> Shape {
        let (rows, files, pictured) = (self.plan.rows.len(), self.plan.files.len(), self.plan.pictured());
        let with_variant_files = cost::of_product_set(rows, files, pictured) <= cost::CEILING;
        let whole = cost::of_product_set(rows, files, pictured) + cost::of_reading(rows, files);
        Shape { with_variant_files, synchronous: rows <= SYNCHRONOUS_VARIANTS && whole <= cost::CEILING }
    }

    fn set(&self, collections: &[String], shape: Shape) -> Result<Result<Product, Vec<UserError>>, Failure> {
        let shown = |count: usize| if shape.synchronous { count.max(1) } else { 1 };
        let variables = with_entries(json!({
            "identifier": body::identifier(&self.plan.key),
            "input": body::product(&self.writing(collections, shape.with_variant_files)),
            "synchronous": shape.synchronous,
            "variants": shown(self.plan.rows.len()),
            "media": shown(self.plan.files.len()),
        }));
        let data: SetData = self.shop.ask(&documents::product_set(), &variables)?;
        let payload = data.product_set.ok_or_else(unclear)?;
        if !payload.user_errors.is_empty() {
            return Ok(Err(payload.user_errors));
        }
        match (payload.product, payload.product_set_operation) {
            (Some(product), _) if shape.synchronous => Ok(Ok(product)),
            (_, Some(operation)) => self.follow(&operation.id),
            _ => Err(unclear()),
        }
    }

    /// Look at an operation until it is complete.
    fn follow(&self, id: &str) -> Result<Result<Product, Vec<UserError>>, Failure> {
        let unknown = |failure: Failure| failure.effect(Effect::Unknown);
        for look in 0.. {
            let pause = PAUSES.get(look).or(PAUSES.last()).copied().unwrap_or(5);
            if !self.shop.pace().wait(Duration::from_secs(pause)) || look > 200 {
                return Err(unknown(to_be_continued()));
            }
            self.shop
                .progress(30 + u8::try_from(look.min(20)).unwrap_or(20), "Shopify is making the product.");
            let data: OperationData =
                self.shop.ask(&documents::operation(), &json!({ "id": id })).map_err(unknown)?;
            let operation = data.product_operation.ok_or_else(unclear)?;
            if !operation.user_errors.is_empty() {
                return Ok(Err(operation.user_errors));
            }
            if operation.status == "COMPLETE" {
                let product = operation.product.ok_or_else(unclear)?;
                return self.read_whole(&product.id).map(Ok).map_err(unknown);
            }
        }
        Err(unknown(to_be_continued()))
    }

    /// Another call made the product at the same moment: both go on with it.
    fn take_up_the_others(&self) -> Result<Product, Failure> {
        let begun = super::find::begin(self.shop, self.plan)?;
        let product = begun.product.ok_or_else(|| {
            Failure::unavailable("Another import is making the same product just now.")
                .with_code("made-elsewhere")
                .retry_after(Duration::from_secs(5))
        })?;
        self.read_whole(&product.id)
    }

    /// The last write: show the product if that is wanted, and mark it complete.
    pub(super) fn finish(&mut self, id: &str) -> Result<Product, Failure> {
        struct Data {
            publishable_publish: Option<Verdict>,
            product_update: Option<ProductPayload>,
        }
        reads!(Data { publishable_publish = "publishablePublish", product_update = "productUpdate" });
        let publication = self.facts.publication.clone().filter(|_| self.plan.publish);
        let mut product = json!({ "id": id, "metafields": [body::state_entry(COMPLETE)] });
        if self.plan.publish {
            product["status"] = "ACTIVE".into();
        }
        let publications: Vec<Value> = publication.iter().map(|id| json!({ "publicationId": id })).collect();
        let variables = with_entries(json!({
            "id": id, "product": product, "publish": publication.is_some(), "publications": publications,
        }));
        self.shop.progress(90, "Finishing the product.");
        let answer = self.shop.ask_partial::<Data>(&documents::finish(), &variables)?;
        let refused = answer.data.publishable_publish.unwrap_or_default().user_errors;
        let denied = answer.denied.iter().any(|field| field == "publishablePublish");
        if self.plan.publish && (publication.is_none() || denied) {
            self.warn(
                "The product is active but not in the online store: give the app the scopes read_publications and \
                 write_publications, or publish it in Shopify.",
            );
        } else if let Some(error) = refused.first() {
            self.warn(format!(
                "Shopify did not publish the product: {}.",
                error.message.trim_end_matches('.')
            ));
        }
        let payload = answer.data.product_update.ok_or_else(unclear)?;
        match (payload.product, payload.user_errors) {
            (Some(product), errors) if errors.is_empty() => Ok(product),
            (_, errors) if !errors.is_empty() => Err(trouble::of_user_errors(&errors)),
            _ => Err(unclear()),
        }
    }
}

fn unclear() -> Failure {
    Failure::upstream_changed("Shopify does not say what became of the product.").effect(Effect::Unknown)
}
