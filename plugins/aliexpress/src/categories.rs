//! The category of a product as a path of names. Pure, but for the asking.
//!
//! A product tells only the number of its category. The category method answers a list
//! of categories with the numbers of those above them; for a category far down it may
//! tell only the one above. So the path is climbed, asking again where the answer ends.

use sourcepilot_sdk::{Failure, Result};

use crate::node::Node;

/// Requests for one path.
const MOST_REQUESTS: usize = 3;
/// Levels of a path; the platform has four.
const DEEPEST: usize = 8;

/// A category as the gateway lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Category {
    id: String,
    name: String,
    parent: Option<String>,
}

/// The names of the categories from the most general one to that of a number. `ask`
/// asks for the categories around a number.
///
/// # Errors
/// The failure of the first request; a later one only leaves the path short.
pub(crate) fn path(id: &str, mut ask: impl FnMut(&str) -> Result<Vec<Category>>) -> Result<Vec<String>> {
    let mut known: Vec<Category> = Vec::new();
    let mut path: Vec<Category> = Vec::new();
    let mut wanted = Some(id.to_owned());
    let mut requests = 0;
    while let Some(id) = wanted.take().filter(|_| path.len() < DEEPEST) {
        let find = |list: &[Category]| list.iter().find(|one| one.id == id).cloned();
        let mut found = find(&known);
        if found.is_none() && requests < MOST_REQUESTS {
            requests += 1;
            match ask(&id) {
                Err(failure) if requests == 1 => return Err(failure),
                Err(_) => break,
                // A single other category is the one above.
                Ok(list) => {
                    found = find(&list).or_else(|| list.first().filter(|_| list.len() == 1).cloned());
                    known.extend(list);
                }
            }
        }
        let Some(category) = found.filter(|found| !path.contains(found)) else { break };
        wanted.clone_from(&category.parent);
        path.push(category);
    }
    Ok(path.into_iter().rev().map(|category| category.name).collect())
}

/// The list in an answer.
///
/// # Errors
/// What the gateway says instead.
pub(crate) fn read(root: Node<'_>) -> Result<Vec<Category>> {
    let answer = root.get("resp_result");
    let code = answer.get("resp_code").text();
    if !matches!(code.as_deref(), None | Some("200")) || !answer.exists() {
        let said = answer.get("resp_msg").text().unwrap_or_else(|| "no reason".to_owned());
        return Err(Failure::unavailable(format!("AliExpress does not tell the category: {said}.")));
    }
    Ok(answer.get("result").get("categories").list().into_iter().filter_map(category).collect())
}

fn category(node: Node<'_>) -> Option<Category> {
    // The uppermost ones have no parent, or the number of none.
    let parent = node.get("parent_category_id").text().filter(|id| id != "0");
    Some(Category { id: node.get("category_id").text()?, name: node.get("category_name").text()?, parent })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(rows: &[(&str, &str, &str)]) -> Vec<Category> {
        let of = |(id, name, parent): &(&str, &str, &str)| Category {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            parent: Some((*parent).to_owned()).filter(|id| !id.is_empty()),
        };
        rows.iter().map(of).collect()
    }

    /// The path, and what was asked for it.
    fn climb(answers: &[(&str, Vec<Category>)]) -> (Vec<String>, Vec<String>) {
        let mut asked = Vec::new();
        let path = path("3", |id| {
            asked.push(id.to_owned());
            let answer = answers.iter().find(|(known, _)| *known == id).map(|(_, list)| list.clone());
            answer.ok_or_else(|| Failure::unavailable("down"))
        });
        (path.unwrap_or_default(), asked)
    }

    #[test]
    fn the_path_is_climbed_with_as_few_requests_as_the_answers_allow() {
        let all = list(&[("1", "Home", ""), ("2", "Lights", "1"), ("3", "Lamps", "2"), ("9", "Toys", "")]);
        assert_eq!(
            climb(&[("3", all.clone())]),
            (vec!["Home".into(), "Lights".into(), "Lamps".into()], vec!["3".into()])
        );

        let steps = [("3", vec![all[2].clone()]), ("2", vec![all[1].clone()]), ("1", vec![all[0].clone()])];
        assert_eq!(climb(&steps).0, ["Home", "Lights", "Lamps"]);
        assert_eq!(climb(&steps[..2]).0, ["Lights", "Lamps"], "a disturbance leaves the path short");

        let only_above = [("3", vec![all[1].clone()]), ("1", vec![all[0].clone()])];
        assert_eq!(climb(&only_above).0, ["Home", "Lights"], "a deep one tells the one above");
        assert!(climb(&[("3", all[..2].to_vec())]).0.is_empty(), "others say nothing about it");
        assert!(path("3", |_| Err(Failure::unavailable("down"))).is_err());
    }

    #[test]
    fn a_circle_ends() {
        let circle = list(&[("3", "Lamps", "2"), ("2", "Lights", "3")]);
        assert_eq!(climb(&[("3", circle)]).0, ["Lights", "Lamps"]);
    }

    #[test]
    fn lists_are_read_in_both_shapes_and_refusals_are_failures() {
        let entry = json!({"category_id": 15, "category_name": "Home", "parent_category_id": "0"});
        for categories in [json!([entry]), json!({"category": [entry]})] {
            let answer = json!({"resp_result": {"resp_code": 200, "result": {"categories": categories}}});
            assert_eq!(read(Node::new(&answer)).unwrap(), list(&[("15", "Home", "")]));
        }
        let refused = json!({"resp_result": {"resp_code": "405", "resp_msg": "Invalid"}});
        assert!(read(Node::new(&refused)).unwrap_err().message.contains("Invalid"));
        assert!(read(Node::new(&json!({}))).is_err());
    }
}
