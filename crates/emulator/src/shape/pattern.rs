//! The patterns that a service publishes for its texts.

use std::sync::OnceLock;

use fancy_regex::Regex;
use serde::{Serialize, Serializer};

/// A pattern that the whole of a text must fit; compiled when it is first asked for.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), compiled: OnceLock::new() }
    }

    /// The pattern as the service writes it.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether `text` fits. A pattern that cannot be compiled fits nothing.
    pub(crate) fn fits(&self, text: &str) -> bool {
        // Where looking around in a text takes too many steps, the text is an odd one, and is refused.
        self.regex().is_some_and(|regex| regex.is_match(text).unwrap_or(false))
    }

    /// Whether it can be used at all.
    #[cfg(test)]
    pub(crate) fn compiles(&self) -> bool {
        self.regex().is_some()
    }

    fn regex(&self) -> Option<&Regex> {
        // The services are written in Java, where `\w` means ASCII; in this library it means every letter.
        let compile = || Regex::new(&format!("^(?:{})$", self.source.replace(r"\w", "0-9A-Za-z_"))).ok();
        self.compiled.get_or_init(compile).as_ref()
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_for_the_whole_text() {
        let name = Pattern::new(r"[\w\u4e00-\u9fa5\u002d_]{1,64}$");
        assert!(name.fits("office-1") && name.fits("办公室"));
        assert!(!name.fits("two words") && !name.fits("") && !name.fits("é"));
    }

    #[test]
    fn a_pattern_can_look_around() {
        let key = Pattern::new(r"^((?!_sys_)[\p{L}\p{Z}\p{N}_.:=+\-@]{1,128})(?<!\s)$");
        assert!(key.fits("team") && key.fits("a b"));
        assert!(!key.fits("_sys_team") && !key.fits("team ") && !key.fits("a/b"));
    }
}
