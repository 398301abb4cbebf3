//! The product's pictures as a page shows them.

use sourcepilot_sdk::money::Amount;

use crate::letters::lower;
use crate::page::Page;
use crate::seen::Seen;
use crate::tree::Element;

use super::area::Area;

/// Words in class names and ids of what holds a product's pictures.
const GALLERY: [&str; 22] = [
    "gallery",
    "product-image",
    "product_image",
    "productimage",
    "product-img",
    "product__media",
    "product-media",
    "product-photo",
    "productview-image",
    "swiper",
    "slick",
    "carousel",
    "slider",
    "fotorama",
    "thumbnail",
    "zoom",
    "media-gallery",
    "image-container",
    "main-image",
    "image-main",
    "product-picture",
    "galerie",
];
/// Words in addresses of pictures that show no product.
const NO_PRODUCT: [&str; 14] = [
    "logo",
    "icon",
    "sprite",
    "placeholder",
    "spacer",
    "blank.",
    "pixel",
    "loading",
    "payment",
    "trust",
    "badge",
    "flag",
    "avatar",
    "transparent",
];
/// Attributes with the largest picture first.
const SOURCES: [&str; 14] = [
    "data-zoom-image",
    "data-large_image",
    "data-large-image",
    "data-large",
    "data-full",
    "data-hires",
    "data-zoom",
    "data-image-large-src",
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-image",
    "src",
];
/// Smaller pictures are decoration, in pixels.
const SMALLEST: u32 = 60;

/// The pictures in the product's gallery, or else those around its heading.
pub(super) fn gallery(page: &Page<'_>, area: &Area<'_, '_>) -> Vec<String> {
    let images: Vec<Element<'_, '_>> = area.content().filter(|e| e.is("img") && !is_decoration(e)).collect();
    let in_gallery = |image: &&Element<'_, '_>| {
        std::iter::once(**image).chain(image.ancestors().take(6)).any(|e| {
            let naming = if e.is_any(&["body", "html", "main"]) { String::new() } else { e.naming() };
            GALLERY.iter().any(|word| naming.contains(word))
        })
    };
    let mut found: Vec<Element<'_, '_>> = images.iter().filter(in_gallery).copied().collect();
    if found.is_empty()
        && let Some(heading) = area.heading()
    {
        let around = heading.ancestors().find(|up| images.iter().any(|image| up.contains(image)));
        found = images
            .iter()
            .filter(|image| around.is_some_and(|around| around.contains(image)))
            .copied()
            .collect();
    }
    let mut seen = Seen::default();
    let addresses = found.iter().filter_map(|image| address(page, image));
    addresses.filter(|address| seen.insert(picture_key(address))).collect()
}

fn is_decoration(image: &Element<'_, '_>) -> bool {
    let size = |name| image.attribute(name).and_then(|text| text.trim_end_matches("px").parse::<u32>().ok());
    let small = |name| size(name).is_some_and(|size| size < SMALLEST);
    (small("width") && small("height"))
        || image.attribute("aria-hidden") == Some("true")
        || image.attribute("role") == Some("presentation")
}

fn address(page: &Page<'_>, image: &Element<'_, '_>) -> Option<String> {
    let link = image.ancestors().take(3).find(|up| up.is("a")).and_then(|link| {
        let targets = ["data-zoom-image", "data-image", "href"];
        targets.iter().filter_map(|name| link.attribute(name)).find(|target| is_picture(target))
    });
    let own = SOURCES.iter().filter_map(|name| image.attribute(name)).find(|value| is_real(value));
    let set = || {
        ["data-srcset", "srcset", "data-lazy-srcset"]
            .iter()
            .filter_map(|name| image.attribute(name))
            .find_map(largest)
    };
    let is_lazy = image.attribute("src").is_none_or(|src| !is_real(src));
    let sources = || {
        let picture = image.parent().filter(|up| up.is("picture"))?;
        picture
            .inside()
            .filter(|e| e.is("source"))
            .find_map(|e| largest(e.attribute("srcset").or_else(|| e.attribute("data-srcset"))?))
    };
    let named = SOURCES[..SOURCES.len() - 1].iter().any(|name| image.attribute(name).is_some_and(is_real));
    let found = match link {
        Some(link) => link.to_owned(),
        None if named => own?.to_owned(),
        None => {
            set().or_else(|| if is_lazy { sources() } else { None }).or_else(|| own.map(str::to_owned))?
        }
    };
    let found = found.replace("{width}x", "1024x").replace("{width}", "1024");
    let lower = lower(&found);
    (!NO_PRODUCT.iter().any(|word| lower.rsplit('/').next().unwrap_or_default().contains(word))
        && !lower.contains(".svg"))
    .then(|| page.absolute(&found))
    .flatten()
}

