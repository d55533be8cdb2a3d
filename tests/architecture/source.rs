//! What a source file names of other crates and modules, as the compiler would read it.
//!
//! What only a compiler could know is not seen: a name that a macro of another crate puts together.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{
    Attribute, ItemExternCrate, ItemFn, ItemMod, ItemUse, Macro, UseTree, Visibility,
    visit::{self, Visit},
};

/// A path that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// From where on it is looked for.
    pub from: From,
    /// Its segments; the last is `*` for everything in a module.
    pub segments: Vec<String>,
    /// Whether others see it under this file's name.
    pub is_public: bool,
    /// Whether only tests are built with it.
    pub is_test: bool,
}

/// Where the segments of a path begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// At the root of the file's own crate.
    Root,
    /// At a crate, or at something that the file has in scope.
    Outside,
}

/// A source file.
pub struct Source {
    pub path: PathBuf,
    pub named: Vec<Named>,
    /// The modules that it declares.
    pub modules: Vec<String>,
    /// The files that it takes in by their path.
    pub included: Vec<String>,
    /// Its tests, by their paths from the crate's root.
    pub tests: Vec<String>,
}

/// The Rust files in a folder, or the file itself, of the crate whose root lies in `crate_folder`.
pub fn sources(crate_folder: &Path, place: &Path) -> Vec<Source> {
    rust_files(place).into_iter().map(|path| read(crate_folder, path)).collect()
}

fn read(crate_folder: &Path, path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).expect("a source file can be read");
    let module = module_of(crate_folder, &path);
    let reader = parse(&text, module).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let Reader { named, modules, included, tests, .. } = reader;
    Source { path, named, modules, included, tests }
}

/// What a text names that is the module of this path.
pub fn parse(text: &str, module: Vec<String>) -> syn::Result<Reader> {
    let is_test = module.iter().any(|name| name == "tests");
    let mut reader = Reader { module, is_test, ..Reader::default() };
    reader.visit_file(&syn::parse_file(text)?);
    Ok(reader)
}

/// The Rust files in a folder, at any depth, or the file itself.
pub fn rust_files(place: &Path) -> Vec<PathBuf> {
    if place.is_dir() {
        let entries = fs::read_dir(place).expect("a folder can be listed");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
        paths.sort();
        return paths.iter().flat_map(|path| rust_files(path)).collect();
    }
    let is_source = place.is_file() && place.extension().is_some_and(|extension| extension == "rs");
    is_source.then(|| place.to_owned()).into_iter().collect()
}

/// The module that a file holds, from the crate's root: `src/resources/image.rs` holds `["resources", "image"]`.
pub fn module_of(crate_folder: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(crate_folder).expect("the file is of the crate").with_extension("");
    let mut module: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
        module.pop();
    }
    module
}

/// Goes through a file.
#[derive(Default)]
pub struct Reader {
    module: Vec<String>,
    is_test: bool,
    pub named: Vec<Named>,
    pub modules: Vec<String>,
    pub included: Vec<String>,
    tests: Vec<String>,
}

