//! One request: parse, validate, coerce, reckon, throttle, execute.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use apollo_compiler::executable::{Operation, Selection};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Value, json};

use super::{Shop, cost, mutations, query, tree};
use crate::world::World;

/// The part of the schema that is simulated.
pub(super) static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    Schema::parse_and_validate(include_str!("schema.graphql"), "schema.graphql")
        .unwrap_or_else(|invalid| panic!("the simulator's own schema: {}", invalid.errors))
});

/// Before a message of an error: the code that it carries.
const CODE_MARK: char = '\u{1}';

/// A field error with a code.
pub(super) fn refused(code: &str, message: &str) -> FieldError {
    FieldError { message: format!("{code}{CODE_MARK}{message}") }
}

/// Answers one request of a token with these scopes.
pub(super) fn answer(world: &World, shop: &Shop, scopes: &[String], body: &[u8]) -> Value {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return json!({"errors": [{"message": "The body is no JSON.", "extensions": {"code": "BAD_REQUEST"}}]});
    };
    let text = request["query"].as_str().unwrap_or_default();
    let document = match ExecutableDocument::parse_and_validate(&SCHEMA, text, "request.graphql") {
        Ok(document) => document,
        Err(invalid) => {
            let errors = invalid.errors.iter().map(
                |error| json!({"message": error.error.to_string(), "extensions": {"code": "undefinedField"}}),
            );
            return json!({"errors": errors.collect::<Vec<_>>()});
        }
    };
    match document.operations.get(request["operationName"].as_str()) {
        Ok(operation) => run(world, shop, scopes, &document, operation, &request["variables"]),
        Err(_) => {
            json!({"errors": [{"message": "No operation of this name.", "extensions": {"code": "BAD_REQUEST"}}]})
        }
    }
}

fn run(
    world: &World,
    shop: &Shop,
    scopes: &[String],
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
    variables: &Value,
) -> Value {
    let given: JsonMap =
        serde_json::from_value(if variables.is_object() { variables.clone() } else { json!({}) })
            .unwrap_or_default();
    let coerced = match coerce_variable_values(&SCHEMA, operation, &given) {
        Ok(coerced) => coerced,
        Err(error) => {
            let error = error.to_graphql_error(&document.sources);
            return json!({"errors": [{"message": error.message, "extensions": {"code": "INVALID_VARIABLE"}}]});
        }
    };
    let points = cost::requested(document, operation, variables);
    if points > cost::MAX_REQUEST {
        let message = format!(
            "Query cost is {points:.0}, which exceeds the single query max cost limit ({:.0}).",
            cost::MAX_REQUEST
        );
        return json!({"errors": [{"message": message, "extensions": {"code": "MAX_COST_EXCEEDED"}}]});
    }
    let spent = match shop.bucket.take(points, world.clock.now()) {
        Ok(spent) => spent,
        Err(spent) => {
            let error = json!({"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}});
            return json!({"errors": [error], "extensions": {"cost": spent}});
        }
    };
    let keys = idempotency_keys(operation, variables);
    let root = Root { world, shop, scopes, keys, is_mutation: operation.is_mutation() };
    let executed = Execution::new(&SCHEMA, document)
        .operation(operation)
        .coerced_variable_values(&coerced)
        .execute_sync(&root);
    let mut answer = match executed {
        Ok(response) => serde_json::to_value(&response).unwrap_or_default(),
        Err(error) => json!({"errors": [error.to_graphql_error(&document.sources)]}),
    };
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        let message = error["message"].as_str().unwrap_or_default().to_owned();
        // The executor says in front where an error came from.
        let message = message.strip_prefix("resolver error: ").unwrap_or(&message);
        match message.split_once(CODE_MARK) {
            Some((code, message)) => {
                error["message"] = message.into();
                error["extensions"] = json!({"code": code});
            }
            None => error["message"] = message.into(),
        }
    }
    answer["extensions"] = json!({"cost": spent});
    answer
}

/// Keys of `@idempotent`, by the answer's names of the fields.
fn idempotency_keys(operation: &Operation, variables: &Value) -> BTreeMap<String, String> {
    let fields = operation.selection_set.selections.iter().filter_map(|selection| match selection {
        Selection::Field(field) => Some(field),
        _ => None,
    });
    fields
        .filter_map(|field| {
            let directive = field.directives.get("idempotent")?;
            let value = directive.specified_argument_by_name("key")?;
            let key = match value.as_variable() {
                Some(name) => variables[name.as_str()].as_str().map(str::to_owned),
                None => value.as_str().map(str::to_owned),
            };
            Some((field.response_key().to_string(), key?))
        })
        .collect()
}

/// Where a query or a mutation begins.
pub(super) struct Root<'w> {
    pub(super) world: &'w World,
    pub(super) shop: &'w Shop,
    scopes: &'w [String],
    keys: BTreeMap<String, String>,
    is_mutation: bool,
}

impl Root<'_> {
    /// The key of the field that is being resolved.
    pub(super) fn key(&self, info: &ResolveInfo<'_>) -> Option<&str> {
        self.keys.get(info.field_selections()[0].response_key().as_str()).map(String::as_str)
    }

    /// A scope for writing includes the one for reading.
    fn require(&self, field: &str) -> Result<(), FieldError> {
        let Some(scope) = scope_of(field) else { return Ok(()) };
        let writing = scope.replacen("read_", "write_", 1);
        if self.scopes.iter().any(|granted| granted == scope || *granted == writing) {
            return Ok(());
        }
        Err(refused(
            "ACCESS_DENIED",
            &format!("Access denied for {field} field. Required access: `{scope}` access scope."),
        ))
    }
}

fn scope_of(field: &str) -> Option<&'static str> {
    match field {
        "product"
        | "products"
        | "productByIdentifier"
        | "productOperation"
        | "collectionByIdentifier"
        | "nodes"
        | "node"
        | "metafieldDefinitions" => Some("read_products"),
        "location" | "locations" => Some("read_locations"),
        "publications" => Some("read_publications"),
        "publishablePublish" => Some("write_publications"),
        "inventorySetQuantities" | "inventoryActivate" => Some("write_inventory"),
        "shop" | "currentAppInstallation" | "publicApiVersions" => None,
        _ => Some("write_products"),
    }
}

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &str {
        if self.is_mutation { "Mutation" } else { "QueryRoot" }
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        self.require(info.field_name())?;
        let arguments = tree::arguments(info)?;
        let value = if self.is_mutation {
            self.shop.touched();
            mutations::resolve(self, info, &arguments)?
        } else {
            query::resolve(self, info.field_name(), &arguments, self.scopes)?
        };
        tree::resolved(info, value)
    }
}
