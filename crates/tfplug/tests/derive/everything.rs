//! Everything that can be said of an attribute.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use tfplug::{
    prelude::*,
    schema::{plan, validate},
    testing::{check_model, model_of},
    value::{Number, Type},
};

use crate::assert_same;

const SIZES: RangeInclusive<i64> = 1..=64;

fn kept(attribute: Attribute) -> Attribute {
    attribute.optional().computed().use_state_for_unknown()
}

fn id() -> Attribute {
    Attribute::string("The ID.").computed()
}

/// Everything that can be said
/// of an attribute.
///
/// ~> It is a lot.
#[derive(Clone, Debug, PartialEq, Model)]
#[tf(version = 3, deprecated = "Use something else.")]
struct Everything {
    /// Needed.
    #[tf(required, requires_replace, validate(length(1..=64), pattern("[a-z]*", "letters")))]
    name: Attr<String>,
    /// Possible.
    #[tf(optional, sensitive, validate(conflicts_with(["name"])))]
    secret: Attr<String>,
    /// Says nothing of presence.
    plain: Attr<bool>,
    /// Given by the provider.
    #[tf(computed, use_state_for_unknown)]
    given: Attr<String>,
    /// Either's.
    #[tf(optional, computed, use_state_for_unknown, requires_replace)]
    either: Attr<String>,
    /// Somebody else's.
    #[tf(informational)]
    count: Attr<i64>,
    /// How many; see `SIZES`.
    #[tf(default = 8, validate(range(SIZES)))]
    size: Attr<i64>,
    /// How much.
    #[tf(default = 0.1)]
    ratio: Attr<f64>,
    /// Exactly how much.
    exact: Attr<Number>,
    /// Whether.
    #[tf(default = true)]
    on: Attr<bool>,
    /// Only passed on.
    #[tf(write_only, unquoted)]
    token: Attr<String>,
    /// Of any type.
    any: Attr<Value>,
    /// In order.
    #[tf(allow_null_elements, default = ["a", "b"])]
    list: Attr<Vec<Attr<String>>>,
    /// Without order.
    #[tf(validate(size(1..=3)), validate(each(length(1..=8))))]
    set: Attr<BTreeSet<String>>,
    /// A set for which the order of a list is good enough.
    #[tf(set, default = [1, 2])]
    numbers: Attr<Vec<i64>>,
    /// By key.
    map: Attr<BTreeMap<String, Attr<i64>>>,
    /// No longer needed.
    #[tf(deprecated = "Leave it out.")]
    old: Attr<String>,
    #[tf(description = format!("One of {}.", 3))]
    described: Attr<String>,
    #[tf(attribute = id(), use_state_for_unknown)]
    id: Attr<String>,
    /// Written elsewhere.
    #[tf(type = Type::list(Type::list(Type::Number)), required)]
    matrix: Attr<Vec<Vec<i64>>>,
    /// Kept by a function of one's own.
    #[tf(with = kept)]
    kept: Attr<String>,
    /// Compared by something of one's own.
    #[tf(semantic_equality = |one, other| one == other)]
    same: Attr<String>,
    /// Compared where it is a result.
    #[tf(semantic_equality_of_results = |one, other| one == other)]
    result: Attr<String>,
    /// Replaced sometimes.
    #[tf(
        requires_replace_if("When it becomes null.", |it| it.planned.is_null()),
        requires_replace_if_configured,
        modify_plan(use_state_for_unknown(), plan::PlanModifier::new("Nothing.", |_| {}))
    )]
    sometimes: Attr<String>,
    #[tf(timeouts(create = "30m", delete = "1h"))]
    timeouts: Attr<Timeouts>,
    /// Called `type` by Terraform.
    #[serde(rename = "type")]
    kind: Attr<Kind>,
    /// Several of them.
    #[tf(default = [Kind::Small])]
    kinds: Attr<Vec<Kind>>,
    /// Called `for` by Rust too.
    r#for: Attr<Amount>,
    #[serde(skip)]
    cache: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Model)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Small,
    VeryLarge,
    #[serde(rename = "XXL")]
    Largest,
}

#[derive(Clone, Debug, PartialEq, Model)]
struct Amount(i64);

