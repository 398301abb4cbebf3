//! A full reading of the bytes before any compiler sees them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wasmparser::{Encoding, Parser, Payload, Validator};

use super::error::LoadError;
use crate::limits::Limits;

/// What a component brings and wants, by the names in its outermost layer.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Names of imports.
    pub(super) imports: Vec<String>,
    /// Names of exports.
    pub(super) exports: Vec<String>,
    memories: u64,
    initial_memory: u64,
}

/// Parse and validate everything.
///
/// # Errors
/// For anything that is not a well-formed component.
pub(super) fn inspect(bytes: &[u8]) -> Result<Outline, LoadError> {
    // The parser promises not to panic; a promise about hostile bytes is not
    // something to stake the process on.
    catch_unwind(AssertUnwindSafe(|| outline(bytes)))
        .unwrap_or_else(|_| Err(LoadError::Malformed("its parser gave up on it".into())))
}

fn malformed(error: &wasmparser::BinaryReaderError) -> LoadError {
    LoadError::Malformed(format!("{} (at byte {})", error.message(), error.offset()))
}

fn outline(bytes: &[u8]) -> Result<Outline, LoadError> {
    if !bytes.starts_with(b"\0asm") {
        return Err(LoadError::Malformed("it does not begin like WebAssembly".into()));
    }
    if Parser::is_core_wasm(bytes) {
        return Err(LoadError::CoreModule);
    }
    Validator::new().validate_all(bytes).map_err(|error| malformed(&error))?;

    let mut outline = Outline::default();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| malformed(&error))? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(LoadError::CoreModule);
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    outline.imports.push(import.map_err(|error| malformed(&error))?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    outline.exports.push(export.map_err(|error| malformed(&error))?.name.name.to_owned());
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    let memory = memory.map_err(|error| malformed(&error))?;
                    let page = 1_u64 << memory.page_size_log2.unwrap_or(16).min(16);
                    outline.memories += 1;
                    outline.initial_memory =
                        outline.initial_memory.saturating_add(memory.initial.saturating_mul(page));
                }
            }
            _ => {}
        }
    }
    Ok(outline)
}

impl Outline {
    /// Whether its memories can be within its limits at all.
    ///
    /// # Errors
    /// When it cannot even begin.
    pub(super) fn fits(&self, limits: &Limits) -> Result<(), LoadError> {
        let most = u64::from(Limits::MEMORIES_PER_COMPONENT);
        if self.memories > most {
            return Err(LoadError::Resources(format!(
                "it declares {} memories; a plugin may have {most}",
                self.memories
            )));
        }
        if self.initial_memory > limits.memory_bytes as u64 {
            return Err(LoadError::Resources(format!(
                "it starts with {} MiB of memory, but its limit is {} MiB (`[limits] memory_mib` in plugin.toml, \
                 `limits.memory_mib` in plugin-registry.toml)",
                self.initial_memory >> 20,
                limits.memory_bytes >> 20
            )));
        }
        Ok(())
    }
}
