//! What is configured.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

/// A configuration of managed resources, by their addresses, such as `notes_note.first`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configuration {
    /// `resource` blocks.
    pub resources: BTreeMap<String, Declared>,
    /// `moved` blocks.
    pub moved: Vec<Moved>,
    /// `import` blocks.
    pub imports: Vec<Import>,
    /// `removed` blocks.
    pub removed: Vec<Removed>,
}

/// A `resource` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// The resource's type.
    pub type_name: String,
    /// Its arguments, as [`Host::plan`](super::super::Host::plan) takes them; any value in it may be a [`reference`].
    pub config: Json,
    /// `depends_on`.
    pub depends_on: BTreeSet<String>,
    /// `create_before_destroy`.
    pub create_before_destroy: bool,
}

/// A `moved` block: an object of the state gets another address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The address that it has had.
    pub from: String,
    /// The address that it gets.
    pub to: String,
}

/// An `import` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The address that it gets.
    pub to: String,
    /// Its ID.
    pub id: String,
}

/// A `removed` block with `destroy = false`: the state forgets an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The address that it has had.
    pub from: String,
}

const BEGIN: &str = "${";
const END: &str = "}";

/// In the arguments of a [`Declared`], the attribute of another resource; nothing can be around it.
///
/// ```
/// use serde_json::json;
/// use tfplug::testing::reference;
///
/// assert_eq!(reference("notes_note.first", "id"), json!("${notes_note.first.id}"));
/// ```
pub fn reference(address: &str, attribute: &str) -> Json {
    Json::from(format!("{BEGIN}{address}.{attribute}{END}"))
}

/// The address and the attribute that a text refers to.
fn referred(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(BEGIN)?.strip_suffix(END)?.rsplit_once('.')
}

impl Declared {
    /// The addresses that it waits for.
    pub(super) fn waits_for(&self) -> BTreeSet<String> {
        let mut all = self.depends_on.clone();
        each_text(&self.config, &mut |text| all.extend(referred(text).map(|(address, _)| address.to_owned())));
        all
    }

    /// Its arguments with the attributes that they refer to; `value` has those, by address and name.
    pub(super) fn evaluated(&self, value: &impl Fn(&str, &str) -> Json) -> Json {
        evaluated(&self.config, value)
    }
}

fn each_text(json: &Json, look: &mut impl FnMut(&str)) {
    match json {
        Json::String(text) => look(text),
        Json::Array(all) => all.iter().for_each(|it| each_text(it, look)),
        Json::Object(all) => all.values().for_each(|it| each_text(it, look)),
        _ => {}
    }
}

fn evaluated(json: &Json, value: &impl Fn(&str, &str) -> Json) -> Json {
    match json {
        Json::String(text) => match referred(text) {
            Some((address, attribute)) => value(address, attribute),
            None => json.clone(),
        },
        Json::Array(all) => all.iter().map(|it| evaluated(it, value)).collect(),
        Json::Object(all) => all.iter().map(|(name, it)| (name.clone(), evaluated(it, value))).collect(),
        _ => json.clone(),
    }
}

impl Configuration {
    /// The addresses that a resource waits for, and those that these wait for.
    pub(super) fn waits_for_all(&self, address: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut next = vec![address.to_owned()];
        while let Some(address) = next.pop() {
            let waits_for = self.resources.get(&address).map(Declared::waits_for).unwrap_or_default();
            next.extend(waits_for.into_iter().filter(|it| all.insert(it.clone())));
        }
        all
    }

    /// The addresses that are replaced in the order of `create_before_destroy`: what says so, and what that depends on.
    pub(super) fn created_first(&self) -> BTreeSet<String> {
        self.created_first_of(|_| true)
    }

    /// The same, where a run is about these alone: of the others, none is asked.
    pub(super) fn created_first_of(&self, is_meant: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let say_so = self.resources.iter().filter(|(address, it)| it.create_before_destroy && is_meant(address));
        let each = say_so.flat_map(|(address, _)| {
            let mut all = self.waits_for_all(address);
            all.insert(address.clone());
            all
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn declared(config: Json, depends_on: &[&str], create_before_destroy: bool) -> Declared {
        let depends_on = depends_on.iter().map(|it| (*it).to_owned()).collect();
        Declared { type_name: "t".to_owned(), config, depends_on, create_before_destroy }
    }

    #[test]
    fn a_block_waits_for_what_it_refers_to_and_what_that_waits_for() {
        let resources = [
            ("t.a", declared(json!({}), &[], false)),
            ("t.b", declared(json!({ "list": [{ "id": reference("t.a", "id") }] }), &[], false)),
            ("t.c", declared(json!({ "text": "${t.no" }), &["t.b"], true)),
            ("t.d", declared(json!({}), &[], false)),
        ];
        let resources = resources.map(|(address, declared)| (address.to_owned(), declared)).into();
        let configuration = Configuration { resources, ..Configuration::default() };
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(configuration.waits_for_all("t.c"), names(&["t.a", "t.b"]));
        assert_eq!(configuration.created_first(), names(&["t.a", "t.b", "t.c"]));
        let evaluated =
            configuration.resources["t.b"].evaluated(&|address, name| json!(format!("{name} of {address}")));
        assert_eq!(evaluated, json!({ "list": [{ "id": "id of t.a" }] }));
    }
}
