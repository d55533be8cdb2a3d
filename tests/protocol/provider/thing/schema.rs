//! The schema of a thing: one attribute or block of each kind.

use tfplug::{
    Value,
    schema::{Attribute, Block, NestedBlock, Nesting, PlanModifier, Schema, validate},
    timeouts::{Operation, Timeouts},
    value::Type,
};

pub fn schema() -> Schema {
    let schema = Schema::new("A thing.").version(1);
    blocks(nested(plain(schema)))
        .attribute("timeouts", Timeouts::attribute(&[(Operation::Create, "1m"), (Operation::Delete, "1m")]))
        .attribute("fail", Attribute::string("Where it goes wrong, and how."))
}

fn plain(schema: Schema) -> Schema {
    schema
        .attribute("id", Attribute::string("Its id.").computed().use_state_for_unknown())
        .attribute(
            "name",
            Attribute::string("Its name.").required().requires_replace().validate(validate::length(1..=9)),
        )
        .attribute("zone", Attribute::string("Where it is.").optional().computed().use_state_for_unknown())
        .attribute("size", Attribute::number("Its size.").default(1).validate(validate::range(0..=100)))
        .attribute("note", Attribute::string("A note.").validate(validate::conflicts_with(["old_note"])))
        .attribute("exact", Attribute::number("A number of any size."))
        .attribute("at", Attribute::string("When.").semantic_equality(same_moment))
        .attribute("anything", Attribute::of(Type::Dynamic, "Anything."))
        .attribute("users", Attribute::set(Type::String, "Names.").validate(validate::each(validate::length(1..=9))))
        .attribute("tags", Attribute::map(Type::String, "Tags."))
        .attribute("secret", Attribute::string("A secret.").sensitive().validate(validate::length(8..=64)))
        .attribute("password", Attribute::string("Goes in, never comes out.").write_only().sensitive())
        .attribute("password_length", Attribute::number("How long the password is.").computed())
        .attribute("old_note", Attribute::string("A note.").deprecated("Use `note`."))
        .attribute("revision", Attribute::number("Counts creations and changes.").computed())
        .attribute("made_by", Attribute::string("The module.").computed().use_state_for_unknown())
}

fn nested(schema: Schema) -> Schema {
    schema
        .attribute(
            "policy",
            Attribute::object(
                "A nested attribute.",
                [
                    (
                        "kind",
                        Attribute::string("Its kind.").default("soft").validate(validate::one_of(["soft", "hard"])),
                    ),
                    ("sessions", Attribute::number("How many.").modify_plan(replace_where_it_shrinks())),
                    ("made", Attribute::string("For what.").computed().use_state_for_unknown()),
                ],
            ),
        )
        .attribute(
            "rules",
            Attribute::nested(
                Nesting::List,
                "A nested list.",
                [
                    ("path", Attribute::string("A path.").required()),
                    ("number", Attribute::number("Its number.").computed()),
                ],
            ),
        )
        .attribute(
            "members",
            Attribute::nested(
                Nesting::Set,
                "A nested set.",
                [
                    ("user", Attribute::string("A user.").required().requires_replace()),
                    ("role", Attribute::string("Their role.").default("reader")),
                ],
            ),
        )
        .attribute(
            "labels",
            Attribute::nested(Nesting::Map, "A nested map.", [("text", Attribute::string("A text.").required())]),
        )
}

fn blocks(schema: Schema) -> Schema {
    let limit = Block::new("A single block.").attribute("max", Attribute::number("The most."));
    let step = Block::new("A list block.")
        .attribute("title", Attribute::string("A title.").required())
        .attribute("done", Attribute::bool("Whether it is done.").default(false));
    let port = Block::new("A set block.").attribute("number", Attribute::number("A port.").required());
    schema
        .block("limit", NestedBlock::single(limit))
        .block("step", NestedBlock::list(step).max_items(3))
        .block("port", NestedBlock::set(port))
}

/// A plan modifier of one's own.
fn replace_where_it_shrinks() -> PlanModifier {
    PlanModifier::new("Fewer sessions need a new thing.", |attribute| {
        if let (Some(Value::Number(prior)), Value::Number(planned)) = (attribute.prior, &*attribute.planned) {
            attribute.requires_replace |= planned < prior;
        }
    })
}

fn same_moment(a: &Value, b: &Value) -> bool {
    let moment = |value: &Value| match value {
        Value::String(text) => text.parse::<jiff::Timestamp>().ok(),
        _ => None,
    };
    moment(a).is_some_and(|a| Some(a) == moment(b))
}
