//! A simple still life: a backdrop, a shape with a shade and the word DEMO.

use image::{Rgb, RgbImage};

use super::font;
use super::shape::{self, Shape, inside};
use crate::seed::Seeded;

const SIDE: u32 = 480;

/// The drawing that belongs to a name.
pub(super) fn drawing(name: &str) -> RgbImage {
    let mut choices = Seeded::new(0, &["drawing", name]);
    let hue = choices.below(360);
    let (light, dark) = (colour(hue, 45, 92), colour(hue + 20, 40, 80));
    let lively = colour(hue + choices.between(90, 270), 62, choices.between(42, 60));
    let shade = colour(hue, 30, 68);
    let (shape, told) = shape::told(name).unwrap_or_else(|| (shape::any(choices.next()), None));
    let body = told.unwrap_or(lively);
    let size = choices.between(115, 160) as i64;

    let mut picture = RgbImage::from_fn(SIDE, SIDE, |_, y| mix(light, dark, y * 100 / SIDE));
    let middle = i64::from(SIDE) / 2;
    paint(&mut picture, |x, y| {
        let (x, y) = (x - middle, y - middle);
        if inside(shape, x, y, size) {
            // A little light from the left, so that white and black have a body too.
            let gloss = u32::try_from((size - x).clamp(0, 2 * size) * 22 / (2 * size)).unwrap_or(0);
            return Some(mix(mix(body, Rgb([0, 0, 0]), 10), Rgb([255, 255, 255]), gloss));
        }
        inside(Shape::Round, x, (y - size - 12) * 6, size).then_some(shade)
    });
    label(&mut picture, "DEMO", mix(dark, Rgb([0, 0, 0]), 45));
    picture
}

fn paint(picture: &mut RgbImage, colour: impl Fn(i64, i64) -> Option<Rgb<u8>>) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if let Some(colour) = colour(i64::from(x), i64::from(y)) {
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
