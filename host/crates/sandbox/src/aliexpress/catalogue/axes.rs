//! The values that can be chosen, with the numbers the platform gives them.

use super::words::Choice;

/// A value of a choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) id: u64,
    /// The platform's word.
    pub(crate) name: &'static str,
    /// The seller's own word for it, when there is one.
    pub(crate) label: Option<&'static str>,
    /// Price in percent of the usual one.
    pub(crate) percent: u64,
}

impl Value {
    /// Its place among the colours, when it is one.
    pub(crate) fn place(&self) -> Option<usize> {
        COLOR.values.iter().position(|colour| colour.id == self.id)
    }
}

const fn value(id: u64, name: &'static str) -> Value {
    Value { id, name, label: None, percent: 100 }
}

const fn labelled(id: u64, name: &'static str, label: &'static str) -> Value {
    Value { id, name, label: Some(label), percent: 100 }
}

const fn priced(id: u64, name: &'static str, percent: u64) -> Value {
    Value { id, name, label: None, percent }
}

/// A choice as the platform numbers and names it, with all its values.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    pub(crate) values: &'static [Value],
    /// Each value has a picture of its own.
    pub(crate) pictured: bool,
}

/// Where the goods are, sold as an ordinary choice.
pub(crate) const SHIPS_FROM: Property = Property {
    id: 200_007_763,
    name: "Ships From",
    values: &[
        value(201_336_100, "CHINA"),
        priced(201_336_103, "Russian Federation", 108),
        priced(201_336_104, "SPAIN", 115),
        priced(201_336_106, "United States", 118),
        priced(201_336_342, "Poland", 112),
    ],
    pictured: false,
};

/// ISO code of the country behind a value of [`SHIPS_FROM`].
pub(crate) fn country_of(value: u64) -> &'static str {
    match value {
        201_336_103 => "RU",
        201_336_104 => "ES",
        201_336_106 => "US",
        201_336_342 => "PL",
        _ => "CN",
    }
}

const COLOR: Property = Property {
    id: 14,
    name: "Color",
    values: &[
        labelled(193, "Black", "Night Black"),
        value(29, "White"),
        value(10, "Red"),
        value(173, "Blue"),
        value(175, "Green"),
        labelled(1052, "Pink", "Rose Pink"),
        value(366, "Yellow"),
        labelled(691, "Gray", "Stone Grey"),
        value(496, "Purple"),
        labelled(365_458, "Brown", "Walnut"),
    ],
    pictured: true,
};

const SIZE: Property = Property {
    id: 5,
    name: "Size",
    values: &[
        priced(100_014_064, "S", 96),
        value(361_386, "M"),
        priced(361_385, "L", 104),
        priced(100_014_065, "XL", 108),
        priced(4182, "XXL", 112),
        priced(4183, "3XL", 116),
        priced(200_000_990, "4XL", 120),
        priced(200_000_991, "5XL", 124),
        priced(200_000_992, "6XL", 128),
        priced(200_000_993, "7XL", 132),
    ],
    pictured: false,
};

const SHOE_SIZE: Property = Property {
    id: 200_000_124,
    name: "Shoe Size",
    values: &[
        value(200_000_333, "36"),
        value(200_000_334, "37"),
        value(200_000_335, "38"),
        value(200_000_336, "39"),
        value(200_000_337, "40"),
        value(200_000_338, "41"),
        value(200_000_339, "42"),
        value(200_000_340, "43"),
        value(200_000_341, "44"),
        value(200_000_342, "45"),
    ],
    pictured: false,
};

const MATERIAL: Property = Property {
    id: 10,
    name: "Material",
    values: &[
        value(48, "Plastic"),
        priced(398, "Wood", 125),
        priced(200_001_234, "Aluminum", 130),
        priced(477, "Cotton", 95),
        priced(100_005_617, "Stainless Steel", 140),
    ],
    pictured: false,
};

const LENGTH: Property = Property {
    id: 200_000_639,
    name: "Length",
    values: &[
        priced(200_660_849, "0.5m", 80),
        value(200_660_850, "1m"),
        priced(200_660_851, "1.5m", 115),
        priced(200_660_852, "2m", 130),
        priced(200_660_853, "3m", 160),
    ],
    pictured: false,
};

const CAPACITY: Property = Property {
    id: 200_000_886,
    name: "Capacity",
    values: &[
        priced(200_003_982, "350ml", 85),
        value(200_003_983, "500ml"),
        priced(200_003_984, "750ml", 120),
        priced(200_003_985, "1L", 140),
        priced(200_003_986, "2L", 175),
    ],
    pictured: false,
};

const PLUG: Property = Property {
    id: 200_000_828,
    name: "Plug Type",
    values: &[
        labelled(201_446_605, "EU", "EU plug"),
        labelled(201_446_606, "US", "US plug"),
        labelled(201_446_607, "UK", "UK plug"),
        labelled(201_446_608, "AU", "AU plug"),
    ],
    pictured: false,
};

const PACK: Property = Property {
    id: 200_000_783,
    name: "Quantity",
    values: &[
        labelled(200_013_902, "1 Set", "1pc"),
        Value { id: 200_013_903, name: "2 Sets", label: Some("2pcs"), percent: 185 },
        Value { id: 200_013_904, name: "3 Sets", label: Some("3pcs"), percent: 265 },
        Value { id: 200_013_905, name: "5 Sets", label: Some("5pcs"), percent: 420 },
    ],
    pictured: false,
};

/// The choice as the platform has it.
pub(crate) const fn property(choice: Choice) -> &'static Property {
    match choice {
        Choice::Color => &COLOR,
        Choice::Size => &SIZE,
        Choice::ShoeSize => &SHOE_SIZE,
        Choice::Material => &MATERIAL,
        Choice::Length => &LENGTH,
        Choice::Capacity => &CAPACITY,
        Choice::Plug => &PLUG,
        Choice::Pack => &PACK,
    }
}
