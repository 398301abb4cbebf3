//! Reading an answer into what is looked at. Written out for this API instead of
//! derived: it keeps the component half as large.

use serde_json::Value;

/// What can be read from a value.
pub(crate) trait Read: Sized {
    /// `None` when the value does not have the form.
    fn read(value: &Value) -> Option<Self>;
}

impl Read for Value {
    fn read(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl Read for String {
    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Read for bool {
    fn read(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl Read for usize {
    fn read(value: &Value) -> Option<Self> {
        value.as_u64().and_then(|number| usize::try_from(number).ok())
    }
}

impl Read for i64 {
    fn read(value: &Value) -> Option<Self> {
        value.as_i64()
    }
}

/// Null and absent are none.
impl<T: Read> Read for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value).map(Some) }
    }
}

/// Null and absent are empty.
impl<T: Read> Read for Vec<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Vec::new()),
            Value::Array(items) => items.iter().map(T::read).collect(),
            _ => None,
        }
    }
}

/// Reads an object member by member, each by its name in the answer.
macro_rules! reads {
    ($name:ident { $($field:ident = $member:literal),* $(,)? }) => {
        impl $crate::read::Read for $name {
            fn read(value: &serde_json::Value) -> Option<Self> {
                value.is_object().then_some(())?;
                Some($name { $($field: $crate::read::Read::read(&value[$member])?),* })
            }
        }
    };
}

pub(crate) use reads;
