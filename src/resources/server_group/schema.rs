//! The schema of `appstreaming_server_group`.

use tfplug::{
    Value,
    schema::{Attribute, PlanModifier, Schema, plan, validate},
    timeouts::{Operation, Timeouts},
    value::Type,
};

use super::rules::MOST_SESSIONS;
use crate::server_group::{
    id,
    parts::{product_attribute, scaling_policy_attribute},
    region, tag_rules,
};

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "A server group of Huawei Cloud Workspace: the servers on which applications are streamed to people, described \
         together.\n\n\
         -> A change of the image, of the system disk's size or of the OU takes effect on new servers only. A change \
         of `route_policy.max_session` resets how new accesses are routed.",
    );
    let parts = [identification(), servers(), image(), sessions(), results()];
    schema.with_attributes(parts.into_iter().flatten())
}

type Attributes = Vec<(&'static str, Attribute)>;

/// Whether IP virtualization is switched. An object without a value says what its absence says, and so does one with
/// the default; what an import could not learn is no difference.
fn switches_ip_virtual(attribute: &plan::AttributePlan<'_>) -> bool {
    match (attribute.prior, attribute.config.attribute("enable")) {
        (None | Some(Value::Null), _) => false,
        (_, Value::Null) => attribute.config.is_unknown(),
        (Some(prior), Value::Bool(enable)) => (*prior.attribute("enable") == Value::Bool(true)) != *enable,
        _ => true,
    }
}

/// Given by the service where it is not configured, and kept then.
fn given(attribute: Attribute) -> Attribute {
    attribute.optional().computed().use_state_for_unknown()
}

/// An ID for which an empty text says what its absence says.
fn optional_id(attribute: Attribute) -> Attribute {
    attribute.validate(validate::length(0..=128)).semantic_equality(|prior, configured| {
        let is_empty = |value: &Value| matches!(value, Value::String(text) if text.is_empty());
        is_empty(prior) || is_empty(configured)
    })
}

/// Whether a group is to stand by for another one than before, if for any.
fn stands_by_for_another(attribute: &plan::AttributePlan<'_>) -> bool {
    let is_set = |value: &Value| !matches!(value, Value::Null) && *value != Value::String(String::new());
    attribute.prior.is_some_and(is_set) || is_set(attribute.planned)
}

fn identification() -> Attributes {
    let text = Attribute::string;
    vec![
        ("id", text("The server group's ID.").computed().use_state_for_unknown()),
        (
            "name",
            text("The name: letters, digits, Chinese characters, `_` and `-`, 1 to 64 of them. Unique in the project.")
                .required()
                .validate(validate::length(1..=64))
                .validate(validate::pattern(
                    "[A-Za-z0-9_\\u{4e00}-\\u{9fa5}-]*",
                    "letters, digits, Chinese characters, underscores (_) and hyphens (-)",
                )),
        ),
        (
            "description",
            text("What it is for; up to 255 characters. Without it, there is no description.")
                .optional()
                .validate(validate::length(0..=255)),
        ),
        (
            "region",
            given(text("The region. Default: the provider's. A change replaces the server group."))
                .requires_replace()
                .validate(region()),
        ),
        (
            "enterprise_project_id",
            optional_id(given(text(
                "The enterprise project. Default: the provider's. A change replaces the server group.",
            )))
            .requires_replace(),
        ),
        (
            "tags",
            tag_rules::attribute(
                "Tags: at most 20, keys of 1 to 128 characters that do not begin with `_sys_`, values of up to 255. A \
                 change adds and removes the difference alone. Without it, there are those of `default_tags` alone.",
            ),
        ),
        (
            "tags_all",
            Attribute::map(Type::String, "All tags: `tags`, and those of `default_tags` in the provider's block.")
                .computed(),
        ),
        (
            "enabled",
            Attribute::bool("Whether people can use it (`server_group_status`). Default `true`.").default(true),
        ),
        (
            "timeouts",
            Timeouts::attribute(&[(Operation::Create, "10m"), (Operation::Update, "10m"), (Operation::Delete, "10m")]),
        ),
    ]
}

fn servers() -> Attributes {
    let text = Attribute::string;
    vec![
        (
            "os_type",
            text("The operating system: `Linux`, `Windows` or `Other`. A change replaces the server group.")
                .required()
                .requires_replace()
                .validate(validate::one_of(["Linux", "Windows", "Other"])),
        ),
        (
            "flavor_id",
            text(
                "The flavor of the servers, sent as `product_id`; see the data source `appstreaming_server_flavors`. A \
                 change replaces the server group.",
            )
            .required()
            .requires_replace()
            .validate(id()),
        ),
        (
            "vpc_id",
            text(
                "The VPC of the servers. Needed to create a server group; a change replaces it. The service does not \
                 report it: after an import it is empty, and whatever is configured counts as unchanged.",
            )
            .optional()
            .computed()
            .semantic_equality(unreported)
            .use_state_for_unknown()
            .modify_plan(replaces_if_given())
            .validate(validate::length(0..=128)),
        ),
        (
            "subnet_id",
            text("The subnet of the servers. A change replaces the server group.")
                .required()
                .requires_replace()
                .validate(id()),
        ),
        (
            "availability_zone",
            text(
                "The availability zone of the servers. Without it, the service chooses. A change replaces the server \
                 group. The service does not report it: after an import it is empty, and whatever is configured counts \
                 as unchanged.",
            )
            .optional()
            .computed()
            .semantic_equality(unreported)
            .use_state_for_unknown()
            .modify_plan(replaces_if_given())
            .validate(validate::length(0..=255)),
        ),
        (
            "system_disk_type",
            text("The type of the system disk: `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.")
                .required()
                .validate(validate::one_of(["ESSD", "SSD", "GPSSD", "SAS", "SATA"])),
        ),
        (
            "system_disk_size",
            Attribute::number(
                "The size of the system disk in GB, 10 to 32,768 and not below the image's minimum. A change takes \
                 effect on new servers only.",
            )
            .required()
            .validate(validate::range(10..=32_768)),
        ),
        (
            "ou_name",
            text(
                "The organizational unit in Active Directory, up to 255 characters. Without it, none. A change takes \
                 effect on new servers only.",
            )
            .optional()
            .validate(validate::length(0..=255)),
        ),
        (
            "ip_virtual",
            given(Attribute::object(
                "IP virtualization, for multi-session server groups. Default: the service's. A change replaces the \
                 server group.",
                [(
                    "enable",
                    given(Attribute::bool(
                        "Whether each session has an IP address of its own. Default: the service's.",
                    )),
                )],
            ))
            .modify_plan(plan::requires_replace_if(
                "Switching it on or off replaces the server group.",
                switches_ip_virtual,
            )),
        ),
        (
            "primary_server_group_id",
            text(
                "The server group that this one stands by for. Without it, it stands by for none. A standby group has \
                 its primary's operating system, IP virtualization and sessions per server (`is_vdi`), and follows its \
                 application type and mount policy. A change replaces the server group.",
            )
            .optional()
            .validate(validate::length(0..=128))
            .modify_plan(plan::requires_replace_if("A change replaces the server group.", stands_by_for_another)),
        ),
    ]
}

fn image() -> Attributes {
    let text = Attribute::string;
    vec![
        ("image_id", text("The image's ID. A change takes effect on new servers only.").required().validate(id())),
        (
            "image_type",
            text("The image's type: `gold` (marketplace), `public`, `private`, `shared` or `other`.")
                .required()
                .validate(validate::one_of(["gold", "public", "private", "shared", "other"])),
        ),
        (
            "image_product_id",
            optional_id(given(text(
                "The image's product ID in the marketplace. Required with `image_type = \"gold\"`; cleared with an \
                 image of another type.",
            ))),
        ),
    ]
}

fn sessions() -> Attributes {
    let text = Attribute::string;
    let threshold = |what: &str| {
        given(Attribute::number(format!(
            "Above this much {what}, in percent, a server gets no new sessions; 1 to 100. Default: the service's."
        )))
        .validate(validate::range(1..=100))
    };
    vec![
        (
            "is_vdi",
            Attribute::bool(
                "`true`: a server has one session at a time; `false`: several. Default `false`. A change replaces \
                 the server group.",
            )
            .default(Value::Bool(false))
            .requires_replace(),
        ),
        (
            "app_type",
            given(text(
                "What is streamed: `COMMON_APP`, applications, or `SESSION_DESKTOP_APP`, session desktops. Default: \
                 the service's.",
            ))
            .validate(validate::one_of(["SESSION_DESKTOP_APP", "COMMON_APP"])),
        ),
        (
            "storage_mount_policy",
            given(text(
                "Which NAS directories people get: `USER` (personal), `SHARE` (shared) or `ANY` (both). Default: the \
                 service's.",
            ))
            .validate(validate::one_of(["USER", "SHARE", "ANY"])),
        ),
        (
            "route_policy",
            given(Attribute::object(
                "When a server takes new sessions. For multi-session server groups. Default: the service's.",
                [
                    (
                        "max_session",
                        given(Attribute::number(
                            "The most sessions on one server: 1 to 1,024 at the creation, 1 to 100 in a change. A \
                             group with more than 100 cannot have its policy changed. A change resets how new accesses \
                             are routed. Default: the service's.",
                        ))
                        .validate(validate::range(1..=MOST_SESSIONS)),
                    ),
                    ("cpu_threshold", threshold("CPU in use")),
                    ("gpu_threshold", threshold("GPU in use")),
                    ("mem_threshold", threshold("memory in use")),
                ],
            )),
        ),
        (
            "extra_session_type",
            text(
                "What paid extra sessions are for: `GPU` or `CPU`. Without it, there are none. A change replaces the \
                 server group.",
            )
            .optional()
            .requires_replace()
            .validate(validate::one_of(["GPU", "CPU"]))
            .validate(validate::required_with(["extra_session_size"])),
        ),
        (
            "extra_session_size",
            Attribute::number(
                "How many paid extra sessions, 1 or more. Without it, there are none. A change replaces the server \
                 group.",
            )
            .optional()
            .requires_replace()
            .validate(validate::range(1..=i32::MAX.into()))
            .validate(validate::required_with(["extra_session_type"])),
        ),
    ]
}

fn results() -> Attributes {
    let number = |description| Attribute::number(description).computed();
    let text = |description| Attribute::string(description).computed();
    let lasting = |description| text(description).informational().use_state_for_unknown();
    vec![
        ("app_server_count", number("How many servers there are.")),
        ("app_group_count", number("How many application groups use it.")),
        ("app_server_flavor_count", number("How many flavors its servers have.")),
        ("image_name", text("The image's name.").informational()),
        ("image_min_disk", number("The least system disk that the image needs, in GB.").informational()),
        ("created_at", text("When it was created (`create_time`).").use_state_for_unknown()),
        ("updated_at", text("When it was last changed (`update_time`).")),
        ("project_name", lasting("The project's name.")),
        ("subnet_name", lasting("The subnet's name.")),
        ("site_type", lasting("The kind of its site.")),
        ("site_id", lasting("Its site.")),
        (
            "standby_server_group_ids",
            Attribute::list(Type::String, "The server groups that stand by for this one.").computed(),
        ),
        ("product", product_attribute().informational().use_state_for_unknown()),
        ("scaling_policy", scaling_policy_attribute()),
    ]
}

/// What an import could not learn is empty, and equals whatever is configured: otherwise the first plan after an
/// import would replace a server group that is as it should be. An empty text in the configuration says what its
/// absence says.
fn unreported(prior: &Value, configured: &Value) -> bool {
    let nothing = Value::String(String::new());
    *prior == nothing || *configured == nothing
}

/// A change that the configuration makes replaces the group, where it gives anything.
fn replaces_if_given() -> PlanModifier {
    plan::requires_replace_if("A change in the configuration replaces the resource.", |attribute| {
        !(attribute.config.is_null() || *attribute.config == Value::String(String::new()))
    })
}
