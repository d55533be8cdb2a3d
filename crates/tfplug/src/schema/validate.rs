//! Validators: what a configured value must be like. Null and unknown values pass, unless a validator is about
//! presence.
//!
//! ```
//! use tfplug::schema::{Attribute, validate};
//!
//! let port = Attribute::number("The port.").validate(validate::range(1..=65_535));
//! let name = Attribute::string("A name, or an address.")
//!     .validate(validate::any([validate::pattern("[a-z]+", "small letters"), validate::length(15..=15)]));
//! ```

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    ops::RangeInclusive,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use regex_lite::Regex;

use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    value::{Number, Path, Value},
};

/// A check of a configured attribute.
///
/// ```
/// use tfplug::{Value, schema::validate::{Validator, length}};
///
/// let even = Validator::known("an even number", |configured| match configured.value {
///     Value::Number(number) if number.as_i64().is_some_and(|int| int % 2 != 0) => {
///         Err(format!("It must be even; it is {}.", configured.shown()))
///     }
///     _ => Ok(()),
/// });
/// assert_eq!(even.description(), "an even number");
/// let better_short = length(1..=16).as_warning();
/// ```
#[derive(Clone)]
pub struct Validator {
    description: String,
    check: Arc<dyn Fn(&Configured<'_>, &mut Findings) + Send + Sync>,
    pub(super) about: About,
}

/// What a validator is about, as far as it is known: at anything else it does nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    /// The attributes beside the one that it is at.
    pub(super) beside: BTreeSet<String>,
    /// The kind of values; any, where it is not known.
    pub(super) kind: Option<Kind>,
    /// That of the elements.
    pub(super) element: Option<Kind>,
}

/// A kind of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Collection,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "strings",
            Self::Number => "numbers",
            Self::Collection => "lists, sets and maps",
        })
    }
}

/// A configured attribute, as a validator sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Configured<'a> {
    /// Where it is. Elements of a set have no path of their own: it ends at the set.
    pub path: &'a Path,
    /// Its value.
    pub value: &'a Value,
    /// The object that it is part of.
    pub siblings: &'a Value,
    /// The whole configuration that it is part of.
    pub config: &'a Value,
    /// Whether messages must not repeat the value.
    pub sensitive: bool,
}

impl Configured<'_> {
    /// The value for a message: in quotes, shortened, and hidden where it is sensitive.
    pub fn shown(&self) -> String {
        show(self.value, self.sensitive)
    }

    /// The end of a sentence that says what must be: `; it is "x"`, or nothing where the value is sensitive.
    fn but_it_is(&self) -> String {
        if self.sensitive { String::new() } else { format!("; it is {}", self.shown()) }
    }
}

/// What validators have to say.
///
/// ```
/// use tfplug::{Value, schema::validate::Validator};
///
/// let unique = Validator::finding("no name twice", |configured, findings| {
///     let Value::List(names) = configured.value else { return };
///     for (position, name) in names.iter().enumerate() {
///         if names[..position].contains(name) {
///             findings.error(&configured.path.then_index(position), "It is there already.");
///         }
///     }
/// });
/// ```
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

#[derive(Debug)]
struct Finding {
    severity: Severity,
    path: Path,
    summary: String,
    text: String,
}

impl Findings {
    /// Something is wrong with the value at this path. The text is a sentence.
    pub fn error(&mut self, path: &Path, text: impl Into<String>) {
        let summary = format!("Invalid {path}");
        self.0.push(Finding { severity: Severity::Error, path: path.clone(), summary, text: text.into() });
    }

    /// Something about the value at this path should be known, and keeps nobody from applying it.
    pub fn warning(&mut self, path: &Path, summary: impl Into<String>, text: impl Into<String>) {
        let (summary, text) = (summary.into(), text.into());
        self.0.push(Finding { severity: Severity::Warning, path: path.clone(), summary, text });
    }

    fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }

    fn into_diagnostics(self) -> Diagnostics {
        let told = self.0.into_iter().map(|Finding { severity, path, summary, text }| {
            let told = match severity {
                Severity::Error => Diagnostic::error(summary, text),
                Severity::Warning => Diagnostic::warning(summary, text),
            };
            told.at(path)
        });
        told.collect()
    }
}

fn show(value: &Value, sensitive: bool) -> String {
    match value {
        _ if sensitive => "the value".to_owned(),
        Value::String(text) if text.chars().count() > 80 => {
            format!("{:?}", text.chars().take(80).chain("…".chars()).collect::<String>())
        }
        Value::String(text) => format!("{text:?}"),
        Value::Number(number) => number.brief(),
        Value::Bool(truth) => truth.to_string(),
        _ => "the value".to_owned(),
    }
}

