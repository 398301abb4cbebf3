//! One field: what may stand in it.

mod boolean;
mod choice;
mod integer;
mod items;
mod moment;
mod number;

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::mask::{hidden, is_secret, masked};
use super::{Fault, Reader, Step, email};

/// A field that was named and is about to be read. Each reading answers `None`
/// after it noted a fault; the optional ones answer `Some(None)` for "not given".
#[derive(Debug)]
pub struct Field<'a> {
    reader: &'a mut Reader,
    loc: Vec<Step>,
    value: Option<Value>,
    /// What an answer shows when the field is missing.
    whole: Value,
    unreadable: bool,
}

impl<'a> Field<'a> {
    pub(super) fn new(reader: &'a mut Reader, loc: Vec<Step>, value: Option<Value>, whole: Value) -> Self {
        Field { reader, loc, value, whole, unreadable: false }
    }

    /// A field of a body that is not an object; the fault is noted already.
    pub(super) fn unreadable(reader: &'a mut Reader) -> Self {
        Field { reader, loc: Vec::new(), value: None, whole: Value::Null, unreadable: true }
    }

    /// A text with this many characters.
    pub fn text(self, length: RangeInclusive<usize>) -> Option<String> {
        self.required(|field, value| field.as_text(value, &length))
    }

    /// As [`Self::text`], or nothing.
    pub fn optional_text(self, length: RangeInclusive<usize>) -> Option<Option<String>> {
        self.optional(|field, value| field.as_text(value, &length))
    }

    /// An e-mail address.
    pub fn email(self) -> Option<String> {
        self.required(|field, value| {
            // A NUL is one of the characters that no address has.
            match email::normal_form(field.as_string(value)?) {
                Ok(address) => Some(address),
                Err(reason) => {
                    let msg = format!("value is not a valid email address: {reason}");
                    field.note_with("value_error", msg, value, json!({ "reason": reason }));
                    None
                }
            }
        })
    }

    /// A UUID in any of its usual forms.
    pub fn uuid(self) -> Option<Uuid> {
        self.required(Field::as_uuid)
    }

    /// As [`Self::uuid`], or nothing.
    pub fn optional_uuid(self) -> Option<Option<Uuid>> {
        self.optional(Field::as_uuid)
    }

