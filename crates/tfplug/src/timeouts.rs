//! How long an operation may take: `timeouts = { create = "30m" }`.

use std::{collections::BTreeMap, time::Duration};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{
    model::Attr,
    schema::{Attribute, Block, NestedBlock, validate::Validator},
    value::Value,
};

/// The nested attribute or block `timeouts` of a resource. One struct serves every resource: what its schema does not
/// have is null.
///
/// ```
/// use std::time::Duration;
///
/// use tfplug::prelude::*;
///
/// let schema = Schema::new("A machine.").attribute("timeouts", Timeouts::attribute(&[(Operation::Create, "30m")]));
///
/// let configured = Attr::<Timeouts>::Null;
/// assert_eq!(Timeouts::get(&configured, Operation::Create, Duration::from_secs(1800)), Duration::from_secs(1800));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, into = "BTreeMap<&'static str, Attr<String>>")]
pub struct Timeouts {
    create: Attr<String>,
    read: Attr<String>,
    update: Attr<String>,
    delete: Attr<String>,
}

/// As a map, because no schema needs to have all of them.
impl From<Timeouts> for BTreeMap<&'static str, Attr<String>> {
    fn from(Timeouts { create, read, update, delete }: Timeouts) -> Self {
        [("create", create), ("read", read), ("update", update), ("delete", delete)].into()
    }
}

/// What a timeout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Creation.
    Create,
    /// Reading.
    Read,
    /// A change in place.
    Update,
    /// Destruction.
    Delete,
}

const DESCRIPTION: &str =
    "How long operations may take before they end with an error and the state as it then is. Each has a default.";

impl Operation {
    fn name(self) -> &'static str {
        self.setting().rsplit('.').next().unwrap_or_default()
    }

    fn attribute(self, default: &str) -> Attribute {
        let what = match self {
            Self::Create => "a creation",
            Self::Read => "reading",
            Self::Update => "a change",
            Self::Delete => "a destruction",
        };
        let description =
            format!("How long {what} may take, for instance `90s`, `30m` or `1h30m`. Default `{default}`.");
        Attribute::string(description).validate(duration())
    }

    /// The setting of its time, as it is written in a configuration: `timeouts.create`.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Create => "timeouts.create",
            Self::Read => "timeouts.read",
            Self::Update => "timeouts.update",
            Self::Delete => "timeouts.delete",
        }
    }
}

impl Timeouts {
    /// The attribute for a schema, with these operations alone: a time that nothing would keep to cannot be set. The
    /// description names the default of each.
    pub fn attribute(defaults: &[(Operation, &str)]) -> Attribute {
        Attribute::object(DESCRIPTION, Self::operations(defaults))
    }

    /// The same as a block, `timeouts { create = "30m" }`, for those whose users have written it so before.
    pub fn block(defaults: &[(Operation, &str)]) -> NestedBlock {
        let block = Block::new(DESCRIPTION);
        NestedBlock::single(Self::operations(defaults).fold(block, |block, (name, it)| block.attribute(name, it)))
    }

    fn operations(defaults: &[(Operation, &str)]) -> impl Iterator<Item = (&'static str, Attribute)> {
        defaults.iter().map(|(operation, default)| (operation.name(), operation.attribute(default)))
    }

    /// The time for an operation: what is configured, else the default.
    pub fn get(timeouts: &Attr<Self>, operation: Operation, default: Duration) -> Duration {
        let configured = timeouts.as_known().and_then(|timeouts| {
            let text = match operation {
                Operation::Create => &timeouts.create,
                Operation::Read => &timeouts.read,
                Operation::Update => &timeouts.update,
                Operation::Delete => &timeouts.delete,
            };
            parse(text.as_str()?)
        });
        configured.unwrap_or(default)
    }
}

/// A duration such as `90s`, `30m` or `1h30m`; `None` where the text is none, or no time at all.
pub fn parse(text: &str) -> Option<Duration> {
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero())
}

