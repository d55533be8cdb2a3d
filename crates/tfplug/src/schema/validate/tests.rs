use super::*;

fn problem(validator: &Validator, value: Value) -> Option<String> {
    problem_beside(validator, value, &[])
}

fn problem_beside(validator: &Validator, value: Value, siblings: &[(&str, Value)]) -> Option<String> {
    let path = Path::attribute("it");
    let siblings = Value::object(siblings.iter().cloned());
    let configured =
        Configured { path: &path, value: &value, siblings: &siblings, config: &siblings, sensitive: false };
    validator.run(&configured).into_iter().next().map(|diagnostic| {
        let at = diagnostic.path.unwrap();
        assert!(at == path || at.is_within(&path), "{at}");
        assert_eq!(diagnostic.summary, format!("Invalid {at}"));
        diagnostic.detail
    })
}

/// Everything that is told, as `severity path: text`.
fn told(validator: &Validator, value: &Value, config: &Value) -> Vec<String> {
    let path = Path::attribute("it");
    let configured = Configured { path: &path, value, siblings: config, config, sensitive: false };
    let told = validator.run(&configured).into_iter();
    told.map(|it| format!("{:?} {}: {}", it.severity, it.path.unwrap_or_default(), it.detail)).collect()
}

#[test]
fn each_element_is_named_and_all_that_are_wrong_are() {
    let letters = || each(length(2..=2));
    let nothing = Value::object::<&str>([]);
    let values = list(&["ab", "c", "def"]);
    assert_eq!(
        told(&letters(), &values, &nothing),
        [
            "Error it[1]: It must have 2 characters; \"c\" has 1.",
            "Error it[2]: It must have 2 characters; \"def\" has 3."
        ]
    );
    let values = Value::Map([("k".to_owned(), "c".into())].into());
    assert_eq!(told(&letters(), &values, &nothing), ["Error it[\"k\"]: It must have 2 characters; \"c\" has 1."]);
    let keys = told(&each_key(length(2..=2)), &values, &nothing);
    assert_eq!(keys, ["Error it[\"k\"]: It must have 2 characters; \"k\" has 1."]);
    // Elements of a set have no path of their own.
    let values = Value::set(vec!["c".into()]);
    assert_eq!(told(&letters(), &values, &nothing), ["Error it: It must have 2 characters; \"c\" has 1."]);
}

#[test]
fn of_any_one_is_enough_and_of_all_each_must_hold() {
    let nothing = Value::object::<&str>([]);
    let either = || any([one_of(["auto"]), all([length(3..=5), pattern("[0-9]+", "digits")])]);
    for passes in ["auto", "123", "12345"] {
        assert_eq!(told(&either(), &passes.into(), &nothing), [""; 0], "{passes}");
    }
    assert_eq!(
        told(&either(), &"x".into(), &nothing),
        ["Error it: One of these must hold. It must be \"auto\"; it is \"x\". Or: It must have 3 to 5 characters; \
          \"x\" has 1. Or: It must consist of digits; it is \"x\"."]
    );
    assert_eq!(told(&any([]), &"x".into(), &nothing), [""; 0]);
    let both = all([length(3..=5), pattern("[0-9]+", "digits")]);
    assert_eq!(told(&both, &"x".into(), &nothing).len(), 2);
}

#[test]
fn an_error_can_be_made_a_warning_and_a_check_can_see_the_whole_configuration() {
    let nothing = Value::object::<&str>([]);
    let validator = each(length(2..=2)).as_warning();
    assert_eq!(told(&validator, &list(&["c"]), &nothing), ["Warning it[0]: It must have 2 characters; \"c\" has 1."]);
    let validator = Validator::finding("the mode's", |configured, findings| {
        if configured.config.attribute("mode") == &Value::from("strict") {
            findings.error(&Path::attribute("mode"), "Not beside it.");
            findings.warning(configured.path, "Old", "It will go.");
        }
    });
    assert_eq!(told(&validator, &"x".into(), &nothing), [""; 0]);
    let config = Value::object([("mode", "strict".into())]);
    assert_eq!(told(&validator, &"x".into(), &config), ["Error mode: Not beside it.", "Warning it: It will go."]);
    // A warning is nothing that does not hold.
    assert_eq!(told(&any([validator.as_warning()]), &"x".into(), &config).len(), 2);
}

