//! Pictures. The shop downloads each of them while we wait, and refuses the whole
//! request when one fails: so few at a time, and what fails is left out with a
//! warning. The name of a picture carries the key and a fingerprint of its
//! address, so a later run knows what is there: the shop itself would download
//! the same address again.
//!
//! A picture that lets a request run out of time ends the run, because the shop
//! is still at work on it and would overwrite what is written meanwhile. The next
//! run tries the suspects one by one, and notes the slow one in the shop, so that
//! the run after that goes on without it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sourcepilot_sdk::{Effect, ErrorKind, Failure};

use super::{Build, SETTLE};
use crate::text::{fingerprint, shorten};
use crate::trouble::Trouble;
use crate::wire::{Image, META_LEFT_OUT, Product};

/// Addresses and the numbers of the pictures made from them.
pub(super) type Library = BTreeMap<String, u64>;

/// Whether the picture was made from this address by us. WordPress rewrites
/// names a little, so only the fingerprint at the end is compared.
pub(super) fn is_from(image: &Image, address: &str) -> bool {
    image.id != 0 && image.name.ends_with(&fingerprint(address))
}

/// Fingerprints of the pictures that earlier runs gave up.
pub(super) fn given_up(product: &Product) -> BTreeSet<String> {
    let list = product.meta(META_LEFT_OUT).unwrap_or_default();
    list.split_whitespace().map(str::to_owned).collect()
}

/// How a request with pictures went.
pub(super) enum Upload<T> {
    Done(T),
    /// The shop refused a picture.
    Rejected,
    /// A single picture that has had its second chance.
    TooSlow,
}

/// What is uploaded in one request: the first few one by one when an earlier run
/// ended here, the others in groups.
pub(super) fn groups<T>(all: &[T], size: usize, resumed: bool) -> impl Iterator<Item = &[T]> {
    let suspects = if resumed { size.min(all.len()) } else { 0 };
    let (alone, rest) = all.split_at(suspects);
    alone.chunks(1).chain(rest.chunks(size))
}

impl Build<'_> {
    pub(super) fn picture_name(&self, address: &str) -> String {
        format!("{}-{}", self.plan.key, fingerprint(address))
    }

    pub(super) fn is_given_up(&self, address: &str) -> bool {
        self.given_up.contains(&fingerprint(address))
    }

    /// Judge a request that made the shop download so many pictures.
    pub(super) fn judge<T>(&self, result: Result<T, Trouble>, count: usize) -> Result<Upload<T>, Failure> {
        let trouble = match result {
            Ok(answer) => return Ok(Upload::Done(answer)),
            Err(trouble) => trouble,
        };
        let rejected = match &trouble {
            Trouble::Refused(refusal) => is_picture_error(&refusal.error.code) || refusal.status == 500,
            Trouble::Page { status, .. } => *status == 500,
            _ => false,
        };
        let slow = match &trouble {
            Trouble::Page { status, .. } => matches!(status, 504 | 524),
            Trouble::Transport(failure) => failure.kind == ErrorKind::Timeout,
            _ => false,
        };
        if rejected {
            Ok(Upload::Rejected)
        } else if slow && self.resumed && count == 1 {
            Ok(Upload::TooSlow)
        } else {
            Err(self.shop.write_failure(trouble))
        }
    }

    pub(super) fn leave_out(&mut self, address: &str) {
        let address = shorten(address, 300);
        self.warn(format!("The picture {address} was left out: the shop could not fetch or read it."));
    }

    /// Note that a picture is too slow, or every picture of its host when none has
    /// come from there yet, and end the run. Should it arrive after all, the next
    /// run finds it.
    pub(super) fn give_up<T>(&mut self, product_id: u64, address: &str) -> Result<T, Failure> {
        let plan = self.plan;
        self.given_up.insert(fingerprint(address));
        if !self.fetched_from.contains(host(address)) {
            let all = plan.gallery.iter().chain(plan.rows.iter().filter_map(|row| row.image.as_ref()));
            let silent = all.filter(|other| host(other) == host(address));
            self.given_up.extend(silent.map(|other| fingerprint(other)));
        }
        let list: Vec<&str> = self.given_up.iter().map(String::as_str).collect();
        let body = json!({ "meta_data": [{ "key": META_LEFT_OUT, "value": list.join(" ") }] });
        self.put_product(product_id, &body)?;
        Err(Failure::timeout("The shop takes too long to fetch a picture; the rest is done without it.")
            .with_code("slow-picture")
            .retry_after(SETTLE)
            .effect(Effect::Unknown))
    }
}

/// The host that a picture comes from.
pub(super) fn host(address: &str) -> &str {
    address.split('/').nth(2).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn suspects_go_alone() {
        let sizes = |resumed| groups(&[0; 8], 3, resumed).map(<[i32]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(false), [3, 3, 2]);
        assert_eq!(sizes(true), [1, 1, 1, 3, 2]);
        assert_eq!(groups(&[0; 2], 3, true).count(), 2);
    }
}
