//! Components that stay out, each with a sentence that tells why.

use std::os::unix::fs::PermissionsExt;

use sourcepilot_plugin_runtime::{
    Ceilings, Grants, LoadError, Manifest, Policy, Runtime, RuntimeConfig, digest_of,
};

use crate::world::{config, egress, granted, hostile, load, reference};

/// Let the load fail and give its words.
async fn refused(bytes: Vec<u8>, policy: Policy) -> (LoadError, String) {
    let error = load(bytes, policy).await.expect_err("it must stay out");
    let words = error.to_string();
    assert!(!words.contains("stack backtrace") && words.len() < 2000, "{words}");
    (error, words)
}

fn component(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(format!("(component {text})")).unwrap())
}

/// The bytes with the hostile guest's manifest behind them.
fn with_manifest(bytes: &[u8]) -> Vec<u8> {
    let (name, text) = ("sourcepilot:manifest", include_str!("../../guests/hostile/plugin.toml"));
    let mut section = vec![u8::try_from(name.len()).unwrap()];
    section.extend(name.bytes().chain(text.bytes()));
    let mut bytes = bytes.to_vec();
    bytes.push(0);
    let mut length = section.len();
    while length >= 0x80 {
        bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes.extend(section);
    bytes
}

/// The hostile guest with another text of the same length in its manifest.
fn patched(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = hostile();
    let places: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from}");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[tokio::test]
async fn truncated_anywhere() {
    let whole = hostile();
    let runtime = Runtime::new(config(), egress(None)).unwrap();
    for length in (0..whole.len()).step_by(1024) {
        let error = runtime.load(whole[..length].to_vec(), granted(&whole)).await.unwrap_err();
        assert!(matches!(error, LoadError::Malformed(_)), "{length}: {error}");
    }
}

#[tokio::test]
async fn random_bytes_and_random_changes() {
    let whole = hostile();
    let runtime = Runtime::new(config(), egress(None)).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..50 {
        let noise: Vec<u8> = (0..4096).map(|_| next().to_le_bytes()[0]).collect();
        assert!(runtime.load(noise.clone(), Policy::default()).await.is_err());
        let framed = [b"\0asm\x0d\0\x01\0".as_slice(), &noise].concat();
        assert!(runtime.load(framed, Policy::default()).await.is_err());
    }
    // Most changes break it, some do not; none may bring the host down.
    let mut refused = 0;
    for _ in 0..60 {
        let mut changed = whole.clone();
        for _ in 0..8 {
            let at = usize::try_from(next()).unwrap() % changed.len();
            changed[at] = next().to_le_bytes()[0];
        }
        match runtime.load(changed, granted(&whole)).await {
            Err(_) => refused += 1,
            Ok(plugin) => {
                let call = crate::world::call();
                _ = plugin.supplier().unwrap().get_product(call, reference("ok"), None).await;
            }
        }
    }
    assert!(refused > 30, "{refused}");
}

#[tokio::test]
async fn a_core_module() {
    let (_, words) = refused(wat::parse_str("(module)").unwrap(), Policy::default()).await;
    assert!(words.contains("core WebAssembly module") && words.contains("wasm32-wasip2"), "{words}");
}

#[tokio::test]
async fn imports_that_nobody_gets() {
    for (import, advice) in [
        ("wasi:sockets/tcp@0.2.6", "std::net"),
        ("wasi:filesystem/preopens@0.2.6", "std::fs"),
        ("wasi:keyvalue/store@0.2.0", "keep nothing"),
        ("acme:backdoor/door@1.0.0", "nothing of that name"),
        ("sourcepilot:plugin/log@0.2.0", "plugin API 0.2.0"),
    ] {
        let bytes = component(&format!("(import \"{import}\" (instance))"));
        let (error, words) = refused(bytes, Policy::default()).await;
        assert!(matches!(error, LoadError::Import { .. } | LoadError::ApiVersion { .. }), "{error:?}");
        assert!(words.contains(advice), "{words}");
    }
}

#[tokio::test]
async fn memory_beyond_the_limit() {
    let (error, words) = refused(component("(core module (memory 16384))"), granted(&hostile())).await;
    assert!(matches!(error, LoadError::Resources(_)), "{error:?}");
    assert!(words.contains("starts with 1024 MiB") && words.contains("memory_mib"), "{words}");

    let forty = "(core module (memory 512))".repeat(40);
    let (_, words) = refused(component(&forty), granted(&hostile())).await;
    assert!(words.contains("40 memories; a plugin may have 4"), "{words}");

    let one_forty_times =
        format!("(core module $m (memory 512)) {}", "(core instance (instantiate $m))".repeat(40));
    let (error, _) = refused(component(&one_forty_times), granted(&hostile())).await;
    assert!(matches!(error, LoadError::Resources(_) | LoadError::Compile(_)), "{error:?}");
}

#[tokio::test]
async fn another_contract() {
    let (_, words) = refused(patched("api = \"0.1\"", "api = \"2.0\""), granted(&hostile())).await;
    assert!(words.contains("built for plugin API 2.0, but this host serves 0.1"), "{words}");
    assert!(words.contains("update the host"), "{words}");
    let old = component("(instance $i) (export \"sourcepilot:plugin/catalog@0.0.9\" (instance $i))");
    let (_, words) = refused(old, granted(&hostile())).await;
    assert!(words.contains("0.0.9") && words.contains("rebuild the plugin"), "{words}");
}

#[tokio::test]
async fn a_modified_contract() {
    // `check` takes a text here instead of the context record.
    let bytes = component(
        r#"
        (core module $m
            (memory (export "memory") 1)
            (func (export "f") (param i32 i32) (result i32) unreachable)
            (func (export "g") (param i32 i32) (result i32) unreachable)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
        (core instance $i (instantiate $m))
        (alias core export $i "memory" (core memory $memory))
        (alias core export $i "realloc" (core func $realloc))
        (alias core export $i "f" (core func $f))
        (alias core export $i "g" (core func $g))
        (func $check (param "ctx" string) (result string)
            (canon lift (core func $f) (memory $memory) (realloc $realloc)))
        (instance $connection (export "check" (func $check)))
        (export "sourcepilot:plugin/connection@0.1.0" (instance $connection))
        (func $parse (param "url" string) (result string)
            (canon lift (core func $g) (memory $memory) (realloc $realloc)))
        (instance $catalog
            (export "parse-url" (func $parse)) (export "resolve-url" (func $parse)) (export "get-product" (func $parse)))
        (export "sourcepilot:plugin/catalog@0.1.0" (instance $catalog))
        (instance $pricing (export "get-prices" (func $parse)))
        (export "sourcepilot:plugin/pricing@0.1.0" (instance $pricing))
        "#,
    );
    let (error, words) = refused(bytes, granted(&hostile())).await;
    assert!(matches!(error, LoadError::Contract(_)), "{error:?}");
    assert!(words.contains("modified or unreleased contract") && words.contains("record"), "{words}");
}

#[tokio::test]
async fn missing_interfaces_and_functions() {
    let (_, words) = refused(component(""), granted(&hostile())).await;
    assert!(words.contains("a supplier must export `connection`"), "{words}");
    let empty = component("(instance $i) (export \"sourcepilot:plugin/connection@0.1.0\" (instance $i))");
    let (_, words) = refused(empty, granted(&hostile())).await;
    assert!(words.contains("`connection` is not complete") && words.contains("check"), "{words}");
}

#[tokio::test]
async fn manifest_and_exports_disagree() {
    let declared = patched("features = [\"pricing\"]", "features = [\"freight\"]");
    let (error, words) = refused(declared, granted(&hostile())).await;
    assert!(matches!(error, LoadError::Features(_)), "{error:?}");
    assert!(words.contains("`pricing`") && words.contains("plugin.toml"), "{words}");
    let more = "features = [\"pricing\"]\nmax_price_batch = 5";
    let both =
        patched(more, &format!("{:<width$}", "features = [\"freight\",\"pricing\"]", width = more.len()));
    let (_, words) = refused(both, granted(&hostile())).await;
    assert!(words.contains("lists the feature `freight`"), "{words}");
}

#[tokio::test]
async fn no_manifest_or_a_broken_one() {
    let bare = wat::parse_str("(component)").unwrap();
    let (_, words) = refused(bare, Policy::default()).await;
    assert!(words.contains("sourcepilot:manifest"), "{words}");
    let (_, words) = refused(patched("kind = \"supplier\"", "kind = \"smuggler\""), Policy::default()).await;
    assert!(words.contains("plugin.toml line 5"), "{words}");
}

#[tokio::test]
async fn another_file_than_pinned() {
    let bytes = hostile();
    let pinned = Policy { digest: Some(digest_of(&bytes)), ..granted(&bytes) };
    assert!(load(bytes.clone(), pinned.clone()).await.is_ok());
    let mut swapped = bytes;
    let last = swapped.len() - 1;
    swapped[last] ^= 1;
    let (error, words) = refused(swapped.clone(), pinned).await;
    assert!(matches!(error, LoadError::DigestMismatch { .. }), "{error:?}");
    assert!(words.contains(&digest_of(&swapped)), "{words}");
}

#[tokio::test]
async fn another_plugin_than_expected() {
    let policy = Policy { expected_id: Some("aliexpress".into()), ..granted(&hostile()) };
    let (_, words) = refused(hostile(), policy).await;
    assert!(words.contains("expects the plugin `aliexpress`") && words.contains("`hostile`"), "{words}");
}

#[tokio::test]
async fn more_asked_than_granted() {
    let manifest = Manifest::from_component(&hostile()).unwrap();
    let mut grants = Grants::as_asked(&manifest);
    grants.hosts = vec!["https://*.hostile.example".into()];
    grants.credentials.clear();
    let policy = Policy { grants, ..Policy::default() };
    let (error, words) = refused(hostile(), policy).await;
    assert!(matches!(error, LoadError::NeedsApproval { .. }), "{error:?}");
    assert!(words.contains("grant.credentials = [\"secret\"]"), "{words}");
    assert!(words.contains("grant.hosts = [\"https://api.hostile.example\", "), "{words}");

    let wide = Grants {
        hosts: vec!["https://*.hostile.example".into(), "{connection.origin}".into()],
        credentials: vec!["secret".into(), "unrelated".into()],
    };
    assert!(load(hostile(), Policy { grants: wide, ..Policy::default() }).await.is_ok());
}

#[tokio::test]
async fn a_file_beyond_its_size() {
    let ceilings = Ceilings { component_bytes: 10_000, ..Ceilings::default() };
    let runtime = Runtime::new(RuntimeConfig { ceilings, ..config() }, egress(None)).unwrap();
    let error = runtime.load(hostile(), granted(&hostile())).await.unwrap_err();
    assert!(matches!(error, LoadError::TooLarge { limit: 10_000, .. }), "{error:?}");
}

#[tokio::test]
async fn a_cache_that_others_can_write_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let open = RuntimeConfig { cache_dir: Some(folder.path().to_owned()), ..RuntimeConfig::default() };
    let error = Runtime::new(open, egress(None)).unwrap_err().to_string();
    assert!(error.contains("open to other users"), "{error}");
}

#[tokio::test]
async fn a_tampered_artefact_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("private");
    let config = RuntimeConfig { cache_dir: Some(cache.clone()), ..RuntimeConfig::default() };
    let runtime = Runtime::new(config, egress(None)).unwrap();
    let policy = granted(&hostile());
    runtime.load(hostile(), policy.clone()).await.unwrap();
    let mode = std::fs::metadata(&cache).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);

    let files: Vec<_> = std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    let whole = std::fs::read(&files[0]).unwrap();
    let mut tampered = whole.clone();
    let middle = tampered.len() / 2;
    tampered[middle] ^= 0xff;
    std::fs::write(&files[0], &tampered).unwrap();
    runtime.load(hostile(), policy.clone()).await.unwrap();
    assert_ne!(std::fs::read(&files[0]).unwrap(), tampered, "it was made again");

    std::fs::write(&files[0], &whole[..100]).unwrap();
    runtime.load(hostile(), policy).await.unwrap();
}