#[test]
fn of_those_of_which_one_must_be_set_there_is_one() {
    let validator = exactly_one_of(["other"]);
    let text = || Value::from("x");
    let beside = |own: Value, other: Value| problem_beside(&validator, own, &[("other", other)]);
    assert_eq!(beside(text(), Value::Null), None);
    assert_eq!(beside(Value::Null, text()), None);
    assert_eq!(beside(Value::Null, Value::Null).as_deref(), Some("It or one of \"other\" must be set."));
    assert_eq!(beside(text(), text()).as_deref(), Some("Only one of it and \"other\" can be set."));
    // What is unknown may turn out to be null, or not to be.
    for (own, other) in [(Value::UNKNOWN, Value::Null), (text(), Value::UNKNOWN), (Value::UNKNOWN, Value::UNKNOWN)] {
        assert_eq!(beside(own, other), None);
    }
}

#[test]
fn those_that_belong_together_are_all_set_or_none_is() {
    let validator = required_together(["other"]);
    let text = || Value::from("x");
    let beside = |own: Value, other: Value| problem_beside(&validator, own, &[("other", other)]);
    for (own, other) in
        [(text(), text()), (Value::Null, Value::Null), (text(), Value::UNKNOWN), (Value::UNKNOWN, Value::Null)]
    {
        assert_eq!(beside(own, other), None);
    }
    let together = "It and \"other\" must be set together, or none of them.";
    assert_eq!(beside(text(), Value::Null).as_deref(), Some(together));
    assert_eq!(beside(Value::Null, text()).as_deref(), Some(together));
}

fn list(elements: &[&str]) -> Value {
    Value::List(elements.iter().map(|text| (*text).into()).collect())
}

#[test]
fn null_and_unknown_values_pass() {
    let validators = [
        length(1..=2),
        range(1..=2),
        at_least(1),
        whole_number(),
        one_of(["a"]),
        pattern("a", "an a"),
        size(1..=2),
        each(length(1..=2)),
        each_key(length(1..=2)),
    ];
    for validator in validators {
        assert_eq!(problem(&validator, Value::Null), None, "{validator:?}");
        assert_eq!(problem(&validator, Value::UNKNOWN), None, "{validator:?}");
    }
}

#[test]
fn a_length_counts_characters() {
    let validator = length(2..=3);
    assert_eq!(problem(&validator, "äß✓".into()), None);
    let problem = problem(&validator, "✓".into()).unwrap();
    assert_eq!(problem, "It must have 2 to 3 characters; \"✓\" has 1.");
}

