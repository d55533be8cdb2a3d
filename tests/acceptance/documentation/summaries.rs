//! The first lines of all errors and warnings, read from the provider's source text.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use regex_lite::Regex;

/// What stands before a text that becomes a first line, or a part of one.
const OPENINGS: [(&str, Kind); 8] = [
    (r"Diagnostic::error\(", Kind::Whole),
    (r"Diagnostic::warning\(", Kind::Whole),
    (r"\bsummary =\s+", Kind::Whole),
    (r"\bfailed\(", Kind::Attempt),
    (r"\bfailed_at\(", Kind::Attempt),
    (r"\battempt = ", Kind::Attempt),
    (r"\bstopped\(", Kind::Awaited),
    (r"\bawaited = ", Kind::Awaited),
];

#[derive(Clone, Copy)]
enum Kind {
    Whole,
    /// The part after "Cannot ".
    Attempt,
    /// What did not end in time.
    Awaited,
}

/// Each first line that the provider can give, with `…` for what differs from case to case.
pub fn of_the_provider() -> BTreeSet<String> {
    // These the framework says, of any provider.
    let of_the_framework = ["Missing …", "Null in …"].map(str::to_owned);
    let mut found = BTreeSet::from(["…: the wait was interrupted".to_owned()]);
    found.extend(of_the_framework);
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&path).expect("a source file");
        // What comes after is about tests.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (opening, kind) in OPENINGS {
            found.extend(after(opening, text).into_iter().filter_map(|text| first_line(&text, kind)));
        }
    }
    assert!(found.len() > 20, "the source is written in another way than this reads: {found:#?}");
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    // `failure/` only puts together what the others say.
    files
        .filter(|path| path.extension().is_some_and(|it| it == "rs") && !path.iter().any(|part| part == "failure"))
        .collect()
}

/// The texts, or formats of texts, that follow an opening. A variable is written where it is set.
fn after(opening: &str, text: &str) -> Vec<String> {
    let pattern = format!(r#"{opening}\s*(?:\|\| )?&?(?:format!\(\s*)?"((?:[^"\\]|\\.)*)""#);
    let pattern = Regex::new(&pattern).expect("a pattern");
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

fn first_line(text: &str, kind: Kind) -> Option<String> {
    let quoted = Regex::new(r"\{[a-z_.]*:\?\}").expect("a pattern").replace_all(text, "\"…\"").into_owned();
    let shown = Regex::new(r"\{[a-z_.]*\}").expect("a pattern").replace_all(&quoted, "…").into_owned();
    #[expect(clippy::disallowed_methods, reason = "not every summary quotes something")]
    let shown = shown.replace("\\\"", "\"");
    match kind {
        // An attribute that is wrong: there are too many of them for an entry each.
        Kind::Whole if shown.starts_with("Invalid ") => Some("Invalid …".to_owned()),
        // It is put together from an attempt, which is written where that is set.
        Kind::Whole if shown == "Cannot …" => None,
        Kind::Whole => Some(shown),
        Kind::Attempt => Some(format!("Cannot {shown}")),
        Kind::Awaited => Some(format!("{shown} did not end in time")),
    }
}
