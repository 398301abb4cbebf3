//! What stands in the feed: the same on every machine.

use crate::images::{Shape, picture_name};
use crate::seed::Seeded;

/// A product of the feed.
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) supplier: &'static str,
    pub(crate) category: &'static str,
    pub(crate) images: Vec<String>,
    pub(crate) variants: Vec<Variant>,
    pub(crate) delivery_us: String,
    pub(crate) delivery_eu: String,
}

/// One of its colours.
pub(crate) struct Variant {
    pub(crate) sku: String,
    pub(crate) colour: &'static str,
    pub(crate) cost: String,
    pub(crate) price: String,
    /// `None`: the merchant does not know.
    pub(crate) stock: Option<u64>,
}

impl Product {
    pub(crate) fn url(&self) -> String {
        format!("https://app.spocket.co/product/{}", self.id)
    }
}

/// How many products there are.
const COUNT: u64 = 24;
const SUPPLIERS: [&str; 4] = ["Northwind Home", "Alder & Co", "Linen Works, Lisbon", "Blue Harbour"];
/// Colours with the numbers that pictures have for them.
const COLOURS: [(&str, usize); 6] =
    [("Charcoal", 0), ("Ivory", 1), ("Terracotta", 2), ("Navy", 3), ("Sage", 4), ("Sand", 9)];
const THINGS: [(&str, &str, Shape); 8] = [
    ("Linen Table Runner", "Home", Shape::Box),
    ("Stoneware Carafe", "Kitchen", Shape::Bottle),
    ("Braided Basket", "Home", Shape::Round),
    ("Reading Lamp", "Lighting", Shape::Lamp),
    ("Organic Cotton Shirt", "Clothing", Shape::Shirt),
    ("Waxed Canvas Bag", "Bags", Shape::Bag),
    ("Picnic Shelter", "Outdoor", Shape::Tent),
    ("Wool Cushion", "Home", Shape::Lozenge),
];
const KINDS: [&str; 3] = ["Classic", "Everyday", "Limited"];

/// The id of the product with this number, counted from 0.
pub(crate) fn product_id(number: u64) -> String {
    let mut hash = Seeded::new(number, &["spocket"]);
    let (high, low) = (hash.next(), hash.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-9{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// All of them. Pictures are those of the world at this address.
pub(crate) fn products(base: &str) -> Vec<Product> {
    (0..COUNT).map(|number| product(base, number)).collect()
}

fn product(base: &str, number: u64) -> Product {
    let id = product_id(number);
    let mut choices = Seeded::new(number, &["spocket goods"]);
    let (thing, category, shape) = THINGS[(number % 8) as usize];
    let kind = KINDS[(number / 8 % 3) as usize];
    let supplier = *choices.pick(&SUPPLIERS);
    let cents = choices.between(600, 4_800);
    let colours = choices.between(1, 4) as usize;
    // The first product shows what the form can say: two colours, one of unknown stock.
    let colours = if number == 0 { 2 } else { colours };
    let colours = choices.subset(&COLOURS, colours);
    let picture = |colour: usize| {
        let name = picture_name(shape, Some(colour), &["spocket", &id, &colour.to_string()]);
        format!("{base}/images/{name}")
    };
    let images = colours.iter().map(|(_, colour)| picture(*colour)).collect();
    let variants = colours.iter().enumerate().map(|(at, (colour, _))| {
        let cents = cents + 40 * at as u64;
        Variant {
            sku: format!("SPK-{number:03}-{}", &colour[..2].to_uppercase()),
            colour,
            cost: amount(cents),
            price: amount(cents * 2 + 199),
            stock: (at != 0).then(|| choices.between(0, 60)),
        }
    });
    let variants = variants.collect();
    Product {
        title: format!("{kind} {thing} (demo)"),
        description: format!(
            "<p>{kind} {}, made by {supplier}; sent within three days.</p>",
            thing.to_lowercase()
        ),
        supplier,
        category,
        images,
        variants,
        delivery_us: amount(350 + number * 10),
        delivery_eu: amount(790 + number * 10),
        id,
    }
}

fn amount(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