impl Reader {
    fn name(&mut self, is_absolute: bool, segments: &[String], is_public: bool) {
        let mut rest = segments;
        let mut at = self.module.clone();
        let mut from = From::Outside;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" | "$crate" if !is_absolute => at.clear(),
                "self" if !is_absolute => {}
                "super" if !is_absolute => drop(at.pop()),
                _ => break,
            }
            (from, rest) = (From::Root, after);
        }
        let segments = match from {
            From::Root => at.into_iter().chain(rest.iter().cloned()).collect(),
            From::Outside => rest.to_vec(),
        };
        self.named.push(Named { from, segments, is_public, is_test: self.is_test });
    }

    fn name_tree(&mut self, tree: &UseTree, before: &[String], is_absolute: bool, is_public: bool) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.name_tree(&path.tree, &with(path.ident.to_string()), is_absolute, is_public),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.name_tree(tree, before, is_absolute, is_public));
            }
            // `use a::{self}` is `use a`.
            UseTree::Name(name) if name.ident == "self" && !before.is_empty() => {
                self.name(is_absolute, before, is_public);
            }
            UseTree::Name(name) => self.name(is_absolute, &with(name.ident.to_string()), is_public),
            UseTree::Rename(rename) => self.name(is_absolute, &with(rename.ident.to_string()), is_public),
            UseTree::Glob(_) => self.name(is_absolute, &with("*".to_owned()), is_public),
        }
    }

    /// Finds paths among tokens that are not parsed, such as a macro's; in an attribute also those in quotes.
    fn name_tokens(&mut self, tokens: TokenStream, in_attribute: bool) {
        let mut path: Vec<String> = Vec::new();
        // Colons since the last name of the path.
        let mut colons = 0;
        // What stands before the path, in which case it is no path of its own: `.a`, `<T>::a`.
        let mut continues = false;
        let mut last = ' ';
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons < 2 {
                        self.end_of_path(&mut path, continues);
                        continues = last == '.';
                    } else if path.is_empty() {
                        continues = last == '>';
                    }
                    path.push(ident.to_string());
                    (colons, last) = (0, 'a');
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && colons < 2 => colons += 1,
                other => {
                    self.end_of_path(&mut path, continues);
                    (colons, continues) = (0, false);
                    last = match &other {
                        TokenTree::Punct(punct) => punct.as_char(),
                        _ => ' ',
                    };
                    match other {
                        TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                            self.name_tokens(group.stream(), in_attribute);
                        }
                        TokenTree::Literal(literal) if in_attribute => self.name_text(&literal.to_string()),
                        _ => {}
                    }
                }
            }
        }
        self.end_of_path(&mut path, continues);
    }

    fn end_of_path(&mut self, path: &mut Vec<String>, continues: bool) {
        if path.len() > 1 && !continues {
            self.name(false, path, false);
        }
        path.clear();
    }

    /// A path in quotes, as attributes of serde have it.
    fn name_text(&mut self, literal: &str) {
        let text = literal.trim_matches('"');
        let is_path = text.split("::").all(|name| syn::parse_str::<syn::Ident>(name).is_ok() || name == "crate");
        if is_path && text.contains("::") {
            self.name(false, &text.split("::").map(str::to_owned).collect::<Vec<_>>(), false);
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| {
        it.path().is_ident("cfg") && it.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.modules.push(item.ident.to_string());
        let was_test = self.is_test;
        self.is_test |= is_for_tests(&item.attrs);
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
        self.is_test = was_test;
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let is_test = |it: &Attribute| it.path().segments.last().is_some_and(|name| name.ident == "test");
        if item.attrs.iter().any(is_test) {
            let path = self.module.iter().cloned().chain([item.sig.ident.to_string()]);
            self.tests.push(path.collect::<Vec<_>>().join("::"));
        }
        visit::visit_item_fn(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let was_test = self.is_test;
        self.is_test |= is_for_tests(&item.attrs);
        let is_public = !matches!(item.vis, Visibility::Inherited);
        self.name_tree(&item.tree, &[], item.leading_colon.is_some(), is_public);
        self.is_test = was_test;
    }

    fn visit_item_extern_crate(&mut self, item: &'ast ItemExternCrate) {
        self.name(true, &[item.ident.to_string()], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 || path.leading_colon.is_some() {
            let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.name(path.leading_colon.is_some(), &segments, false);
        }
        visit::visit_path(self, path);
    }

    /// Who may see something is no use of it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.visit_path(&item.path);
        if item.path.segments.last().is_some_and(|name| name.ident.to_string().starts_with("include")) {
            self.included.push(item.tokens.to_string());
        }
        self.name_tokens(item.tokens.clone(), false);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            // What documentation mentions is not used.
            syn::Meta::NameValue(value) if value.path.is_ident("doc") => {}
            syn::Meta::NameValue(value) if value.path.is_ident("path") => {
                if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &value.value {
                    self.included.push(path.value());
                }
            }
            syn::Meta::List(list) => self.name_tokens(list.tokens.clone(), true),
            _ => visit::visit_attribute(self, attribute),
        }
    }
}
