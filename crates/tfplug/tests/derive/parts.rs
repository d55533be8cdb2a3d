//! Structs in structs: nested attributes, blocks, and what several structs have in common. Identities.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tfplug::{
    Joined,
    prelude::*,
    schema::{
        Block, NestedBlock, Nesting, plan,
        validate::{float, range, size},
    },
    testing::{Kind, check_model, model_of, validate},
    value::Type,
};

use crate::{assert_same, of};

/// An address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
struct Address {
    /// The street.
    #[tf(required)]
    street: Attr<String>,
    /// The number.
    #[tf(default = 1)]
    number: Attr<i64>,
}

fn address() -> [(&'static str, Attribute); 2] {
    [("street", Attribute::string("The street.").required()), ("number", Attribute::number("The number.").default(1))]
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Model)]
struct Person {
    /// Where they live.
    #[tf(required)]
    home: Attr<Address>,
    /// Where they were.
    #[tf(default = Value::List(vec![]))]
    former: Attr<Vec<Address>>,
    /// Where they are at times.
    others: Attr<BTreeSet<Address>>,
    /// The same.
    #[tf(set)]
    more: Attr<Vec<Address>>,
    /// Where they are called something.
    named: Attr<BTreeMap<String, Address>>,
}

#[test]
fn a_struct_in_a_struct_is_a_nested_attribute() {
    let nested = |nesting, description| Attribute::nested(nesting, description, address());
    let built = of(
        "Somebody.",
        [
            ("home", nested(Nesting::Single, "Where they live.").required()),
            ("former", nested(Nesting::List, "Where they were.").default(Value::List(vec![]))),
            ("others", nested(Nesting::Set, "Where they are at times.")),
            ("more", nested(Nesting::Set, "The same.")),
            ("named", nested(Nesting::Map, "Where they are called something.")),
        ],
    );
    assert_same(&Schema::of::<Person>(), &built);
    assert_eq!(check_model::<Person>(&built), Ok(()));
}

/// Numbers that hold less than Terraform's.
#[derive(Clone, Debug, Default, PartialEq, Model)]
struct Numbers {
    /// One.
    a: Attr<i8>,
    /// Another.
    b: Attr<i16>,
    /// Another.
    c: Attr<i32>,
    /// Another.
    d: Attr<u8>,
    /// Another.
    e: Attr<u16>,
    /// Another.
    f: Attr<u32>,
    /// Another.
    g: Attr<u64>,
    /// Another.
    h: Attr<f32>,
}

#[data_source("test_numbers")]
impl DataSource for Numbers {
    async fn read(&self, _: &mut Context<()>, config: Numbers) -> Result<Numbers> {
        Ok(config)
    }
}

#[test]
fn a_number_is_refused_where_its_type_has_no_place_for_it() {
    assert_eq!(check_model::<Numbers>(&Schema::of::<Numbers>()), Ok(()));
    let provider = Unconfigured::new("1.0.0", |all| all.data_source(Numbers::default()));
    let told = |config: serde_json::Value| -> Vec<String> {
        let told = validate(&provider, Kind::DataSource("test_numbers"), &config, &[]).unwrap();
        told.iter().map(|it| format!("{}: {}", it.path.as_ref().unwrap(), it.detail)).collect()
    };
    let largest = json!({
        "a": i8::MIN, "b": i16::MAX, "c": i32::MIN, "d": 255, "e": 65535, "f": u32::MAX, "g": u64::MAX, "h": 1.5,
    });
    assert_eq!(told(largest), [""; 0]);
    for (config, wrong) in [
        (json!({ "a": 128 }), "a: It must be a whole number from -128 to 127; it is 128."),
        (json!({ "b": 0.5 }), "b: It must be a whole number from -32768 to 32767; it is 0.5."),
        (json!({ "c": 2_147_483_648_i64 }), "c: "),
        (json!({ "d": 256 }), "d: "),
        (json!({ "e": -1 }), "e: It must be a whole number from 0 to 65535; it is -1."),
        (json!({ "f": -1 }), "f: "),
        (json!({ "g": -1 }), "g: It must be a whole number from 0 to 18446744073709551615."),
    ] {
        let told = told(config);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(wrong), "{told:?}");
    }
}

