use super::*;
use crate::schema::{Attribute, NestedBlock, Nesting, plan as modifiers};

fn text(value: &str) -> Value {
    value.into()
}

fn object(attributes: &[(&str, Value)]) -> Value {
    Value::object(attributes.iter().map(|(name, value)| (*name, value.clone())))
}

fn list(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::List(elements.into_iter().collect())
}

fn set(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::set(elements.into_iter().collect())
}

fn map(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::Map(elements.into_iter().zip(["k", "l"]).map(|(element, key)| (key.to_owned(), element)).collect())
}

fn it(value: Value) -> Value {
    Value::object([("it", value)])
}

fn block(attribute: Attribute) -> Block {
    Block::new("A test.").attribute("it", attribute)
}

mod informational {
    //! What others can change: a title that somebody gives in a console.

    use super::*;

    fn attributes() -> [(&'static str, Attribute); 3] {
        [
            ("name", Attribute::string("Its name.").required()),
            ("id", Attribute::string("Its ID.").computed()),
            ("title", Attribute::string("Its title.").optional().informational()),
        ]
    }

    /// `{ name = …, id = …, title = … }`.
    fn titled(name: &str, id: Value, title: Value) -> Value {
        object(&[("name", text(name)), ("id", id), ("title", title)])
    }

    fn made(name: &str, title: &str) -> Value {
        titled(name, text("1"), text(title))
    }

    type Collect = fn(Vec<Value>) -> Value;

    /// Every way to nest these attributes, as a block and as the value that holds these elements.
    fn nestings() -> Vec<(Block, Collect)> {
        let content = || attributes().into_iter().fold(Block::new(""), |block, (name, it)| block.attribute(name, it));
        let one: Collect = |mut elements| elements.swap_remove(0);
        let nested = |nesting| block(Attribute::nested(nesting, "Nested.", attributes()).optional());
        let nested_block = |nested| Block::new("A test.").block("it", nested);
        vec![
            (nested(Nesting::Single), one),
            (nested(Nesting::List), |elements| list(elements)),
            (nested(Nesting::Set), |elements| set(elements)),
            (nested(Nesting::Map), |elements| map(elements)),
            (nested_block(NestedBlock::single(content())), one),
            (nested_block(NestedBlock::list(content())), |elements| list(elements)),
            (nested_block(NestedBlock::set(content())), |elements| set(elements)),
        ]
    }

    #[test]
    fn in_a_creation_it_is_unknown_at_every_depth_whatever_the_plan_foresaw() {
        for (block, of) in nestings() {
            let mut planned = it(of(vec![made("a", "seen"), made("b", "seen")]));
            let config = |name| titled(name, Value::Null, Value::Null);
            forget_informational(&block, &mut planned, &it(of(vec![config("a"), config("b")])));
            let unknown = |name| titled(name, text("1"), Value::UNKNOWN);
            assert_eq!(planned, it(of(vec![unknown("a"), unknown("b")])), "and what is no information stays");
        }
    }

    #[test]
    fn in_a_creation_it_is_as_configured_or_unknown_with_the_configuration() {
        let block = block(Attribute::string("A title.").optional().informational());
        for (config, expected) in
            [(text("mine"), text("mine")), (Value::UNKNOWN, Value::UNKNOWN), (Value::Null, Value::UNKNOWN)]
        {
            let mut planned = it(text("mine"));
            forget_informational(&block, &mut planned, &it(config));
            assert_eq!(planned, it(expected));
        }
    }

    #[test]
    fn after_a_change_it_is_as_planned_at_every_depth_and_an_id_is_as_it_became() {
        for (block, of) in nestings() {
            let planned = it(of(vec![made("a", "old a"), titled("b", Value::UNKNOWN, text("old b"))]));
            let mut state = it(of(vec![made("a", "new a"), made("b", "new b")]));
            keep_informational(&block, &mut state, &planned);
            assert_eq!(state, it(of(vec![made("a", "old a"), made("b", "old b")])));
            assert!(consistency::check_apply("it_thing", &block, &planned, &state).is_empty(), "Terraform takes it");
            let planned = it(of(vec![made("a", "old a"), made("b", "old b")]));
            let mut state = it(of(vec![titled("a", text("2"), text("new a")), made("b", "new b")]));
            keep_informational(&block, &mut state, &planned);
            assert!(consistency::check_apply("it_thing", &block, &planned, &state).has_errors(), "another ID is told");
        }
    }

    #[test]
    fn what_the_plan_did_not_know_is_as_it_became() {
        for (block, of) in nestings() {
            let reached = it(of(vec![made("a", "new"), made("b", "new")]));
            // Of what it lies in nothing was known, or the title itself was not, or there was nothing there.
            let unknown = |name| titled(name, text("1"), Value::UNKNOWN);
            for planned in [Value::UNKNOWN, of(vec![unknown("a"), unknown("b")])] {
                let mut state = reached.clone();
                keep_informational(&block, &mut state, &it(planned));
                assert_eq!(state, reached);
            }
        }
    }

    #[test]
    fn a_null_that_was_planned_stays_one() {
        let block = block(Attribute::string("A title.").informational());
        let mut state = it(text("given meanwhile"));
        keep_informational(&block, &mut state, &it(Value::Null));
        assert_eq!(state, it(Value::Null));
    }
}

mod objects {
    //! An object without a value says what its absence says, and so does its default.

