//! What can be wrong with an answer.

/// A fault that every answer of the remote side has from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Status 401.
    Unauthorized,
    /// Status 403.
    Forbidden,
    /// Status 404.
    NotFound,
    /// Status 429 that asks for seven seconds.
    TooManyRequests,
    /// Status 429 that says no more.
    TooManyRequestsUntimed,
    /// Status 500.
    ServerError,
    /// The connection stays open and nothing comes.
    Silence,
    /// A JSON document that ends in the middle.
    TruncatedJson,
    /// A web page with status 200.
    Html,
    /// A body of 20 MiB.
    Huge,
    /// A redirect to a host that no manifest names.
    Redirect,
}

/// Seconds of [`Fault::TooManyRequests`].
pub(crate) const RETRY_AFTER: u64 = 7;

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 11] = [
        Fault::Unauthorized,
        Fault::Forbidden,
        Fault::NotFound,
        Fault::TooManyRequests,
        Fault::TooManyRequestsUntimed,
        Fault::ServerError,
        Fault::Silence,
        Fault::TruncatedJson,
        Fault::Html,
        Fault::Huge,
        Fault::Redirect,
    ];

    /// Status, headers and body.
    pub(crate) fn answer(self) -> (u16, Vec<(&'static str, String)>, Vec<u8>) {
        let json = ("content-type", "application/json".to_owned());
        let html = ("content-type", "text/html".to_owned());
        match self {
            Fault::Unauthorized => (401, vec![json], b"{\"message\":\"who are you\"}".to_vec()),
            Fault::Forbidden => (403, vec![json], b"{\"message\":\"not for you\"}".to_vec()),
            Fault::NotFound => (404, vec![json], b"{\"message\":\"nothing here\"}".to_vec()),
            Fault::TooManyRequests => {
                (429, vec![json, ("retry-after", RETRY_AFTER.to_string())], b"{}".to_vec())
            }
            Fault::TooManyRequestsUntimed => (429, vec![json], b"{}".to_vec()),
            Fault::ServerError => (500, vec![json], b"{}".to_vec()),
            Fault::Silence => (200, Vec::new(), Vec::new()),
            Fault::TruncatedJson => (200, vec![json], b"{\"products\":[{\"id\":1,\"name\":\"Cu".to_vec()),
            Fault::Html => {
                (200, vec![html], b"<!DOCTYPE html><html><title>Maintenance</title></html>".to_vec())
            }
            Fault::Huge => (200, vec![json], vec![b' '; 20 << 20]),
            Fault::Redirect => (302, vec![("location", "https://elsewhere.invalid/".to_owned())], Vec::new()),
        }
    }
}
