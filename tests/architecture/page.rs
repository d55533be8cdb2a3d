//! The tables of the pages.

use std::fs;

use crate::root;

/// A row of a table, cell by cell.
pub struct Row(Vec<String>);

impl Row {
    /// What stands in backticks in a cell.
    pub fn names(&self, cell: usize) -> Vec<String> {
        self.0[cell].split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }
}

/// The text of a page.
pub fn text(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// The rows of the first table under a heading, the head not included.
pub fn table(page: &str, heading: &str) -> Vec<Row> {
    let text = text(page);
    let under = text.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with("## "));
    let rows = under.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows: Vec<_> = rows.skip(2).map(|line| Row(cells(line))).collect();
    assert!(!rows.is_empty(), "{page} has no table under {heading:?}");
    rows
}
