//! The two forms of moments in answers.

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// `2026-11-23T18:16:10.376461Z`; without the fraction when it is zero.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub DateTime<Utc>);

/// As [`Moment`], with an offset in place of the `Z`: the form of a few older
/// operations.
#[derive(Clone, Copy, Debug)]
pub struct OffsetMoment(pub DateTime<Utc>);

fn write(time: DateTime<Utc>, z: bool) -> String {
    let micros = time.nanosecond() / 1000;
    let form = if micros == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
    time.to_rfc3339_opts(form, z)
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&write(self.0, true))
    }
}

impl Serialize for OffsetMoment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&write(self.0, false))
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(time: DateTime<Utc>) -> Self {
        Moment(time)
    }
}

fn moment_schema() -> RefOr<Schema> {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        moment_schema()
    }
}

impl ToSchema for Moment {}

impl PartialSchema for OffsetMoment {
    fn schema() -> RefOr<Schema> {
        moment_schema()
    }
}

impl ToSchema for OffsetMoment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fraction_has_six_digits_or_none() {
        for (text, a, b) in [
            (
                "2026-11-23T18:16:10.376461Z",
                "2026-11-23T18:16:10.376461Z",
                "2026-11-23T18:16:10.376461+00:00",
            ),
            (
                "2026-11-23T18:16:10.1804209Z",
                "2026-11-23T18:16:10.180420Z",
                "2026-11-23T18:16:10.180420+00:00",
            ),
            ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20+00:00"),
        ] {
            let time: DateTime<Utc> = text.parse().expect("a moment");
            assert_eq!((write(time, true).as_str(), write(time, false).as_str()), (a, b));
        }
    }
}