fn is_real(value: &str) -> bool {
    let value = value.trim();
    !value.is_empty()
        && !value.starts_with("data:")
        && !["placeholder", "spacer", "blank.", "loading", "transparent", "pixel"]
            .iter()
            .any(|word| lower(value).contains(word))
}

fn is_picture(target: &str) -> bool {
    let path = lower(target.split(['?', '#']).next().unwrap_or_default());
    [".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"].iter().any(|ending| path.ends_with(ending))
}

/// The largest of a `srcset`.
fn largest(set: &str) -> Option<String> {
    // An address may hold commas; a candidate ends with a comma and white space.
    let candidates = set.split(", ").flat_map(|part| part.split(",\n"));
    let sized = candidates.filter_map(|candidate| {
        let mut parts = candidate.split_whitespace();
        let address = parts.next()?.trim_end_matches(',');
        let size = parts.next().and_then(|size| Amount::parse(size.trim_end_matches(['w', 'x', ','])));
        is_real(address).then(|| (address.to_owned(), size))
    });
    sized.max_by_key(|(_, size)| *size).map(|(address, _)| address)
}

/// The same text for the same picture in different sizes.
pub(crate) fn picture_key(address: &str) -> String {
    let address = lower(address);
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let mut key = without_sizes(path);
    for word in [
        "small_default",
        "large_default",
        "medium_default",
        "home_default",
        "cart_default",
        "_thumb",
        "-thumb",
        "/thumb",
        "/small/",
        "/large/",
        "/medium/",
        "_small",
        "_medium",
        "_large",
        "_grande",
        "_compact",
        "-scaled",
    ] {
        key = key.replace(word, "");
    }
    let is_file = is_picture(path);
    if is_file || query.is_empty() { key } else { format!("{key}?{query}") }
}

/// Without `-150x150`, `_600x`, `/800x600/`.
fn without_sizes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find(['-', '_', '/']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let size = &tail[1..];
        let digits = size.bytes().take_while(u8::is_ascii_digit).count();
        let after = &size[digits..];
        let is_size = digits > 1 && digits < 5 && after.starts_with('x');
        if is_size {
            let more = after[1..].bytes().take_while(u8::is_ascii_digit).count();
            rest = &after[1 + more..];
        } else {
            out.push_str(&tail[..1]);
            rest = size;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_do_not_make_pictures_different() {
        let key = picture_key("https://a.example/cup.jpg");
        for same in [
            "https://a.example/cup-150x150.jpg",
            "http://a.example/cup_600x.jpg?v=2",
            "https://a.example/cup_grande.jpg",
        ] {
            assert_eq!(picture_key(same), key, "{same}");
        }
        assert_ne!(
            picture_key("https://a.example/12-large_default/cup.jpg"),
            picture_key("https://a.example/13-large_default/cup.jpg")
        );
        assert_ne!(picture_key("https://a.example/i.php?id=1"), picture_key("https://a.example/i.php?id=2"));
    }

    #[test]
    fn the_largest_of_a_set() {
        assert_eq!(largest("a.jpg 300w, b.jpg 1200w, c.jpg 600w").as_deref(), Some("b.jpg"));
        assert_eq!(largest("https://a.example/w_1,h_2/a.jpg 1x, b.jpg 2x").as_deref(), Some("b.jpg"));
        assert_eq!(largest("data:x 1x"), None);
    }
}
