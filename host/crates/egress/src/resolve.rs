//! Names to addresses, asked once per connection.

use std::net::IpAddr;

use async_trait::async_trait;

/// Looks names up. Tests put their own in place of the system's.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// All addresses of a name.
    async fn lookup(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn lookup(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Whether a look-up says that there is no such name, and not that it cannot tell now.
/// The system's answer reaches us as words alone.
pub(crate) fn is_unknown_name(error: &std::io::Error) -> bool {
    let said = error.to_string();
    ["Name or service not known", "No address associated with hostname", "nodename nor servname provided"]
        .iter()
        .any(|words| said.contains(words))
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use super::*;

    #[test]
    fn an_unknown_name_is_told_from_a_disturbance() {
        let said = |words: &str| Error::other(format!("failed to lookup address information: {words}"));
        assert!(is_unknown_name(&said("Name or service not known")));
        assert!(is_unknown_name(&said("No address associated with hostname")));
        assert!(!is_unknown_name(&said("Temporary failure in name resolution")));
    }
}