#[test]
fn a_sign_that_nobody_sees_counts_and_is_shown_by_its_number() {
    for (text, shown) in [
        ("\u{feff}carol", r#""\u{feff}carol""#),
        ("car\u{200b}ol", r#""car\u{200b}ol""#),
        ("car\u{ad}ol", r#""car\u{ad}ol""#),
        ("carol\n", r#""carol\n""#),
    ] {
        let expected = format!("It must have 1 to 5 characters; {shown} has 6.");
        assert_eq!(problem(&length(1..=5), text.into()), Some(expected));
        let expected = format!("It must consist of small letters; it is {shown}.");
        let letters = || pattern("[a-z]*", "small letters");
        assert_eq!(problem(&letters(), text.into()), Some(expected.clone()));
        assert_eq!(problem(&each(letters()), list(&["ann", text])), Some(expected.clone()), "in a list of names");
        let keys = Value::Map([(text.to_owned(), 1.into())].into());
        assert_eq!(problem(&each_key(letters()), keys), Some(expected), "in a key");
        let expected = format!("It must be \"carol\"; it is {shown}.");
        assert_eq!(problem(&one_of(["carol"]), text.into()), Some(expected));
    }
}

#[test]
fn a_number_beyond_every_range_is_refused_and_shown_briefly() {
    let number = |text: &str| Value::Number(text.parse().unwrap());
    for (text, shown) in [
        ("1e-300", "1e-300"),
        ("-1e300", "-1e300"),
        ("1e19999", "1e19999"),
        ("-1e-20000", "-1e-20000"),
        (&"3".repeat(50), "3.3333333333333333333e49"),
        ("Infinity", "Infinity"),
        ("12345678901234567890.5", "12345678901234567890.5"),
    ] {
        let expected = format!("It must be a whole number from 1 to 5; it is {shown}.");
        assert_eq!(problem(&range(1..=5), number(text)), Some(expected));
        assert_eq!(problem(&whole_number(), number(text)), Some(format!("It must be a whole number; it is {shown}.")));
    }
    for (text, shown) in [("1e-300", "1e-300"), ("-1e300", "-1e300"), ("-Infinity", "-Infinity")] {
        assert_eq!(problem(&at_least(1), number(text)), Some(format!("It must be 1 or more; it is {shown}.")));
    }
    assert_eq!(problem(&at_least(1), number("1e19999")), None);
}

#[test]
fn a_range_takes_whole_numbers_within_it() {
    let validator = range(1..=5);
    assert_eq!(problem(&validator, 5.into()), None);
    for number in ["0", "6", "2.5", "1e30"] {
        let problem = problem(&validator, Value::Number(number.parse().unwrap()));
        assert!(problem.is_some_and(|it| it.starts_with("It must be a whole number from 1 to 5")), "{number}");
    }
    assert_eq!(problem(&at_least(3), Value::Number("3.5".parse().unwrap())), None);
    assert!(problem(&at_least(3), 2.into()).is_some());
    assert!(problem(&whole_number(), Value::Number("2.5".parse().unwrap())).is_some());
}

#[test]
fn one_of_names_the_choices_and_what_was_written() {
    let problem = problem(&one_of(["soft", "hard"]), "medium".into()).unwrap();
    assert_eq!(problem, "It must be one of \"soft\", \"hard\"; it is \"medium\".");
}

#[test]
fn a_pattern_fits_the_whole_value() {
    let validator = pattern("[a-z]+", "small letters");
    assert_eq!(problem(&validator, "abc".into()), None);
    assert_eq!(problem(&validator, "abc1".into()).unwrap(), "It must consist of small letters; it is \"abc1\".");
    assert!(problem(&validator, "a\nb".into()).is_some());
}

#[test]
fn elements_and_keys_are_counted_and_checked() {
    assert_eq!(problem(&size(1..=2), list(&["a"])), None);
    assert!(problem(&size(1..=1), list(&["a", "b"])).is_some());
    assert_eq!(problem(&each(length(1..=1)), Value::List(vec!["a".into(), Value::UNKNOWN])), None);
    assert!(problem(&each(length(1..=1)), list(&["a", "bb"])).is_some_and(|it| it.contains("\"bb\"")));
    let map = |key: &str| Value::Map([(key.to_owned(), "v".into())].into());
    assert_eq!(problem(&each_key(length(1..=1)), map("k")), None);
    assert!(problem(&each_key(length(1..=1)), map("key")).is_some());
}

#[test]
fn attributes_beside_it_may_conflict_or_be_missing() {
    let (set, null, unknown) = (Value::from("x"), Value::Null, Value::UNKNOWN);
    let conflicts = conflicts_with(["other"]);
    assert!(problem_beside(&conflicts, set.clone(), &[("other", set.clone())]).is_some());
    assert_eq!(problem_beside(&conflicts, set.clone(), &[("other", null.clone())]), None);
    assert_eq!(problem_beside(&conflicts, set.clone(), &[("other", unknown.clone())]), None, "it may turn out null");

    let with = required_with(["other"]);
    assert!(problem_beside(&with, set.clone(), &[("other", null.clone())]).is_some_and(|it| it.contains("\"other\"")));
    assert_eq!(problem_beside(&with, set.clone(), &[("other", unknown.clone())]), None);
    assert_eq!(problem_beside(&with, null.clone(), &[("other", null.clone())]), None);

    let any = at_least_one_of(["other"]);
    assert!(problem_beside(&any, null.clone(), &[("other", null.clone())]).is_some());
    assert_eq!(problem_beside(&any, null.clone(), &[("other", unknown.clone())]), None);
    assert_eq!(problem_beside(&any, null, &[("other", set)]), None);
}

#[test]
fn what_a_validator_demands_is_said_in_words() {
    let pick = |validator: Validator| validator.description().to_owned();
    for (description, words) in [
        (pick(length(2..=2)), "2 characters"),
        (pick(length(1..=2)), "1 to 2 characters"),
        (pick(range(1..=5)), "1 to 5, a whole number"),
        (pick(at_least(3)), "3 or more"),
        (pick(one_of(["a"])), "\"a\""),
        (pick(one_of(["a", "b"])), "one of \"a\", \"b\""),
        (pick(pattern("a", "an a")), "an a"),
        (pick(size(1..=3)), "1 to 3 elements"),
        (pick(each(whole_number())), "each: a whole number"),
        (pick(each_key(length(1..=1))), "each key: 1 characters"),
        (pick(conflicts_with(["b", "a"])), "not together with \"a\", \"b\""),
        (pick(required_with(["a"])), "only together with \"a\""),
        (pick(at_least_one_of(["a"])), "this or one of \"a\""),
    ] {
        assert_eq!(description, words);
    }
}

#[test]
fn a_message_shows_the_value_shortened_and_never_where_it_is_sensitive() {
    let shown = |value: &Value, sensitive| {
        let (path, siblings) = (Path::attribute("it"), Value::Null);
        Configured { path: &path, value, siblings: &siblings, config: &siblings, sensitive }.shown()
    };
    for (value, text) in
        [(Value::from("a"), "\"a\""), (7.into(), "7"), (true.into(), "true"), (list(&["a"]), "the value")]
    {
        assert_eq!(shown(&value, false), text);
        assert_eq!(shown(&value, true), "the value");
    }
    assert_eq!(shown(&"x".repeat(80).into(), false), format!("{:?}", "x".repeat(80)));
    assert_eq!(shown(&"x".repeat(81).into(), false), format!("\"{}…\"", "x".repeat(80)));
}

#[test]
fn a_sensitive_element_is_as_hidden_as_the_whole() {
    let (path, siblings) = (Path::attribute("it"), Value::Null);
    let values = list(&["a", "secret"]);
    let configured =
        Configured { path: &path, value: &values, siblings: &siblings, config: &siblings, sensitive: true };
    let problem = each(length(1..=1)).run(&configured).into_iter().next().unwrap().detail;
    assert_eq!(problem, "It must have 1 characters; the value has 6.");
}

#[test]
fn elements_of_every_collection_are_checked() {
    let validator = each(length(1..=1));
    let map = |value: &str| Value::Map([("k".to_owned(), value.into())].into());
    assert!(problem(&validator, map("bb")).is_some());
    assert!(problem(&validator, Value::set(vec!["a".into(), "bb".into()])).is_some());
    assert_eq!(problem(&validator, map("b")), None);
    assert_eq!(problem(&validator, Value::set(vec!["a".into(), "b".into()])), None);
    assert!(problem(&size(1..=1), Value::set(vec!["a".into(), "b".into()])).is_some());
    assert_eq!(problem(&size(2..=2), list(&["a"])).unwrap(), "It must have 2 elements; it has 1.");
    let two = Value::Map([("a".to_owned(), 1.into()), ("b".to_owned(), 2.into())].into());
    assert_eq!(problem(&size(1..=1), two).unwrap(), "It must have 1 elements; it has 2.");
}

#[test]
fn a_check_of_an_element_sees_where_it_is() {
    let places = Validator::new("its place", |configured| Err(configured.path.to_string()));
    assert_eq!(problem(&each(places.clone()), list(&["a"])).unwrap(), "it[0]");
    assert_eq!(problem(&each(places.clone()), Value::Map([("k".to_owned(), 1.into())].into())).unwrap(), "it[\"k\"]");
    assert_eq!(problem(&each(places), Value::set(vec!["a".into()])).unwrap(), "it");
    // A key is checked itself, and not its value.
    let keys = Validator::new("the key", |configured| Err(configured.shown()));
    assert_eq!(problem(&each_key(keys), Value::Map([("k".to_owned(), 1.into())].into())).unwrap(), "\"k\"");
}

#[test]
fn values_of_another_type_are_left_to_terraform() {
    for validator in [length(5..=5), range(5..=5), at_least(5), whole_number(), one_of(["z"]), pattern("z", "a z")] {
        assert_eq!(problem(&validator, list(&["a"])), None, "{validator:?}");
    }
    for validator in [size(5..=5), each(length(5..=5)), each_key(length(5..=5))] {
        assert_eq!(problem(&validator, true.into()), None, "{validator:?}");
    }
}

#[test]
fn limits_belong_to_what_is_allowed() {
    assert_eq!(problem(&length(1..=2), "ab".into()), None);
    assert_eq!(problem(&length(1..=2), "abc".into()).unwrap(), "It must have 1 to 2 characters; \"abc\" has 3.");
    assert_eq!(problem(&at_least(3), 3.into()), None);
    assert_eq!(problem(&at_least(3), 2.into()).unwrap(), "It must be 3 or more; it is 2.");
    assert_eq!(problem(&range(1..=5), 1.into()), None);
    assert_eq!(problem(&whole_number(), i64::MAX.into()), None);
    assert_eq!(problem(&one_of(["a"]), "a".into()), None);
    assert_eq!(problem(&one_of(["a"]), "b".into()).unwrap(), "It must be \"a\"; it is \"b\".");
}

#[test]
fn a_problem_beside_others_names_them() {
    let set = Value::from("x");
    let siblings = [("a", set.clone()), ("b", Value::Null), ("c", Value::UNKNOWN)];
    let conflicts = problem_beside(&conflicts_with(["a", "b", "c"]), set.clone(), &siblings);
    assert_eq!(conflicts.unwrap(), "It cannot be set together with \"a\", \"c\"; remove one of them.");
    let missing = problem_beside(&required_with(["a", "b"]), set, &siblings);
    assert_eq!(missing.unwrap(), "It needs \"b\" to be set too.");
    let neither = problem_beside(&at_least_one_of(["b"]), Value::Null, &siblings);
    assert_eq!(neither.unwrap(), "It or one of \"b\" must be set.");
}

#[test]
fn a_number_of_a_kind_checks_itself() {
    let refused = |attribute: &crate::schema::Attribute, value: &str| {
        let value = Value::Number(value.parse().unwrap());
        attribute.validators.iter().find_map(|validator| problem(validator, value.clone()))
    };
    let integer = crate::schema::Attribute::integer("A count.");
    assert_eq!(refused(&integer, "7"), None);
    assert!(refused(&integer, "1.5").is_some_and(|it| it.starts_with("It must be a whole number")));
    assert!(refused(&integer, "9223372036854775808").is_some());
    let float = crate::schema::Attribute::float("A share.");
    assert_eq!(refused(&float, "0.1"), None);
    assert!(refused(&float, "1e400").is_some_and(|it| it.starts_with("It is too large for a number of 64 bits")));
}

#[test]
fn blocks_are_checked_together() {
    use crate::schema::{Attribute, Block, NestedBlock, Schema};
    let block = Block::new("A rule.").attribute("port", Attribute::number("Its port."));
    let schema = Schema::new("A wall.").block("rule", NestedBlock::list(block).validate(size(1..=1)));
    let told = |rules: Vec<Value>| {
        let mut told = Diagnostics::NONE;
        let config = Value::object([("rule", Value::List(rules))]);
        crate::server::validate::attributes("test_wall", schema.root(), &config, true, &mut told).unwrap();
        told.into_iter().map(|it| format!("{}: {}", it.path.unwrap_or_default(), it.detail)).collect::<Vec<_>>()
    };
    let rule = || Value::object([("port", 1.into())]);
    assert_eq!(told(vec![rule()]), [""; 0]);
    assert_eq!(told(vec![]), ["rule: It must have 1 elements; it has 0."]);
    assert_eq!(told(vec![rule(), rule()]), ["rule: It must have 1 elements; it has 2."]);
}
