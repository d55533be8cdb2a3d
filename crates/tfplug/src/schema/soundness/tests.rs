use super::*;
use crate::{
    schema::{plan, validate},
    value::Value,
};

fn text() -> Attribute {
    Attribute::string("A text.")
}

fn of(role: Role, name: &str, attribute: Attribute) -> Vec<String> {
    problems(role, &Schema::new("A test.").attribute(name, attribute))
}

fn in_resource(attribute: Attribute) -> Vec<String> {
    of(Role::Resource, "it", attribute)
}

const ROLES: [Role; 8] = [
    Role::Provider,
    Role::Meta,
    Role::Resource,
    Role::DataSource,
    Role::EphemeralResource,
    Role::ListResource,
    Role::Action,
    Role::StateStore,
];

const NONE: [&str; 0] = [];

#[test]
fn what_can_work_has_no_problems() {
    let nested = [("inner", text().optional().computed().default("x")), ("other", text().required())];
    let schema = Schema::new("A test.")
        .attribute("id", text().computed().use_state_for_unknown())
        .attribute("name", text().required().validate(validate::length(1..=3)).requires_replace())
        .attribute("secret", text().write_only())
        .attribute("size", Attribute::number("A number.").default(1))
        .attribute("any", Attribute::of(Type::Dynamic, "Anything."))
        .attribute("rules", Attribute::nested(Nesting::Set, "Rules.", nested))
        .block("mount", NestedBlock::list(Block::new("A mount.").attribute("path", text().required())));
    assert_eq!(problems(Role::Resource, &schema), NONE);
    for role in ROLES {
        assert_eq!(of(role, "it", text().required().validate(validate::length(1..=3))), NONE, "{role}");
        assert_eq!(of(role, "it", text()), NONE, "{role}");
    }
}

#[test]
fn what_is_required_is_nothing_else() {
    let expected = ["it: what is required is neither optional nor computed, and has no default"];
    for attribute in [text().required().optional(), text().required().computed(), text().required().default("x")] {
        assert_eq!(in_resource(attribute), expected);
    }
}

#[test]
fn a_default_is_of_the_attribute_s_type() {
    let expected = ["it: the default is not of the attribute's type"];
    let object = || Attribute::object("An object.", [("inner", text())]);
    for attribute in [
        text().default(1),
        Attribute::number("A number.").default("x"),
        Attribute::list(Type::String, "Texts.").default(Value::List(vec![1.into()])),
        object().default(Value::object([("inner", Value::from(1))])),
        text().default(Value::Null),
    ] {
        assert_eq!(in_resource(attribute), expected);
    }
    assert_eq!(in_resource(object().default(Value::object([("inner", Value::from("x"))]))), NONE);
}

#[test]
fn a_name_is_one_that_terraform_can_read_and_does_not_have_itself() {
    let expected = |name: &str| {
        [format!("{name}: a name has lower-case letters, digits and underscores, and begins with no digit")]
    };
    for name in ["", "Name", "1st", "a-b", "naïve"] {
        assert_eq!(of(Role::Resource, name, text()), expected(name));
    }
    for name in ["a1", "_a", "a_b"] {
        assert_eq!(of(Role::Resource, name, text()), NONE);
    }
    let reserved = |name: &str| vec![format!("{name}: Terraform has this name for something of its own")];
    for role in ROLES {
        let is_like_resource = matches!(role, Role::Resource | Role::DataSource | Role::EphemeralResource);
        let expect = |name: &str, is_reserved: bool| {
            let expected = if is_reserved { reserved(name) } else { Vec::new() };
            assert_eq!(of(role, name, text()), expected, "{role}");
            let block = NestedBlock::list(Block::new("A block."));
            assert_eq!(problems(role, &Schema::new("A test.").block(name, block)), expected, "{role}");
        };
        for name in ["count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"] {
            expect(name, is_like_resource || role == Role::StateStore && name == "provider");
        }
        ["alias", "version"].into_iter().for_each(|name| expect(name, role == Role::Provider));
    }
    // Deeper down, every name is free.
    assert_eq!(in_resource(Attribute::object("An object.", [("count", text())])), NONE);
}

