//! Ids that stand for a fault or an odd shape instead of an ordinary product.
//!
//! They lie between 1005009999000000 and 1005009999000999; the last digits of
//! the documented error numbers are those numbers.

const BASE: u64 = 1_005_009_999_000_000;

/// What is odd about a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    NotFound,
    NotFoundByGateway,
    NotInCountry,
    NotInCountryByGateway,
    OnlyInUnitedStates,
    SystemError,
    TwiceSystemError,
    RateLimited,
    ServerError,
    Unavailable,
    HtmlPage,
    Truncated,
    Slow,
    Dropped,
    Redirected,
    HugeAnswer,
    TokenRefused,
    Offline,
    UnknownStatus,
    SoldOut,
    HundredVariants,
    SingleVariant,
    MovingPrice,
    FreeShipping,
    NotDeliverable,
    HostileDescription,
    HostileImage,
    NoImages,
    AbsurdPrice,
    ZeroPrice,
    NegativePrice,
    NoPrice,
    Streamlined,
    LoneObjects,
    NumbersAsText,
    WrongCurrency,
    QuotedNumbers,
    EmptySkus,
    DuplicateSkus,
    ShipsFromSeveral,
    ImportCharges,
    OddTitle,
    MissingParts,
}

/// One reserved id.
#[derive(Clone, Copy, Debug)]
pub struct Special {
    /// The product's id.
    pub id: u64,
    /// What happens with it.
    pub what: &'static str,
    pub(crate) oddity: Oddity,
}

macro_rules! specials {
    ($($number:literal $name:ident $oddity:ident $what:literal;)*) => {
        $(#[doc = $what] pub const $name: u64 = BASE + $number;)*
        /// All reserved ids.
        pub const ALL: &[Special] = &[$(Special { id: $name, what: $what, oddity: Oddity::$oddity }),*];
    };
}

specials! {
    605 NOT_FOUND NotFound "Unknown or removed: business code 605.";
    606 NOT_FOUND_BY_GATEWAY NotFoundByGateway "Unknown or removed: 605 as an error of the gateway.";
    602 NOT_IN_COUNTRY NotInCountry "Not sold to any country: business code 602.";
    603 NOT_IN_COUNTRY_BY_GATEWAY NotInCountryByGateway "Not sold to any country: 602 as an error of the gateway.";
    601 ONLY_IN_UNITED_STATES OnlyInUnitedStates "Sold to the United States only; 602 elsewhere.";
    404 SYSTEM_ERROR SystemError "Their fault with a misleading number: 404 System Error.";
    405 TWICE_SYSTEM_ERROR TwiceSystemError "404 System Error twice, then an ordinary answer, and so on.";
    429 RATE_LIMITED RateLimited "Always throttled: ApiCallLimit with a ban of 1 second.";
    500 SERVER_ERROR ServerError "HTTP status 500 with a page.";
    503 UNAVAILABLE Unavailable "ServiceUnavailable as an error of the gateway.";
    700 HTML_PAGE HtmlPage "HTTP status 200 with a page instead of JSON.";
    701 TRUNCATED Truncated "An answer that breaks off in the middle.";
    702 SLOW Slow "An answer that takes long.";
    703 DROPPED Dropped "The connection is cut without an answer.";
    704 REDIRECTED Redirected "A redirect to a private address.";
    705 HUGE_ANSWER HugeAnswer "An answer of 64 MiB.";
    401 TOKEN_REFUSED TokenRefused "IllegalAccessToken whatever the token.";
    100 OFFLINE Offline "No longer sold: status offline.";
    101 UNKNOWN_STATUS UnknownStatus "A status that no document names.";
    102 SOLD_OUT SoldOut "On sale, but the stock of all variants is 0.";
    103 HUNDRED_VARIANTS HundredVariants "100 variants, each with its own picture.";
    104 SINGLE_VARIANT SingleVariant "Nothing to choose: one variant with an empty attribute string.";
    105 MOVING_PRICE MovingPrice "Its price changes with time: 100, 108, 94, 120, 87 percent and again.";
    106 FREE_SHIPPING FreeShipping "Shipped for nothing.";
    107 NOT_DELIVERABLE NotDeliverable "On sale, but no delivery reaches any address.";
    108 HOSTILE_DESCRIPTION HostileDescription "A huge description with scripts, frames and event handlers.";
    109 HOSTILE_IMAGE HostileImage "Pictures whose addresses are scripts, data, files or private.";
    110 NO_IMAGES NoImages "No picture at all.";
    111 ABSURD_PRICE AbsurdPrice "A price of almost a hundred billion.";
    112 ZERO_PRICE ZeroPrice "A price of 0.00.";
    113 NEGATIVE_PRICE NegativePrice "A price below zero.";
    114 NO_PRICE NoPrice "Prices that are words.";
    115 STREAMLINED Streamlined "The other documented shape: no root, plain lists.";
    116 LONE_OBJECTS LoneObjects "Lists of one element sent as the element.";
    117 NUMBERS_AS_TEXT NumbersAsText "Every number and boolean sent as text.";
    118 WRONG_CURRENCY WrongCurrency "Prices in US dollars whatever was asked for.";
    119 QUOTED_NUMBERS QuotedNumbers "Prices with quotation marks inside the text.";
    120 EMPTY_SKUS EmptySkus "An empty list of variants, sent as {}.";
    121 DUPLICATE_SKUS DuplicateSkus "Two variants with the same choices.";
    122 SHIPS_FROM_SEVERAL ShipsFromSeveral "The same colours from five countries.";
    123 IMPORT_CHARGES ImportCharges "Import charges to be added to the price.";
    124 ODD_TITLE OddTitle "A long title with control characters, markup and many scripts.";
    125 MISSING_PARTS MissingParts "No store, logistics, parcel, rating or properties.";
}

/// Whether an id is kept for special behaviour, used or not.
pub(crate) fn reserved(id: u64) -> bool {
    (BASE..BASE + 1000).contains(&id)
}

/// What is odd about the product with this main id.
pub(crate) fn oddity(id: u64) -> Option<Oddity> {
    if !reserved(id) {
        return None;
    }
    ALL.iter().find(|special| special.id == id).map(|special| special.oddity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reserved_id_is_reserved_once() {
        let ids: std::collections::BTreeSet<u64> = ALL.iter().map(|special| special.id).collect();
        assert_eq!(ids.len(), ALL.len());
        assert!(ids.into_iter().all(reserved));
        assert_eq!(oddity(NOT_FOUND), Some(Oddity::NotFound));
        assert_eq!(oddity(1005001111222333), None);
    }
}
