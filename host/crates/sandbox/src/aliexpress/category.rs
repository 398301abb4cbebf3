//! `aliexpress.ds.category.get`.

use serde_json::{Value, json};

use super::catalogue::words::{CATEGORIES, KINDS};
use super::params::Params;
use super::shape::list;

/// All categories, or one and those below it.
pub(super) fn answer(params: &Params) -> Value {
    let wanted: Option<u64> = params.get("categoryId").and_then(|id| id.parse().ok());
    let all = all();
    let shown: Vec<Value> = all
        .into_iter()
        .filter(|(id, _, parent)| wanted.is_none_or(|wanted| *id == wanted || *parent == Some(wanted)))
        .map(|(id, name, parent)| {
            let mut category = json!({"category_id": id, "category_name": name});
            if let Some(parent) = parent {
                category["parent_category_id"] = json!(parent);
            }
            category
        })
        .collect();
    json!({"resp_result": {
        "resp_code": 200,
        "resp_msg": "Call succeeds",
        "result": {"total_result_count": shown.len(), "categories": list("category", shown)},
    }})
}

fn all() -> Vec<(u64, &'static str, Option<u64>)> {
    let parent = |id: u64| {
        KINDS.iter().find_map(|kind| kind.category.windows(2).find(|pair| pair[1] == id).map(|pair| pair[0]))
    };
    let branches = CATEGORIES.iter().map(|(id, name)| (*id, *name, parent(*id)));
    let leaves = KINDS.iter().map(|kind| (kind.category[2], kind.noun, Some(kind.category[1])));
    branches.chain(leaves).collect()
}