    use super::*;

    /// What is planned for a thing that is there already, and what has it replaced.
    fn planned(attribute: &Attribute, prior: &Value, config: &Value) -> (Value, Vec<String>) {
        let mut planned = it(proposed(attribute, prior, config));
        let refined = refine(&block(attribute.clone()), &mut planned, &it(config.clone()), &it(prior.clone()));
        let replaces = refined.requires_replace;
        (planned.attribute("it").clone(), replaces.iter().map(ToString::to_string).collect())
    }

    /// What Terraform proposes: where nothing is configured, what was there if the provider may have given it.
    fn proposed(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
        use crate::schema::Shape;
        match (attribute.shape(), config) {
            (_, Value::Null) if attribute.is_computed() => prior.clone(),
            (Shape::Nested(Nesting::Single, attributes), Value::Object(_)) => {
                Value::object(attributes.iter().map(|(name, attribute)| {
                    (name.clone(), proposed(attribute, prior.attribute(name), config.attribute(name)))
                }))
            }
            _ => config.clone(),
        }
    }

    fn enabled(enabled: Value) -> Value {
        object(&[("enabled", enabled)])
    }

    /// Each way to say nothing of it.
    fn silences() -> [Value; 2] {
        [Value::Null, enabled(Value::Null)]
    }

    #[test]
    fn absent_empty_null_inside_and_the_default_are_one_and_replace_nothing() {
        let member = Attribute::bool("Whether it is on.").default(false);
        let attribute =
            Attribute::object("Backups.", [("enabled", member)]).default(enabled(false.into())).requires_replace();
        let is_off = enabled(false.into());
        for config in silences().into_iter().chain([is_off.clone()]) {
            assert_eq!(planned(&attribute, &is_off, &config), (is_off.clone(), vec![]), "{config:?}");
        }
        let is_on = enabled(true.into());
        assert_eq!(planned(&attribute, &is_off, &is_on), (is_on.clone(), vec!["it".to_owned()]));
        for config in silences() {
            assert_eq!(planned(&attribute, &is_on, &config), (is_off.clone(), vec!["it".to_owned()]), "{config:?}");
        }
    }

    #[test]
    fn what_the_service_gave_stays_whether_the_object_is_absent_empty_or_has_a_null_inside() {
        let given = |attribute: Attribute| attribute.optional().computed().use_state_for_unknown();
        let attribute =
            given(Attribute::object("Backups.", [("enabled", given(Attribute::bool("Whether it is on.")))]))
                .requires_replace();
        for prior in [enabled(true.into()), enabled(false.into())] {
            for config in silences().into_iter().chain([prior.clone()]) {
                assert_eq!(planned(&attribute, &prior, &config), (prior.clone(), vec![]), "{config:?}");
            }
        }
    }

