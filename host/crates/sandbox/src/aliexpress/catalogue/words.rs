//! What the supplier sells: kinds of goods, their words, prices and choices.

use crate::images::Shape;

/// A choice that a kind of goods offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Color,
    Size,
    ShoeSize,
    Material,
    Length,
    Capacity,
    Plug,
    Pack,
}

/// A kind of goods.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) noun: &'static str,
    /// Lower-case words under which a search finds it.
    pub(crate) words: &'static [&'static str],
    /// Ids of its categories, from general to special.
    pub(crate) category: [u64; 3],
    /// Cheapest and dearest usual price, in US cents.
    pub(crate) cents: (u64, u64),
    /// Grams.
    pub(crate) grams: (u64, u64),
    pub(crate) choices: &'static [Choice],
}

impl Kind {
    /// What its pictures show.
    pub(crate) fn shape(&self) -> Shape {
        match self.category {
            [39, ..] => Shape::Lamp,
            [3, ..] => Shape::Shirt,
            [1524, ..] => Shape::Bag,
            [15, 1502, _] | [66, ..] => Shape::Bottle,
            [15, 1506, _] | [1501, ..] | [26, ..] | [7, ..] => Shape::Box,
            [1509, ..] => Shape::Lozenge,
            [18, 1804, _] => Shape::Tent,
            _ => Shape::Round,
        }
    }
}

use Choice::{Capacity, Color, Length, Material, Pack, Plug, ShoeSize, Size};

macro_rules! kinds {
    ($($noun:literal, [$($word:literal),*], [$top:literal, $middle:literal, $leaf:literal], $low:literal..$high:literal, $light:literal..$heavy:literal, [$($choice:ident),*];)*) => {
        &[$(Kind {
            noun: $noun,
            words: &[$($word),*],
            category: [$top, $middle, $leaf],
            cents: ($low, $high),
            grams: ($light, $heavy),
            choices: &[$($choice),*],
        }),*]
    };
}

