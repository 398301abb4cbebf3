//! What a shop connector implements.

use crate::{
    Account, Call, Context, Filter, Listing, ProductPage, ProductState, RemoteProduct, Result, Status,
    VariantChange, VariantState, bindings,
};

/// Putting products into a shop. The functions have no `self`: each call runs in an
/// instance of its own.
pub trait Store {
    /// Makes the product that belongs to `key`. Safe to repeat: a second call with
    /// the same key finishes what the first began and never makes a second product.
    /// What was written is read back before it is reported.
    ///
    /// # Errors
    /// `invalid-input` before anything is written; otherwise with an
    /// [`Effect`](crate::Effect) that says whether something may have been.
    fn create(call: &Call, key: &str, listing: Listing) -> Result<RemoteProduct>;

    /// The product that was made with `key`, if it exists. The host asks after every
    /// outcome that it cannot be sure of.
    ///
    /// # Errors
    /// Failures of the requests. Absence is `Ok(None)`.
    fn find_by_key(call: &Call, key: &str) -> Result<Option<RemoteProduct>>;

    /// Whether the connected shop can be used, writing included.
    ///
    /// # Errors
    /// `auth-required` for bad keys, `forbidden` for keys that may only read.
    fn check(call: &Call) -> Result<Account>;
}

/// Looking after products that we made (feature `upkeep`).
pub trait Upkeep: Store {
    /// How the product is now.
    ///
    /// # Errors
    /// `not-found` when it is gone.
    fn read(call: &Call, product_id: &str) -> Result<ProductState>;

    /// Changes prices and stock: one result per change, in the same order.
    ///
    /// # Errors
    /// What concerns all of them.
    fn change_variants(
        call: &Call,
        product_id: &str,
        changes: Vec<VariantChange>,
    ) -> Result<Vec<Result<VariantState>>>;

    /// Shows the product to buyers or hides it.
    ///
    /// # Errors
    /// `not-found` when it is gone.
    fn set_status(call: &Call, product_id: &str, status: Status) -> Result<()>;

    /// Removes a product that carries `key`.
    ///
    /// # Errors
    /// `forbidden` for a product that does not carry it.
    fn remove(call: &Call, product_id: &str, key: &str) -> Result<()>;
}

/// Reading what stands in the shop, whoever put it there (feature `browse`).
pub trait Browse: Store {
    /// One page of products.
    ///
    /// # Errors
    /// `unsupported` for a filter that the shop cannot answer; failures of the
    /// requests. No products is an empty page.
    fn list_products(call: &Call, filter: Filter) -> Result<ProductPage>;
}

/// Warnings that the host takes at once.
const MOST_WARNINGS: usize = 100;
/// Characters of one; the host takes twice as many.
const LONGEST_WARNING: usize = 500;

/// A report that the host takes: the product exists by now, and refusing the report
/// because of too many or too long warnings would lose it.
fn bounded(mut product: RemoteProduct) -> RemoteProduct {
    let more = product.warnings.len().saturating_sub(MOST_WARNINGS);
    if more > 0 {
        product.warnings.truncate(MOST_WARNINGS - 1);
        product.warnings.push(format!("There are {} more remarks like these.", more + 1));
    }
    for warning in &mut product.warnings {
        if let Some((end, _)) = warning.char_indices().nth(LONGEST_WARNING) {
            warning.truncate(end);
            warning.push('…');
        }
    }
    product
}

impl<T: Browse> bindings::browse::Guest for T {
    fn list_products(context: Context, filter: Filter) -> Result<ProductPage> {
        <T as Browse>::list_products(&Call::from_host(context), filter)
    }
}

impl<T: Store> bindings::listings::Guest for T {
    fn create(context: Context, key: String, listing: Listing) -> Result<RemoteProduct> {
        <T as Store>::create(&Call::from_host(context), &key, listing).map(bounded)
    }
    fn find_by_key(context: Context, key: String) -> Result<Option<RemoteProduct>> {
        Ok(<T as Store>::find_by_key(&Call::from_host(context), &key)?.map(bounded))
    }
}

impl<T: Upkeep> bindings::upkeep::Guest for T {
    fn read(context: Context, product_id: String) -> Result<ProductState> {
        <T as Upkeep>::read(&Call::from_host(context), &product_id)
    }
    fn change_variants(
        context: Context,
        product_id: String,
        changes: Vec<VariantChange>,
    ) -> Result<Vec<Result<VariantState>>> {
        <T as Upkeep>::change_variants(&Call::from_host(context), &product_id, changes)
    }
    fn set_status(context: Context, product_id: String, status: Status) -> Result<()> {
        <T as Upkeep>::set_status(&Call::from_host(context), &product_id, status)
    }
    fn remove(context: Context, product_id: String, key: String) -> Result<()> {
        <T as Upkeep>::remove(&Call::from_host(context), &product_id, &key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warned(warnings: Vec<String>) -> Vec<String> {
        let product = RemoteProduct {
            id: "1".to_owned(),
            url: None,
            admin_url: None,
            variants: Vec::new(),
            warnings,
            extra: Vec::new(),
        };
        bounded(product).warnings
    }

    #[test]
    fn a_report_is_never_refused_because_of_its_warnings() {
        let few = vec!["one".to_owned(), "ü".repeat(LONGEST_WARNING)];
        assert_eq!(warned(few.clone()), few);
        let many = warned((0..250).map(|number| number.to_string()).collect());
        assert_eq!((many.len(), many[98].as_str()), (100, "98"));
        assert_eq!(many[99], "There are 151 more remarks like these.");
        let long = warned(vec!["ü".repeat(LONGEST_WARNING + 1)]);
        assert_eq!((long[0].chars().count(), long[0].ends_with("ü…")), (LONGEST_WARNING + 1, true));
    }
}
