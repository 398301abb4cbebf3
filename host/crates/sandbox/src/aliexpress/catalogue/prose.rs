//! What the supplier writes about a product.

use serde_json::json;

use super::words::Kind;
use crate::images::CDN;
use crate::reply::escape;
use crate::seed::Seeded;

const SENTENCES: &[&str] = &[
    "Made for daily use and tested in our own workshop.",
    "The surface is easy to clean with a damp cloth.",
    "A careful finish and rounded edges make it pleasant to hold.",
    "Packed without plastic in a stable carton.",
    "Small enough for a drawer, strong enough for a journey.",
    "Colours may differ a little from screen to screen.",
    "Please allow 1-2 cm of tolerance, as it is measured by hand.",
];

/// The HTML body, as sellers paste it: styles inline, pictures full width, a line end at the close.
pub(super) fn detail(kind: &Kind, title: &str, images: &[String], choices: &mut Seeded) -> String {
    let sentences: String = choices
        .subset(SENTENCES, 4)
        .into_iter()
        .map(|text| format!("<p style=\"font-size:14px;line-height:1.6\"><span>{}</span></p>", escape(text)))
        .collect();
    let pictures: String = images
        .iter()
        .skip(1)
        .take(2)
        .map(|name| {
            format!("<p><img src=\"{CDN}/kf/{name}\" slate-data-type=\"image\" style=\"width:100%\"/></p>")
        })
        .collect();
    format!(
        "<div class=\"detailmodule_html\"><div class=\"detail-desc-decorate-richtext\">\
         <h2>{}</h2>{sentences}<ul><li>Kind: {}</li><li>This is a product of the demo world.</li></ul>{pictures}</div></div>\r\n",
        escape(title),
        escape(kind.noun)
    )
}

/// The same for phones: JSON in a string.
pub(super) fn mobile(title: &str, images: &[String]) -> String {
    let pictures =
        images.first().map(|name| json!({"type": "image", "data": {"url": format!("{CDN}/kf/{name}")}}));
    let mut modules = vec![json!({"type": "text", "data": {"content": title, "class": "body"}})];
    modules.extend(pictures);
    json!({"version": "2.0.0", "moduleList": modules}).to_string()
}