/// Some of them with defaults.
#[derive(Clone, Debug, PartialEq, Model)]
struct Defaults {
    /// Degrees.
    #[tf(default = -7)]
    degrees: Attr<i32>,
    /// The port.
    #[tf(default = 443)]
    port: Attr<u16>,
    /// How much.
    #[tf(default = 0.5)]
    share: Attr<f32>,
}

#[test]
fn a_number_that_holds_less_has_defaults_as_others_do() {
    let half = Value::Number("0.5".parse().unwrap());
    let built = of(
        "Some of them with defaults.",
        [
            ("degrees", Attribute::number("Degrees.").validate(range(-2_147_483_648..=2_147_483_647)).default(-7)),
            ("port", Attribute::number("The port.").validate(range(0..=65_535)).default(443)),
            ("share", Attribute::number("How much.").validate(float()).default(half)),
        ],
    );
    assert_same(&Schema::of::<Defaults>(), &built);
}

/// Blocks of each kind.
#[derive(Clone, Debug, PartialEq, Model)]
struct Blocks {
    #[tf(block)]
    one: Attr<Address>,
    /// Some.
    #[tf(block(min_items = 1, max_items = 3), deprecated = "Write `one`.")]
    some: Attr<Vec<Address>>,
    #[tf(block, set)]
    any: Attr<Vec<Address>>,
    #[tf(block)]
    set: Attr<BTreeSet<Address>>,
    #[tf(block)]
    outer: Option<Outer>,
}

/// A block with a block in it.
#[derive(Clone, Debug, PartialEq, Model)]
struct Outer {
    #[tf(block)]
    inner: Attr<Address>,
}

#[test]
fn a_struct_can_be_a_block() {
    let block = |description| {
        address().into_iter().fold(Block::new(description), |block, (name, attribute)| block.attribute(name, attribute))
    };
    let some = NestedBlock::list(block("Some.")).min_items(1).max_items(3).deprecated("Write `one`.");
    let outer = Block::new("A block with a block in it.").block("inner", NestedBlock::single(block("An address.")));
    let built = Schema::new("Blocks of each kind.")
        .block("one", NestedBlock::single(block("An address.")))
        .block("some", some)
        .block("any", NestedBlock::set(block("An address.")))
        .block("set", NestedBlock::set(block("An address.")))
        .block("outer", NestedBlock::single(outer));
    assert_same(&Schema::of::<Blocks>(), &built);
    assert_eq!(check_model::<Blocks>(&built), Ok(()));
}

/// What can be said of blocks together.
#[derive(Clone, Debug, PartialEq, Model)]
struct Planned {
    /// Some.
    #[tf(block, requires_replace, validate(size(1..=4)), modify_plan(requires_replace_if_configured()))]
    some: Attr<Vec<Address>>,
    #[tf(block, timeouts(create = "30m", delete = "1h"))]
    timeouts: Attr<Timeouts>,
}

#[test]
fn blocks_are_checked_and_planned_together_and_timeouts_can_be_one() {
    let block = address().into_iter().fold(Block::new("Some."), |block, (name, it)| block.attribute(name, it));
    let some = NestedBlock::list(block)
        .requires_replace()
        .validate(size(1..=4))
        .modify_plan(plan::requires_replace_if_configured());
    let timeouts = Timeouts::block(&[(Operation::Create, "30m"), (Operation::Delete, "1h")]);
    let built = Schema::new("What can be said of blocks together.").block("some", some).block("timeouts", timeouts);
    assert_same(&Schema::of::<Planned>(), &built);
    assert_eq!(check_model::<Planned>(&built), Ok(()));
}

