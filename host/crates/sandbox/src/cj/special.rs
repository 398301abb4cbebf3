//! Products kept for faults and odd shapes: the last digits say which.

/// What is odd about a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    NotFound,
    OffShelf,
    OffSale,
    Busy,
    Offline,
    QuotaUsed,
    Slow,
    Throttled,
    NullData,
    HtmlPage,
    NumbersAsText,
    PriceRanges,
    NoInventories,
    SoldOut,
    KeysAsList,
    HyphenatedValues,
    OneVariant,
    NoRoute,
    FreeRoute,
    NoPrice,
    HundredVariants,
    HostileDescription,
}

/// A reserved product.
#[derive(Clone, Copy, Debug)]
pub struct Special {
    /// Its pid.
    pub id: u64,
    /// What is odd about it, in words.
    pub what: &'static str,
    pub(crate) oddity: Oddity,
}

const BASE: u64 = 1_700_000_000_000_000_000;

macro_rules! specials {
    ($($number:literal $name:ident $oddity:ident $what:literal;)*) => {
        $(#[doc = $what] pub const $name: u64 = BASE + $number;)*
        /// All of them.
        pub const ALL: &[Special] =
            &[$(Special { id: BASE + $number, what: $what, oddity: Oddity::$oddity }),*];
    };
}

specials! {
    100 OFFLINE Offline "1600100: the function is out of service.";
    200 THROTTLED Throttled "1600200 whatever the pace.";
    201 QUOTA_USED QuotaUsed "1600201: the quota is used up.";
    301 SLOW Slow "1600301: CJ itself waited too long.";
    404 NOT_FOUND NotFound "1602001: no such product.";
    402 OFF_SHELF OffShelf "1602002: taken off the shelves.";
    500 BUSY Busy "1600000: the system is busy.";
    600 NULL_DATA NullData "A success whose data is null.";
    601 HTML_PAGE HtmlPage "A page instead of JSON.";
    602 NUMBERS_AS_TEXT NumbersAsText "Every number sent as text.";
    603 PRICE_RANGES PriceRanges "Variants without a price of their own but one.";
    604 NO_INVENTORIES NoInventories "No stock in the product's answer.";
    605 SOLD_OUT SoldOut "On sale, but nothing in any warehouse.";
    606 OFF_SALE OffSale "Status 2.";
    607 KEYS_AS_LIST KeysAsList "Variant keys as a JSON list in a text.";
    608 HYPHENATED_VALUES HyphenatedValues "Values with hyphens inside.";
    609 ONE_VARIANT OneVariant "Nothing to choose.";
    610 NO_ROUTE NoRoute "On sale, but no route to any country.";
    611 FREE_ROUTE FreeRoute "Marked as sent free; routes cost nothing.";
    612 NO_PRICE NoPrice "Prices that are words.";
    613 HUNDRED_VARIANTS HundredVariants "100 variants.";
    614 HOSTILE_DESCRIPTION HostileDescription "A description with scripts and event handlers.";
}

/// What is odd about the product with this pid.
pub(crate) fn oddity(pid: &str) -> Option<Oddity> {
    let id: u64 = pid.parse().ok()?;
    ALL.iter().find(|special| special.id == id).map(|special| special.oddity)
}