    #[test]
    fn it_stays_when_something_else_changes() {
        let given = |attribute: Attribute| attribute.optional().computed().use_state_for_unknown();
        let attribute =
            given(Attribute::object("Backups.", [("enabled", given(Attribute::bool("Whether it is on.")))]))
                .requires_replace();
        let block = block(attribute).attribute("name", Attribute::string("Its name."));
        let with = |name: &str, it: Value| object(&[("name", text(name)), ("it", it)]);
        let prior = with("old", enabled(true.into()));
        for config in silences() {
            // Terraform's proposal keeps what the provider may have given.
            let mut planned = with("new", enabled(true.into()));
            let replaces = refine(&block, &mut planned, &with("new", config), &prior).requires_replace;
            assert_eq!((planned, replaces), (with("new", enabled(true.into())), vec![]));
        }
    }

    #[test]
    fn the_default_of_an_object_stands_before_the_defaults_of_what_is_in_it() {
        let kind = || Attribute::string("Its kind.").default("soft");
        let sessions = || Attribute::number("How many.").default(1);
        let of = |kind: Value, sessions: Value| object(&[("kind", kind), ("sessions", sessions)]);
        let policy = || Attribute::object("A policy.", [("kind", kind()), ("sessions", sessions())]);
        let attribute = policy().default(of(text("hard"), Value::Null));
        let create = |config: Value| planned(&attribute, &Value::Null, &config).0;
        assert_eq!(create(Value::Null), of(text("hard"), 1.into()), "what it leaves open is filled in");
        assert_eq!(create(of(Value::Null, Value::Null)), of(text("soft"), 1.into()));
        assert_eq!(create(of(Value::Null, 5.into())), of(text("soft"), 5.into()));
        // One object's default is no other's.
        let outer = Attribute::nested(Nesting::List, "Policies.", [("it", attribute), ("kind", kind())]);
        let element = |it: Value| object(&[("it", it), ("kind", Value::Null)]);
        let config = list([element(Value::Null), element(of(Value::Null, 5.into())), element(Value::Null)]);
        let mut planned = it(config.clone());
        fill_in_defaults(&block(outer), &mut planned, &it(config));
        let element = |it: Value| object(&[("it", it), ("kind", text("soft"))]);
        let hard = || element(of(text("hard"), 1.into()));
        let expected = list([hard(), element(of(text("soft"), 5.into())), hard()]);
        assert_eq!(planned, it(expected));
    }

    #[test]
    fn an_object_of_which_nothing_is_known_has_neither_defaults_nor_members() {
        let member = Attribute::bool("Whether it is on.").default(false);
        let attribute = Attribute::object("Backups.", [("enabled", member)]).default(enabled(false.into()));
        let prior = enabled(false.into());
        assert_eq!(planned(&attribute, &prior, &Value::UNKNOWN).0, Value::UNKNOWN);
        assert_eq!(planned(&attribute, &prior, &enabled(Value::UNKNOWN)).0, enabled(Value::UNKNOWN));
    }

    #[test]
    fn elements_that_leave_out_a_default_are_those_that_say_it() {
        let role = || Attribute::string("Their role.").default("reader");
        let user = || Attribute::string("Who.").required().requires_replace();
        let of = |user: &str, role: Value| object(&[("role", role), ("user", text(user))]);
        let collections: [(Nesting, fn(Vec<Value>) -> Value); 3] = [
            (Nesting::List, |elements| list(elements)),
            (Nesting::Set, |elements| set(elements)),
            (Nesting::Map, |elements| map(elements)),
        ];
        for (nesting, collect) in collections {
            let attribute = Attribute::nested(nesting, "Members.", [("role", role()), ("user", user())]);
            let prior = it(collect(vec![of("ann", text("reader")), of("bob", text("owner"))]));
            let config = it(collect(vec![of("ann", Value::Null), of("bob", text("owner"))]));
            let mut planned = config.clone();
            let replaces = refine(&block(attribute), &mut planned, &config, &prior).requires_replace;
            assert_eq!((planned, replaces), (prior, vec![]), "{nesting:?}");
        }
    }

