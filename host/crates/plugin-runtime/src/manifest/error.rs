//! What is wrong with a manifest, in words and with the line.

use std::fmt;

/// One thing to be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of `plugin.toml`, from 1, when there is one.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "plugin.toml line {line}: {}", self.message),
            None => write!(f, "plugin.toml: {}", self.message),
        }
    }
}

/// A manifest that cannot be used, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    problems: Vec<Problem>,
}

impl ManifestError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        ManifestError { problems }
    }

    pub(crate) fn one(line: Option<usize>, message: impl Into<String>) -> Self {
        ManifestError { problems: vec![Problem { line, message: message.into() }] }
    }

    /// What has to be corrected, in the order of the file; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ManifestError {}

/// Gathers problems with the lines they stand on.
pub(super) struct Findings<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Findings { text, problems: Vec::new() }
    }

    /// Note a problem of the value at `span`.
    pub(super) fn at<T>(&mut self, value: &toml::Spanned<T>, message: impl Into<String>) {
        let line = line_of(self.text, value.span().start);
        self.problems.push(Problem { line: Some(line), message: message.into() });
    }

    pub(super) fn finish<T>(mut self, value: T) -> Result<T, ManifestError> {
        if self.problems.is_empty() {
            return Ok(value);
        }
        self.problems.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        Err(ManifestError::new(self.problems))
    }
}

/// The line, from 1, on which the byte `offset` stands.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}
