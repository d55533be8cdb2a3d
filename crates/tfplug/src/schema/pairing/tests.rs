use std::slice;

use super::*;
use crate::schema::NestedBlock;

const STRICT: Nearness = Nearness { unknown_is_any: false, meaning_is_enough: false, results_may_differ: false };
const OPEN: Nearness = Nearness { unknown_is_any: true, ..STRICT };
const BY_MEANING: Nearness = Nearness { meaning_is_enough: true, ..STRICT };

/// `name` must be configured, `note` may be, `role` may be and is given otherwise, `id` is given.
fn attributes() -> BTreeMap<String, Attribute> {
    let same = |one: &Value, other: &Value| match (one, other) {
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    [
        ("name", Attribute::string("Its name.").required().semantic_equality(same)),
        ("note", Attribute::string("A note.").optional()),
        ("role", Attribute::string("Its role.").optional().computed()),
        ("id", Attribute::string("Its ID.").computed()),
    ]
    .map(|(name, attribute)| (name.to_owned(), attribute))
    .into()
}

fn person(name: &str, note: Option<&str>, role: Option<&str>, id: Option<&str>) -> Value {
    let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
    Value::object([("name", name.into()), ("note", text(note)), ("role", text(role)), ("id", text(id))])
}

fn pair(configured: &[Value], others: &[Value]) -> Vec<Option<usize>> {
    Content::Attributes(&attributes()).pair(configured, others, true)
}

#[test]
fn what_is_configured_is_the_same_and_what_is_not_may_be_given_only_where_it_is_computed() {
    let attributes = attributes();
    let fits = |config: &Value, other: &Value| Content::Attributes(&attributes).fits(config, other, STRICT);
    let ann = person("ann", None, None, None);
    assert!(fits(&ann, &ann));
    assert!(fits(&ann, &person("ann", None, Some("owner"), Some("1"))));
    assert!(!fits(&ann, &person("ann", Some("a note"), None, None)), "nobody but the configuration gives a note");
    assert!(!fits(&ann, &person("bob", None, None, None)));
    assert!(!fits(&person("ann", None, Some("owner"), None), &ann));
    assert!(!fits(&person("ann", Some("a note"), None, None), &ann));
}

#[test]
fn of_two_elements_one_of_which_says_more_each_has_its_own() {
    let (plain, owner) = (person("ann", None, None, None), person("ann", None, Some("owner"), None));
    let given = |role: &str| person("ann", None, Some(role), Some("1"));
    assert_eq!(pair(&[plain.clone(), owner.clone()], &[plain.clone(), owner.clone()]), [Some(0), Some(1)]);
    assert_eq!(pair(&[plain.clone(), owner.clone()], &[owner.clone(), plain.clone()]), [Some(1), Some(0)]);
    // The one that fits both gives way to the one that fits one alone, in whatever order they are looked at.
    assert_eq!(pair(&[plain.clone(), owner.clone()], &[given("owner"), given("guest")]), [Some(1), Some(0)]);
    assert_eq!(pair(&[owner.clone(), plain.clone()], &[given("owner"), given("guest")]), [Some(0), Some(1)]);
    assert_eq!(pair(&[plain.clone(), owner.clone()], &[given("guest"), given("owner")]), [Some(0), Some(1)]);
    // Two that are alike are two.
    assert_eq!(pair(&[plain.clone(), owner], &[given("owner"), given("owner")]), [Some(1), Some(0)]);
    assert_eq!(pair(&[plain], &[given("owner"), given("guest")]), [Some(0), None]);
}

#[test]
fn each_finds_a_place_although_an_earlier_one_must_move() {
    // The first can be any of the three, the second one of two, the third only the first's own choice.
    let configured = ["a", "b", "c"].map(|role| person("ann", None, Some(role), None));
    let unknown = person("ann", None, None, None);
    let mut pairs = Pairs::new(3, 3);
    let places: [&[usize]; 3] = [&[0, 1, 2], &[0, 1], &[0]];
    pairs.extend(|config, other| places[other].contains(&config));
    assert_eq!(pairs.of_others, [Some(2), Some(1), Some(0)]);
    assert_eq!(pairs.of_configured, [Some(2), Some(1), Some(0)]);
    assert_eq!(pair(&configured, &[unknown.clone(), unknown]), [None, None], "it has no role, and each has one");
}

#[test]
fn what_was_paired_before_stays_so() {
    let mut pairs = Pairs::new(2, 2);
    pairs.extend(|config, other| (config, other) == (0, 0));
    pairs.extend(|config, _| config == 0);
    assert_eq!(pairs.of_others, [Some(0), None]);
    pairs.extend(|_, _| true);
    assert_eq!(pairs.of_others, [Some(0), Some(1)]);
}

#[test]
fn what_is_not_known_yet_may_become_anything_or_is_no_pair_as_is_asked_for() {
    let attributes = attributes();
    let content = Content::Attributes(&attributes);
    let config =
        Value::object([("name", Value::UNKNOWN), ("note", Value::Null), ("role", Value::Null), ("id", Value::Null)]);
    let ann = person("ann", None, Some("owner"), Some("1"));
    assert!(content.fits(&config, &ann, OPEN) && !content.fits(&config, &ann, STRICT));
    assert!(content.fits(&Value::UNKNOWN, &ann, OPEN) && !content.fits(&Value::UNKNOWN, &ann, STRICT));
    // The one that is known is nobody else's.
    let known = person("ann", None, None, None);
    assert_eq!(
        pair(&[config.clone(), known.clone()], &[ann.clone(), person("bob", None, None, None)]),
        [Some(1), Some(0)]
    );
}

#[test]
fn what_means_the_same_is_paired_after_what_is_written_the_same() {
    let ann = |name: &str| person(name, None, None, None);
    assert_eq!(pair(&[ann("Ann")], &[ann("ann")]), [Some(0)]);
    assert_eq!(pair(&[ann("Ann"), ann("ann")], &[ann("ann"), ann("ANN")]), [Some(1), Some(0)]);
    let attributes = attributes();
    let content = Content::Attributes(&attributes);
    assert!(content.fits(&ann("Ann"), &ann("ann"), BY_MEANING) && !content.fits(&ann("Ann"), &ann("ann"), STRICT));
    assert!(!content.fits(&person("ann", Some("x"), None, None), &person("ann", Some("X"), None, None), BY_MEANING));
}

#[test]
fn an_element_whose_results_alone_have_changed_is_still_the_same() {
    let ann = |role, id| person("ann", None, role, Some(id));
    assert_eq!(pair(&[ann(Some("owner"), "1")], &[ann(Some("owner"), "2")]), [Some(0)]);
    assert_eq!(pair(&[ann(Some("owner"), "1")], &[ann(Some("guest"), "1")]), [None], "a role can be configured");
    let (one, two) = (ann(Some("owner"), "1"), ann(Some("owner"), "2"));
    assert_eq!(pair(&[one.clone(), two.clone()], &[two, one]), [Some(1), Some(0)], "equal ones come first");
}

#[test]
fn the_same_holds_for_what_is_nested_in_an_element() {
    let list = |elements: &[Value]| Value::List(elements.to_vec());
    let set = |elements: &[Value]| Value::set(elements.to_vec());
    let map = |elements: &[Value]| {
        Value::Map(elements.iter().enumerate().map(|(at, element)| (at.to_string(), element.clone())).collect())
    };
    let it = |value: Value| Value::object([("it", value)]);
    let plain = person("ann", None, None, None);
    let (owner, guest) = (person("ann", None, Some("owner"), Some("1")), person("ann", None, Some("guest"), Some("2")));
    let bob = person("bob", None, None, None);
    let content =
        || attributes().into_iter().fold(Block::new("A person."), |block, (name, it)| block.attribute(name, it));
    let nested = |nesting| BTreeMap::from([("it".to_owned(), Attribute::nested(nesting, "Nested.", attributes()))]);
    let outer = |nested: NestedBlock| Block::new("A test.").block("it", nested);
    let check = |content: Content<'_>, of: &dyn Fn(&[Value]) -> Value, is_list: bool| {
        let fits = |config: &[Value], other: &[Value]| content.fits(&it(of(config)), &it(of(other)), STRICT);
        assert!(fits(slice::from_ref(&plain), slice::from_ref(&owner)));
        assert!(!fits(slice::from_ref(&plain), slice::from_ref(&bob)));
        if is_list {
            assert!(fits(&[plain.clone(), bob.clone()], &[owner.clone(), bob.clone()]));
            assert!(!fits(&[plain.clone(), bob.clone()], &[owner.clone(), guest.clone()]));
            assert!(!fits(slice::from_ref(&plain), &[owner.clone(), guest.clone()]));
            assert!(!fits(&[], slice::from_ref(&owner)));
        }
        assert!(
            !content.fits(&it(Value::Null), &it(of(slice::from_ref(&owner))), STRICT),
            "nothing is configured there"
        );
        assert!(content.fits(&it(Value::UNKNOWN), &it(of(slice::from_ref(&owner))), OPEN));
    };
    let single = |elements: &[Value]| elements.first().cloned().unwrap_or(Value::Null);
    for (nesting, of, is_list) in [
        (Nesting::Single, &single as &dyn Fn(&[Value]) -> Value, false),
        (Nesting::List, &list, true),
        (Nesting::Set, &set, true),
        (Nesting::Map, &map, true),
    ] {
        check(Content::Attributes(&nested(nesting)), of, is_list);
    }
    check(Content::Block(&outer(NestedBlock::single(content()))), &single, false);
    check(Content::Block(&outer(NestedBlock::list(content()))), &list, true);
    check(Content::Block(&outer(NestedBlock::set(content()))), &set, true);
}

