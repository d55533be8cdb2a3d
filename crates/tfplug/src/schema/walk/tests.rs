use super::*;
use crate::{schema::NestedBlock, value::Type};

fn text(value: &str) -> Value {
    value.into()
}

fn leaf() -> Attribute {
    Attribute::string("A leaf.")
}

/// `{ a = … }`, without `b`.
fn a(value: &str) -> Value {
    Value::object([("a", text(value)), ("b", Value::Null)])
}

fn list(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::List(elements.into_iter().collect())
}

fn set(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::set(elements.into_iter().collect())
}

fn map(elements: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Map(elements.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A block with one attribute `it` of the nesting, whose objects have the attributes `a` and `b`.
fn nested(nesting: Nesting) -> Block {
    let attributes = [("a", leaf()), ("b", leaf().optional().computed())];
    Block::new("A test.").attribute("it", Attribute::nested(nesting, "Nested.", attributes))
}

/// The same as a block in the block.
fn nested_block(nesting: Nesting) -> Block {
    let content = Block::new("Content.").attribute("a", leaf()).attribute("b", leaf().optional().computed());
    Block::new("A test.").block("it", NestedBlock::new(nesting, content))
}

fn it(value: Value) -> Value {
    Value::object([("it", value)])
}

/// The leaves that a walk through a plan visits, as `path: planned / config / prior`.
fn planned(block: &Block, planned: Value, config: Value, prior: Option<Value>) -> Vec<String> {
    let mut seen = Vec::new();
    let mut planned = it(planned);
    each_planned(block, &mut planned, &it(config), prior.map(it).as_ref(), &mut |place| {
        if matches!(place.attribute.shape, Shape::Type(_)) {
            let prior = place.prior.map_or("none".to_owned(), shown);
            seen.push(format!("{}: {} / {} / {prior}", place.path, shown(place.planned), shown(place.config)));
        }
    });
    seen
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "null".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn an_object_is_paired_with_what_it_was() {
    for block in [nested(Nesting::Single), nested_block(Nesting::Single)] {
        assert_eq!(
            planned(&block, a("new"), a("conf"), Some(a("old"))),
            ["it.a: new / conf / old", "it.b: null / null / null"]
        );
        // What an object that was not there held was nothing, and not null.
        assert_eq!(
            planned(&block, a("new"), a("conf"), Some(Value::Null)),
            ["it.a: new / conf / none", "it.b: null / null / none"]
        );
        assert_eq!(planned(&block, Value::Null, Value::Null, Some(a("old"))), [""; 0]);
    }
}

#[test]
fn elements_of_a_list_are_paired_by_position() {
    for block in [nested(Nesting::List), nested_block(Nesting::List)] {
        assert_eq!(
            planned(&block, list([a("new 0"), a("new 1")]), list([a("conf 0")]), Some(list([a("old 0")]))),
            [
                "it[0].a: new 0 / conf 0 / old 0",
                "it[0].b: null / null / null",
                "it[1].a: new 1 / null / none",
                "it[1].b: null / null / none"
            ]
        );
    }
}

#[test]
fn elements_of_a_map_are_paired_by_key() {
    assert_eq!(
        planned(
            &nested(Nesting::Map),
            map([("x", a("new x")), ("y", a("new y"))]),
            map([("y", a("conf y"))]),
            Some(map([("y", a("old y"))]))
        ),
        [
            "it[\"x\"].a: new x / null / none",
            "it[\"x\"].b: null / null / none",
            "it[\"y\"].a: new y / conf y / old y",
            "it[\"y\"].b: null / null / null"
        ]
    );
}

#[test]
fn elements_of_a_set_are_paired_by_what_is_configured() {
    let computed = |name: &str, value: &str| Value::object([("a", text(name)), ("b", text(value))]);
    for block in [nested(Nesting::Set), nested_block(Nesting::Set)] {
        assert_eq!(
            planned(
                &block,
                set([computed("x", "1"), computed("z", "3")]),
                set([a("x"), a("y")]),
                Some(set([computed("x", "old"), computed("y", "old")]))
            ),
            ["it.a: x / x / x", "it.b: 1 / null / old", "it.a: z / null / none", "it.b: 3 / null / none"]
        );
    }
}

#[test]
fn terraform_can_follow_a_path_up_to_the_outermost_set() {
    let inner = Attribute::nested(Nesting::List, "Inner.", [("a", leaf())]);
    let outer = Attribute::nested(Nesting::Set, "Outer.", [("inner", inner.clone())]);
    let block = Block::new("A test.").attribute("after", leaf()).attribute("it", outer);
    let element = Value::object([("inner", list([Value::object([("a", text("x"))])]))]);
    let mut value = Value::object([("after", text("y")), ("it", set([element]))]);
    let mut reachable = Vec::new();
    each_planned(&block, &mut value, &Value::Null, None, &mut |place| {
        reachable.push(format!("{} within {}", place.path.truncated(place.reachable), place.path));
    });
    assert_eq!(reachable, ["after within after", "it within it", "it within it.inner", "it within it.inner[0].a"]);

    // After a set, paths are whole again; a set in a set ends where the outer one does.
    let inner = Attribute::nested(Nesting::Set, "Inner.", [("a", leaf())]);
    let outer = Attribute::nested(Nesting::Set, "Outer.", [("inner", inner)]);
    let block = Block::new("A test.").attribute("it", outer).attribute("next", leaf());
    let element = Value::object([("inner", set([Value::object([("a", text("x"))])]))]);
    let mut value = Value::object([("it", set([element])), ("next", text("y"))]);
    let mut reachable = Vec::new();
    each_planned(&block, &mut value, &Value::Null, None, &mut |place| {
        reachable.push(format!("{} within {}", place.path.truncated(place.reachable), place.path));
    });
    assert_eq!(reachable, ["it within it", "it within it.inner", "it within it.inner.a", "next within next"]);
}

#[test]
fn what_a_visit_changes_stays_changed_and_is_visited_as_it_then_is() {
    for (nesting, value) in [
        (Nesting::Single, a("x")),
        (Nesting::List, list([a("x")])),
        (Nesting::Map, map([("k", a("x"))])),
        (Nesting::Set, set([a("x")])),
    ] {
        let mut value = it(value);
        each_planned(&nested(nesting), &mut value, &Value::Null, None, &mut |place| {
            if *place.planned == text("x") {
                *place.planned = text("changed");
            }
        });
        let (path, expected) = match nesting {
            Nesting::Single => (Path::attribute("it"), a("changed")),
            Nesting::List => (Path::attribute("it").then_index(0), a("changed")),
            Nesting::Map => (Path::attribute("it").then_key("k"), a("changed")),
            Nesting::Set => (Path::attribute("it"), set([a("changed")])),
        };
        assert_eq!(value.at(&path), Some(&expected));
    }
    // The outer one comes first: what it is made null has nothing inside.
    let mut value = it(a("x"));
    let mut visits = 0;
    each_planned(&nested(Nesting::Single), &mut value, &Value::Null, None, &mut |place| {
        visits += 1;
        *place.planned = Value::Null;
    });
    assert_eq!((visits, value), (1, it(Value::Null)));
}

#[test]
fn blocks_are_walked_beside_attributes() {
    let block = nested_block(Nesting::List).attribute("own", leaf());
    let mut value = Value::object([("own", text("x")), ("it", list([a("y")]))]);
    let mut paths = Vec::new();
    each_planned(&block, &mut value, &Value::Null, None, &mut |place| paths.push(place.path.to_string()));
    assert_eq!(paths, ["own", "it[0].a", "it[0].b"]);
    let mut paths = Vec::new();
    each_configured(&block, &value, &mut |path, part, _, _| {
        let what = if matches!(part, Part::Blocks(_)) { "blocks " } else { "" };
        paths.push(format!("{what}{path}"));
    });
    assert_eq!(paths, ["own", "blocks it", "it[0].a", "it[0].b"]);
}

#[test]
fn each_configured_attribute_is_seen_with_those_beside_it() {
    let seen = |block: &Block, config: Value| {
        let mut seen = Vec::new();
        each_configured(block, &it(config), &mut |path, part, value, siblings| {
            if matches!(part, Part::Attribute(Attribute { shape: Shape::Type(_), .. })) {
                seen.push(format!("{path}: {} beside {}", shown(value), shown(siblings.attribute("a"))));
            }
        });
        seen
    };
    let second = ["it[1].a: y beside y".to_owned(), "it[1].b: null beside y".to_owned()];
    for block in [nested(Nesting::Single), nested_block(Nesting::Single)] {
        assert_eq!(seen(&block, a("x")), ["it.a: x beside x", "it.b: null beside x"]);
        assert_eq!(seen(&block, Value::Null), [""; 0]);
        assert_eq!(seen(&block, Value::UNKNOWN), [""; 0]);
    }
    for block in [nested(Nesting::List), nested_block(Nesting::List)] {
        assert_eq!(seen(&block, list([a("x"), a("y")]))[2..], second);
    }
    for block in [nested(Nesting::Set), nested_block(Nesting::Set)] {
        assert_eq!(seen(&block, set([a("x")])), ["it.a: x beside x", "it.b: null beside x"]);
    }
    let keys = map([("k", a("x")), ("l", a("y"))]);
    assert_eq!(seen(&nested(Nesting::Map), keys)[2], "it[\"l\"].a: y beside y");
}

#[test]
fn an_absent_block_is_empty_where_terraform_has_no_null_for_it() {
    let inner = || Block::new("Inner.").block("inner", NestedBlock::list(Block::new("Leaf.")));
    let object = || Value::object([("inner", Value::Null)]);
    let filled = || Value::object([("inner", list([]))]);
    for (nesting, before, after) in [
        (Nesting::Single, Value::Null, Value::Null),
        (Nesting::List, Value::Null, list([])),
        (Nesting::Set, Value::Null, set([])),
        (Nesting::Map, Value::Null, map([])),
        (Nesting::Single, object(), filled()),
        (Nesting::List, list([object(), object()]), list([filled(), filled()])),
        (Nesting::Set, set([object()]), set([filled()])),
        (Nesting::Map, map([("k", object())]), map([("k", filled())])),
        (Nesting::List, Value::UNKNOWN, Value::UNKNOWN),
    ] {
        let block = Block::new("A test.").block("it", NestedBlock::new(nesting, inner()));
        let mut value = it(before);
        fill_in_blocks(&block, &mut value);
        assert_eq!(value, it(after), "{nesting:?}");
    }
    // A null list attribute stays null: it can be.
    let block = Block::new("A test.").attribute("it", Attribute::list(Type::String, "A list."));
    let mut value = it(Value::Null);
    fill_in_blocks(&block, &mut value);
    assert_eq!(value, it(Value::Null));
}
