//! Addresses of pictures, in the forms that the gateway sends.

use crate::node::Node;

/// One text with semicolons; a list is taken as well.
pub(crate) fn images(urls: Node<'_>) -> Vec<String> {
    let texts = urls.text().map_or_else(|| urls.texts(), |text| vec![text]);
    let mut images = Vec::new();
    for part in texts.iter().flat_map(|text| text.split(';')) {
        if let Some(url) = image(Some(part.to_owned())).filter(|url| !images.contains(url)) {
            images.push(url);
        }
    }
    images
}

/// An absolute https address of the full-size picture.
pub(crate) fn image(url: Option<String>) -> Option<String> {
    let url = url?;
    let url = url.trim();
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .or_else(|| url.strip_prefix("//"))
        .filter(|rest| rest.contains('/') && !rest.contains(char::is_whitespace))?;
    Some(format!("https://{}", full_size(rest)))
}

/// Thumbnails repeat the file's ending after a size: `x.jpg_350x350xz.jpg`,
/// `x.png_640x640.png_.webp`, `x.jpg_Q90.jpg`.
fn full_size(url: &str) -> &str {
    let path = url.split('?').next().unwrap_or(url);
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    let ends = [".jpg_", ".jpeg_", ".png_", ".webp_", ".gif_", ".avif_"];
    let end =
        ends.iter().filter_map(|end| path[name_at..].find(end).map(|at| name_at + at + end.len() - 1)).min();
    end.map_or(url, |end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_become_full_size_https_addresses() {
        for (sent, expected) in [
            ("https://ae01.alicdn.com/kf/Sa.jpg", Some("https://ae01.alicdn.com/kf/Sa.jpg")),
            ("//ae01.alicdn.com/kf/Sa.jpg", Some("https://ae01.alicdn.com/kf/Sa.jpg")),
            ("http://ae01.alicdn.com/kf/Sa.jpg", Some("https://ae01.alicdn.com/kf/Sa.jpg")),
            ("https://ae01.alicdn.com/kf/Sa.jpg_350x350xz.jpg", Some("https://ae01.alicdn.com/kf/Sa.jpg")),
            (
                "https://ae01.alicdn.com/kf/Sa.png_640x640.png_.webp?x=1",
                Some("https://ae01.alicdn.com/kf/Sa.png"),
            ),
            ("https://ae01.alicdn.com/kf/Sa_b.jpg", Some("https://ae01.alicdn.com/kf/Sa_b.jpg")),
            ("", None),
            ("kf/Sa.jpg", None),
            ("javascript:alert(1)", None),
            ("https://ae01.alicdn.com", None),
        ] {
            assert_eq!(image(Some(sent.to_owned())).as_deref(), expected, "{sent}");
        }
    }
}
