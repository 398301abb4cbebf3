//! No undocumented route, no documented ghost; every operation has a name of its
//! own, examples that hold, and its errors.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use super::Document;
use super::world::{self, World};
use crate::util::TestApp;

/// Served, but no operations: pages, files, the description itself, and what says
/// that there is nothing.
const NO_OPERATIONS: [&str; 6] =
    ["/docs", "/redoc", "/docs/assets/{*path}", "/openapi.json", "/demo.json", "/api/{*rest}"];

/// Every path that a source file below `http` gives to a router.
fn routed() -> BTreeSet<String> {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    let mut paths = BTreeSet::new();
    while let Some(file) = files.pop() {
        if file.is_dir() {
            files.extend(fs::read_dir(file).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else {
            paths.extend(paths_of(&file));
        }
    }
    paths
}

fn paths_of(file: &PathBuf) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let after = text.split(".route(").skip(1);
    let quoted = after.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    quoted.filter(|path| path.starts_with('/')).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_router_and_the_description_know_the_same_operations() {
    let document = Document::read();
    let app = TestApp::start().await;
    let client = app.anonymous();
    let mut described: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for operation in document.operations() {
        described.entry(operation.path).or_default().insert(operation.method.to_uppercase());
    }
    let mut served = 0;
    for path in routed().iter().filter(|path| !NO_OPERATIONS.contains(&path.as_str())) {
        let full = format!("/api/v1{path}");
        let methods = described.remove(full.as_str()).unwrap_or_else(|| panic!("{path} is not described"));
        // No route has TRACE; the refusal names what there is.
        let address = full.replace(['{', '}'], "x");
        let request = Request::builder().method("TRACE").uri(&address).body(Body::empty());
        let refused = client.request(request.expect("a request")).await;
        assert_eq!(refused.status, 405, "{path}");
        let allowed = refused.header("allow").expect("methods").split(',').map(|name| name.trim().to_owned());
        let allowed: BTreeSet<String> = allowed.filter(|name| name != "HEAD").collect();
        assert_eq!(allowed, methods, "{path}: served and described");
        served += methods.len();
    }
    assert!(described.is_empty(), "described, but not served: {:?}", described.keys());
    assert!(served >= 35, "{served}");
}

#[test]
fn every_operation_says_what_it_is() {
    let document = Document::read();
    let mut names = BTreeSet::new();
    for operation in document.operations() {
        let name = operation.name();
        assert!(names.insert(operation.id()), "{name}: the name {} is taken", operation.id());
        assert!(operation.id().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", operation.id());
        assert!(operation.value["summary"].as_str().is_some_and(|text| text.len() > 5), "{name}: no summary");
        for (status, answer) in operation.answers() {
            assert!(answer["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {status}");
        }
        let is_protected = !operation.security().is_public;
        assert_eq!(is_protected, operation.can_answer(401) && is_protected, "{name}: 401");
        assert!(operation.answers().any(|(status, _)| (200..400).contains(&status)), "{name}: no success");
        if operation.security().key.is_some() {
            assert!(operation.can_answer(403), "{name}: a key may lack a scope");
        }
        if !operation.parameters("path").is_empty() {
            assert!(operation.can_answer(404) && operation.can_answer(422), "{name}: ids may be wrong");
        }
    }
}

#[test]
fn every_body_has_an_example_that_fits_its_schema() {
    let document = Document::read();
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut check = |what: String, form: &Value| {
        count += 1;
        match form.get("example") {
            None => wrong.push(format!("{what}: no example")),
            Some(example) => {
                let faults = document.faults(&form["schema"], example);
                wrong.extend(faults.into_iter().map(|fault| format!("{what}: {fault}")));
            }
        }
    };
    for operation in document.operations() {
        let name = operation.name();
        if let Some(form) = operation.value.pointer("/requestBody/content/application~1json") {
            check(format!("{name} request"), form);
        }
        for (status, answer) in operation.answers() {
            if let Some(form) = answer.pointer("/content/application~1json") {
                check(format!("{name} {status}"), form);
            }
        }
        for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
            if parameter["required"] == true {
                check(format!("{name} {}", parameter["name"]), parameter);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 200, "{count}");
}

/// The examples of requests are real: sent to the service, they give an answer that
/// is described, in the described form.
#[tokio::test]
async fn examples_are_answered_as_described() {
    let document = Document::read();
    let world = World::open().await;
    let mut wrong = Vec::new();
    for operation in document.operations() {
        let merchant = world.merchant().await;
        let id = world::made(&world, &document, &merchant, operation.path).await;
        let reply = world::call(&merchant, operation, id.as_deref().unwrap_or(world::NOBODY)).await;
        let status = reply.status.as_u16();
        let Some((_, answer)) = operation.answers().find(|(known, _)| *known == status) else {
            wrong.push(format!("{}: {status} is not described: {}", operation.name(), reply.text));
            continue;
        };
        if let Some(form) = answer.pointer("/content/application~1json") {
            let faults = document.faults(&form["schema"], &reply.body);
            wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}", operation.name())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
