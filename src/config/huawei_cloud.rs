//! `huawei_cloud` in the provider block.

use huawei::{AssumeRole, Config};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Joined,
    schema::{Attribute, validate},
};

use super::common::{self, Common, Descriptions, Sensitive};

pub(super) type Model = Joined<Own, Common>;

/// What the block has beside what every cloud's has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Own {
    auth_token: Attr<Sensitive>,
    user_name: Attr<String>,
    user_id: Attr<String>,
    password: Attr<Sensitive>,
    domain_name: Attr<String>,
    domain_id: Attr<String>,
    project_id: Attr<String>,
    project_name: Attr<String>,
    enterprise_project_id: Attr<String>,
    assume_role: Attr<Agency>,
    shared_config_file: Attr<String>,
    auth_url: Attr<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Agency {
    agency_name: Attr<String>,
    domain_name: Attr<String>,
    domain_id: Attr<String>,
    duration_seconds: Attr<u32>,
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
         looked for in the environment, then in the vendor's configuration file, then in the machine's agency.",
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
                "An agency to assume with the credentials above.",
                [
                    ("agency_name", text("The agency's name.").required()),
                    ("domain_name", text("The name of the account that the agency belongs to.")),
                    ("domain_id", text("The ID of the account that the agency belongs to.")),
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
        ("auth_url", text("The identity service's URL; also `HW_AUTH_URL`. Default: the region's.")),
    ]
}

/// Whether something that is needed to make a client is only known after apply.
pub(super) fn is_unknown(model: &Model) -> bool {
    let Joined { own, shared } = model;
    let texts = [&own.user_name, &own.user_id, &own.domain_name, &own.domain_id];
    let places = [&own.project_id, &own.project_name, &own.auth_url];
    shared.is_unknown()
        || texts.iter().chain(&places).any(|text| text.is_unknown())
        || [&own.auth_token, &own.password].iter().any(|secret| secret.is_unknown())
        || own.assume_role.is_unknown()
}

pub(super) fn config(Joined { own, shared }: Model) -> Config {
    Config {
        network: shared.network(),
        region: shared.region.into_known(),
        access_key: shared.access_key.into_known().map(|key| key.0),
        secret_key: shared.secret_key.into_known().map(Into::into),
        security_token: shared.security_token.into_known().map(Into::into),
        profile: shared.profile.into_known(),
        auth_token: own.auth_token.into_known().map(Into::into),
        user_name: own.user_name.into_known(),
        user_id: own.user_id.into_known(),
        password: own.password.into_known().map(Into::into),
        domain_name: own.domain_name.into_known(),
        domain_id: own.domain_id.into_known(),
        project_id: own.project_id.into_known(),
        project_name: own.project_name.into_known(),
        enterprise_project_id: own.enterprise_project_id.into_known(),
        assume_role: own.assume_role.into_known().map(|agency| AssumeRole {
            agency_name: agency.agency_name.into_known().unwrap_or_default(),
            domain_name: agency.domain_name.into_known(),
            domain_id: agency.domain_id.into_known(),
            duration_seconds: agency.duration_seconds.into_known(),
        }),
        shared_config_file: own.shared_config_file.into_known(),
        auth_url: own.auth_url.into_known(),
    }
}
