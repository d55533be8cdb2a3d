//! `huawei_cloud` in the provider block.

use std::collections::BTreeMap;

use cloud::People;
use huawei::{AssumeRole, Config};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Joined,
    schema::{Attribute, validate},
};

use super::common::{self, Common, Descriptions, Sensitive, needed};
use crate::server_group::{TagRules, tag_rules};

pub(super) type Model = Joined<Own, Common>;

/// What the block has beside what every cloud's has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Own {
    auth_token: Option<Sensitive>,
    user_name: Option<String>,
    user_id: Option<String>,
    password: Option<Sensitive>,
    domain_name: Option<String>,
    domain_id: Option<String>,
    project_id: Option<String>,
    project_name: Option<String>,
    enterprise_project_id: Option<String>,
    assume_role: Option<Agency>,
    shared_config_file: Option<String>,
    auth_url: Option<String>,
    default_tags: Option<BTreeMap<String, String>>,
    ignore_tags: Option<tag_rules::Ignored>,
}

/// What the block says of the tags of all server groups.
pub(super) fn tag_rules(block: &Attr<Model>) -> TagRules {
    let own = block.as_known().map(|block| block.own.clone()).unwrap_or_default();
    TagRules::new(own.default_tags, own.ignore_tags)
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Agency {
    agency_name: Option<String>,
    domain_name: Option<String>,
    domain_id: Option<String>,
    duration_seconds: Option<u32>,
}

const COMMON: Descriptions = Descriptions {
    region: "The region of the server groups, for instance `cn-north-4`; also `HW_REGION_NAME`.",
    access_key: "The access key; also `HW_ACCESS_KEY`.",
    secret_key: "The secret key; also `HW_SECRET_KEY`.",
    security_token: "The token of temporary keys; also `HW_SECURITY_TOKEN`.",
    profile: "The profile in that file; also `HW_PROFILE`.",
    allow_http: "Passwords and tokens, if those are used, can then be read on the way, and answers be changed.",
};

pub(super) fn attribute() -> Attribute {
    Attribute::object(
        "How to reach Huawei Cloud Workspace. Only needed by resources about server groups. What is not set here is \
         looked for in the environment, then in the vendor's configuration file, then in the machine's agency. An \
         empty value counts as not set, and white space around a value is not part of it; of a password, only the line \
         breaks at its end are not.",
        common::attributes(&COMMON).into_iter().chain(own()),
    )
}

fn own() -> Vec<(&'static str, Attribute)> {
    let text = Attribute::string;
    vec![
        ("auth_token", text("A token of the identity service, instead of keys; also `HW_AUTH_TOKEN`.").sensitive()),
        (
            "user_name",
            text("An IAM user's name, with `password` and `domain_name`, instead of keys; also `HW_USER_NAME`."),
        ),
        ("user_id", text("An IAM user's ID, with `password`, instead of a name; also `HW_USER_ID`.")),
        ("password", text("The IAM user's password; also `HW_USER_PASSWORD`.").sensitive()),
        ("domain_name", text("The name of the account that the user belongs to; also `HW_DOMAIN_NAME`.")),
        ("domain_id", text("The ID of the account that the user belongs to; also `HW_DOMAIN_ID`.")),
        (
            "assume_role",
            Attribute::object(
                "An agency to assume with the credentials above. Without it, the environment or the profile may name \
                 one.",
                [
                    ("agency_name", needed("The agency's name.")),
                    (
                        "domain_name",
                        text(
                            "The name of the account that the agency belongs to. Needed where `domain_id` is not set.",
                        ),
                    ),
                    (
                        "domain_id",
                        text(
                            "The ID of the account that the agency belongs to. Needed where `domain_name` is not set.",
                        ),
                    ),
                    (
                        "duration_seconds",
                        Attribute::number("How long its keys are valid, in seconds, 900 to 86400. Default 3600.")
                            .validate(validate::range(900..=86_400)),
                    ),
                ],
            ),
        ),
        (
            "shared_config_file",
            text("The vendor's configuration file; also `HW_SHARED_CONFIG_FILE`. Default `~/.hcloud/config.json`."),
        ),
        ("project_id", text("The ID of the region's project; also `HW_PROJECT_ID`. Looked up when it is not set.")),
        (
            "project_name",
            text("The name of the project to look up; also `HW_PROJECT_NAME`. Default: the region's name."),
        ),
        (
            "enterprise_project_id",
            text("The enterprise project of server groups that name none; also `HW_ENTERPRISE_PROJECT_ID`."),
        ),
        (
            "auth_url",
            text("The identity service's URL, for every region; also `HW_AUTH_URL`. Default: each region's own."),
        ),
    ]
    .into_iter()
    .chain(tag_rules::attributes())
    .collect()
}

pub(super) fn config(Joined { own, shared }: Model, people: People) -> Config {
    Config {
        network: shared.network(people),
        region: shared.region,
        access_key: shared.access_key.map(|key| key.0),
        secret_key: shared.secret_key.map(Into::into),
        security_token: shared.security_token.map(Into::into),
        profile: shared.profile,
        auth_token: own.auth_token.map(Into::into),
        user_name: own.user_name,
        user_id: own.user_id,
        password: own.password.map(Into::into),
        domain_name: own.domain_name,
        domain_id: own.domain_id,
        project_id: own.project_id,
        project_name: own.project_name,
        enterprise_project_id: own.enterprise_project_id,
        assume_role: own.assume_role.map(|agency| AssumeRole {
            agency_name: agency.agency_name.unwrap_or_default(),
            domain_name: agency.domain_name,
            domain_id: agency.domain_id,
            duration_seconds: agency.duration_seconds,
        }),
        shared_config_file: own.shared_config_file,
        auth_url: own.auth_url,
    }
}