#[test]
fn a_write_only_value_stands_where_terraform_can_keep_it_out_of_the_state() {
    let expected = "it: what is write-only is neither computed, nor has it a default";
    assert_eq!(in_resource(text().write_only().optional().computed()), [expected]);
    assert_eq!(in_resource(text().write_only().default("x")), [expected]);
    let secret = || [("secret", text().write_only())];
    let in_sets = ["it.secret: Terraform has no write-only attributes in sets"];
    assert_eq!(in_resource(Attribute::nested(Nesting::Set, "A set.", secret())), in_sets);
    assert_eq!(in_resource(Attribute::nested(Nesting::List, "A list.", secret())), NONE);
    let list_in_set =
        Attribute::nested(Nesting::Set, "A set.", [("list", Attribute::nested(Nesting::List, "A list.", secret()))]);
    assert_eq!(in_resource(list_in_set), ["it.list.secret: Terraform has no write-only attributes in sets"]);
    let block = NestedBlock::set(Block::new("A block.").attribute("secret", text().write_only()));
    let after = text().write_only();
    assert_eq!(problems(Role::Resource, &Schema::new("").block("it", block).attribute("z", after)), in_sets);
    for role in ROLES.into_iter().filter(|role| *role != Role::Resource) {
        let expected = ["it: only a managed resource has write-only attributes"];
        assert_eq!(of(role, "it", text().write_only()), expected, "{role}");
    }
}

#[test]
fn a_dynamic_value_is_in_no_set() {
    let expected = "Terraform has no dynamic values in sets";
    let list = |element| Attribute::list(element, "A list.");
    for ty in [
        Type::Dynamic,
        Type::list(Type::Dynamic),
        Type::map(Type::Dynamic),
        Type::Tuple(vec![Type::Bool, Type::Dynamic]),
        Type::object([("a", Type::Dynamic)]),
    ] {
        assert_eq!(in_resource(list(Type::set(ty.clone()))), [format!("it: {expected}")]);
        assert_eq!(in_resource(list(ty.clone())), NONE);
        let nested = Attribute::nested(Nesting::Set, "A set.", [("inner", Attribute::of(ty, "It."))]);
        assert_eq!(in_resource(nested), [format!("it.inner: {expected}")]);
    }
}

#[test]
fn what_does_nothing_where_it_stands_is_a_problem() {
    type Make = fn() -> Attribute;
    let alone: [(&str, Make); 4] = [
        ("a plan modifier", || text().modify_plan(plan::requires_replace())),
        ("a semantic equality", || text().semantic_equality(|_, _| true)),
        ("a default", || text().default("x")),
        ("informational()", || text().informational()),
    ];
    for (what, attribute) in alone {
        for role in ROLES {
            let expected = format!("it: {what} does something in a managed resource alone");
            let found = of(role, "it", attribute());
            assert_eq!(found.contains(&expected), role != Role::Resource, "{role}: {found:?}");
        }
    }
    for role in ROLES {
        let expected = if role.has_results() { vec![] } else { vec!["it: nobody reads a computed value here"] };
        assert_eq!(of(role, "it", text().computed()), expected, "{role}");
    }
    assert_eq!(
        in_resource(text().computed().validate(validate::length(1..=3))),
        ["it: a validator checks what is configured, which this cannot be"]
    );
    assert_eq!(in_resource(text().optional().computed().validate(validate::length(1..=3))), NONE);
}

#[test]
fn blocks_can_be_as_many_as_are_required_and_have_a_name_of_their_own() {
    let block = || Block::new("A block.");
    let of = |nested: NestedBlock| problems(Role::Resource, &Schema::new("A test.").block("it", nested));
    let too_many = ["it: more blocks are required than can be"];
    assert_eq!(of(NestedBlock { min_items: 3, max_items: 2, ..NestedBlock::list(block()) }), too_many);
    assert_eq!(of(NestedBlock { min_items: 2, ..NestedBlock::single(block()) }), too_many);
    assert_eq!(
        of(NestedBlock { min_items: -1, ..NestedBlock::list(block()) }),
        ["it: a number of blocks is not below 0"]
    );
    for good in [
        NestedBlock { min_items: 2, max_items: 2, ..NestedBlock::list(block()) },
        NestedBlock { min_items: 2, ..NestedBlock::set(block()) },
        NestedBlock { min_items: 1, ..NestedBlock::single(block()) },
    ] {
        assert_eq!(of(good), NONE);
    }
    let schema = Schema::new("A test.").attribute("it", text()).block("it", NestedBlock::list(block()));
    assert_eq!(problems(Role::Resource, &schema), ["it: an attribute has the same name"]);
    let inner = block().attribute("Bad", text()).block("Worse", NestedBlock::list(block()));
    assert_eq!(of(NestedBlock::list(inner)).len(), 2, "they are looked into");
}