fn block() -> Block {
    let people = |nesting| Attribute::nested(nesting, "People.", attributes()).optional();
    let content = attributes().into_iter().fold(Block::new("A person."), |block, (name, it)| block.attribute(name, it));
    let group = [("people", people(Nesting::Set))];
    Block::new("A test.")
        .attribute("people", people(Nesting::Set))
        .attribute("groups", Attribute::nested(Nesting::List, "Groups.", group.clone()).optional())
        .attribute("teams", Attribute::nested(Nesting::Map, "Teams.", group.clone()).optional())
        .attribute("board", Attribute::object("The board.", group).optional())
        .block("person", NestedBlock::set(content))
}

/// Where these people can stand in a value, and the path to them.
fn places(people: &[Value]) -> [(&'static str, Value); 5] {
    let set = Value::set(people.to_vec());
    let group = |set: &Value| Value::object([("people", set.clone())]);
    [
        ("people", Value::object([("people", set.clone())])),
        ("person", Value::object([("person", set.clone())])),
        ("groups[1].people", Value::object([("groups", Value::List(vec![group(&Value::Null), group(&set)]))])),
        ("teams[\"a\"].people", Value::object([("teams", Value::Map([("a".to_owned(), group(&set))].into()))])),
        ("board.people", Value::object([("board", group(&set))])),
    ]
}

#[test]
fn of_two_that_became_one_in_the_proposal_each_has_its_own_again() {
    let block = block();
    let (plain, owner) = (person("ann", None, None, None), person("ann", None, Some("owner"), None));
    let was_owner = person("ann", None, Some("owner"), Some("1"));
    let configured = places(&[plain.clone(), owner]);
    let proposed = places(slice::from_ref(&was_owner));
    let expected = places(&[was_owner.clone(), plain.clone()]);
    for (((_, config), (_, mut planned)), (place, expected)) in configured.into_iter().zip(proposed).zip(expected) {
        Content::Block(&block).restore_elements(&mut planned, &config);
        assert_eq!(planned, expected, "{place}");
        Content::Block(&block).restore_elements(&mut planned, &config);
        assert_eq!(planned, expected, "{place}: nothing is missing now");
    }
    let (mut planned, config) =
        (Value::object([("people", Value::UNKNOWN)]), Value::object([("people", Value::UNKNOWN)]));
    Content::Block(&block).restore_elements(&mut planned, &config);
    assert_eq!(planned, Value::object([("people", Value::UNKNOWN)]));
}

#[test]
fn where_two_configured_elements_are_one_in_the_plan_is_found() {
    let block = block();
    let (plain, guest) = (person("ann", None, None, None), person("ann", None, Some("guest"), None));
    let merged = places(slice::from_ref(&guest));
    let configured = places(&[plain.clone(), guest.clone()]);
    for ((place, planned), (_, config)) in merged.into_iter().zip(configured) {
        let found = Content::Block(&block).merged_elements(&planned, &config);
        assert_eq!(found.map(|path| path.to_string()).as_deref(), Some(place));
        assert_eq!(Content::Block(&block).merged_elements(&config, &config), None);
        assert_eq!(Content::Block(&block).merged_elements(&config, &planned), None);
    }
}
