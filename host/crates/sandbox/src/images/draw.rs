//! A simple still life: a backdrop, a shape with a shade and the word DEMO.

use image::{Rgb, RgbImage};

use super::font;
use crate::seed::Seeded;

const SIDE: u32 = 480;

/// The drawing that belongs to a name.
pub(super) fn drawing(name: &str) -> RgbImage {
    let mut choices = Seeded::new(0, &["drawing", name]);
    let hue = choices.below(360);
    let (light, dark) = (colour(hue, 45, 92), colour(hue + 20, 40, 80));
    let body = colour(hue + choices.between(90, 270), 62, choices.between(42, 60));
    let shade = colour(hue, 30, 68);
    let shape = choices.below(4);
    let size = choices.between(110, 165) as i64;

    let mut picture = RgbImage::from_fn(SIDE, SIDE, |_, y| mix(light, dark, y * 100 / SIDE));
    let middle = i64::from(SIDE) / 2;
    paint(&mut picture, shade, |x, y| inside(3, x - middle, (y - middle - size - 12) * 5, size));
    paint(&mut picture, body, |x, y| inside(shape, x - middle, y - middle, size));
    let gloss = mix(body, Rgb([255, 255, 255]), 35);
    paint(&mut picture, gloss, |x, y| inside(3, x - middle + size / 3, y - middle + size / 3, size / 5));
    label(&mut picture, "DEMO", mix(dark, Rgb([0, 0, 0]), 45));
    picture
}

/// Whether a point belongs to a shape of this half size around the middle.
fn inside(shape: u64, x: i64, y: i64, size: i64) -> bool {
    match shape {
        // A box with round corners.
        0 => {
            let (over_x, over_y) = ((x.abs() - size + 30).max(0), (y.abs() - size + 30).max(0));
            over_x * over_x + over_y * over_y <= 900
        }
        // A bottle.
        1 => {
            let width = if y < -size / 2 { size / 4 } else { size / 2 };
            x.abs() <= width && y.abs() <= size
        }
        // A lozenge.
        2 => x.abs() + y.abs() <= size,
        _ => x * x + y * y <= size * size,
    }
}

fn paint(picture: &mut RgbImage, colour: Rgb<u8>, inside: impl Fn(i64, i64) -> bool) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if inside(i64::from(x), i64::from(y)) {
            *pixel = colour;
        }
    }
}

fn label(picture: &mut RgbImage, text: &str, colour: Rgb<u8>) {
    const SCALE: u32 = 4;
    let (left, top) = (16, SIDE - 16 - font::HEIGHT * SCALE);
    for (x, y) in font::dots(text) {
        for (dx, dy) in (0..SCALE).flat_map(|dx| (0..SCALE).map(move |dy| (dx, dy))) {
            picture.put_pixel(left + x * SCALE + dx, top + y * SCALE + dy, colour);
        }
    }
}

fn mix(from: Rgb<u8>, to: Rgb<u8>, percent: u32) -> Rgb<u8> {
    let part = |index: usize| {
        let value = (u32::from(from.0[index]) * (100 - percent) + u32::from(to.0[index]) * percent) / 100;
        u8::try_from(value).unwrap_or(u8::MAX)
    };
    Rgb([part(0), part(1), part(2)])
}

/// From hue in degrees, saturation and lightness in percent, in whole numbers.
fn colour(hue: u64, saturation: u64, lightness: u64) -> Rgb<u8> {
    let (hue, saturation, lightness) = ((hue % 360) as i64, saturation as i64, lightness as i64);
    // Chroma and intermediate values scaled by 10,000.
    let chroma = (100 - (2 * lightness - 100).abs()) * saturation;
    let second = chroma * (60 - ((hue % 120) - 60).abs()) / 60;
    let base = lightness * 100 - chroma / 2;
    let (red, green, blue) = match hue / 60 {
        0 => (chroma, second, 0),
        1 => (second, chroma, 0),
        2 => (0, chroma, second),
        3 => (0, second, chroma),
        4 => (second, 0, chroma),
        _ => (chroma, 0, second),
    };
    Rgb([red, green, blue]
        .map(|part| u8::try_from(((part + base) * 255 / 10_000).clamp(0, 255)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_the_known_ones() {
        assert_eq!(colour(0, 100, 50), Rgb([255, 0, 0]));
        assert_eq!(colour(120, 100, 50), Rgb([0, 255, 0]));
        assert_eq!(colour(240, 100, 50), Rgb([0, 0, 255]));
        assert_eq!(colour(0, 0, 100), Rgb([255, 255, 255]));
    }
}
