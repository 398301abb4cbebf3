//! Pictures. The shop downloads each of them while we wait, and refuses the whole
//! request when one fails: so few at a time, and what fails is left out with a
//! warning. The name of a picture carries the key and a fingerprint of its
//! address, so a later run knows what is there: the shop itself would download
//! the same address again.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sourcepilot_sdk::{ErrorKind, Failure};

use super::Build;
use super::variations::{CHUNK, Written, share};
use crate::text::{fingerprint, shorten};
use crate::trouble::Trouble;
use crate::wire::{BatchAnswer, Image, Product, Variation};

/// Pictures per request of the first run.
const GROUP: usize = 3;

/// Addresses and the numbers of the pictures made from them.
pub(super) type Library = BTreeMap<String, u64>;

/// Whether the picture was made from this address by us. WordPress rewrites
/// names a little, so only the fingerprint at the end is compared.
pub(super) fn is_from(image: &Image, address: &str) -> bool {
    image.id != 0 && image.name.ends_with(&fingerprint(address))
}

/// How a request with pictures went.
enum Upload<T> {
    Done(T),
    /// A picture is at fault.
    Rejected,
}

impl Build<'_> {
    fn picture_name(&self, address: &str) -> String {
        format!("{}-{}", self.plan.key, fingerprint(address))
    }

    fn group_size(&self) -> usize {
        if self.resumed { 1 } else { GROUP }
    }

    /// A request that makes the shop download. In the second run a picture that
    /// takes too long is given up like one that does not exist.
    fn upload<T>(&self, result: Result<T, Trouble>) -> Result<Upload<T>, Failure> {
        let trouble = match result {
            Ok(answer) => return Ok(Upload::Done(answer)),
            Err(trouble) => trouble,
        };
        let failed_inside = match &trouble {
            Trouble::Refused(refusal) => is_picture_error(&refusal.error.code) || refusal.status == 500,
            Trouble::Page { status, .. } => *status == 500 || (self.resumed && matches!(status, 504 | 524)),
            Trouble::Transport(failure) => self.resumed && failure.kind == ErrorKind::Timeout,
            Trouble::Moved { .. } => false,
        };
        if failed_inside { Ok(Upload::Rejected) } else { Err(self.shop.write_failure(trouble)) }
    }

    fn warn_of_picture(&mut self, address: &str) {
        let address = shorten(address, 300);
        self.warn(format!("The picture {address} was left out: the shop could not fetch or read it."));
    }

    /// Write the product's own pictures.
    pub(super) fn write_gallery(&mut self, product: &Product) -> Result<Library, Failure> {
        let mut library = Library::new();
        let mut others: Vec<u64> = Vec::new();
        for image in &product.images {
            let known = self.plan.gallery.iter().find(|address| is_from(image, address));
            match known {
                Some(address) => {
                    library.insert(address.clone(), image.id);
                }
                None => others.push(image.id),
            }
        }
        let missing: Vec<String> =
            self.plan.gallery.iter().filter(|address| !library.contains_key(*address)).cloned().collect();
        for (done, group) in missing.chunks(self.group_size()).enumerate() {
            self.shop.progress(share(45, 70, done * GROUP, missing.len()), "Fetching pictures");
            if !self.add_to_gallery(product.id, group, &mut library, &others)? {
                self.add_one_by_one(product.id, group, &mut library, &others)?;
            }
        }
        Ok(library)
    }

    fn add_one_by_one(
        &mut self,
        product_id: u64,
        group: &[String],
        library: &mut Library,
        others: &[u64],
    ) -> Result<(), Failure> {
        for address in group {
            let alone = std::slice::from_ref(address);
            let added = group.len() > 1 && self.add_to_gallery(product_id, alone, library, others)?;
            if !added {
                self.warn_of_picture(address);
            }
        }
        Ok(())
    }

    /// False when a picture of the group is at fault.
    fn add_to_gallery(
        &self,
        product_id: u64,
        group: &[String],
        library: &mut Library,
        others: &[u64],
    ) -> Result<bool, Failure> {
        self.shop.ensure_wanted()?;
        let mut images: Vec<Value> = Vec::new();
        for address in &self.plan.gallery {
            if let Some(id) = library.get(address) {
                images.push(json!({ "id": id }));
            } else if group.contains(address) {
                images.push(json!({ "src": address, "name": self.picture_name(address) }));
            }
        }
        images.extend(others.iter().map(|id| json!({ "id": id })));
        let result =
            self.shop.put::<Product>(&format!("products/{product_id}"), &json!({ "images": images }));
        let Upload::Done(product) = self.upload(result)? else { return Ok(false) };
        for address in group {
            if let Some(image) = product.images.iter().find(|image| is_from(image, address)) {
                library.insert(address.clone(), image.id);
            }
        }
        Ok(group.iter().all(|address| library.contains_key(address)))
    }

    /// Give each variation its picture: one upload per address, then the rest by
    /// number.
    pub(super) fn write_variation_pictures(
        &mut self,
        product_id: u64,
        variations: &[Written],
        mut library: Library,
    ) -> Result<(), Failure> {
        let plan = self.plan;
        let wanting: Vec<(u64, &str)> = variations
            .iter()
            .filter(|entry| !entry.has_picture)
            .filter_map(|entry| Some((entry.id, plan.rows[entry.row].image.as_deref()?)))
            .collect();
        let mut first: Vec<(u64, &str)> = Vec::new();
        for (id, address) in &wanting {
            if !library.contains_key(*address) && !first.iter().any(|(_, other)| other == address) {
                first.push((*id, address));
            }
        }
        for (done, group) in first.chunks(self.group_size()).enumerate() {
            self.shop.progress(share(70, 90, done * GROUP, first.len()), "Fetching pictures of variants");
            self.upload_for_variations(product_id, group, &mut library)?;
        }
        let rest: Vec<(u64, u64)> = wanting
            .iter()
            .filter(|(id, address)| !first.contains(&(*id, *address)))
            .filter_map(|(id, address)| Some((*id, *library.get(*address)?)))
            .collect();
        for group in rest.chunks(CHUNK) {
            self.assign(product_id, group)?;
        }
        Ok(())
    }

    fn upload_for_variations(
        &mut self,
        product_id: u64,
        group: &[(u64, &str)],
        library: &mut Library,
    ) -> Result<(), Failure> {
        self.shop.ensure_wanted()?;
        let update: Vec<Value> = group
            .iter()
            .map(|(id, address)| {
                json!({ "id": id, "image": { "src": address, "name": self.picture_name(address) } })
            })
            .collect();
        let result = self.update_batch(product_id, &update);
        let answer = match self.upload(result)? {
            Upload::Done(answer) if answer.update.len() == group.len() => answer,
            _ if group.len() > 1 => {
                for single in group {
                    self.upload_for_variations(product_id, std::slice::from_ref(single), library)?;
                }
                return Ok(());
            }
            _ => {
                self.warn_of_picture(group[0].1);
                return Ok(());
            }
        };
        for ((_, address), item) in group.iter().zip(answer.update) {
            match item {
                Ok(Some(Variation { image: Some(Image { id, .. }), .. })) if id != 0 => {
                    library.insert((*address).to_owned(), id);
                }
                _ => self.warn_of_picture(address),
            }
        }
        Ok(())
    }

    fn assign(&mut self, product_id: u64, group: &[(u64, u64)]) -> Result<(), Failure> {
        self.shop.ensure_wanted()?;
        let update: Vec<Value> =
            group.iter().map(|(id, image)| json!({ "id": id, "image": { "id": image } })).collect();
        let answer =
            self.update_batch(product_id, &update).map_err(|trouble| self.shop.write_failure(trouble))?;
        let failed = answer.update.iter().filter(|item| item.is_err()).count();
        if failed > 0 {
            self.warn(format!("{failed} variants did not take their picture."));
        }
        Ok(())
    }

    fn update_batch(&self, product_id: u64, update: &[Value]) -> Result<BatchAnswer, Trouble> {
        self.shop.post(&format!("products/{product_id}/variations/batch"), &json!({ "update": update }))
    }
}

fn is_picture_error(code: &str) -> bool {
    matches!(
        code,
        "woocommerce_product_image_upload_error"
            | "woocommerce_product_invalid_image_id"
            | "woocommerce_variation_image_upload_error"
            | "woocommerce_variation_invalid_image_id"
    )
}
