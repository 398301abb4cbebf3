//! What the models say.

use serde_json::{Map, Value, json};

use super::LlmAnswer;
use crate::seed::Seeded;

const IDEAS: [(&str, &str, &str); 8] = [
    (
        "Add a second supplier (demo)",
        "Compare delivery times for your best sellers with another source.",
        "high",
    ),
    ("Bundle what sells together (demo)", "Offer related products as a set with a small discount.", "medium"),
    (
        "Watch the price of your top imports (demo)",
        "Set a threshold of five percent to keep your margin.",
        "high",
    ),
    ("Order a sample (demo)", "Check the quality of one product before you advertise it.", "medium"),
    ("Look for seasonal products (demo)", "Search for gifts now; delivery takes up to three weeks.", "high"),
    ("Tidy up titles (demo)", "Shorten imported titles to what a buyer searches for.", "low"),
    ("Offer faster shipping (demo)", "Prefer suppliers with a warehouse in your buyers' country.", "medium"),
    ("Retire what does not sell (demo)", "Unpublish products without an order in three months.", "low"),
];

const DIMENSIONS: [&str; 7] = [
    "product_quality",
    "shipping_speed",
    "communication",
    "pricing",
    "return_policy",
    "catalog_breadth",
    "platform_reputation",
];

pub(super) fn of(answer: LlmAnswer, scoring: bool, seed: u64, prompt: &str) -> String {
    let plain = if scoring { score(seed, prompt) } else { suggest(seed, prompt) };
    match answer {
        LlmAnswer::Asked | LlmAnswer::Sparse | LlmAnswer::Huge | LlmAnswer::Page => plain.to_string(),
        LlmAnswer::Fenced => format!("```json\n{plain}\n```"),
        LlmAnswer::List if scoring => json!([plain]).to_string(),
        LlmAnswer::List => plain["suggestions"].to_string(),
        LlmAnswer::Prose => "I would rather talk about the weather (demo).".to_owned(),
        LlmAnswer::Wild => wild(scoring).to_string(),
    }
}

fn suggest(seed: u64, prompt: &str) -> Value {
    let mut choices = Seeded::new(seed, &["llm suggestions", prompt]);
    let count = usize::try_from(choices.between(3, 5)).unwrap_or(3);
    let items: Vec<Value> = choices
        .subset(&IDEAS, count)
        .into_iter()
        .map(|(title, description, priority)| json!({"title": title, "description": description, "priority": priority}))
        .collect();
    json!({ "suggestions": items })
}

fn score(seed: u64, prompt: &str) -> Value {
    let mut choices = Seeded::new(seed, &["llm scores", prompt]);
    let scores: Vec<u64> = DIMENSIONS.iter().map(|_| choices.between(35, 95)).collect();
    let overall = scores.iter().sum::<u64>() / scores.len() as u64;
    let scoring: Map<String, Value> =
        DIMENSIONS.iter().zip(&scores).map(|(name, score)| ((*name).to_owned(), json!(score))).collect();
    let recommendation = match overall {
        70.. => "Looks suitable; order a sample first (demo).",
        _ => "Known too little; begin with few products (demo).",
    };
    json!({"scoring": scoring, "overall_score": overall, "recommendation": recommendation})
}

fn wild(scoring: bool) -> Value {
    let text = format!("<script>alert(1)</script>{}", "x".repeat(4000));
    if scoring {
        return json!({"scoring": {"product_quality": 4000, "shipping_speed": -7, "<b>": 1, "communication": "NaN"},
            "overall_score": 1e12, "recommendation": text});
    }
    let item = json!({"title": text, "description": [1, 2], "priority": "now!!"});
    json!({ "suggestions": vec![item; 60] })
}
