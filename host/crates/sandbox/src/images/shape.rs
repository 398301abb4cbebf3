//! What pictures show, and in which colours.

use image::Rgb;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Shape {
    Box,
    Bottle,
    Lozenge,
    Round,
    Lamp,
    Shirt,
    Bag,
    Tent,
}

const ALL: [Shape; 8] = [
    Shape::Box,
    Shape::Bottle,
    Shape::Lozenge,
    Shape::Round,
    Shape::Lamp,
    Shape::Shirt,
    Shape::Bag,
    Shape::Tent,
];

/// The supplier's colours, in the order of its choice of colours.
const COLOURS: [[u8; 3]; 10] = [
    [44, 44, 50],
    [248, 248, 246],
    [201, 42, 42],
    [36, 92, 190],
    [46, 140, 72],
    [232, 130, 164],
    [240, 200, 40],
    [130, 134, 140],
    [120, 66, 170],
    [122, 78, 46],
];

/// What the name of a picture tells: shape and colour.
pub(super) fn told(name: &str) -> Option<(Shape, Option<Rgb<u8>>)> {
    let last = name.rsplit('/').next()?;
    let hash = last.strip_prefix('S')?.split('H').next().filter(|hash| hash.len() == 32)?;
    let byte = |from: usize| u8::from_str_radix(hash.get(from..from + 2)?, 16).ok();
    let shape = ALL.into_iter().find(|shape| Some(*shape as u8) == byte(0))?;
    Some((shape, byte(2).and_then(|colour| COLOURS.get(usize::from(colour))).map(|colour| Rgb(*colour))))
}

/// Any shape.
pub(super) fn any(number: u64) -> Shape {
    ALL[(number % ALL.len() as u64) as usize]
}

/// Whether a point, seen from the middle, belongs to a shape of this half size.
pub(super) fn inside(shape: Shape, x: i64, y: i64, size: i64) -> bool {
    let (half, quarter) = (size / 2, size / 4);
    match shape {
        Shape::Box => rounded(x, y, size, size),
        Shape::Bottle => {
            (y < -half && x.abs() <= quarter && y >= -size) || rounded(x, y - quarter, half, size - quarter)
        }
        Shape::Lozenge => x.abs() + y.abs() <= size,
        Shape::Round => x * x + y * y <= size * size,
        Shape::Lamp => {
            let shade = (-size..=0).contains(&y) && x.abs() * 2 <= size + (y + size) * 4 / 5;
            let stem = (0..=size).contains(&y) && x.abs() <= size / 14;
            shade || stem || rounded(x, y - size + size / 10, half, size / 10)
        }
        Shape::Shirt => {
            let collar = x * x + (y + size) * (y + size) <= quarter * quarter;
            let body = x.abs() <= half + size / 8 && y.abs() <= size;
            let sleeves = (-size..=-size / 3).contains(&y) && x.abs() <= size + (y + size) / 3;
            (body || sleeves) && !collar
        }
        Shape::Bag => {
            let ring = x * x + (y + half) * (y + half);
            let handle = y <= -half / 2 && (half * half * 4 / 9..=half * half).contains(&ring);
            handle || rounded(x, y - quarter, size - size / 8, size - quarter)
        }
        Shape::Tent => {
            let outside = (-size..=size).contains(&y) && x.abs() <= (y + size) * 3 / 5;
            let door = y > -quarter && x.abs() <= (y + quarter) / 4;
            outside && !door
        }
    }
}

/// A box with round corners.
fn rounded(x: i64, y: i64, width: i64, height: i64) -> bool {
    let corner = width.min(height) / 4;
    let over = |at: i64, half: i64| (at.abs() - half + corner).max(0);
    over(x, width).pow(2) + over(y, height).pow(2) <= corner.pow(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_it_shows() {
        let name = crate::images::picture_name(Shape::Lamp, Some(2), &["a"]);
        assert_eq!(told(&format!("kf/{name}")), Some((Shape::Lamp, Some(Rgb(COLOURS[2])))));
        assert_eq!(told(&crate::images::picture_name(Shape::Bag, None, &["a"])), Some((Shape::Bag, None)));
        assert_eq!(told("page-lamp-1.jpg"), None);
        assert_eq!(told("Sabc.jpg"), None);
    }
}
