//! The tables of operations, as text.
//!
//! ```text
//! # A comment.
//! shape Tag                                     fields that several operations share
//!   key! text 1..128                            `!`: must be given
//!
//! CreateThing POST /v1/{project_id}/things      the operation's name, method and path
//!   permission thing:create thing:list          the actions that a caller must be allowed; `-` where none is asked for
//!   query                                       likewise `path`, and `form` for Alibaba Cloud's bodies
//!     limit integer 1..100 = 10                 least and most, and what stands for it where it is not given
//!   body
//!     name! text 1..64 ~ [a-z]+                 a pattern, to the end of the line
//!     kind choice a|b|                          a line that ends in `|` goes on in the next one
//!       c
//!     state choice? on|off                      an empty text counts as not given
//!     kind choice/i Red|Blue                    capitals do not matter
//!     tags list 0..20 of &Tag                   a shape by its name
//!     policy json object                        JSON in a string
//!       max integer
//!   201                                         the status, and the fields of the answer
//!     id text
//! ```

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::{Bounds, Field, Fields, Kind, Pattern};

/// All operations of a service.
#[derive(Debug, Default)]
pub(crate) struct Table {
    operations: Vec<Operation>,
    by_name: HashMap<String, usize>,
    /// By the first segment of their paths after the project.
    by_place: HashMap<String, Vec<usize>>,
}

/// What an operation takes and answers.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Operation {
    /// Its name in the service's documentation.
    pub name: String,
    /// The HTTP method; empty where the name alone says which operation it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub method: String,
    /// The path with `{names}` in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The actions that a caller must be allowed, in the words of RAM or IAM; `None` where they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// What stands in the path.
    pub in_path: Fields,
    /// What stands in the query.
    pub query: Fields,
    /// What stands in a form.
    pub form: Fields,
    /// What stands in a JSON body; `None` where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Fields>,
    /// The status of a success.
    pub status: u16,
    /// What a success answers; `None` where it answers nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Kind>,
}

/// A line of a table that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub(crate) struct TableError {
    line: usize,
    problem: &'static str,
}

impl Table {
    /// Reads a table.
    pub(crate) fn parse(text: &str) -> Result<Self, TableError> {
        let mut lines = Lines::new(text);
        let mut shapes = Shapes::new();
        let mut table = Self::default();
        while let Some(head) = lines.next_at(0) {
            let words: Vec<&str> = head.split(' ').collect();
            match words[..] {
                ["shape", name] => {
                    let fields = lines.fields(1, &shapes)?;
                    shapes.insert(name.to_owned(), fields);
                }
                [name] => table.add(lines.operation(Operation::called(name, "", ""), &shapes)?),
                [name, method, path] => {
                    table.add(lines.operation(Operation::called(name, method, path), &shapes)?);
                }
                _ => return Err(lines.problem("neither a shape nor an operation")),
            }
        }
        if lines.rest.is_empty() { Ok(table) } else { Err(lines.problem("it is indented too far")) }
    }

    /// The operation with this name.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.by_name.get(name).map(|index| &self.operations[*index])
    }

    /// All operations, in the order of the table.
    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operations that a path could mean, with what stands for the `{names}` in it; the more of the path is fixed,
    /// the earlier they stand.
    pub(crate) fn at<'t>(&'t self, segments: &[String]) -> Vec<(&'t Operation, Vec<(&'t str, String)>)> {
        let place = place(segments.iter().map(String::as_str));
        // What is open there can stand for anything.
        let places = [place, ""].into_iter().take(if place.is_empty() { 1 } else { 2 });
        let candidates = places.filter_map(|place| self.by_place.get(place)).flatten();
        let candidates = candidates.map(|index| &self.operations[*index]);
        let mut found: Vec<_> =
            candidates.filter_map(|operation| Some((operation, fit(&operation.path, segments)?))).collect();
        found.sort_by_key(|(_, open)| open.len());
        found
    }

    fn add(&mut self, operation: Operation) {
        let index = self.operations.len();
        self.by_name.insert(operation.name.clone(), index);
        let place = place(operation.path.split('/').skip(1)).to_owned();
        self.by_place.entry(place).or_default().push(index);
        self.operations.push(operation);
    }
}

/// The segment after the version and the project; nothing where it is open.
fn place<'s>(mut segments: impl Iterator<Item = &'s str>) -> &'s str {
    segments.nth(2).filter(|segment| !segment.starts_with('{')).unwrap_or_default()
}

/// What stands for the `{names}` of `path`, where `segments` fits it.
fn fit<'p>(path: &'p str, segments: &[String]) -> Option<Vec<(&'p str, String)>> {
    let wanted: Vec<&str> = path.split('/').skip(1).collect();
    if wanted.len() != segments.len() {
        return None;
    }
    let mut open = Vec::new();
    for (wanted, given) in wanted.into_iter().zip(segments) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => open.push((name, given.clone())),
            None if wanted == given => {}
            None => return None,
        }
    }
    Some(open)
}