impl Validator {
    /// One's own check of whatever is configured, null and unknown values included. The error is a sentence.
    pub fn new(
        description: impl Into<String>,
        check: impl Fn(&Configured<'_>) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self::finding(description, move |configured, findings| {
            if let Err(problem) = check(configured) {
                findings.error(configured.path, problem);
            }
        })
    }

    /// One's own check that may find several things, may warn, and may point at other places than the attribute. Null
    /// and unknown values are given to it too.
    pub fn finding(
        description: impl Into<String>,
        check: impl Fn(&Configured<'_>, &mut Findings) + Send + Sync + 'static,
    ) -> Self {
        Self { description: description.into(), check: Arc::new(check), about: About::default() }
    }

    /// The same, which does something with values of this kind alone.
    fn of(mut self, kind: Kind) -> Self {
        self.about.kind = Some(kind);
        self
    }

    /// The same, which looks at these attributes beside its own.
    fn beside(mut self, others: BTreeSet<String>) -> Self {
        self.about.beside.extend(others);
        self
    }

    /// One's own check of a value that is set and known. The error is a sentence.
    pub fn known(
        description: impl Into<String>,
        check: impl Fn(&Configured<'_>) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self::new(description, move |configured| {
            if configured.value.is_null() || configured.value.is_unknown() { Ok(()) } else { check(configured) }
        })
    }

    /// What it demands, in a sentence.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The same, whose errors are warnings: whoever configures it may know better.
    #[must_use]
    pub fn as_warning(self) -> Self {
        let (description, about) = (self.description.clone(), self.about.clone());
        let warning = Self::finding(description, move |configured, findings| {
            for finding in self.findings(configured).0 {
                let Finding { path, text, .. } = &finding;
                match finding.severity {
                    Severity::Error => findings.warning(path, format!("{path} may be a mistake"), text),
                    Severity::Warning => findings.0.push(finding),
                }
            }
        });
        Self { about, ..warning }
    }

    pub(crate) fn run(&self, configured: &Configured<'_>) -> Diagnostics {
        self.findings(configured).into_diagnostics()
    }

    fn findings(&self, configured: &Configured<'_>) -> Findings {
        let mut findings = Findings::default();
        (self.check)(configured, &mut findings);
        findings
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Validator").field(&self.description).finish()
    }
}

fn span<T: fmt::Display + PartialEq>(range: &RangeInclusive<T>) -> String {
    if range.start() == range.end() {
        range.start().to_string()
    } else {
        format!("{} to {}", range.start(), range.end())
    }
}

/// A string of so many Unicode characters.
pub fn length(range: RangeInclusive<usize>) -> Validator {
    Validator::known(format!("{} characters", span(&range)), move |configured| {
        let Value::String(text) = configured.value else { return Ok(()) };
        let count = text.chars().count();
        if range.contains(&count) {
            return Ok(());
        }
        Err(format!("It must have {} characters; {} has {count}.", span(&range), configured.shown()))
    })
    .of(Kind::Text)
}

/// A whole number in a range.
pub fn range(range: RangeInclusive<i64>) -> Validator {
    Validator::known(format!("{}, a whole number", span(&range)), move |configured| {
        let Value::Number(number) = configured.value else { return Ok(()) };
        if number.as_i64().is_some_and(|int| range.contains(&int)) {
            return Ok(());
        }
        Err(format!("It must be a whole number from {}{}.", span(&range), configured.but_it_is()))
    })
    .of(Kind::Number)
}

/// A number not below another.
pub fn at_least(min: i64) -> Validator {
    Validator::known(format!("{min} or more"), move |configured| {
        let Value::Number(number) = configured.value else { return Ok(()) };
        if *number >= Number::from(min) {
            return Ok(());
        }
        Err(format!("It must be {min} or more{}.", configured.but_it_is()))
    })
    .of(Kind::Number)
}

/// A whole number of 64 bits.
pub fn whole_number() -> Validator {
    Validator::known("a whole number", |configured| {
        let Value::Number(number) = configured.value else { return Ok(()) };
        if number.as_i64().is_some() {
            return Ok(());
        }
        Err(format!("It must be a whole number{}.", configured.but_it_is()))
    })
    .of(Kind::Number)
}

