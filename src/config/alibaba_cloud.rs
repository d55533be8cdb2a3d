//! `alibaba_cloud` in the provider block.

use alibaba::{AssumeRole, AssumeRoleWithOidc, Config};
use cloud::People;
use tfplug::{prelude::*, value::Type};

use super::common::{Network, Sensitive, needed};

/// How to reach Alibaba Cloud App Streaming, in the words of the configuration.
#[derive(Clone, Debug, Default, Model)]
pub(super) struct Block {
    /// The region of the delivery groups, for instance `cn-hangzhou`; also `ALIBABA_CLOUD_REGION_ID`. The service's
    /// endpoint follows from it.
    region: Option<String>,
    /// The access key ID; also `ALIBABA_CLOUD_ACCESS_KEY_ID`.
    #[tf(sensitive)]
    access_key: Option<Sensitive>,
    /// The access key secret; also `ALIBABA_CLOUD_ACCESS_KEY_SECRET`.
    #[tf(sensitive)]
    secret_key: Option<Sensitive>,
    /// The security token of temporary credentials; also `ALIBABA_CLOUD_SECURITY_TOKEN`.
    #[tf(sensitive)]
    security_token: Option<Sensitive>,
    /// The profile in the vendor's configuration file; also `ALIBABA_CLOUD_PROFILE`.
    profile: Option<String>,
    /// The vendor's configuration file. Default `~/.aliyun/config.json`.
    shared_credentials_file: Option<String>,
    /// The RAM role of the ECS instance on which Terraform runs; also `ALIBABA_CLOUD_ECS_METADATA`.
    ecs_role_name: Option<String>,
    /// A URL that answers with temporary credentials; also `ALIBABA_CLOUD_CREDENTIALS_URI`.
    credentials_uri: Option<String>,
    /// A RAM role to assume with the credentials above. Without it, the environment or the profile may name one.
    assume_role: Option<Role>,
    /// A RAM role to assume with a token of an OIDC identity provider, as CI systems give to their jobs. Without it,
    /// the environment or the profile may name one.
    assume_role_with_oidc: Option<OidcRole>,
    /// The URL of the service that gives out roles, for every region, instead of the vendor's.
    sts_endpoint: Option<String>,
    /// Whether an endpoint may be plain `http` to another machine. The secret key itself is never sent, but what is
    /// asked and answered can be read and changed on the way. Default `false`.
    allow_http: Option<bool>,
    #[serde(flatten)]
    network: Network,
}

#[derive(Clone, Debug, Model)]
struct Role {
    /// The role's ARN.
    #[tf(with = needed)]
    role_arn: Option<String>,
    /// The external ID that the role's trust policy asks for. Without it, none is sent.
    external_id: Option<String>,
    #[serde(flatten)]
    session: Session,
}

#[derive(Clone, Debug, Model)]
struct OidcRole {
    /// The role's ARN.
    #[tf(with = needed)]
    role_arn: Option<String>,
    /// The ARN of the identity provider in the account.
    #[tf(with = needed)]
    oidc_provider_arn: Option<String>,
    /// The file that holds the token.
    #[tf(with = needed)]
    oidc_token_file: Option<String>,
    #[serde(flatten)]
    session: Session,
}

/// What both roles are assumed for.
#[derive(Clone, Debug, Model)]
struct Session {
    /// The name of the role's session, as the account's audit shows it. Default: the provider's own name.
    session_name: Option<String>,
    /// How long the role's credentials are valid, in seconds, 900 to 43200. Default 3600.
    #[tf(type = Type::Number, validate(range(900..=43_200)))]
    duration_seconds: Option<u32>,
    /// A policy, in JSON, that narrows what the role may do. Without it, all that the role may do is allowed.
    policy: Option<String>,
}

pub(super) fn config(block: Block, people: People) -> Config {
    Config {
        network: block.network.options(block.allow_http, people),
        region: block.region,
        access_key: block.access_key.map(|key| key.0),
        secret_key: block.secret_key.map(Into::into),
        security_token: block.security_token.map(Into::into),
        profile: block.profile,
        shared_credentials_file: block.shared_credentials_file,
        ecs_role_name: block.ecs_role_name,
        credentials_uri: block.credentials_uri,
        assume_role: block.assume_role.map(|Role { role_arn, external_id, session }| AssumeRole {
            role_arn: role_arn.unwrap_or_default(),
            session_name: session.session_name,
            duration_seconds: session.duration_seconds,
            policy: session.policy,
            external_id,
        }),
        assume_role_with_oidc: block.assume_role_with_oidc.map(|role| AssumeRoleWithOidc {
            role_arn: role.role_arn.unwrap_or_default(),
            oidc_provider_arn: role.oidc_provider_arn.unwrap_or_default(),
            oidc_token_file: role.oidc_token_file.unwrap_or_default(),
            session_name: role.session.session_name,
            duration_seconds: role.session.duration_seconds,
            policy: role.session.policy,
        }),
        sts_endpoint: block.sts_endpoint,
    }
}
