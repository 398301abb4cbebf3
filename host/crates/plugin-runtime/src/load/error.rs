//! Why a plugin is not loaded, in words for its author or the admin.

use crate::manifest::ManifestError;

/// A plugin that stays out. Each text says what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file is larger than the host accepts.
    #[error(
        "the component has {size} bytes; this host accepts {limit} (`limits.component_mib` in plugin-registry.toml raises it)"
    )]
    TooLarge {
        /// Bytes of the file.
        size: u64,
        /// Bytes accepted.
        limit: u64,
    },
    /// The bytes are not the pinned ones.
    #[error(
        "the component's digest is {actual}, but plugin-registry.toml pins {expected}; if the new file is wanted, write `digest = \"{actual}\"`"
    )]
    DigestMismatch {
        /// As pinned.
        expected: String,
        /// Of the bytes at hand.
        actual: String,
    },
    /// Not WebAssembly, or broken.
    #[error("this is not a usable WebAssembly component: {0}")]
    Malformed(String),
    /// A core module where a component is needed.
    #[error("this is a core WebAssembly module, not a component; build for the target wasm32-wasip2")]
    CoreModule,
    /// It wants something that no plugin gets.
    #[error("it imports {name}: {why}")]
    Import {
        /// The name of the import.
        name: String,
        /// Why it is not there and what to do instead.
        why: String,
    },
    /// Written for another contract.
    #[error("it was built for plugin API {wanted}, but this host serves {served}; {advice}")]
    ApiVersion {
        /// What the plugin wants.
        wanted: String,
        /// What this host has.
        served: String,
        /// Who has to move.
        advice: String,
    },
    /// Without a usable `plugin.toml`.
    #[error("{0}")]
    Manifest(#[from] ManifestError),
    /// Another plugin than expected.
    #[error("plugin-registry.toml expects the plugin `{expected}` here, but the component is `{actual}`")]
    WrongId {
        /// From the registry.
        expected: String,
        /// From the component.
        actual: String,
    },
    /// An interface is missing or not as the contract says.
    #[error("{0}")]
    Contract(String),
    /// Manifest and component disagree about what is offered.
    #[error("{0}")]
    Features(String),
    /// It needs more than its limits before it runs at all.
    #[error("{0}")]
    Resources(String),
    /// It asks for more than is granted.
    #[error("the plugin `{id}` needs approval; give it in its [[plugin]] entry of plugin-registry.toml:\n{}", .lines.join("\n"))]
    NeedsApproval {
        /// The plugin.
        id: String,
        /// The lines to write, complete.
        lines: Vec<String>,
    },
    /// A line of the registry that cannot be understood.
    #[error("plugin-registry.toml: {0}")]
    Registry(String),
    /// The compiler refused it.
    #[error("it could not be compiled: {0}")]
    Compile(String),
    /// The compiler was not done in time.
    #[error("it was not compiled within {seconds} s; make the component smaller")]
    CompileTimeout {
        /// The time given.
        seconds: u64,
    },
    /// The host is at fault.
    #[error("the host could not load it: {0}")]
    Host(String),
}
