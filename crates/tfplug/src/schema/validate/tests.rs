use super::*;

fn problem(validator: &Validator, value: Value) -> Option<String> {
    problem_beside(validator, value, &[])
}

fn problem_beside(validator: &Validator, value: Value, siblings: &[(&str, Value)]) -> Option<String> {
    let path = Path::attribute("it");
    let siblings = Value::object(siblings.iter().cloned());
    let configured = Configured { path: &path, value: &value, siblings: &siblings, sensitive: false };
    validator.run(&configured).map(|diagnostic| {
        assert_eq!((diagnostic.summary.as_str(), diagnostic.path), ("Invalid it", Some(path.clone())));
        diagnostic.detail
    })
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