/// The check of an attribute that holds a duration.
pub fn duration() -> Validator {
    Validator::known("a duration such as 90s, 30m or 1h30m", |configured| {
        let Value::String(text) = configured.value else { return Ok(()) };
        if parse(text).is_some() {
            return Ok(());
        }
        Err(format!("It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is {}.", configured.shown()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        schema::{Shape, validate::Configured},
        value::Path,
    };

    #[test]
    fn durations_are_written_as_in_other_providers() {
        assert_eq!(parse("90s"), Some(Duration::from_secs(90)));
        assert_eq!(parse("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse("0s"), None);
        assert_eq!(parse("-5m"), None);
        assert_eq!(parse("soon"), None);
    }

    #[test]
    fn what_is_not_configured_takes_the_default() {
        let timeouts = Attr::Known(Timeouts { create: "5m".into(), ..Timeouts::default() });
        let default = Duration::from_secs(1);
        assert_eq!(Timeouts::get(&timeouts, Operation::Create, default), Duration::from_secs(300));
        assert_eq!(Timeouts::get(&timeouts, Operation::Delete, default), default);
        assert_eq!(Timeouts::get(&Attr::Null, Operation::Create, default), default);
    }

    #[test]
    fn timeouts_without_a_value_say_what_their_absence_says() {
        let default = Duration::from_secs(1);
        let create = |create| Attr::Known(Timeouts { create, ..Timeouts::default() });
        for timeouts in
            [Attr::Null, Attr::Unknown, Attr::Known(Timeouts::default()), create(Attr::Null), create(Attr::Unknown)]
        {
            assert_eq!(Timeouts::get(&timeouts, Operation::Create, default), default, "{timeouts:?}");
        }
    }

    #[test]
    fn what_is_no_time_at_all_is_refused_and_never_taken_for_none_or_for_ever() {
        for text in ["", " ", "0s", "-1s", "1", "soon", "1e300s", "9999999999999999999h", "\u{feff}5m"] {
            assert_eq!(parse(text), None, "{text:?}");
            let (path, value) = (Path::attribute("create"), Value::from(text));
            let configured = Configured {
                path: &path,
                value: &value,
                siblings: &Value::Null,
                config: &Value::Null,
                sensitive: false,
            };
            let problem = duration().run(&configured).into_iter().next().map(|diagnostic| diagnostic.detail);
            assert!(problem.is_some_and(|it| it.ends_with(&format!("it is {text:?}."))), "{text:?}");
        }
    }

    #[test]
    fn the_longest_time_that_can_be_written_is_one() {
        let longest = parse(&format!("{}s", i64::MAX)).unwrap();
        assert_eq!(longest, Duration::from_secs(i64::MAX.unsigned_abs()));
        assert_eq!(parse(&format!("{}s", i64::MAX.unsigned_abs() + 1)), None);
    }

    #[test]
    fn each_operation_has_its_own_time() {
        let timeouts =
            Attr::Known(Timeouts { create: "1s".into(), read: "2s".into(), update: "3s".into(), delete: "4s".into() });
        let operations = [Operation::Create, Operation::Read, Operation::Update, Operation::Delete];
        let seconds = operations.map(|operation| Timeouts::get(&timeouts, operation, Duration::ZERO).as_secs());
        assert_eq!(seconds, [1, 2, 3, 4]);
        let settings = operations.map(Operation::setting);
        assert_eq!(settings, ["timeouts.create", "timeouts.read", "timeouts.update", "timeouts.delete"]);
    }

    #[test]
    fn the_attribute_says_the_default_of_each_operation_and_checks_what_is_written() {
        let attribute = Timeouts::attribute(&[(Operation::Create, "30m"), (Operation::Delete, "1h")]);
        let Shape::Nested(_, attributes) = attribute.shape() else { panic!("{attribute:?}") };
        assert_eq!(attributes.keys().collect::<Vec<_>>(), ["create", "delete"], "no time that nothing keeps to");
        for (name, end) in [("create", "`30m`."), ("delete", "`1h`.")] {
            assert!(attributes[name].description().ends_with(end), "{}", attributes[name].description());
            assert!(attributes[name].is_optional());
            let path = Path::attribute(name);
            let problem = |value: Value| {
                let configured = Configured {
                    path: &path,
                    value: &value,
                    siblings: &Value::Null,
                    config: &Value::Null,
                    sensitive: false,
                };
                attributes[name].validators[0].run(&configured).into_iter().next().map(|diagnostic| diagnostic.detail)
            };
            assert_eq!(problem("1h30m".into()), None);
            assert_eq!(problem(Value::UNKNOWN), None);
            let expected = "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"soon\".";
            assert_eq!(problem("soon".into()).as_deref(), Some(expected));
        }
    }

    #[test]
    fn the_block_has_what_the_attribute_has_and_one_struct_fits_every_choice() {
        let defaults = [(Operation::Create, "30m"), (Operation::Delete, "1h")];
        let ty = Timeouts::attribute(&defaults).ty();
        let block = Timeouts::block(&defaults);
        assert_eq!(block.content().ty(), ty);
        let configured = Value::object([("create", "5m".into()), ("delete", Value::Null)]);
        let timeouts: Attr<Timeouts> = crate::model::from_value(&configured).unwrap();
        assert_eq!(Timeouts::get(&timeouts, Operation::Create, Duration::ZERO), Duration::from_secs(300));
        assert_eq!(Timeouts::get(&timeouts, Operation::Update, Duration::from_secs(9)), Duration::from_secs(9));
        assert_eq!(crate::model::to_value(&timeouts, &ty).unwrap(), configured);
        let one = Timeouts::attribute(&[(Operation::Create, "30m")]).ty();
        let expected = Value::object([("create", "5m".into())]);
        assert_eq!(crate::model::to_value(&timeouts, &one).unwrap(), expected);
    }
}
