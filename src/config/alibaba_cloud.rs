//! `alibaba_cloud` in the provider block.

use alibaba::{AssumeRole, AssumeRoleWithOidc, Config};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Joined,
    schema::{Attribute, validate},
};

use super::common::{self, Common, Descriptions};

pub(super) type Model = Joined<Own, Common>;

/// What the block has beside what every cloud's has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Own {
    shared_credentials_file: Attr<String>,
    ecs_role_name: Attr<String>,
    credentials_uri: Attr<String>,
    assume_role: Attr<Role>,
    assume_role_with_oidc: Attr<OidcRole>,
    sts_endpoint: Attr<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Role {
    role_arn: Attr<String>,
    session_name: Attr<String>,
    duration_seconds: Attr<u32>,
    policy: Attr<String>,
    external_id: Attr<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct OidcRole {
    role_arn: Attr<String>,
    oidc_provider_arn: Attr<String>,
    oidc_token_file: Attr<String>,
    session_name: Attr<String>,
    duration_seconds: Attr<u32>,
    policy: Attr<String>,
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
         here is looked for in the environment, then in the profile, then in the machine's role.",
        common::attributes(&COMMON).into_iter().chain(own()),
    )
}

fn own() -> Vec<(&'static str, Attribute)> {
    let text = Attribute::string;
    let duration = || {
        Attribute::number("How long the role's credentials are valid, in seconds, 900 to 43200. Default 3600.")
            .validate(validate::range(900..=43_200))
    };
    let policy = || text("A policy, in JSON, that narrows what the role may do.");
    let session_name = || text("The name of the role's session, as the account's audit shows it.");
    vec![
        ("shared_credentials_file", text("The vendor's configuration file. Default `~/.aliyun/config.json`.")),
        ("ecs_role_name", text("The RAM role of the ECS instance on which Terraform runs.")),
        (
            "credentials_uri",
            text("A URL that answers with temporary credentials; also `ALIBABA_CLOUD_CREDENTIALS_URI`."),
        ),
        (
            "assume_role",
            Attribute::object(
                "A RAM role to assume with the credentials above.",
                [
                    ("role_arn", text("The role's ARN.").required()),
                    ("session_name", session_name()),
                    ("duration_seconds", duration()),
                    ("policy", policy()),
                    ("external_id", text("The external ID that the role's trust policy asks for.")),
                ],
            ),
        ),
        (
            "assume_role_with_oidc",
            Attribute::object(
                "A RAM role to assume with a token of an OIDC identity provider, as CI systems give to their jobs.",
                [
                    ("role_arn", text("The role's ARN.").required()),
                    ("oidc_provider_arn", text("The ARN of the identity provider in the account.").required()),
                    ("oidc_token_file", text("The file that holds the token.").required()),
                    ("session_name", session_name()),
                    ("duration_seconds", duration()),
                    ("policy", policy()),
                ],
            ),
        ),
        ("sts_endpoint", text("The URL of the service that gives out roles, instead of the vendor's.")),
    ]
}

/// Whether something that is needed to make a client is only known after apply.
pub(super) fn is_unknown(model: &Model) -> bool {
    let Joined { own, shared } = model;
    shared.is_unknown() || own.assume_role.is_unknown() || own.assume_role_with_oidc.is_unknown()
}

pub(super) fn config(Joined { own, shared }: Model) -> Config {
    Config {
        network: shared.network(),
        region: shared.region.into_known(),
        access_key: shared.access_key.into_known().map(|key| key.0),
        secret_key: shared.secret_key.into_known().map(Into::into),
        security_token: shared.security_token.into_known().map(Into::into),
        profile: shared.profile.into_known(),
        shared_credentials_file: own.shared_credentials_file.into_known(),
        ecs_role_name: own.ecs_role_name.into_known(),
        credentials_uri: own.credentials_uri.into_known(),
        assume_role: own.assume_role.into_known().map(|role| AssumeRole {
            role_arn: role.role_arn.into_known().unwrap_or_default(),
            session_name: role.session_name.into_known(),
            duration_seconds: role.duration_seconds.into_known(),
            policy: role.policy.into_known(),
            external_id: role.external_id.into_known(),
        }),
        assume_role_with_oidc: own.assume_role_with_oidc.into_known().map(|role| AssumeRoleWithOidc {
            role_arn: role.role_arn.into_known().unwrap_or_default(),
            oidc_provider_arn: role.oidc_provider_arn.into_known().unwrap_or_default(),
            oidc_token_file: role.oidc_token_file.into_known().unwrap_or_default(),
            session_name: role.session_name.into_known(),
            duration_seconds: role.duration_seconds.into_known(),
            policy: role.policy.into_known(),
        }),
        sts_endpoint: own.sts_endpoint.into_known(),
    }
}