fn everything() -> Schema {
    let text = Attribute::string;
    let number = Attribute::number;
    let tenth = "0.1".parse().map(Value::Number).unwrap_or(Value::Null);
    let kinds = || validate::one_of(["small", "very-large", "XXL"]);
    Schema::new("Everything that can be said of an attribute.\n\n~> It is a lot.")
        .version(3)
        .deprecated("Use something else.")
        .attribute(
            "name",
            text("Needed.")
                .required()
                .requires_replace()
                .validate(validate::length(1..=64))
                .validate(validate::pattern("[a-z]*", "letters")),
        )
        .attribute("secret", text("Possible.").optional().sensitive().validate(validate::conflicts_with(["name"])))
        .attribute("plain", Attribute::bool("Says nothing of presence."))
        .attribute("given", text("Given by the provider.").computed().use_state_for_unknown())
        .attribute("either", text("Either's.").optional().computed().use_state_for_unknown().requires_replace())
        .attribute("count", number("Somebody else's.").informational())
        .attribute("size", number("How many; see `SIZES`.").default(8).validate(validate::range(1..=64)))
        .attribute("ratio", number("How much.").default(tenth))
        .attribute("exact", number("Exactly how much."))
        .attribute("on", Attribute::bool("Whether.").default(true))
        .attribute("token", text("Only passed on.").write_only().unquoted())
        .attribute("any", Attribute::of(Type::Dynamic, "Of any type."))
        .attribute(
            "list",
            Attribute::list(Type::String, "In order.")
                .allow_null_elements()
                .default(Value::List(vec!["a".into(), "b".into()])),
        )
        .attribute(
            "set",
            Attribute::set(Type::String, "Without order.")
                .validate(validate::size(1..=3))
                .validate(validate::each(validate::length(1..=8))),
        )
        .attribute(
            "numbers",
            Attribute::set(Type::Number, "A set for which the order of a list is good enough.")
                .default(Value::set(vec![1.into(), 2.into()])),
        )
        .attribute("map", Attribute::map(Type::Number, "By key."))
        .attribute("old", text("No longer needed.").deprecated("Leave it out."))
        .attribute("described", text("One of 3."))
        .attribute("id", text("The ID.").computed().use_state_for_unknown())
        .attribute("matrix", Attribute::list(Type::list(Type::Number), "Written elsewhere.").required())
        .attribute("kept", text("Kept by a function of one's own.").optional().computed().use_state_for_unknown())
        .attribute("same", text("Compared by something of one's own.").semantic_equality(|one, other| one == other))
        .attribute(
            "result",
            text("Compared where it is a result.").semantic_equality_of_results(|one, other| one == other),
        )
        .attribute(
            "sometimes",
            text("Replaced sometimes.")
                .modify_plan(plan::requires_replace_if("When it becomes null.", |it| it.planned.is_null()))
                .modify_plan(plan::requires_replace_if_configured())
                .modify_plan(plan::use_state_for_unknown())
                .modify_plan(plan::PlanModifier::new("Nothing.", |_| {})),
        )
        .attribute("timeouts", Timeouts::attribute(&[(Operation::Create, "30m"), (Operation::Delete, "1h")]))
        .attribute("type", text("Called `type` by Terraform.").validate(kinds()))
        .attribute(
            "kinds",
            Attribute::list(Type::String, "Several of them.")
                .validate(validate::each(kinds()))
                .default(Value::List(vec!["small".into()])),
        )
        .attribute("for", number("Called `for` by Rust too."))
}

#[test]
fn a_struct_says_all_that_the_builder_can_say_of_attributes() {
    assert_same(&Schema::of::<Everything>(), &everything());
    assert_eq!(check_model::<Everything>(&Schema::of::<Everything>()), Ok(()));
}

#[test]
fn values_go_by_the_names_in_the_schema() {
    let Type::Object(types) = everything().ty() else { panic!("a schema is an object") };
    let mut value: std::collections::BTreeMap<_, _> = types.keys().map(|name| (name.clone(), Value::Null)).collect();
    value.insert("type".to_owned(), "very-large".into());
    value.insert("for".to_owned(), 7.into());
    let model: Everything = model_of(&Value::Object(value)).unwrap();
    assert_eq!((model.kind, model.r#for, model.cache), (Attr::Known(Kind::VeryLarge), Attr::Known(Amount(7)), 0));
}
