//! Addresses of pictures, in the forms that CJ sends.

use crate::node::Node;

/// The product's pictures, best first, each once.
pub(crate) fn images(product: Node<'_>) -> Vec<String> {
    let set = product.get("productImageSet").texts();
    let listed = if set.is_empty() { product.get("productImage").texts() } else { set };
    let mut images = Vec::new();
    for url in listed.into_iter().chain(product.get("bigImage").texts()) {
        add(&mut images, Some(url));
    }
    images
}

/// Adds a picture that is not there yet.
pub(crate) fn add(images: &mut Vec<String>, url: Option<String>) {
    if let Some(url) = image(url)
        && !images.contains(&url)
    {
        images.push(url);
    }
}

/// An absolute https address.
pub(crate) fn image(url: Option<String>) -> Option<String> {
    let url = url?;
    let url = url.trim();
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .or_else(|| url.strip_prefix("//"))
        .filter(|rest| rest.contains('/') && !rest.contains(char::is_whitespace))?;
    Some(format!("https://{rest}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pictures_come_in_four_shapes_and_each_counts_once() {
        let a = "https://cf.cjdropshipping.com/a.jpg";
        for product in [
            json!({"productImageSet": [a, "//cf.cjdropshipping.com/a.jpg"]}),
            json!({"productImageSet": [], "productImage": "[\"http://cf.cjdropshipping.com/a.jpg\"]"}),
            json!({"productImage": a, "bigImage": a}),
            json!({"bigImage": a}),
            json!({"productImageSet": null, "productImage": [a, "", "nothing", "javascript:alert(1)"]}),
        ] {
            assert_eq!(images(Node::new(&product)), [a], "{product}");
        }
    }
}
