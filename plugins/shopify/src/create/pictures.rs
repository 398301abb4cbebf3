//! Pictures. A success answer only means that Shopify took the addresses; it fetches
//! them on its own, and some fail.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use sourcepilot_sdk::Failure;

use super::Build;
use crate::documents;
use crate::read::reads;
use crate::text::shorten;
use crate::trouble;
use crate::wire::{Media, Product, Verdict};

/// The API takes arrays of this length.
const BATCH: usize = 250;
/// Pauses between looks, in milliseconds.
const PAUSES: [u64; 7] = [500, 1000, 2000, 3000, 4000, 5000, 5000];
/// How often failed pictures are named one by one.
const NAMED: usize = 3;

impl Build<'_> {
    /// Wait a while for the pictures, longer when variants need them.
    pub(super) fn settle_media(&mut self, product: &mut Product) -> Result<(), Failure> {
        let needed = !product.is_complete() && self.plan.pictured() > 0;
        let looks = if needed { PAUSES.len() } else { 3 };
        for pause in PAUSES.into_iter().take(looks) {
            if !product.media.nodes.iter().any(Media::is_pending) {
                break;
            }
            if !self.shop.pace().wait(Duration::from_millis(pause)) {
                break;
            }
            self.shop.progress(60, "Shopify is fetching the pictures.");
            product.media.nodes = self.look_at_media(&product.id, product.media.nodes.len())?;
        }
        Ok(())
    }

    fn look_at_media(&self, id: &str, count: usize) -> Result<Vec<Media>, Failure> {
        struct Data {
            product: Option<Shown>,
        }
        reads!(Data { product = "product" });
        struct Shown {
            media: crate::wire::List<Media>,
        }
        reads!(Shown { media = "media" });
        let data: Data = self.shop.ask(&documents::media(), &json!({ "id": id, "first": count }))?;
        Ok(data.product.map(|shown| shown.media.nodes).unwrap_or_default())
    }

    /// Give variants their pictures, where the first write could not.
    pub(super) fn picture_variants(&mut self, product: &Product) -> Result<(), Failure> {
        if self.shape_has_variant_files() || self.plan.pictured() == 0 {
            return Ok(());
        }
        let plan = self.plan;
        if product.media.nodes.len() != plan.files.len() {
            self.warn("Pictures were not linked to variants: Shopify has not taken all of them.");
            return Ok(());
        }
        // The shop keeps the order in which the files were sent.
        let ready: HashMap<&str, &str> = plan
            .files
            .iter()
            .zip(&product.media.nodes)
            .filter(|(_, media)| media.status == "READY")
            .map(|(url, media)| (url.as_str(), media.id.as_str()))
            .collect();
        let ids: HashMap<&str, &str> = product
            .variants
            .nodes
            .iter()
            .filter_map(|variant| Some((variant.sku.as_deref()?, variant.id.as_str())))
            .collect();
        let linked: Vec<Value> = plan
            .rows
            .iter()
            .filter_map(|row| {
                let media = ready.get(row.image.as_deref()?)?;
                Some(json!({ "id": ids.get(row.key.as_str())?, "mediaId": media }))
            })
            .collect();
        let left_out = plan.pictured() - linked.len();
        for (at, batch) in linked.chunks(BATCH).enumerate() {
            let done = at * BATCH * 25 / linked.len().max(1);
            self.shop.progress(65 + u8::try_from(done).unwrap_or(25), "Linking pictures to variants.");
            self.link(&product.id, batch)?;
        }
        if left_out > 0 {
            self.warn(format!(
                "{left_out} variants have no picture of their own: Shopify could not fetch it in time."
            ));
        }
        Ok(())
    }

    fn link(&mut self, id: &str, batch: &[Value]) -> Result<(), Failure> {
        struct Data {
            product_variants_bulk_update: Option<Verdict>,
        }
        reads!(Data { product_variants_bulk_update = "productVariantsBulkUpdate" });
        let variables = json!({ "productId": id, "variants": batch });
        let data: Data = self.shop.ask(&documents::link_pictures(), &variables)?;
        let errors = data.product_variants_bulk_update.map(|payload| payload.user_errors).unwrap_or_default();
        if let Some(error) =
            errors.iter().find(|error| error.code.as_deref() == Some("PRODUCT_DOES_NOT_EXIST"))
        {
            return Err(trouble::of_user_errors(std::slice::from_ref(error)));
        }
        if let Some(error) = errors.first() {
            self.warn(format!(
                "{} variants have no picture of their own: {}.",
                errors.len(),
                shorten(error.message.trim_end_matches('.'), 200)
            ));
        }
        Ok(())
    }

    /// Whether the product as planned carries the pictures of variants in one request.
    fn shape_has_variant_files(&self) -> bool {
        let (rows, files) = (self.plan.rows.len(), self.plan.files.len());
        crate::cost::of_product_set(rows, files, self.plan.pictured()) <= crate::cost::CEILING
    }

    /// Say which pictures are not there.
    pub(super) fn look_over(&mut self, product: &Product) {
        let failed: Vec<(String, String)> = self
            .plan
            .files
            .iter()
            .zip(&product.media.nodes)
            .filter(|(_, media)| media.status == "FAILED")
            .map(|(url, media)| (url.clone(), reason(media)))
            .collect();
        for (url, reason) in failed.iter().take(NAMED) {
            self.warn(format!("Shopify could not take the picture {}: {reason}.", shorten(url, 200)));
        }
        if failed.len() > NAMED {
            self.warn(format!("{} more pictures could not be taken.", failed.len() - NAMED));
        }
        let pending = product.media.nodes.iter().filter(|media| media.is_pending()).count();
        if pending > 0 {
            self.warn(format!("Shopify is still fetching {pending} pictures."));
        }
    }
}

fn reason(media: &Media) -> String {
    match media.media_errors.first().map(|error| error.code.as_str()).unwrap_or_default() {
        "IMAGE_DOWNLOAD_FAILURE" => "its address did not answer".to_owned(),
        "INVALID_IMAGE_RESOLUTION" => "it has too many pixels".to_owned(),
        "INVALID_IMAGE_FILE_SIZE" => "its file is too large".to_owned(),
        "UNSUPPORTED_IMAGE_FILE_TYPE" => "its kind is not known".to_owned(),
        "FILE_STORAGE_LIMIT_EXCEEDED" => "the shop's storage is full".to_owned(),
        other => other.to_ascii_lowercase().replace('_', " "),
    }
}