    /// One of these, or nothing; an empty text is nothing.
    pub fn optional_choice<T: Copy>(
        self,
        choices: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<Option<T>> {
        self.optional(|field, value| match value.as_str() {
            Some("") => Some(None),
            _ => field.as_choice(value, choices, name).map(Some),
        })
        .map(Option::flatten)
    }

    /// One of these.
    pub fn choice<T: Copy>(self, choices: &[T], name: impl Fn(T) -> &'static str) -> Option<T> {
        self.required(|field, value| field.as_choice(value, choices, name))
    }

    /// A JSON object, or nothing.
    pub fn optional_object(self) -> Option<Option<Map<String, Value>>> {
        self.optional(|field, value| match value {
            Value::Object(fields) if contains_nul(value) => {
                let shown = Value::Object(fields.clone());
                field.note_nul(&shown);
                None
            }
            Value::Object(fields) => Some(fields.clone()),
            other => {
                field.note("dict_type", "Input should be a valid dictionary", other);
                None
            }
        })
    }

    /// A list of anything, to be looked at entry by entry.
    pub fn entries(self, count: RangeInclusive<usize>) -> Option<Vec<Value>> {
        self.required(|field, value| {
            let Value::Array(items) = value else {
                field.note("list_type", "Input should be a valid list", value);
                return None;
            };
            field.fits(items.len(), &count, value).then(|| items.clone())
        })
    }

    /// A list of texts, each with this many characters.
    pub fn texts(self, count: RangeInclusive<usize>, length: RangeInclusive<usize>) -> Option<Vec<String>> {
        self.required(|field, value| {
            let Value::Array(items) = value else {
                field.note("list_type", "Input should be a valid list", value);
                return None;
            };
            if !field.fits(items.len(), &count, value) {
                return None;
            }
            let texts: Vec<Option<String>> = items
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    field.loc.push(Step::Position(at));
                    let text = field.as_text(item, &length);
                    field.loc.pop();
                    text
                })
                .collect();
            texts.into_iter().collect()
        })
    }

    /// As [`Self::texts`], or these when it is not given.
    pub fn texts_or(
        self,
        default: &[&str],
        count: RangeInclusive<usize>,
        length: RangeInclusive<usize>,
    ) -> Option<Vec<String>> {
        match (&self.value, self.unreadable) {
            (None, false) => Some(default.iter().map(|text| (*text).to_owned()).collect()),
            _ => self.texts(count, length),
        }
    }

    fn required<T>(mut self, read: impl FnOnce(&mut Self, &Value) -> Option<T>) -> Option<T> {
        if self.unreadable {
            return None;
        }
        match self.value.take() {
            Some(value) => read(&mut self, &value),
            None => {
                let fault = Fault::new(
                    "missing",
                    std::mem::take(&mut self.loc),
                    "Field required",
                    std::mem::take(&mut self.whole),
                );
                self.reader.fault(fault);
                None
            }
        }
    }

    fn optional<T>(mut self, read: impl FnOnce(&mut Self, &Value) -> Option<T>) -> Option<Option<T>> {
        if self.unreadable {
            return None;
        }
        match self.value.take() {
            None | Some(Value::Null) => Some(None),
            Some(value) => read(&mut self, &value).map(Some),
        }
    }

    fn as_text(&mut self, value: &Value, length: &RangeInclusive<usize>) -> Option<String> {
        let text = self.as_string(value)?;
        if text.contains('\0') {
            self.note_nul(value);
            return None;
        }
        let characters = text.chars().count();
        let (least, most) = (*length.start(), *length.end());
        if characters < least {
            let msg = format!("String should have at least {least} {}", plural(least, "character"));
            self.note_with("string_too_short", msg, value, json!({ "min_length": least }));
            return None;
        }
        if characters > most {
            let msg = format!("String should have at most {most} {}", plural(most, "character"));
            self.note_with("string_too_long", msg, value, json!({ "max_length": most }));
            return None;
        }
        Some(text.to_owned())
    }

    fn as_string<'v>(&mut self, value: &'v Value) -> Option<&'v str> {
        if let Value::String(text) = value {
            return Some(text);
        }
        self.note("string_type", "Input should be a valid string", value);
        None
    }

    fn as_choice<T: Copy>(
        &mut self,
        value: &Value,
        choices: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let found = choices.iter().copied().find(|choice| value.as_str() == Some(name(*choice)));
        if found.is_none() {
            let words: Vec<String> = choices.iter().map(|choice| format!("'{}'", name(*choice))).collect();
            let expected = match words.split_last() {
                Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                _ => words.concat(),
            };
            let msg = format!("Input should be {expected}");
            self.note_with("enum", msg, value, json!({ "expected": expected }));
        }
        found
    }

    fn as_uuid(&mut self, value: &Value) -> Option<Uuid> {
        let Value::String(text) = value else {
            self.note("uuid_type", "UUID input should be a string, bytes or UUID object", value);
            return None;
        };
        match Uuid::parse_str(text) {
            Ok(id) => Some(id),
            Err(error) => {
                let msg = format!("Input should be a valid UUID, {error}");
                self.note_with("uuid_parsing", msg, value, json!({ "error": error.to_string() }));
                None
            }
        }
    }

    fn fits(&mut self, count: usize, bounds: &RangeInclusive<usize>, value: &Value) -> bool {
        let (least, most) = (*bounds.start(), *bounds.end());
        if count < least {
            let msg = format!(
                "List should have at least {least} {} after validation, not {count}",
                plural(least, "item")
            );
            let ctx = json!({ "field_type": "List", "min_length": least, "actual_length": count });
            self.note_with("too_short", msg, value, ctx);
        } else if count > most {
            let msg = format!(
                "List should have at most {most} {} after validation, not {count}",
                plural(most, "item")
            );
            let ctx = json!({ "field_type": "List", "max_length": most, "actual_length": count });
            self.note_with("too_long", msg, value, ctx);
        }
        (least..=most).contains(&count)
    }

    fn note_nul(&mut self, value: &Value) {
        let reason = "text must not contain NUL characters";
        self.note_with("value_error", format!("Value error, {reason}"), value, json!({ "error": reason }));
    }

    fn note(&mut self, kind: &'static str, msg: impl Into<String>, value: &Value) {
        let fault = Fault::new(kind, self.loc.clone(), msg, self.shown(value));
        self.reader.fault(fault);
    }

    fn note_with(&mut self, kind: &'static str, msg: String, value: &Value, ctx: Value) {
        let fault = Fault::new(kind, self.loc.clone(), msg, self.shown(value)).with(ctx);
        self.reader.fault(fault);
    }

    fn shown(&self, value: &Value) -> Value {
        let secret = self.loc.iter().any(|step| matches!(step, Step::Name(name) if is_secret(name)));
        if secret { hidden(value) } else { masked(value) }
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

fn contains_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(contains_nul),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains('\0') || contains_nul(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests;
