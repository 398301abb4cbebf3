//! What happens to a request before its route is looked up.

use axum::extract::Request;
use axum::http::Method;
use axum::http::uri::{PathAndQuery, Uri};
use axum::middleware::Next;
use axum::response::Response;

/// Serve both forms of every address, with and without a slash at its end, and
/// answer HEAD as the API does: 405 where there is only GET.
pub async fn prepare(mut request: Request, next: Next) -> Response {
    if let Some(uri) = without_slash(request.uri()) {
        *request.uri_mut() = uri;
    }
    if request.method() == Method::HEAD && request.uri().path().starts_with("/api/") {
        // Routers answer HEAD where there is GET; no route has TRACE.
        *request.method_mut() = Method::TRACE;
    }
    next.run(request).await
}

fn without_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let short = path.strip_suffix('/').filter(|short| short.starts_with("/api/") && !short.ends_with('/'))?;
    let path_and_query = match uri.query() {
        Some(query) => format!("{short}?{query}").parse(),
        None => short.parse::<PathAndQuery>(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = path_and_query.ok();
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slash_at_the_end_of_an_api_address_goes_away() {
        for (given, expected) in [
            ("/api/v1/imports/", Some("/api/v1/imports")),
            ("/api/v1/imports/?skip=1", Some("/api/v1/imports?skip=1")),
            ("/api/v1/imports", None),
            ("/api/v1/imports//", None),
            ("/docs/", None),
            ("/", None),
        ] {
            let uri: Uri = given.parse().expect("an address");
            assert_eq!(without_slash(&uri).map(|uri| uri.to_string()).as_deref(), expected, "{given}");
        }
    }
}
