//! Prices of a service that has no method for many.

use crate::{Call, ErrorKind, Failure, ProductRef, Quote, Result};

/// Ask for one price after the other. What would meet every product ends the batch, and
/// so does the call's time: what is known by then is answered, and beyond the deadline all
/// of it would be lost.
///
/// # Errors
/// What would meet every product, when nothing was answered yet: the host may renew the
/// token and ask again.
pub fn one_by_one(
    call: &Call,
    references: &[ProductRef],
    price: impl Fn(&ProductRef) -> Result<Quote>,
) -> Result<Vec<Result<Quote>>> {
    let mut results: Vec<Result<Quote>> = Vec::with_capacity(references.len());
    let mut stopped: Option<Failure> = None;
    for reference in references {
        if stopped.is_none() && !results.is_empty() && call.is_late() {
            stopped = Some(late());
        }
        if let Some(failure) = &stopped {
            results.push(Err(failure.clone()));
            continue;
        }
        let result = price(reference);
        if let Err(failure) = &result
            && concerns_all(failure)
        {
            if results.is_empty() {
                return Err(failure.clone());
            }
            stopped = Some(failure.clone());
        }
        results.push(result);
    }
    Ok(results)
}

fn late() -> Failure {
    Failure::timeout("There was no time left to ask for this price; it is asked for again later.")
}

/// Whether the next product would meet the same failure.
fn concerns_all(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        ErrorKind::AuthRequired
            | ErrorKind::Forbidden
            | ErrorKind::RateLimited
            | ErrorKind::QuotaExhausted
            | ErrorKind::Timeout
    )
}
