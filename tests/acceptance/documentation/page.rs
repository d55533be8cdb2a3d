//! A page of documentation, and what it shows.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A page that a person wrote.
pub struct Page {
    /// Relative to the repository.
    pub path: String,
    pub text: String,
    pub blocks: Vec<Block>,
}

/// A fenced block.
pub struct Block {
    pub language: String,
    /// The file that it is shown as: the last name in backticks of a paragraph that ends in a colon.
    pub file: Option<String>,
    pub text: String,
}

impl Block {
    pub fn is_terraform(&self) -> bool {
        ["terraform", "hcl"].contains(&self.language.as_str())
    }

    /// Whether it belongs into a `.tfquery.hcl` file.
    pub fn is_query(&self) -> bool {
        self.text.lines().any(|line| line.starts_with("list \""))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages, those in `docs/` that are made from `examples/` included.
pub fn all_pages() -> Vec<Page> {
    let mut all = pages();
    for folder in ["docs", "docs/resources", "docs/data-sources", "docs/actions", "docs/list-resources"] {
        let entries = fs::read_dir(root().join(folder)).expect("there are pages").map(|entry| entry.expect("an entry"));
        let names = entries.map(|entry| entry.file_name().into_string().expect("a readable name"));
        let mut paths: Vec<_> =
            names.filter(|name| name.ends_with(".md")).map(|name| format!("{folder}/{name}")).collect();
        paths.sort();
        all.extend(paths.into_iter().map(Page::read));
    }
    all
}

/// The guides, and what lies beside the code. The examples on the other pages in `docs/` are tested in `examples.rs`.
pub fn pages() -> Vec<Page> {
    let guides = fs::read_dir(root().join("docs/guides")).expect("there are guides");
    let mut paths: Vec<_> = guides.map(|entry| entry.expect("an entry").file_name()).collect();
    paths.sort();
    let guides = paths.iter().map(|name| format!("docs/guides/{}", name.to_str().expect("a readable name")));
    let beside = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "crates/emulator/README.md"].map(str::to_owned);
    guides.chain(beside).map(Page::read).collect()
}

impl Page {
    fn read(path: String) -> Self {
        let text = fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { blocks: blocks(&text), path, text }
    }

    pub fn file(&self) -> PathBuf {
        root().join(&self.path)
    }

    /// Its path as the name of one file.
    pub fn flat_name(&self) -> String {
        self.path.chars().map(|character| if character == '/' { '-' } else { character }).collect()
    }

    pub fn folder(&self) -> PathBuf {
        self.file().parent().expect("a page lies in a folder").to_owned()
    }

    /// The block that is shown as the file `name`.
    pub fn file_block(&self, name: &str) -> &Block {
        let found = self.blocks.iter().find(|block| block.file.as_deref() == Some(name));
        found.unwrap_or_else(|| panic!("{} does not show {name}", self.path))
    }

    /// Fails unless the page holds this text, however its lines are broken.
    #[track_caller]
    pub fn must_show(&self, text: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&self.text).contains(&words(text)), "{} does not show {text:?}", self.path);
    }

    /// Where its links to other pages and files of the repository lead.
    pub fn links(&self) -> Vec<String> {
        let links = self.text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        links.map(|(link, _)| link.to_owned()).filter(|link| !link.contains("://")).collect()
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            let file =
                before.strip_suffix("`:").and_then(|text| text.rsplit_once('`')).map(|(_, name)| name.to_owned());
            let file = file.filter(|name| name.contains('.') && !name.contains(' '));
            blocks.push(Block { language: language.to_owned(), file, text: inside.join("\n") + "\n" });
            before = "";
        } else if !line.is_empty() {
            before = line;
        }
    }
    blocks
}

/// The anchors of a page: its own, and those of its headings as GitHub and the registry make them.
pub fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |character: &char| character.is_alphanumeric() || " -_".contains(*character);
    let dashed = |character: char| if character == ' ' { '-' } else { character };
    let of_headings = headings.map(|heading| heading.to_lowercase().chars().filter(kept).map(dashed).collect());
    let own = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(id, _)| id.to_owned());
    of_headings.chain(own).collect()
}
