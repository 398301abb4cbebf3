//! The variations of a variable product: missing ones are created, those of an
//! earlier run brought up to date, in batches that a slow shop can finish.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sourcepilot_sdk::{Effect, ErrorKind, Failure};

use super::Build;
use super::pictures::is_from;
use crate::body;
use crate::plan::Row;
use crate::session::Shop;
use crate::text::shorten;
use crate::trouble::{Refusal, Trouble};
use crate::wire::{BatchAnswer, BatchItem, ErrorBody, VARIATION_FIELDS, Variation};

/// Shared hosts end a request after thirty seconds, and a variation takes a
/// good fraction of a second there.
pub(crate) const CHUNK: usize = 25;
const PAGE: usize = 100;
/// Beyond any product; ends a loop over a shop that ignores the page number.
const MAX_PAGES: usize = 20;

/// A variation that is in the shop.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// Its place in the plan.
    pub(crate) row: usize,
    pub(crate) id: u64,
    /// Whether it has its picture, from an earlier run.
    pub(crate) has_picture: bool,
}

/// Every variation of a product.
///
/// # Errors
/// When the shop does not answer them.
pub(crate) fn list(shop: &Shop<'_>, product_id: u64) -> Result<Vec<Variation>, Failure> {
    let path = format!("products/{product_id}/variations");
    let mut all: Vec<Variation> = Vec::new();
    for page in 1..=MAX_PAGES {
        let page = page.to_string();
        let query = [
            ("per_page", "100"),
            ("page", page.as_str()),
            ("orderby", "id"),
            ("order", "asc"),
            ("_fields", VARIATION_FIELDS),
        ];
        let found: Vec<Variation> = shop.get(&path, &query).map_err(|trouble| shop.read_failure(trouble))?;
        let last = found.len() < PAGE;
        all.extend(found);
        if last {
            break;
        }
    }
    Ok(all)
}

/// What one batch shall write: rows of the plan, with the id of those that exist.
type Task = (usize, Option<u64>);

impl Build<'_> {
    /// Bring every variation of the plan into the shop.
    pub(super) fn write_variations(&mut self, product_id: u64) -> Result<Vec<Written>, Failure> {
        let existing = if self.resumed { list(self.shop, product_id)? } else { Vec::new() };
        let by_sku: BTreeMap<String, &Variation> =
            existing.iter().map(|variation| (variation.sku.to_lowercase(), variation)).collect();
        let tasks: Vec<Task> = self
            .plan
            .rows
            .iter()
            .enumerate()
            .map(|(row, planned)| (row, by_sku.get(&planned.key.to_lowercase()).map(|found| found.id)))
            .collect();
        let mut written = Vec::with_capacity(tasks.len());
        for (done, chunk) in tasks.chunks(CHUNK).enumerate() {
            self.shop.progress(share(10, 45, done * CHUNK, tasks.len()), "Writing the variants");
            self.write_chunk(product_id, chunk, true, &mut written)?;
        }
        for entry in &mut written {
            let found = existing.iter().find(|variation| variation.id == entry.id);
            entry.has_picture = found.is_some_and(|found| self.has_picture(entry.row, found));
        }
        self.warn_of_strangers(&existing, &written);
        written.sort_by_key(|entry| entry.row);
        Ok(written)
    }

    /// A variation without a picture of its own shows the product's.
    fn has_picture(&self, row: usize, variation: &Variation) -> bool {
        match (&self.plan.rows[row].image, &variation.image) {
            (Some(address), Some(image)) => is_from(image, address),
            _ => false,
        }
    }

    fn warn_of_strangers(&mut self, existing: &[Variation], written: &[Written]) {
        let strangers =
            existing.iter().filter(|found| !written.iter().any(|entry| entry.id == found.id)).count();
        if strangers > 0 {
            self.warn(format!("The product has {strangers} variants that are not part of this import."));
        }
    }

    fn write_chunk(
        &mut self,
        product_id: u64,
        tasks: &[Task],
        with_barcodes: bool,
        written: &mut Vec<Written>,
    ) -> Result<(), Failure> {
        self.shop.ensure_wanted()?;
        let path = format!("products/{product_id}/variations/batch");
        let answer: BatchAnswer = match self.shop.post(&path, &self.batch_body(tasks, with_barcodes)) {
            Ok(answer) => answer,
            Err(Trouble::Refused(refusal)) if is_too_large(&refusal) && tasks.len() > 1 => {
                let (first, second) = tasks.split_at(tasks.len() / 2);
                self.write_chunk(product_id, first, with_barcodes, written)?;
                return self.write_chunk(product_id, second, with_barcodes, written);
            }
            Err(trouble) => return Err(self.shop.write_failure(trouble)),
        };
        let mut again = Vec::new();
        for (task, item) in pair(tasks, answer)? {
            let row = &self.plan.rows[task.0];
            match item {
                Ok(variation) => written.push(self.check(task.0, variation)?),
                Err(error) if error.code == "product_invalid_global_unique_id" && with_barcodes => {
                    let warning = format!(
                        "The barcode of “{}” was left out: another product in the shop has it.",
                        row.key
                    );
                    self.warn(warning);
                    again.push(task);
                }
                Err(error) => return Err(refused(row, *error)),
            }
        }
        if again.is_empty() { Ok(()) } else { self.write_chunk(product_id, &again, false, written) }
    }

    fn batch_body(&self, tasks: &[Task], with_barcodes: bool) -> Value {
        let (mut create, mut update) = (Vec::new(), Vec::new());
        for (row, id) in tasks {
            let mut item: Map<String, Value> =
                body::variation(self.plan, &self.plan.rows[*row], self.facts, with_barcodes);
            match id {
                Some(id) => {
                    item.remove("sku");
                    item.insert("id".into(), json!(id));
                    update.push(item);
                }
                None => create.push(item),
            }
        }
        json!({ "create": create, "update": update })
    }

    /// The shop answers 201 even when it dropped a price or a choice.
    fn check(&self, row: usize, variation: Option<Variation>) -> Result<Written, Failure> {
        let planned = &self.plan.rows[row];
        let variation = variation.filter(|variation| variation.id != 0).ok_or_else(|| {
            Failure::upstream_changed("The shop wrote a variant but did not say which.")
                .effect(Effect::Applied)
        })?;
        let prices = planned.prices(self.facts.decimals);
        if !prices.are(&variation.regular_price, &variation.sale_price) {
            return Err(wrong_price(&planned.key, &prices.regular, &variation.regular_price));
        }
        if variation.choice.len() != self.plan.axes.len() {
            return Err(Failure::upstream_changed(format!(
                "The shop kept {} of the {} choices of the variant “{}”.",
                variation.choice.len(),
                self.plan.axes.len(),
                planned.key
            ))
            .effect(Effect::Applied));
        }
        Ok(Written { row, id: variation.id, has_picture: false })
    }
}