/// Every kind. A product's kind follows from its id, so entries are only ever
/// added at the end of a release, never moved.
pub(crate) const KINDS: &[Kind] = kinds! {
    "Reading Lamp", ["reading", "lamp", "light", "desk", "led"], [39, 390501, 200001], 399..2999, 120..900, [Color, Plug];
    "Wireless Earbuds", ["wireless", "earbuds", "headphones", "bluetooth", "audio"], [44, 440101, 200002], 599..4999, 40..120, [Color];
    "Phone Case", ["phone", "case", "cover", "iphone"], [509, 5090301, 200003], 99..1299, 20..60, [Color, Material];
    "Running Shoes", ["running", "shoes", "sneakers", "trainers"], [322, 32212, 200004], 1499..5999, 500..1100, [Color, ShoeSize];
    "Yoga Mat", ["yoga", "mat", "fitness", "pilates"], [18, 1801, 200005], 899..3499, 600..2200, [Color, Length];
    "Water Bottle", ["water", "bottle", "flask", "thermos"], [15, 1502, 200006], 399..2499, 150..600, [Color, Capacity];
    "Canvas Backpack", ["canvas", "backpack", "bag", "rucksack"], [1524, 152401, 200007], 1299..5999, 500..1400, [Color, Capacity];
    "Linen Shirt", ["linen", "shirt", "clothing", "summer"], [3, 301, 200008], 899..2999, 150..350, [Color, Size];
    "Summer Dress", ["summer", "dress", "clothing", "women"], [3, 302, 200009], 999..3999, 180..450, [Color, Size];
    "Garden Hose", ["garden", "hose", "watering", "pipe"], [13, 1301, 200010], 1199..5499, 700..4200, [Length];
    "Solar Lantern", ["solar", "lantern", "garden", "light", "lamp"], [39, 390502, 200011], 699..3999, 200..900, [Color, Pack];
    "USB Charger", ["usb", "charger", "fast", "power", "adapter"], [509, 5090302, 200012], 399..2999, 60..250, [Color, Plug];
    "Charging Cable", ["charging", "cable", "usb", "type-c"], [509, 5090303, 200013], 89..899, 20..120, [Color, Length];
    "Coffee Grinder", ["coffee", "grinder", "kitchen", "mill"], [15, 1503, 200014], 1299..6999, 500..1600, [Color, Plug];
    "Kitchen Knife", ["kitchen", "knife", "chef", "cooking"], [15, 1504, 200015], 699..4999, 120..400, [Material, Length];
    "Silicone Spatula Set", ["silicone", "spatula", "kitchen", "utensils", "cooking"], [15, 1504, 200016], 499..2499, 200..800, [Color, Pack];
    "Dog Harness", ["dog", "harness", "pet", "leash"], [200_000_532, 53201, 200017], 499..2499, 120..400, [Color, Size];
    "Cat Toy", ["cat", "toy", "pet", "kitten"], [200_000_532, 53202, 200018], 99..1299, 20..150, [Color, Pack];
    "Baby Blanket", ["baby", "blanket", "muslin", "swaddle"], [1501, 150101, 200019], 699..2999, 200..700, [Color, Size];
    "Building Blocks", ["building", "blocks", "bricks", "toy", "kids"], [26, 2601, 200020], 599..4999, 200..1900, [Pack];
    "Picture Frame", ["picture", "frame", "photo", "wall"], [15, 1505, 200021], 399..2499, 150..1200, [Color, Material, Size];
    "Throw Pillow Cover", ["throw", "pillow", "cushion", "cover", "sofa"], [15, 1506, 200022], 249..1299, 80..250, [Color, Material, Size];
    "Wall Clock", ["wall", "clock", "decor", "home"], [15, 1505, 200023], 799..3999, 300..1200, [Color, Size];
    "Leather Wallet", ["leather", "wallet", "purse", "card"], [1524, 152402, 200024], 499..3999, 60..200, [Color, Material];
    "Travel Organizer", ["travel", "organizer", "packing", "cubes", "bag"], [1524, 152403, 200025], 499..2999, 150..700, [Color, Pack];
    "Bike Light", ["bike", "bicycle", "light", "cycling"], [18, 1802, 200026], 399..2499, 50..250, [Color];
    "Fishing Reel", ["fishing", "reel", "outdoor", "angling"], [18, 1803, 200027], 1499..8999, 200..700, [Color, Capacity];
    "Camping Tent", ["camping", "tent", "outdoor", "hiking"], [18, 1804, 200028], 2999..18999, 1500..5200, [Color, Size];
    "Mechanical Keyboard", ["mechanical", "keyboard", "gaming", "computer"], [7, 701, 200029], 2499..12999, 600..1300, [Color, Material];
    "Gaming Mouse", ["gaming", "mouse", "computer", "wireless"], [7, 702, 200030], 899..5999, 80..180, [Color];
    "Laptop Stand", ["laptop", "stand", "desk", "aluminium"], [7, 703, 200031], 999..4999, 400..1500, [Color, Material];
    "Smart Watch", ["smart", "watch", "fitness", "tracker"], [1511, 151101, 200032], 1499..8999, 40..120, [Color, Material];
    "Silver Necklace", ["silver", "necklace", "jewelry", "pendant"], [1509, 150901, 200033], 299..3999, 8..40, [Material, Length];
    "Sunglasses", ["sunglasses", "eyewear", "polarized", "uv"], [1509, 150902, 200034], 299..2999, 25..70, [Color];
    "Makeup Brush Set", ["makeup", "brush", "beauty", "cosmetic"], [66, 6601, 200035], 399..2999, 80..300, [Color, Pack];
    "Hair Dryer", ["hair", "dryer", "beauty", "styling"], [66, 6602, 200036], 1499..8999, 400..900, [Color, Plug];
    "Electric Toothbrush", ["electric", "toothbrush", "dental", "health"], [66, 6603, 200037], 999..5999, 150..400, [Color, Pack];
    "Car Phone Holder", ["car", "phone", "holder", "mount"], [34, 3401, 200038], 299..1999, 60..250, [Color];
    "Screwdriver Set", ["screwdriver", "tools", "repair", "set"], [1420, 142001, 200039], 599..3999, 150..900, [Pack];
    "Shower Head", ["shower", "head", "bathroom", "spray"], [13, 1302, 200040], 699..3999, 150..500, [Color, Material];
};

