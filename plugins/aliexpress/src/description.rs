//! The description for small screens, which stands in when the ordinary one is
//! missing.

use serde_json::Value;

use crate::images::image;
use crate::node::Node;

/// HTML made of `mobile_detail`: modules of text and pictures as JSON inside of
/// text, or HTML as the documentation's samples have it.
pub(crate) fn mobile(detail: Node<'_>) -> Option<String> {
    let html = match detail.embedded() {
        Some(modules @ (Value::Object(_) | Value::Array(_))) => modules_html(Node::new(&modules)),
        _ => detail.text()?,
    };
    (!html.trim().is_empty()).then_some(html)
}

fn modules_html(root: Node<'_>) -> String {
    let list = root.get("moduleList");
    let modules = if list.exists() { list.list() } else { root.list() };
    modules.into_iter().filter_map(module_html).collect()
}

fn module_html(module: Node<'_>) -> Option<String> {
    let data = module.get("data");
    match module.get("type").text()?.as_str() {
        "text" => Some(format!("<p>{}</p>", escape(&data.first_text(&["content", "text"])?))),
        "image" => {
            let pictures = match data.list().as_slice() {
                [] => vec![data],
                several => several.to_vec(),
            };
            Some(pictures.into_iter().filter_map(picture_html).collect())
        }
        "html" => data.first_text(&["content", "html"]),
        _ => None,
    }
}

fn picture_html(data: Node<'_>) -> Option<String> {
    let url = image(data.first_text(&["url", "imageUrl", "src"]))?;
    Some(format!("<p><img src=\"{}\"></p>", escape(&url)))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn modules_become_paragraphs_and_pictures() {
        let text = r#"{"version":"2.0.0","moduleList":[{"type":"text","data":{"content":"a < b"}},
            {"type":"image","data":{"url":"//ae01.alicdn.com/kf/Sd.jpg"}},{"type":"video","data":{}}]}"#;
        assert_eq!(
            mobile(Node::new(&json!(text))).as_deref(),
            Some("<p>a &lt; b</p><p><img src=\"https://ae01.alicdn.com/kf/Sd.jpg\"></p>")
        );
    }

    #[test]
    fn html_is_taken_as_it_is_and_nothing_stays_nothing() {
        assert_eq!(mobile(Node::new(&json!("<b>x</b>"))).as_deref(), Some("<b>x</b>"));
        assert_eq!(mobile(Node::new(&json!("{\"moduleList\":{}}"))), None);
        assert_eq!(mobile(Node::new(&json!(null))), None);
    }
}
