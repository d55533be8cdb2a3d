//! `alibaba_cloud` in the provider block.

use alibaba::{AssumeRole, AssumeRoleWithOidc, Config};
use cloud::People;
use serde::{Deserialize, Serialize};
use tfplug::{
    Joined,
    schema::{Attribute, validate},
};

use super::common::{self, Common, Descriptions, needed};

pub(super) type Model = Joined<Own, Common>;

/// What the block has beside what every cloud's has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Own {
    shared_credentials_file: Option<String>,
    ecs_role_name: Option<String>,
    credentials_uri: Option<String>,
    assume_role: Option<Role>,
    assume_role_with_oidc: Option<OidcRole>,
    sts_endpoint: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Role {
    role_arn: Option<String>,
    session_name: Option<String>,
    duration_seconds: Option<u32>,
    policy: Option<String>,
    external_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct OidcRole {
    role_arn: Option<String>,
    oidc_provider_arn: Option<String>,
    oidc_token_file: Option<String>,
    session_name: Option<String>,
    duration_seconds: Option<u32>,
    policy: Option<String>,
}

const COMMON: Descriptions = Descriptions {
    region: "The region of the delivery groups, for instance `cn-hangzhou`; also `ALIBABA_CLOUD_REGION_ID`. The \
             service's endpoint follows from it.",
    access_key: "The access key ID; also `ALIBABA_CLOUD_ACCESS_KEY_ID`.",
    secret_key: "The access key secret; also `ALIBABA_CLOUD_ACCESS_KEY_SECRET`.",
    security_token: "The security token of temporary credentials; also `ALIBABA_CLOUD_SECURITY_TOKEN`.",
    profile: "The profile in the vendor's configuration file; also `ALIBABA_CLOUD_PROFILE`.",
    allow_http: "The secret key itself is never sent, but what is asked and answered can be read and changed on the \
                 way.",
};

pub(super) fn attribute() -> Attribute {
    Attribute::object(
        "How to reach Alibaba Cloud App Streaming. Only needed by resources about delivery groups. What is not set \
         here is looked for in the environment, then in the profile, then in the machine's role. An empty value counts \
         as not set, and white space around a value is not part of it.",
        common::attributes(&COMMON).into_iter().chain(own()),
    )
}

fn own() -> Vec<(&'static str, Attribute)> {
    let text = Attribute::string;
    let duration = || {
        Attribute::number("How long the role's credentials are valid, in seconds, 900 to 43200. Default 3600.")
            .validate(validate::range(900..=43_200))
    };
    let policy = || {
        text("A policy, in JSON, that narrows what the role may do. Without it, all that the role may do is allowed.")
    };
    let session_name =
        || text("The name of the role's session, as the account's audit shows it. Default: the provider's own name.");
    vec![
        ("shared_credentials_file", text("The vendor's configuration file. Default `~/.aliyun/config.json`.")),
        (
            "ecs_role_name",
            text("The RAM role of the ECS instance on which Terraform runs; also `ALIBABA_CLOUD_ECS_METADATA`."),
        ),
        (
            "credentials_uri",
            text("A URL that answers with temporary credentials; also `ALIBABA_CLOUD_CREDENTIALS_URI`."),
        ),
        (
            "assume_role",
            Attribute::object(
                "A RAM role to assume with the credentials above. Without it, the environment or the profile may \
                 name one.",
                [
                    ("role_arn", needed("The role's ARN.")),
                    ("session_name", session_name()),
                    ("duration_seconds", duration()),
                    ("policy", policy()),
                    (
                        "external_id",
                        text("The external ID that the role's trust policy asks for. Without it, none is sent."),
                    ),
                ],
            ),
        ),
        (
            "assume_role_with_oidc",
            Attribute::object(
                "A RAM role to assume with a token of an OIDC identity provider, as CI systems give to their jobs. \
                 Without it, the environment or the profile may name one.",
                [
                    ("role_arn", needed("The role's ARN.")),
                    ("oidc_provider_arn", needed("The ARN of the identity provider in the account.")),
                    ("oidc_token_file", needed("The file that holds the token.")),
                    ("session_name", session_name()),
                    ("duration_seconds", duration()),
                    ("policy", policy()),
                ],
            ),
        ),
        (
            "sts_endpoint",
            text("The URL of the service that gives out roles, for every region, instead of the vendor's."),
        ),
    ]
}

pub(super) fn config(Joined { own, shared }: Model, people: People) -> Config {
    Config {
        network: shared.network(people),
        region: shared.region,
        access_key: shared.access_key.map(|key| key.0),
        secret_key: shared.secret_key.map(Into::into),
        security_token: shared.security_token.map(Into::into),
        profile: shared.profile,
        shared_credentials_file: own.shared_credentials_file,
        ecs_role_name: own.ecs_role_name,
        credentials_uri: own.credentials_uri,
        assume_role: own.assume_role.map(|role| AssumeRole {
            role_arn: role.role_arn.unwrap_or_default(),
            session_name: role.session_name,
            duration_seconds: role.duration_seconds,
            policy: role.policy,
            external_id: role.external_id,
        }),
        assume_role_with_oidc: own.assume_role_with_oidc.map(|role| AssumeRoleWithOidc {
            role_arn: role.role_arn.unwrap_or_default(),
            oidc_provider_arn: role.oidc_provider_arn.unwrap_or_default(),
            oidc_token_file: role.oidc_token_file.unwrap_or_default(),
            session_name: role.session_name,
            duration_seconds: role.duration_seconds,
            policy: role.policy,
        }),
        sts_endpoint: own.sts_endpoint,
    }
}
