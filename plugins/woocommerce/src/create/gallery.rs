//! The product's own pictures.

use serde_json::{Value, json};
use sourcepilot_sdk::Failure;

use super::Build;
use super::pictures::{Library, Upload, groups, host, is_from};
use super::variations::share;
use crate::wire::Product;

/// One picture that fails costs the others of its request a second download.
const GROUP: usize = 3;

/// The gallery while it grows.
struct Gallery {
    product_id: u64,
    /// What is in it, by the addresses of the plan.
    library: Library,
    /// What somebody else put into it.
    others: Vec<u64>,
}

impl<'a> Build<'a> {
    /// Write the product's own pictures.
    pub(super) fn write_gallery(&mut self, product: &Product) -> Result<Library, Failure> {
        let plan = self.plan;
        let mut gallery = Gallery { product_id: product.id, library: Library::new(), others: Vec::new() };
        for image in &product.images {
            match plan.gallery.iter().find(|address| is_from(image, address)) {
                Some(address) => {
                    gallery.library.insert(address.clone(), image.id);
                    self.fetched_from.insert(host(address));
                }
                None => gallery.others.push(image.id),
            }
        }
        let missing: Vec<&str> = plan
            .gallery
            .iter()
            .map(String::as_str)
            .filter(|address| !gallery.library.contains_key(*address))
            .collect();
        let (skipped, missing): (Vec<&str>, Vec<&str>) =
            missing.into_iter().partition(|address| self.is_given_up(address));
        skipped.into_iter().for_each(|address| self.leave_out(address));
        let mut done = 0;
        for group in groups(&missing, GROUP, self.resumed) {
            self.shop.progress(share(45, 70, done, missing.len()), "Fetching pictures");
            self.add_group(&mut gallery, group)?;
            done += group.len();
        }
        Ok(gallery.library)
    }

    fn add_group(&mut self, gallery: &mut Gallery, group: &[&'a str]) -> Result<(), Failure> {
        match (self.add(gallery, group)?, group) {
            (Upload::Done(()), _) => {
                self.fetched_from.extend(group.iter().map(|address| host(address)));
                Ok(())
            }
            (Upload::Rejected, [address]) => {
                self.leave_out(address);
                Ok(())
            }
            (Upload::TooSlow, [address, ..]) => self.give_up(gallery.product_id, address),
            (_, several) => several.chunks(1).try_for_each(|alone| self.add_group(gallery, alone)),
        }
    }

    fn add(&self, gallery: &mut Gallery, group: &[&str]) -> Result<Upload<()>, Failure> {
        self.shop.ensure_wanted()?;
        let mut images: Vec<Value> = Vec::new();
        for address in &self.plan.gallery {
            if let Some(id) = gallery.library.get(address) {
                images.push(json!({ "id": id }));
            } else if group.contains(&address.as_str()) {
                images.push(json!({ "src": address, "name": self.picture_name(address) }));
            }
        }
        images.extend(gallery.others.iter().map(|id| json!({ "id": id })));
        let path = format!("products/{}", gallery.product_id);
        let result = self.shop.put::<Product>(&path, &json!({ "images": images }));
        let product = match self.judge(result, group.len())? {
            Upload::Done(product) => product,
            Upload::Rejected => return Ok(Upload::Rejected),
            Upload::TooSlow => return Ok(Upload::TooSlow),
        };
        for address in group {
            if let Some(image) = product.images.iter().find(|image| is_from(image, address)) {
                gallery.library.insert((*address).to_owned(), image.id);
            }
        }
        let all_there = group.iter().all(|address| gallery.library.contains_key(*address));
        Ok(if all_there { Upload::Done(()) } else { Upload::Rejected })
    }
}