impl Operation {
    fn called(name: &str, method: &str, path: &str) -> Self {
        Self { name: name.to_owned(), method: method.to_owned(), path: path.to_owned(), ..Self::default() }
    }

    /// A parameter of the query or of the form.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Field> {
        self.query.get(name).or_else(|| self.form.get(name))
    }

    /// Every parameter of the query and of the form.
    #[cfg(test)]
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Field> {
        self.query.iter().chain(self.form.iter())
    }
}

/// Whether the choices of a line go on in the next one. Elsewhere `|` is a character like others, of a default for
/// example.
fn goes_on(line: &str) -> bool {
    line.ends_with('|') && !line.contains(" = ") && line.split(' ').any(|word| word.starts_with("choice"))
}

type Shapes = HashMap<String, Fields>;

/// The lines that are left: number, indentation in steps of two, text. Comments are gone, and what goes on in the next
/// line is one.
struct Lines {
    rest: VecDeque<(usize, usize, String)>,
    number: usize,
}

impl Lines {
    fn new(text: &str) -> Self {
        let mut rest: VecDeque<(usize, usize, String)> = VecDeque::new();
        for (index, line) in text.lines().enumerate() {
            let bare = line.trim();
            if bare.is_empty() || bare.starts_with('#') {
                continue;
            }
            match rest.back_mut().filter(|(_, _, last)| goes_on(last)) {
                Some((_, _, last)) => last.push_str(bare),
                None => {
                    let indent = line.len() - line.trim_start().len();
                    rest.push_back((index + 1, indent / 2, bare.to_owned()));
                }
            }
        }
        Self { rest, number: 0 }
    }

    fn problem(&self, problem: &'static str) -> TableError {
        TableError { line: self.number, problem }
    }

    /// The next line, where it stands at this depth.
    fn next_at(&mut self, depth: usize) -> Option<String> {
        let (number, _, text) = self.rest.pop_front_if(|(_, given, _)| *given == depth)?;
        self.number = number;
        Some(text)
    }

    fn operation(&mut self, mut operation: Operation, shapes: &Shapes) -> Result<Operation, TableError> {
        while let Some(head) = self.next_at(1) {
            let (section, shape) = head.split_once(' ').unwrap_or((&head, ""));
            if section == "permission" {
                let names = shape.split(' ').filter(|name| *name != "-");
                operation.permissions = Some(names.map(str::to_owned).collect());
                continue;
            }
            let fields = match shape.strip_prefix('&') {
                Some(name) => shapes.get(name).cloned().ok_or_else(|| self.problem("no such shape"))?,
                None => self.fields(2, shapes)?,
            };
            match (section, section.parse::<u16>()) {
                ("path", _) => operation.in_path = fields,
                ("query", _) => operation.query = fields,
                ("form", _) => operation.form = fields,
                ("body", _) => operation.body = Some(fields),
                (_, Ok(status)) => {
                    operation.status = status;
                    operation.answer = (!fields.is_empty()).then_some(Kind::Object(fields));
                }
                _ => return Err(self.problem("no such section")),
            }
        }
        Ok(operation)
    }

    fn fields(&mut self, depth: usize, shapes: &Shapes) -> Result<Fields, TableError> {
        let mut fields = Vec::new();
        while let Some(line) = self.next_at(depth) {
            fields.push(self.field(&line, depth, shapes)?);
        }
        Ok(Fields::new(fields))
    }

    fn field(&mut self, line: &str, depth: usize, shapes: &Shapes) -> Result<Field, TableError> {
        let (name, rest) = line.split_once(' ').ok_or_else(|| self.problem("a field without a kind"))?;
        let (rest, pattern) = rest.split_once(" ~ ").map_or((rest, None), |(rest, pattern)| (rest, Some(pattern)));
        let (rest, default) = rest.split_once(" = ").map_or((rest, None), |(rest, default)| (rest, Some(default)));
        let mut kind = self.kind(rest, depth, shapes)?;
        if let (Kind::Text { pattern: slot, .. }, Some(pattern)) = (&mut kind, pattern) {
            *slot = Some(Pattern::new(pattern));
        }
        let default = match (&kind, default) {
            (_, None) => None,
            (Kind::Integer(_) | Kind::Number | Kind::Boolean, Some(text)) => {
                Some(serde_json::from_str(text).map_err(|_| self.problem("the default is of another type"))?)
            }
            (_, Some(text)) => Some(Value::from(text)),
        };
        let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        Ok(Field { name: name.to_owned(), required, default, kind })
    }

