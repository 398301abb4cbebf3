//! What delivery costs, as far as it can be believed.

use rust_decimal::Decimal;
use sourcepilot_domain::Money;
use sourcepilot_domain::product::ShippingQuote;

use super::{plain, prices};

const NAME: usize = 100;
/// Days; goods that travel longer are lost.
const LONGEST: u32 = 365;

/// A quote without what cannot be; `None` when nothing is left to call it by.
pub(super) fn take_in(quote: ShippingQuote) -> Option<ShippingQuote> {
    let ShippingQuote { service, label, cost, min_days, max_days, ships_from, tracked } = quote;
    let (service, label) = (plain(&service, NAME), plain(&label, NAME));
    let days = |days: Option<u32>| days.filter(|days| *days <= LONGEST);
    let (min_days, max_days) = match (days(min_days), days(max_days)) {
        (Some(min), Some(max)) if min > max => (Some(max), Some(min)),
        days => days,
    };
    (!service.is_empty() || !label.is_empty()).then(|| ShippingQuote {
        service,
        label,
        cost: cost.filter(is_believable),
        min_days,
        max_days,
        ships_from: ships_from.map(|name| plain(&name, NAME)).filter(|name| !name.is_empty()),
        tracked,
    })
}

/// Free delivery is an amount of nothing, and usual.
pub(super) fn is_believable(cost: &Money) -> bool {
    cost.amount >= Decimal::ZERO && cost.amount <= prices::highest(cost.currency)
}