/// A price that the shop changed behind an answer that looks like success.
pub(crate) fn wrong_price(key: &str, sent: &str, kept: &str) -> Failure {
    Failure::upstream_changed(format!(
        "The shop keeps another price for “{key}” than it was given ({} instead of {sent}). Look at the \
         product in the shop before it is sold.",
        if kept.is_empty() { "none" } else { shorten(kept, 30) }
    ))
    .with_code("price-mismatch")
    .effect(Effect::Applied)
}

fn refused(row: &Row, error: ErrorBody) -> Failure {
    let resource = error.resource_id;
    let sku_taken = error.code == "product_invalid_sku";
    let failure = Trouble::item(error).into_failure(true, true);
    let message = if sku_taken {
        format!(
            "Another product of the shop (number {}) has the SKU {} of a variant. Change or remove it there, \
             then import again.",
            resource.unwrap_or_default(),
            row.key
        )
    } else {
        format!("The variant “{}” was refused. {}", row.key, failure.message)
    };
    let kind = if sku_taken { ErrorKind::Conflict } else { failure.kind };
    let code = failure.code.unwrap_or_default();
    Failure::new(kind, message).with_code(code).effect(Effect::Applied)
}

fn is_too_large(refusal: &Refusal) -> bool {
    refusal.status == 413 || refusal.error.code == "woocommerce_rest_request_entity_too_large"
}

/// The tasks with their items: the answer keeps the order of each list sent.
fn pair(tasks: &[Task], answer: BatchAnswer) -> Result<Vec<(Task, BatchItem)>, Failure> {
    let (update, create): (Vec<Task>, Vec<Task>) = tasks.iter().partition(|(_, id)| id.is_some());
    if answer.create.len() != create.len() || answer.update.len() != update.len() {
        return Err(Failure::upstream_changed(
            "The shop answered another number of variants than were sent.",
        )
        .effect(Effect::Unknown));
    }
    let created = create.into_iter().zip(answer.create);
    Ok(created.chain(update.into_iter().zip(answer.update)).collect())
}

/// The part of the way from one percentage to another.
pub(crate) fn share(from: usize, to: usize, done: usize, total: usize) -> u8 {
    let percent = from + (to - from) * done.min(total) / total.max(1);
    u8::try_from(percent).unwrap_or(100)
}