    fn kind(&mut self, text: &str, depth: usize, shapes: &Shapes) -> Result<Kind, TableError> {
        if let Some(name) = text.strip_prefix('&') {
            return shapes.get(name).cloned().map(Kind::Object).ok_or_else(|| self.problem("no such shape"));
        }
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match word {
            "text" => Kind::Text { length: self.bounds(rest)?, pattern: None },
            "choice" | "choice?" | "choice/i" => {
                let of = rest.split('|').map(str::to_owned).collect();
                Kind::Choice { of, or_empty: word.ends_with('?'), any_case: word.ends_with("/i") }
            }
            "time" | "date" => Kind::Time,
            "integer" => Kind::Integer(self.bounds(rest)?),
            "number" => Kind::Number,
            "boolean" => Kind::Boolean,
            "any" => Kind::Any,
            "object" => Kind::Object(self.fields(depth + 1, shapes)?),
            "json" => Kind::Json(Box::new(self.kind(rest, depth, shapes)?)),
            "map" | "list" => {
                let (bounds, item) = match rest.strip_prefix("of ") {
                    Some(item) => ("", item),
                    None => rest.split_once(" of ").ok_or_else(|| self.problem("a list of nothing"))?,
                };
                let (count, item) = (self.bounds(bounds)?, Box::new(self.kind(item, depth, shapes)?));
                if word == "map" { Kind::Map(item) } else { Kind::List { count, item } }
            }
            _ => return Err(self.problem("no such kind")),
        })
    }

    fn bounds(&self, text: &str) -> Result<Bounds, TableError> {
        if text.is_empty() {
            return Ok(Bounds::default());
        }
        let problem = || self.problem("bounds are LEAST..MOST");
        let (least, most) = text.split_once("..").ok_or_else(problem)?;
        let end = |text: &str| if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| problem()) };
        Ok(Bounds { least: end(least)?, most: end(most)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# Things.
shape Tag
  key! text 1..128

ListThings GET /v1/{project_id}/things
  permission thing:list thing:get
  query
    limit integer 1..100 = 10
    state choice? on|
      off
  200
    items list of object
      tags list 0..20 of &Tag
      id text

ShowThing GET /v1/{project_id}/things/{thing_id}
  200

ListParts GET /v1/{project_id}/things/parts
  permission -
  204
";

    fn segments(path: &str) -> Vec<String> {
        path.split('/').map(str::to_owned).collect()
    }

    #[test]
    fn a_table_says_what_an_operation_takes_and_answers() {
        let table = Table::parse(TEXT).unwrap();
        let list = table.operation("ListThings").unwrap();
        let limit = list.parameter("limit").unwrap();
        assert_eq!((limit.required, limit.default.clone()), (false, Some(10.into())));
        assert!(matches!(&limit.kind, Kind::Integer(bounds) if bounds.hold(100) && !bounds.hold(0)));
        let Kind::Choice { of, or_empty: true, .. } = &list.parameter("state").unwrap().kind else { panic!() };
        assert_eq!(of, &["on", "off"]);
        let Some(Kind::Object(answer)) = &list.answer else { panic!() };
        let Kind::List { item, .. } = &answer.get("items").unwrap().kind else { panic!() };
        let Kind::Object(item) = &**item else { panic!() };
        let Kind::List { item: tag, count } = &item.get("tags").unwrap().kind else { panic!() };
        assert!(matches!(&**tag, Kind::Object(fields) if fields.get("key").unwrap().required));
        assert!(!count.hold_count(21) && item.get("id").is_some());
        assert_eq!(table.operation("ListParts").unwrap().status, 204);
    }

    #[test]
    fn a_table_says_what_a_caller_must_be_allowed() {
        let table = Table::parse(TEXT).unwrap();
        let permissions = |name| table.operation(name).unwrap().permissions.clone();
        assert_eq!(permissions("ListThings").unwrap(), ["thing:list", "thing:get"]);
        assert_eq!(permissions("ListParts").unwrap(), [""; 0]);
        assert_eq!(permissions("ShowThing"), None);
    }

    #[test]
    fn a_fixed_path_stands_before_one_that_takes_anything() {
        let table = Table::parse(TEXT).unwrap();
        let names = |path| table.at(&segments(path)).iter().map(|(found, _)| found.name.clone()).collect::<Vec<_>>();
        assert_eq!(names("v1/p/things/parts"), ["ListParts", "ShowThing"]);
        assert_eq!(names("v1/p/things"), ["ListThings"]);
        assert!(names("v1/p/others").is_empty() && names("v1").is_empty());
        let (_, open) = &table.at(&segments("v1/p/things/7"))[0];
        assert_eq!(open, &[("project_id", "p".to_owned()), ("thing_id", "7".to_owned())]);
    }

    #[test]
    fn a_default_that_ends_in_a_stroke_leaves_the_next_line_alone() {
        let table =
            Table::parse("Make POST /x\n  body\n    separator text 0..9 = |\n    drive boolean = true\n").unwrap();
        let body = table.operation("Make").unwrap().body.clone().unwrap();
        assert_eq!(body.get("separator").unwrap().default, Some("|".into()));
        assert!(matches!(body.get("drive").unwrap().kind, Kind::Boolean));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (text, line) in [
            ("Show GET\n", 1),
            ("Show GET /x\n  query\n    limit integr\n", 3),
            ("Show GET /x\n  body\n    tags list of &Tag\n", 3),
            ("Show GET /x\n  body\n    size integer 1-2\n", 3),
            ("Show GET /x\n  head\n", 2),
        ] {
            assert_eq!(Table::parse(text).unwrap_err().line, line, "{text}");
        }
    }
}
