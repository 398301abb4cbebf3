//! Tables as comma-separated values.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A row as text. A cell that a spreadsheet would take for a formula begins with an
/// apostrophe, which spreadsheets do not show.
#[must_use]
pub fn line(cells: &[String]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let written = writer.write_record(cells.iter().map(|cell| harmless(cell)));
    match (written, writer.into_inner()) {
        (Ok(()), Ok(bytes)) => bytes,
        // Writing into memory does not fail.
        _ => Vec::new(),
    }
}

fn harmless(cell: &str) -> String {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

/// An answer that a browser keeps as a file.
pub fn download(name: &'static str, body: Body) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}

/// A product of a list that was sent as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line, from 1.
    pub line: usize,
    pub product_url: String,
    pub source: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// More products than this are several lists.
pub const MOST_ROWS: usize = 500;
const LONGEST_URL: usize = 2000;

/// Read a list of products: one address per line, or a table whose first line names
/// the columns `product_url` (or `url`) and `source`. Commas, semicolons and tabs
/// separate. Empty lines are passed over.
///
/// # Errors
/// One sentence when the whole is not such a list.
pub fn products(bytes: &[u8]) -> Result<Vec<Row>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "The list must be text in UTF-8.".to_owned())?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let separator =
        [b',', b';', b'\t'].into_iter().find(|mark| first.as_bytes().contains(mark)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut url_at, mut source_at) = (0, None);
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| format!("The list cannot be read: {error}."))?;
        let line = record.position().map_or(at + 1, |place| line_at(text, place.byte()));
        if at == 0
            && let Some(columns) = columns(&record)
        {
            (url_at, source_at) = columns;
            continue;
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(format!("The list has more than {MOST_ROWS} products. Send it in parts."));
        }
        let source = source_at.map(|at| cell(at).to_owned()).filter(|source| !source.is_empty());
        let product_url = cell(url_at).to_owned();
        rows.push(Row { line, problem: problem(&product_url), product_url, source });
    }
    if rows.is_empty() { Err("The list holds no product.".to_owned()) } else { Ok(rows) }
}

/// In which line, from 1, the record begins that was found from this byte on: line
/// ends before it still belong to the record before.
fn line_at(text: &str, byte: u64) -> usize {
    let before = usize::try_from(byte).unwrap_or(text.len()).min(text.len());
    let ends = text.as_bytes()[before..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    text.as_bytes()[..before + ends].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Where the columns are, when this is the line that names them.
fn columns(record: &csv::StringRecord) -> Option<(usize, Option<usize>)> {
    let find = |names: &[&str]| {
        record.iter().position(|cell| names.iter().any(|name| cell.trim().eq_ignore_ascii_case(name)))
    };
    Some((find(&["product_url", "url"])?, find(&["source"])))
}

/// What is wrong with an address before anybody is asked.
#[must_use]
pub fn problem(product_url: &str) -> Option<String> {
    if product_url.contains('\0') {
        return Some("The address contains a NUL character.".to_owned());
    }
    if product_url.chars().count() > LONGEST_URL {
        return Some(format!("The address has more than {LONGEST_URL} characters."));
    }
    let is_web = url::Url::parse(product_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    (!is_web).then(|| "This is not an address that begins with http:// or https://.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cells: &[&str]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        String::from_utf8(line(&cells)).expect("text")
    }

    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        assert_eq!(text(&["a", "b,c", "d\"e", ""]), "a,\"b,c\",\"d\"\"e\",\r\n");
        for formula in ["=1+1", "+1", "-1", "@x", "\tx"] {
            assert!(text(&[formula]).trim_start_matches('"').starts_with('\''), "{formula}");
        }
        assert_eq!(text(&["=HYPERLINK(\"http://x\")"]), "\"'=HYPERLINK(\"\"http://x\"\")\"\r\n");
    }

    #[test]
    fn lists_are_read_in_all_usual_forms() {
        let read = |text: &str| products(text.as_bytes()).expect("a list");
        let urls =
            |rows: &[Row]| rows.iter().map(|row| (row.line, row.product_url.clone())).collect::<Vec<_>>();
        let both = vec![(1, "https://a.example/1".to_owned()), (2, "https://a.example/2".to_owned())];
        assert_eq!(urls(&read("https://a.example/1\nhttps://a.example/2")), both);
        let later = vec![(2, "https://a.example/1".to_owned())];
        for text in [
            "product_url\r\nhttps://a.example/1\r\n",
            "\u{FEFF}url;source\nhttps://a.example/1;manual\n\n",
            "source\tURL\nmanual\thttps://a.example/1\n",
            "source,\"product_url\"\n,\" https://a.example/1 \"\n,\n",
        ] {
            assert_eq!(urls(&read(text)), later, "{text}");
        }
        assert_eq!(read("url;source\nhttps://a.example/1;manual")[0].source.as_deref(), Some("manual"));
        assert_eq!(read("url,source\nhttps://a.example/1,")[0].source, None);
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        let rows = products(b"url\nhttps://a.example/1\nftp://x\n=1+1\n").expect("a list");
        let wrong: Vec<usize> = rows.iter().filter(|row| row.problem.is_some()).map(|row| row.line).collect();
        assert_eq!(wrong, [3, 4]);
        for bad in [&b"\xff\xfe"[..], b"", b"url\n", b"\n\n"] {
            assert!(products(bad).is_err(), "{bad:?}");
        }
        let many = "https://a.example/1\n".repeat(MOST_ROWS + 1);
        assert!(products(many.as_bytes()).is_err_and(|text| text.contains("500")));
    }
}
