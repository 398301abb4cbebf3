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
