//! Whether something can be bought, in the words of schema.org and of shops.

use sourcepilot_sdk::Availability;

use crate::json_ld::last_part;

/// Reads `https://schema.org/InStock`, `in stock`, `oos` and their kin.
pub(crate) fn read(text: &str) -> Option<Availability> {
    let word: String = last_part(text).chars().filter(char::is_ascii_alphanumeric).collect();
    match word.to_ascii_lowercase().as_str() {
        "instock"
        | "limitedavailability"
        | "onlineonly"
        | "preorder"
        | "presale"
        | "backorder"
        | "madetoorder"
        | "available"
        | "availablefororder"
        | "true" => Some(Availability::Available),
        "outofstock" | "soldout" | "oos" | "reserved" | "instoreonly" | "pending" | "false" => {
            Some(Availability::SoldOut)
        }
        "discontinued" => Some(Availability::Discontinued),
        _ => None,
    }
}