/// A number that is not too large for 64 bits of floating point.
pub fn float() -> Validator {
    Validator::known("a number of 64 bits", |configured| {
        let Value::Number(number) = configured.value else { return Ok(()) };
        if number.as_f64().is_finite() {
            return Ok(());
        }
        Err(format!("It is too large for a number of 64 bits{}.", configured.but_it_is()))
    })
    .of(Kind::Number)
}

/// One of these strings.
pub fn one_of<T: Into<String>>(choices: impl IntoIterator<Item = T>) -> Validator {
    let choices: Vec<String> = choices.into_iter().map(Into::into).collect();
    let list = choices.iter().map(|choice| format!("{choice:?}")).collect::<Vec<_>>().join(", ");
    let list = if choices.len() == 1 { list } else { format!("one of {list}") };
    Validator::known(list.clone(), move |configured| {
        let Value::String(text) = configured.value else { return Ok(()) };
        if choices.contains(text) {
            return Ok(());
        }
        Err(format!("It must be {list}{}.", configured.but_it_is()))
    })
    .of(Kind::Text)
}

/// A string that matches a regular expression as a whole. `meaning` says it in words: "letters, digits and hyphens".
///
/// # Panics
/// When the expression is none: at start, in every test, and never because of a user's input.
pub fn pattern(expression: &str, meaning: impl Into<String>) -> Validator {
    let regex = whole(expression).unwrap_or_else(|error| panic!("the pattern {expression:?} of a validator: {error}"));
    let meaning = meaning.into();
    Validator::known(meaning.clone(), move |configured| {
        let Value::String(text) = configured.value else { return Ok(()) };
        if regex.is_match(text) {
            return Ok(());
        }
        Err(format!("It must consist of {meaning}{}.", configured.but_it_is()))
    })
    .of(Kind::Text)
}

/// An expression that a whole text must match. Each is compiled once in a process, which takes longer than all else
/// that makes a schema: tests start a provider again and again.
fn whole(expression: &str) -> Result<Regex, regex_lite::Error> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = compiled.get(expression) {
        return Ok(regex.clone());
    }
    let regex = Regex::new(&format!("^(?:{expression})$"))?;
    compiled.insert(expression.to_owned(), regex.clone());
    Ok(regex)
}

/// A list, set or map of so many elements.
pub fn size(range: RangeInclusive<usize>) -> Validator {
    Validator::known(format!("{} elements", span(&range)), move |configured| {
        let count = match configured.value {
            Value::List(elements) | Value::Set(elements) => elements.len(),
            Value::Map(elements) => elements.len(),
            _ => return Ok(()),
        };
        if range.contains(&count) {
            return Ok(());
        }
        Err(format!("It must have {} elements; it has {count}.", span(&range)))
    })
    .of(Kind::Collection)
}

/// One of these validators finds no error.
pub fn any(validators: impl IntoIterator<Item = Validator>) -> Validator {
    let validators: Vec<_> = validators.into_iter().collect();
    let beside = validators.iter().flat_map(|it| it.about.beside.clone()).collect();
    let description = validators.iter().map(Validator::description).collect::<Vec<_>>().join("; or ");
    Validator::finding(description, move |configured, findings| {
        let mut problems = Vec::new();
        for validator in &validators {
            let found = validator.findings(configured);
            if !found.has_errors() {
                findings.0.extend(found.0);
                return;
            }
            let errors = found.0.into_iter().filter(|finding| finding.severity == Severity::Error);
            problems.extend(errors.map(|finding| finding.text));
        }
        if !problems.is_empty() {
            findings.error(configured.path, format!("One of these must hold. {}", problems.join(" Or: ")));
        }
    })
    .beside(beside)
}

/// None of these validators finds an error: they are one, for [`any`] and [`each`].
pub fn all(validators: impl IntoIterator<Item = Validator>) -> Validator {
    let validators: Vec<_> = validators.into_iter().collect();
    let beside = validators.iter().flat_map(|it| it.about.beside.clone()).collect();
    let description = validators.iter().map(Validator::description).collect::<Vec<_>>().join("; and ");
    Validator::finding(description, move |configured, findings| {
        validators.iter().for_each(|validator| (validator.check)(configured, findings));
    })
    .beside(beside)
}

