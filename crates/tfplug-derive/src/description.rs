//! Descriptions in Markdown, from doc comments.

use syn::{Attribute, Error, Expr, ExprLit, Lit, Meta, Result};

/// The description that the doc comments among these attributes are; empty where there are none.
pub fn description(attributes: &[Attribute]) -> Result<String> {
    let mut text = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("doc")) {
        // `#[doc(hidden)]` and its like say nothing.
        let Meta::NameValue(doc) = &attribute.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &doc.value else {
            let message = "a description from an expression is given with `#[tf(description = …)]`";
            return Err(Error::new_spanned(&doc.value, message));
        };
        text.extend(line.value().split('\n').map(|line| line.trim_end().to_owned()));
    }
    let lines = text.iter().filter(|line| !line.is_empty());
    let indent = lines.map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
    Ok(markdown(text.iter().map(|line| line.get(indent..).unwrap_or_default())))
}

/// One line for each paragraph, and everything else as it stands.
fn markdown<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    let mut fence: Option<&str> = None;
    // Whether the last line can be continued by one that says nothing else.
    let mut is_paragraph = false;
    let mut is_list = false;
    for line in lines {
        let begins = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| begins.starts_with(mark));
        if line.is_empty() && fence.is_none() {
            (is_paragraph, is_list) = (false, false);
            if !text.is_empty() && !text.ends_with("\n\n") {
                text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
            }
            continue;
        }
        is_list |= fence.is_none() && is_item(begins);
        let stands = fence.is_some() || mark.is_some() || is_list || is_own_line(line);
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(if is_paragraph && !stands { ' ' } else { '\n' });
        }
        // Code keeps its empty lines.
        if line.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
        is_paragraph = !stands;
        match (fence, mark) {
            (None, mark) => fence = mark,
            (Some(opened), Some(mark)) if opened == mark => fence = None,
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Whether a line begins an item of a list.
fn is_item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = number.len() < line.len() && (number.starts_with(". ") || number.starts_with(") "));
    is_numbered || ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark))
}

/// Whether a line is a heading, part of a table or of a quotation, or code.
fn is_own_line(line: &str) -> bool {
    let heading = line.trim_start_matches('#');
    let is_heading = heading.len() < line.len() && heading.starts_with(' ');
    is_heading || line.starts_with('|') || line.starts_with("> ") || line.starts_with("    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> String {
        markdown(lines.iter().copied())
    }

    #[test]
    fn a_line_break_is_a_blank_and_an_empty_line_a_paragraph() {
        assert_eq!(
            of(&["A thing", "of two lines.", "", "", "~> And", "more.", ""]),
            "A thing of two lines.\n\n~> And more."
        );
    }

    #[test]
    fn lists_stand_as_they_are() {
        let list = ["Either:", "- one,", "  or so", "- two", "", "And", "on.", "", "1. first", "2. second"];
        assert_eq!(of(&list), "Either:\n- one,\n  or so\n- two\n\nAnd on.\n\n1. first\n2. second");
        assert_eq!(of(&["2024.", "is", "-5 below"]), "2024. is -5 below");
    }

    #[test]
    fn code_stands_as_it_is_with_its_empty_lines() {
        let code = ["So:", "```hcl", "a = 1", "", "", "  b = 2", "- c", "```", "and", "on"];
        assert_eq!(of(&code), "So:\n```hcl\na = 1\n\n\n  b = 2\n- c\n```\nand on");
        assert_eq!(of(&["So:", "", "    a = 1", "    b = 2"]), "So:\n\n    a = 1\n    b = 2");
    }

    #[test]
    fn headings_tables_and_quotations_stand_as_they_are() {
        assert_eq!(of(&["# A", "b", "c"]), "# A\nb c");
        assert_eq!(of(&["| a | b |", "| - | - |", "| 1 | 2 |"]), "| a | b |\n| - | - |\n| 1 | 2 |");
        assert_eq!(of(&["> a", "> b", "", "#5", "c"]), "> a\n> b\n\n#5 c");
    }

    #[test]
    fn the_blank_after_the_slashes_is_no_part_of_it() {
        let attributes: syn::DeriveInput =
            syn::parse_str("#[doc = \" A\"]\n#[doc = \"  b\"]\n#[doc(hidden)] struct X;").unwrap();
        assert_eq!(description(&attributes.attrs).unwrap(), "A  b");
    }
}
