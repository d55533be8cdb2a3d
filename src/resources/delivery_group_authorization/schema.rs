//! What can be configured.

use tfplug::{
    schema::{
        Attribute, Schema, plan,
        validate::{self, Validator},
    },
    timeouts::{Operation, Timeouts},
    value::{Type, Value},
};

use crate::delivery_group;

pub(super) fn schema() -> Schema {
    let text = Attribute::string;
    let id = delivery_group::id;
    Schema::new(
        "Who may use the applications of a delivery group of Alibaba Cloud App Streaming: users, by name, and user \
         groups, by ID.\n\n\
         -> The service sends a mail to the users whom a change concerns, and it usually takes about 2 minutes until \
         clients see the change. Only what differs is sent, at most 100 additions and 100 removals of each kind in a \
         call.",
    )
    .attribute(
        "id",
        text("The ID of the delivery group or of the set of delivery groups.").computed().use_state_for_unknown(),
    )
    .attribute(
        "delivery_group_id",
        text("The delivery group's ID (`AppInstanceGroupId`). Either this or `delivery_group_set_id` is required.")
            .optional()
            .requires_replace()
            .validate(id())
            .validate(validate::conflicts_with(["delivery_group_set_id"]))
            .validate(validate::at_least_one_of(["delivery_group_set_id"])),
    )
    .attribute(
        "delivery_group_set_id",
        text(
            "The ID of a set of delivery groups (`AppInstanceGroupSetId`). Either this or `delivery_group_id` is \
             required.",
        )
        .optional()
        .requires_replace()
        .validate(id()),
    )
    .attribute(
        "user_names",
        Attribute::set(Type::String, "The names of the users (`AuthorizeUserIds`). Default: none.")
            .optional()
            .unquoted()
            .validate(validate::each(validate::length(1..=256)))
            .validate(validate::each(tidy())),
    )
    .attribute(
        "user_group_ids",
        Attribute::set(
            Type::String,
            "The IDs of the user groups (`AuthorizeUserGroupIds`), for instance `ug-00001`. Default: none.",
        )
        .optional()
        .unquoted()
        .validate(validate::each(id())),
    )
    .attribute("user_type", user_type())
    .attribute("ad_domain", ad_domain())
    .attribute(
        "persistent_session_id",
        text(
            "The persistent session that the users are given (`AppInstancePersistentId`). Required for delivery groups \
             whose authorization mode is `Session`. With it, user groups are neither read nor changed: the service \
             authorizes those for whole delivery groups only. Without it, the whole delivery group is meant.",
        )
        .optional()
        .requires_replace()
        .validate(id())
        .validate(validate::conflicts_with(["user_group_ids", "delivery_group_set_id"])),
    )
    .attribute("region", region())
    .attribute(
        "product_type",
        text("The product type (`ProductType`). App Streaming has one: `CloudApp`, the default.")
            .default("CloudApp")
            .requires_replace()
            .validate(validate::one_of(["CloudApp"])),
    )
    .attribute(
        "exclusive",
        Attribute::bool(
            "`false`: the listed users and user groups are managed, and all others left alone. `true`: these and no \
             others may use the group; whoever else is found is in the plan, and is removed. Default `false`.",
        )
        .default(false),
    )
    .attribute(
        "timeouts",
        Timeouts::attribute(&[(Operation::Create, "30m"), (Operation::Update, "30m"), (Operation::Delete, "30m")]),
    )
}

/// Not set, it is `simple`; only another type is another authorization.
fn user_type() -> Attribute {
    Attribute::string(
        "Where the users come from (`UserMeta.Type`): `simple`, the service's own accounts, or `ad`, an AD domain. \
         Default `simple`. Users of the other type are left alone.",
    )
    .optional()
    .modify_plan(plan::requires_replace_if("A change of the type replaces the authorization.", |attribute| {
        let is_ad = |value: &Value| *value == Value::String("ad".to_owned());
        attribute.prior.is_some_and(|prior| is_ad(prior) != is_ad(attribute.planned))
    }))
    .validate(validate::one_of(["simple", "ad"]))
}

/// The service does not answer it, so that an import cannot know it.
fn ad_domain() -> Attribute {
    Attribute::string(
        "The AD domain of the users (`UserMeta.AdDomain`), for instance `example.com`. With `user_type = \"ad\"` only, \
         where it is required. \
         The service does not report it: after an import it is not set, and setting it changes nothing.",
    )
    .optional()
    .modify_plan(plan::requires_replace_if("Another domain replaces the authorization.", |attribute| {
        attribute.prior.is_some_and(|prior| !prior.is_null())
    }))
    .validate(validate::pattern(
        r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,15}",
        "names joined by dots, such as example.com",
    ))
    .validate(validate::required_with(["user_type"]))
}

/// The region that an authorization was made with stays its own, also when the provider's is another one later.
fn region() -> Attribute {
    Attribute::string(
        "The delivery group's region, for instance `cn-hangzhou`, from which the service's endpoint follows. Default: \
         the provider's, which is kept then.",
    )
    .optional()
    .computed()
    .use_state_for_unknown()
    .modify_plan(plan::requires_replace_if("Another region replaces the authorization.", |attribute| {
        attribute.prior.is_some_and(|prior| !prior.is_null())
    }))
    .validate(delivery_group::region())
}

/// What a copied name often has and no user's name can have.
fn tidy() -> Validator {
    Validator::known("no white space around it, no control characters and none that cannot be seen", |configured| {
        let Value::String(text) = configured.value else { return Ok(()) };
        if text.trim() == text && !text.contains(char::is_control) && !text.contains(is_invisible) {
            return Ok(());
        }
        // Which name it is must not be said, so it is told by its length.
        let is_wrong = |(at, sign): &(usize, char)| {
            let is_at_an_end = sign.is_whitespace() && (*at == 0 || at + 1 == text.chars().count());
            sign.is_control() || is_invisible(*sign) || is_at_an_end
        };
        let (at, sign) = text.chars().enumerate().find(is_wrong).unwrap_or_default();
        Err(format!(
            "It must not begin or end with white space, nor hold line breaks, tabs or characters that cannot be seen; \
             in a name of {} characters, character {} is U+{:04X}.",
            text.chars().count(),
            at + 1,
            u32::from(sign)
        ))
    })
}

/// Signs without a width, such as a byte-order mark or a zero-width space: spreadsheets and chats add them.
fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