/// Every element of a list, set or map passes the other validator. An error names the element; that of a set, which has
/// no path of its own, is named by the text.
pub fn each(validator: Validator) -> Validator {
    let about = About { element: validator.about.kind, kind: Some(Kind::Collection), ..validator.about.clone() };
    let each = Validator::finding(format!("each: {}", validator.description), move |configured, findings| {
        let mut check =
            |path: &Path, value: &Value| (validator.check)(&Configured { path, value, ..*configured }, findings);
        match configured.value {
            Value::List(elements) => {
                let elements = elements.iter().enumerate();
                elements.for_each(|(index, value)| check(&configured.path.then_index(index), value));
            }
            Value::Set(elements) => elements.iter().for_each(|value| check(configured.path, value)),
            Value::Map(elements) => {
                elements.iter().for_each(|(key, value)| check(&configured.path.then_key(key), value));
            }
            _ => {}
        }
    });
    Validator { about, ..each }
}

/// Every key of a map passes the other validator. An error is at the element.
pub fn each_key(validator: Validator) -> Validator {
    Validator::finding(format!("each key: {}", validator.description), move |configured, findings| {
        let Value::Map(elements) = configured.value else { return };
        for key in elements.keys() {
            let (path, value) = (configured.path.then_key(key), Value::String(key.clone()));
            (validator.check)(&Configured { path: &path, value: &value, ..*configured }, findings);
        }
    })
}

fn names<T: Into<String>>(others: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    others.into_iter().map(Into::into).collect()
}

fn quoted<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

/// Not together with any of these attributes beside it.
pub fn conflicts_with<T: Into<String>>(others: impl IntoIterator<Item = T>) -> Validator {
    let others = names(others);
    let beside = others.clone();
    Validator::known(format!("not together with {}", quoted(&others)), move |configured| {
        let set: Vec<_> = others.iter().filter(|name| !configured.siblings.attribute(name).is_null()).collect();
        if set.iter().all(|name| configured.siblings.attribute(name).is_unknown()) {
            return Ok(());
        }
        Err(format!("It cannot be set together with {}; remove one of them.", quoted(set)))
    })
    .beside(beside)
}

/// Only together with all of these attributes beside it.
pub fn required_with<T: Into<String>>(others: impl IntoIterator<Item = T>) -> Validator {
    let others = names(others);
    let beside = others.clone();
    Validator::known(format!("only together with {}", quoted(&others)), move |configured| {
        let missing: Vec<_> = others.iter().filter(|name| configured.siblings.attribute(name).is_null()).collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("It needs {} to be set too.", quoted(missing))) }
    })
    .beside(beside)
}

/// This attribute or one of these beside it is set. Put it on one of them.
pub fn at_least_one_of<T: Into<String>>(others: impl IntoIterator<Item = T>) -> Validator {
    let others = names(others);
    let beside = others.clone();
    Validator::new(format!("this or one of {}", quoted(&others)), move |configured| {
        let any =
            !configured.value.is_null() || others.iter().any(|name| !configured.siblings.attribute(name).is_null());
        if any { Ok(()) } else { Err(format!("It or one of {} must be set.", quoted(&others))) }
    })
    .beside(beside)
}

/// Exactly one of this attribute and these beside it is set. Put it on one of them.
pub fn exactly_one_of<T: Into<String>>(others: impl IntoIterator<Item = T>) -> Validator {
    let others = names(others);
    let beside = others.clone();
    Validator::new(format!("exactly one of this and {}", quoted(&others)), move |configured| {
        let values = others.iter().map(|name| (Some(name), configured.siblings.attribute(name)));
        let all: Vec<_> = values.chain([(None, configured.value)]).collect();
        let set: Vec<_> = all.iter().filter(|(_, value)| !value.is_null() && !value.is_unknown()).collect();
        // What is unknown may turn out to be null.
        let may_be_set = all.iter().any(|(_, value)| value.is_unknown());
        match set.len() {
            0 if !may_be_set => Err(format!("It or one of {} must be set.", quoted(&others))),
            0 | 1 => Ok(()),
            _ => Err(format!("Only one of it and {} can be set.", quoted(&others))),
        }
    })
    .beside(beside)
}

/// This attribute and all of these beside it are set, or none of them. Put it on one of them.
pub fn required_together<T: Into<String>>(others: impl IntoIterator<Item = T>) -> Validator {
    let others = names(others);
    let beside = others.clone();
    Validator::new(format!("together with {}", quoted(&others)), move |configured| {
        let values = others.iter().map(|name| configured.siblings.attribute(name));
        let all: Vec<_> = values.chain([configured.value]).collect();
        let is_one_set = all.iter().any(|value| !value.is_null() && !value.is_unknown());
        if is_one_set && all.iter().any(|value| value.is_null()) {
            return Err(format!("It and {} must be set together, or none of them.", quoted(&others)));
        }
        Ok(())
    })
    .beside(beside)
}

#[cfg(test)]
mod tests;
