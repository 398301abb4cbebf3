//! Finding the manifest inside a component.

use wasmparser::{Parser, Payload};

use super::error::ManifestError;

/// The custom section that holds the text of `plugin.toml`. A linker leaves it in
/// the core module inside the component; a packer may put it on the outside.
pub const SECTION: &str = "sourcepilot:manifest";

/// The text of the section, wherever in the component it stands.
pub(super) fn section_text(bytes: &[u8]) -> Result<String, ManifestError> {
    let mut found: Option<&[u8]> = None;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| {
            ManifestError::one(None, format!("this is not a WebAssembly component: {}", error.message()))
        })?;
        let Payload::CustomSection(section) = payload else { continue };
        if section.name() != SECTION {
            continue;
        }
        match found {
            Some(first) if first != section.data() => {
                return Err(ManifestError::one(
                    None,
                    format!("the component carries two different `{SECTION}` sections"),
                ));
            }
            _ => found = Some(section.data()),
        }
    }
    let text = found.ok_or_else(|| {
        ManifestError::one(
            None,
            format!(
                "the component carries no `{SECTION}` section; the register macro of the SDK puts plugin.toml there"
            ),
        )
    })?;
    String::from_utf8(text.to_vec()).map_err(|_| ManifestError::one(None, "the embedded text is not UTF-8"))
}
