//! The pictures of variations: one upload per address, then the rest by number.

use serde_json::{Value, json};
use sourcepilot_sdk::Failure;

use super::Build;
use super::pictures::{Library, Upload, groups, host};
use super::variations::{CHUNK, Written, share};
use crate::trouble::Trouble;
use crate::wire::{BatchAnswer, Image, Variation};

/// Pictures per request: each item fails for itself here, so time is the limit.
const GROUP: usize = 5;

/// A variation and the address of its picture.
type Wish<'p> = (u64, &'p str);

impl<'a> Build<'a> {
    /// Give each variation its picture. `library` holds those of the product.
    pub(super) fn write_variation_pictures(
        &mut self,
        product_id: u64,
        variations: &[Written],
        mut library: Library,
    ) -> Result<(), Failure> {
        let plan = self.plan;
        let wishes: Vec<Wish<'a>> = variations
            .iter()
            .filter(|entry| !entry.has_picture)
            .filter_map(|entry| Some((entry.id, plan.rows[entry.row].image.as_deref()?)))
            .collect();
        let first = self.first_of_each(&wishes, &library);
        let mut done = 0;
        for group in groups(&first, GROUP, self.resumed) {
            self.shop.progress(share(70, 90, done, first.len()), "Fetching pictures of variants");
            self.upload_for_variations(product_id, group, &mut library)?;
            done += group.len();
        }
        let rest: Vec<(u64, u64)> = wishes
            .iter()
            .filter(|wish| !first.contains(wish))
            .filter_map(|(id, address)| Some((*id, *library.get(*address)?)))
            .collect();
        rest.chunks(CHUNK).try_for_each(|group| self.assign(product_id, group))
    }

    /// The first variation of each picture that is not in the shop yet.
    fn first_of_each<'p>(&mut self, wishes: &[Wish<'p>], library: &Library) -> Vec<Wish<'p>> {
        let mut first: Vec<Wish<'p>> = Vec::new();
        for (id, address) in wishes {
            if self.is_given_up(address) {
                self.leave_out(address);
            } else if !library.contains_key(*address) && !first.iter().any(|(_, other)| other == address) {
                first.push((*id, address));
            }
        }
        first
    }

    fn upload_for_variations(
        &mut self,
        product_id: u64,
        group: &[Wish<'a>],
        library: &mut Library,
    ) -> Result<(), Failure> {
        self.shop.ensure_wanted()?;
        let update: Vec<Value> = group
            .iter()
            .map(|(id, address)| {
                json!({ "id": id, "image": { "src": address, "name": self.picture_name(address) } })
            })
            .collect();
        let result = self.update_variations(product_id, &update);
        match (self.judge(result, group.len())?, group) {
            (Upload::Done(answer), _) if answer.update.len() == group.len() => {
                self.note_uploads(group, answer, library);
                Ok(())
            }
            (Upload::TooSlow, [(_, address), ..]) => self.give_up(product_id, address),
            (_, [(_, address)]) => {
                self.leave_out(address);
                Ok(())
            }
            (_, several) => {
                several.chunks(1).try_for_each(|alone| self.upload_for_variations(product_id, alone, library))
            }
        }
    }

    fn note_uploads(&mut self, group: &[Wish<'a>], answer: BatchAnswer, library: &mut Library) {
        for ((_, address), item) in group.iter().zip(answer.update) {
            match item {
                Ok(Some(Variation { image: Some(Image { id, .. }), .. })) if id != 0 => {
                    library.insert((*address).to_owned(), id);
                    self.fetched_from.insert(host(address));
                }
                _ => self.leave_out(address),
            }
        }
    }

    fn assign(&mut self, product_id: u64, group: &[(u64, u64)]) -> Result<(), Failure> {
        self.shop.ensure_wanted()?;
        let update: Vec<Value> =
            group.iter().map(|(id, image)| json!({ "id": id, "image": { "id": image } })).collect();
        let answer = self
            .update_variations(product_id, &update)
            .map_err(|trouble| self.shop.write_failure(trouble))?;
        let failed = answer.update.iter().filter(|item| item.is_err()).count();
        if failed > 0 {
            self.warn(format!("{failed} variants did not take their picture."));
        }
        Ok(())
    }

    fn update_variations(&self, product_id: u64, update: &[Value]) -> Result<BatchAnswer, Trouble> {
        self.shop.post(&format!("products/{product_id}/variations/batch"), &json!({ "update": update }))
    }
}