/// What is found.
#[derive(Clone, Debug, PartialEq, Model)]
#[tf(computed, description = format!("{} things.", 2))]
struct Found {
    /// Which to look for.
    #[tf(required)]
    query: Attr<String>,
    /// How many there are.
    count: Attr<i64>,
}

#[test]
fn what_is_said_of_a_struct_holds_for_the_fields_that_say_nothing() {
    let built = of(
        "2 things.",
        [
            ("query", Attribute::string("Which to look for.").required()),
            ("count", Attribute::number("How many there are.").computed()),
        ],
    );
    assert_same(&Schema::of::<Found>(), &built);
    assert_eq!(check_model::<Found>(&built), Ok(()));
}

/// A provider's settings.
#[derive(Clone, Debug, PartialEq, Model)]
struct Plain {
    /// Where it is.
    region: String,
    /// How often to try.
    retries: Option<i64>,
    /// How to get in.
    #[tf(optional)]
    key: String,
}

#[test]
fn what_cannot_be_null_is_required_unless_something_else_is_said() {
    let built = of(
        "A provider's settings.",
        [
            ("region", Attribute::string("Where it is.").required()),
            ("retries", Attribute::number("How often to try.")),
            ("key", Attribute::string("How to get in.").optional()),
        ],
    );
    assert_same(&Schema::of::<Plain>(), &built);
}

/// A group, and what it has in common with others.
#[derive(Clone, Debug, PartialEq, Model)]
struct Group {
    /// Its name.
    name: Attr<String>,
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    address: Address,
    #[serde(skip)]
    cache: u8,
}

#[derive(Clone, Debug, PartialEq, Model)]
struct Place {
    /// The region.
    #[tf(required)]
    region: Attr<String>,
}

#[test]
fn structs_can_share_an_object() {
    let schema = Schema::of::<Group>();
    let own = [("name", Attribute::string("Its name.")), ("region", Attribute::string("The region.").required())];
    assert_same(&schema, &of("A group, and what it has in common with others.", own).with_attributes(address()));
    assert_eq!(check_model::<Group>(&schema), Ok(()));
    let value = Value::object([
        ("name", "a".into()),
        ("region", Value::UNKNOWN),
        ("street", "b".into()),
        ("number", Value::Null),
    ]);
    let group: Group = model_of(&value).unwrap();
    let address = Address { street: "b".into(), number: Attr::Null };
    assert_eq!(group, Group { name: "a".into(), place: Place { region: Attr::Unknown }, address, cache: 0 });
}

#[test]
fn two_structs_side_by_side_have_the_attributes_of_both() {
    let built = of("An address.", address()).attribute("region", Attribute::string("The region.").required());
    assert_same(&Schema::of::<Joined<Address, Place>>(), &built);
    assert_eq!(check_model::<Joined<Address, Place>>(&built), Ok(()));
}

/// Which group it is.
#[derive(Clone, Debug, PartialEq, Identity)]
#[tf(version = 2, mutable)]
pub struct GroupIdentity {
    /// The group's ID.
    #[tf(required)]
    id: Attr<String>,
    /// Its region, if it is
    /// another one than the provider's.
    region: Attr<String>,
    /// Its number.
    number: i64,
    #[tf(description = "Its zones.", type = Type::list(Type::String))]
    zones: Attr<Vec<String>>,
}

#[test]
fn an_identity_says_its_schema() {
    let built = IdentitySchema::new()
        .version(2)
        .mutable()
        .required("id", Type::String, "The group's ID.")
        .optional("region", Type::String, "Its region, if it is another one than the provider's.")
        .required("number", Type::Number, "Its number.")
        .optional("zones", Type::list(Type::String), "Its zones.");
    assert_eq!(format!("{:#?}", IdentitySchema::of::<GroupIdentity>()), format!("{built:#?}"));
}