/// Names of the categories by id: every id of [`KINDS`] is here or is a leaf, named after its kind.
pub(crate) const CATEGORIES: &[(u64, &str)] = &[
    (3, "Apparel"),
    (301, "Men's Clothing"),
    (302, "Women's Clothing"),
    (7, "Computer & Office"),
    (701, "Keyboards"),
    (702, "Mice"),
    (703, "Laptop Accessories"),
    (13, "Home Improvement"),
    (1301, "Garden Supplies"),
    (1302, "Bathroom Fixtures"),
    (15, "Home & Garden"),
    (1502, "Drinkware"),
    (1503, "Coffee"),
    (1504, "Kitchen Tools"),
    (1505, "Home Decor"),
    (1506, "Home Textile"),
    (18, "Sports & Entertainment"),
    (1801, "Fitness"),
    (1802, "Cycling"),
    (1803, "Fishing"),
    (1804, "Camping"),
    (26, "Toys"),
    (2601, "Construction Toys"),
    (34, "Automobiles"),
    (3401, "Interior Accessories"),
    (39, "Lights & Lighting"),
    (390_501, "Desk Lamps"),
    (390_502, "Outdoor Lighting"),
    (44, "Consumer Electronics"),
    (440_101, "Earphones"),
    (66, "Beauty & Health"),
    (6601, "Makeup Tools"),
    (6602, "Hair Care"),
    (6603, "Oral Care"),
    (322, "Shoes"),
    (32212, "Sport Shoes"),
    (509, "Phones & Accessories"),
    (5_090_301, "Cases"),
    (5_090_302, "Chargers"),
    (5_090_303, "Cables"),
    (1420, "Tools"),
    (142_001, "Hand Tools"),
    (1501, "Mother & Kids"),
    (150_101, "Baby Bedding"),
    (1509, "Jewelry & Accessories"),
    (150_901, "Necklaces"),
    (150_902, "Eyewear"),
    (1511, "Watches"),
    (151_101, "Smart Watches"),
    (1524, "Luggage & Bags"),
    (152_401, "Backpacks"),
    (152_402, "Wallets"),
    (152_403, "Travel Accessories"),
    (200_000_532, "Pet Products"),
    (53201, "Dogs"),
    (53202, "Cats"),
];

pub(crate) const ADJECTIVES: &[&str] = &[
    "Portable",
    "Foldable",
    "Minimalist",
    "Waterproof",
    "Lightweight",
    "Adjustable",
    "Vintage",
    "Eco-friendly",
    "Premium",
    "Compact",
    "Handmade",
    "Durable",
    "Nordic",
    "Ergonomic",
    "Quiet",
    "Classic",
];

pub(crate) const FEATURES: &[&str] = &[
    "for Home and Office",
    "with Gift Box",
    "2026 New Version",
    "for Everyday Use",
    "with Storage Pouch",
    "Easy to Clean",
    "for Outdoor Trips",
    "Upgraded Model",
    "with 2-Year Warranty",
    "for Small Spaces",
];

pub(crate) const STORES: &[&str] = &[
    "Lamp Corner Store",
    "Blue Harbour Official Store",
    "Sunny Day Trading Store",
    "Green Leaf Home Store",
    "Little Fox Factory Store",
    "North Wind Outdoor Store",
    "Paper Crane Store",
    "Red Kite Digital Store",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_branch_has_a_name_and_every_leaf_is_its_own() {
        let mut leaves: Vec<u64> = KINDS.iter().map(|kind| kind.category[2]).collect();
        leaves.sort_unstable();
        leaves.dedup();
        assert_eq!(leaves.len(), KINDS.len());
        for kind in KINDS {
            for id in &kind.category[..2] {
                assert!(CATEGORIES.iter().any(|(known, _)| known == id), "{id} of {}", kind.noun);
            }
        }
    }
}