    #[test]
    fn an_object_that_comes_or_goes_is_a_change_of_what_cannot_be_changed_in_it() {
        let attribute =
            Attribute::object("Backups.", [("enabled", Attribute::bool("Whether it is on.").requires_replace())]);
        let is_on = enabled(true.into());
        assert_eq!(planned(&attribute, &Value::Null, &is_on).1, ["it.enabled"]);
        // Without a value in it, nothing in it changes.
        assert_eq!(planned(&attribute, &Value::Null, &enabled(Value::Null)).1, [""; 0]);
        let whole = Attribute::object("Backups.", [("enabled", Attribute::bool("Whether it is on."))])
            .modify_plan(modifiers::requires_replace_if_configured());
        assert_eq!(planned(&whole, &is_on, &Value::Null).1, [""; 0]);
        assert_eq!(planned(&whole, &enabled(false.into()), &is_on).1, ["it"]);
    }
}

mod blocks {
    //! All blocks of one name together.

    use super::*;
    use crate::{diagnostic::Diagnostic, schema::PlanModifier};

    fn content() -> Block {
        Block::new("A rule.").attribute("port", Attribute::number("Its port."))
    }

    fn rule(port: i64) -> Value {
        object(&[("port", port.into())])
    }

    #[test]
    fn a_change_of_any_of_them_replaces_the_resource_where_it_must() {
        let schema = |nested: NestedBlock| Block::new("").block("it", nested.requires_replace());
        let replaces = |block: &Block, prior: Value, config: Value| {
            let mut planned = it(config.clone());
            let refined = refine(block, &mut planned, &it(config), &it(prior));
            refined.requires_replace.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let block = schema(NestedBlock::list(content()));
        assert_eq!(replaces(&block, list([rule(1)]), list([rule(1), rule(2)])), ["it"]);
        assert_eq!(replaces(&block, list([rule(1)]), list([rule(1)])), [""; 0]);
        let block = schema(NestedBlock::set(content()));
        assert_eq!(replaces(&block, set([rule(1)]), set([rule(2)])), ["it"]);
        let block = schema(NestedBlock::single(content()));
        assert_eq!(replaces(&block, rule(1), Value::Null), ["it"]);
        // In one that is there once, those inside it too.
        let inner = Block::new("").block("rule", NestedBlock::list(content()).requires_replace());
        let block = Block::new("").block("it", NestedBlock::single(inner));
        let with = |port| object(&[("rule", list([rule(port)]))]);
        assert_eq!(replaces(&block, with(1), with(2)), ["it.rule"]);
    }

    #[test]
    fn a_modifier_sees_everything_and_may_say_something() {
        let modifier = || {
            PlanModifier::new("speaks", |it| {
                let former = it.whole_prior.map(|prior| prior.attribute("name").clone());
                if former.is_some_and(|name| name != *it.whole_config.attribute("name")) {
                    it.diagnostics.push(Diagnostic::warning("Renamed", it.path.to_string()));
                }
            })
        };
        let block = Block::new("")
            .attribute("name", Attribute::string("Its name.").modify_plan(modifier()))
            .block("it", NestedBlock::list(content()).modify_plan(modifier()));
        let named = |name: &str| object(&[("name", text(name)), ("it", list([]))]);
        let told = |prior: &Value| {
            let refined = refine(&block, &mut named("new"), &named("new"), prior);
            refined.diagnostics.into_iter().map(|it| format!("{}: {}", it.summary, it.detail)).collect::<Vec<_>>()
        };
        assert_eq!(told(&named("old")), ["Renamed: name", "Renamed: it"]);
        assert_eq!(told(&named("new")), [""; 0]);
        assert_eq!(told(&Value::Null), [""; 0]);
    }
}