#[test]
fn an_identity_has_plain_values() {
    let of = |name: &str, ty: Type| identity_problems(&IdentitySchema::new().required(name, ty, "It."));
    for ty in [Type::String, Type::Number, Type::Bool, Type::list(Type::String)] {
        assert_eq!(of("it", ty), NONE);
    }
    for ty in
        [Type::Dynamic, Type::set(Type::String), Type::list(Type::list(Type::Bool)), Type::object([("a", Type::Bool)])]
    {
        assert_eq!(of("it", ty), ["identity.it: an identity has bools, numbers, strings and lists of them alone"]);
    }
    assert_eq!(of("It", Type::String).len(), 1);
}

#[test]
fn a_validator_is_about_what_is_there() {
    for validator in [
        validate::conflicts_with(["nothing"]),
        validate::required_with(["nothing"]).as_warning(),
        validate::any([validate::exactly_one_of(["nothing"]), validate::length(1..=2)]),
    ] {
        assert_eq!(
            in_resource(text().validate(validator)),
            ["it: a validator names \"nothing\", which is not beside it"]
        );
    }
    let inner = [("a", text().validate(validate::conflicts_with(["b"]))), ("b", text())];
    assert_eq!(in_resource(Attribute::object("An object.", inner)), NONE);
    // A block beside an attribute can be named, and what is in another object cannot.
    let mount = NestedBlock::list(Block::new("A mount.").attribute("a", text()));
    let schema = |other: &str| {
        let it = text().validate(validate::conflicts_with([other]));
        Schema::new("A test.").attribute("it", it).block("mount", mount.clone())
    };
    assert_eq!(problems(Role::Resource, &schema("mount")), NONE);
    assert_eq!(problems(Role::Resource, &schema("a")).len(), 1);
}

#[test]
fn a_validator_is_about_values_of_the_attribute_s_type() {
    let number = || Attribute::number("A number.");
    let list = || Attribute::of(Type::list(Type::String), "Texts.");
    for wrong in [
        text().validate(validate::range(1..=3)),
        text().validate(validate::size(1..=3)),
        text().validate(validate::each(validate::length(1..=3))),
        number().validate(validate::length(1..=3)),
        number().validate(validate::one_of(["a"])),
        list().validate(validate::pattern("a", "a")),
        list().validate(validate::each(validate::range(1..=3))),
    ] {
        let found = in_resource(wrong);
        assert!(found.len() == 1 && found[0].contains("does nothing here"), "{found:?}");
    }
    for right in [
        list().validate(validate::each(validate::length(1..=3))).validate(validate::size(1..=3)),
        Attribute::of(Type::Dynamic, "Anything.").validate(validate::range(1..=3)),
        Attribute::nested(Nesting::Set, "Rules.", [("a", text())]).validate(validate::size(1..=3)),
    ] {
        assert_eq!(in_resource(right), NONE);
    }
}

#[test]
fn a_default_is_one_that_could_be_configured() {
    let refused = in_resource(text().validate(validate::length(1..=3)).default(""));
    assert_eq!(refused, ["it: a validator refuses the default: 1 to 3 characters"]);
    assert_eq!(in_resource(text().validate(validate::length(1..=3)).default("a")), NONE);
    let beside = text().validate(validate::required_with(["other"])).default("a");
    assert_eq!(
        problems(Role::Resource, &Schema::new("A test.").attribute("it", beside).attribute("other", text())),
        NONE
    );
}

#[test]
fn only_what_is_computed_can_be_kept() {
    let expected = ["it: use_state_for_unknown() keeps a computed value, which this is not"];
    for attribute in [text().required(), text()] {
        assert_eq!(in_resource(attribute.use_state_for_unknown()), expected);
    }
    assert_eq!(in_resource(text().optional().computed().use_state_for_unknown()), NONE);
}
