//! Lines that the formatter leaves as they are: comments, and what stands in quotes.

use std::{fs, path::Path};

use crate::{root, source::rust_files};

/// `max_width` in `rustfmt.toml`, in characters.
const WIDEST: usize = 120;

#[test]
fn no_line_is_wider_than_the_formatter_would_make_it() {
    let mut wide = Vec::new();
    let mut lines = 0;
    for folder in ["src", "crates", "tests", "benches"] {
        for path in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&path).expect("a source file can be read");
            let place =
                |line: usize| format!("{}:{}", path.strip_prefix(root()).unwrap_or(Path::new("")).display(), line);
            let found = text.lines().zip(1..).filter(|(line, _)| line.chars().count() > WIDEST);
            wide.extend(found.map(|(_, line)| place(line)));
            lines += text.lines().count();
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
    assert!(lines > 10_000, "only {lines} lines were read");
}
