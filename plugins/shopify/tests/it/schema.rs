//! Every document of the connector, and the simulator's own schema, against the schema
//! that Shopify publishes for the same version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use apollo_compiler::ast::{FieldDefinition, InputValueDefinition};
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use sourcepilot_plugin_shopify::documents::{self, API_VERSION};

static PUBLISHED: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let root = sourcepilot_test_components::repository();
    let path = root.join(format!("target/test-data/shopify-admin-{API_VERSION}.graphql"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run scripts/fetch-test-schemas, which needs npm", path.display())
    });
    // Shopify deprecates fields of interfaces in a way that strict validation refuses.
    Valid::assume_valid(Schema::parse(text, path).unwrap_or_else(|invalid| invalid.partial))
});

fn simulated() -> Schema {
    let path =
        sourcepilot_test_components::repository().join("host/crates/sandbox/src/shopify/schema.graphql");
    let text = std::fs::read_to_string(&path).expect("the simulator's schema");
    Schema::parse(text, path).expect("a schema")
}

#[test]
fn every_document_fits_the_published_schema() {
    let all = documents::all();
    for document in &all {
        let checked = ExecutableDocument::parse_and_validate(&PUBLISHED, &document.text, document.name);
        let checked = checked.unwrap_or_else(|invalid| panic!("{}: {}", document.name, invalid.errors));
        let operation = checked.operations.get(Some(document.name)).expect("the operation of this name");
        assert_eq!(operation.is_mutation(), document.writes, "{}", document.name);
    }
    eprintln!("{} documents fit the schema of {API_VERSION}", all.len());
}

#[test]
fn a_document_that_does_not_fit_is_found() {
    for text in [
        "query Facts { shop { nam } }",
        "mutation X { productSet(input: {titel: \"a\"}) { product { id } } }",
    ] {
        assert!(ExecutableDocument::parse_and_validate(&PUBLISHED, text, "broken").is_err(), "{text}");
    }
}

/// The name of a publication is deprecated in favour of its catalogue's title, of which
/// it is not said that it reads the same.
#[test]
fn nothing_else_that_is_deprecated_is_used() {
    let mut used = BTreeSet::new();
    for document in documents::all() {
        let checked =
            ExecutableDocument::parse_and_validate(&PUBLISHED, &document.text, document.name).expect("valid");
        for operation in checked.operations.iter() {
            deprecated(&checked, &operation.selection_set, &mut used);
        }
    }
    assert_eq!(used, BTreeSet::from(["Publication.name".to_owned()]));
}

fn deprecated(document: &ExecutableDocument, set: &SelectionSet, used: &mut BTreeSet<String>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                if field.definition.directives.get("deprecated").is_some() {
                    used.insert(format!("{}.{}", set.ty, field.name));
                }
                deprecated(document, &field.selection_set, used);
            }
            Selection::InlineFragment(fragment) => deprecated(document, &fragment.selection_set, used),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                    deprecated(document, &fragment.selection_set, used);
                }
            }
        }
    }
}

#[test]
fn the_simulator_claims_nothing_that_shopify_does_not_have() {
    let simulated = simulated();
    let mut compared = 0;
    let mut problems = Vec::new();
    for (name, own) in simulated.types.iter().filter(|(_, own)| !own.is_built_in()) {
        let Some(real) = PUBLISHED.types.get(name) else {
            problems.push(format!("{name} is no type"));
            continue;
        };
        compared += compare(name, own, real, &mut problems);
    }
    assert_eq!(problems, Vec::<String>::new());
    eprintln!("{compared} fields, arguments and values of the simulator are Shopify's");
}

fn compare(name: &str, own: &ExtendedType, real: &ExtendedType, problems: &mut Vec<String>) -> usize {
    let mut count = 0;
    let mut check = |is_there: bool, what: String| {
        count += 1;
        if !is_there {
            problems.push(what);
        }
    };
    match (own, real) {
        (ExtendedType::Object(own), ExtendedType::Object(real)) => {
            for (field, definition) in &own.fields {
                let known = real.fields.get(field).is_some_and(|known| same_field(definition, known));
                check(known, format!("{name}.{field}"));
            }
        }
        (ExtendedType::Interface(own), ExtendedType::Interface(real)) => {
            for (field, definition) in &own.fields {
                let known = real.fields.get(field).is_some_and(|known| same_field(definition, known));
                check(known, format!("{name}.{field}"));
            }
        }
        (ExtendedType::InputObject(own), ExtendedType::InputObject(real)) => {
            for (field, definition) in &own.fields {
                let known = real.fields.get(field).is_some_and(|known| definition.ty == known.ty);
                check(known, format!("{name}.{field}"));
            }
            let missing =
                |field: &InputValueDefinition| field.is_required() && !own.fields.contains_key(&field.name);
            for field in real.fields.values().filter(|field| missing(field)) {
                check(false, format!("{name}.{} is required", field.name));
            }
        }
        (ExtendedType::Enum(own), ExtendedType::Enum(real)) => {
            for value in own.values.keys() {
                check(real.values.contains_key(value), format!("{name}.{value}"));
            }
        }
        (ExtendedType::Scalar(_), ExtendedType::Scalar(_)) => check(true, String::new()),
        _ => check(false, format!("{name} is of another kind")),
    }
    count
}

fn same_field(own: &FieldDefinition, real: &FieldDefinition) -> bool {
    let same = |own: &InputValueDefinition| {
        real.arguments.iter().any(|real| real.name == own.name && real.ty == own.ty)
    };
    own.ty == real.ty && own.arguments.iter().all(|argument| same(argument))
}
