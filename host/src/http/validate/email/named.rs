//! `Name <a@example.com>`: the address out of a name with an address.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::characters::is_blank;

/// What stands between the angle brackets, when a name of usual characters, a name in
/// quotes, or nothing stands before them and only blanks after them.
pub(super) fn address(text: &str) -> Option<&str> {
    let text = text.trim_matches(is_blank).strip_suffix('>')?;
    if text.starts_with('"') {
        // Quotes may stand in the name: the last one that ends it counts.
        let ends = text.rmatch_indices('"').map(|(at, _)| at).filter(|at| *at > 1);
        return ends.filter_map(|at| text.get(at + 1..)).find_map(bracketed);
    }
    let at = text.find('<')?;
    let (name, rest) = text.split_at(at);
    name.chars().all(|c| is_blank(c) || may_be_in_a_name(c)).then(|| bracketed(rest)).flatten()
}

/// What follows an angle bracket, when there is something.
fn bracketed(text: &str) -> Option<&str> {
    text.trim_start_matches(is_blank).strip_prefix('<').filter(|address| !address.is_empty())
}

fn may_be_in_a_name(c: char) -> bool {
    let group = c.general_category_group();
    "_.!#$%&'*+-/=?^`{|}~".contains(c)
        || matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number)
}
