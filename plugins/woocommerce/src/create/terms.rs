//! Categories. The shop takes them by number only; a name it would ignore, and
//! put the product among the uncategorised.

use serde_json::json;
use sourcepilot_sdk::Failure;

use super::Build;
use crate::text::{same_name, unescape};
use crate::trouble::Trouble;
use crate::wire::Term;

impl Build<'_> {
    /// The numbers of the plan's categories, created where they are missing. What
    /// cannot be had becomes a warning: a category is not worth an import.
    pub(super) fn categories(&mut self) -> Result<Vec<u64>, Failure> {
        let mut ids = Vec::new();
        for name in &self.plan.categories {
            match self.category(name) {
                Ok(Some(id)) if !ids.contains(&id) => ids.push(id),
                Ok(_) => {}
                Err(trouble @ Trouble::Refused(_)) if !trouble.may_have_worked() => {
                    let failure = self.shop.write_failure(trouble);
                    let name = unescape(name);
                    self.warnings.push(format!("The category “{name}” was left out. {}", failure.message));
                }
                Err(trouble) => return Err(self.shop.write_failure(trouble)),
            }
        }
        Ok(ids)
    }

    fn category(&self, name: &str) -> Result<Option<u64>, Trouble> {
        let words = unescape(name);
        let query = [("search", words.as_str()), ("per_page", "100"), ("_fields", "id,name")];
        let found: Vec<Term> = self.shop.get("products/categories", &query)?;
        if let Some(term) =
            found.iter().find(|term| same_name(&term.name.to_lowercase(), &name.to_lowercase()))
        {
            return Ok(Some(term.id));
        }
        match self.shop.post::<Term>("products/categories", &json!({ "name": name })) {
            Ok(term) => Ok(Some(term.id)),
            Err(Trouble::Refused(refusal)) if refusal.error.code == "term_exists" => {
                Ok(refusal.error.resource_id)
            }
            Err(trouble) => Err(trouble),
        }
    }
}
