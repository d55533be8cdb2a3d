//! `alibaba_cloud` in the provider block.

use alibaba::{AssumeRole, AssumeRoleWithOidc, Config};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr,
    schema::{Attribute, validate},
};

use super::Sensitive;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Model {
    region: Attr<String>,
    access_key: Attr<Sensitive>,
    secret_key: Attr<Sensitive>,
    security_token: Attr<Sensitive>,
    profile: Attr<String>,
    shared_credentials_file: Attr<String>,
    ecs_role_name: Attr<String>,
    credentials_uri: Attr<String>,
    assume_role: Attr<Role>,
    assume_role_with_oidc: Attr<OidcRole>,
    endpoint: Attr<String>,
    sts_endpoint: Attr<String>,
    allow_http: Attr<bool>,
    ca_certificate: Attr<String>,
    max_requests_per_second: Attr<f64>,
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

pub(super) fn attribute() -> Attribute {
    let text = Attribute::string;
    let duration = || {
        Attribute::number("How long the role's credentials are valid, in seconds, 900 to 43200. Default 3600.")
            .validate(validate::range(900..=43_200))
    };
    let policy = || text("A policy, in JSON, that narrows what the role may do.");
    let session_name = || text("The name of the role's session, as the account's audit shows it.");
    Attribute::object(
        "How to reach Alibaba Cloud App Streaming. Only needed by resources about delivery groups. What is not set here \
         is looked for in the environment, then in the profile, then in the machine's role.",
        [
            (
                "region",
                text(
                    "The region of the delivery groups, for instance `cn-hangzhou`; also `ALIBABA_CLOUD_REGION_ID`. The \
                     service's endpoint follows from it.",
                ),
            ),
            ("access_key", text("The access key ID; also `ALIBABA_CLOUD_ACCESS_KEY_ID`.").sensitive()),
            ("secret_key", text("The access key secret; also `ALIBABA_CLOUD_ACCESS_KEY_SECRET`.").sensitive()),
            (
                "security_token",
                text("The security token of temporary credentials; also `ALIBABA_CLOUD_SECURITY_TOKEN`.").sensitive(),
            ),
            ("profile", text("The profile in the vendor's configuration file; also `ALIBABA_CLOUD_PROFILE`.")),
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
            ("endpoint", super::endpoint()),
            ("sts_endpoint", text("The URL of the service that gives out roles, instead of the vendor's.")),
            (
                "allow_http",
                Attribute::bool(
                    "Whether an endpoint may be plain `http` to another machine. The secret key itself is never sent, but what is asked \
                     and answered can be read and changed on the way. Default `false`.",
                ),
            ),
            ("ca_certificate", super::ca_certificate()),
            ("max_requests_per_second", super::max_requests_per_second()),
        ],
    )
}

impl Model {
    /// Whether something that is needed to make a client is only known after apply.
    pub(super) fn is_unknown(&self) -> bool {
        let Self { region, access_key, secret_key, security_token, endpoint, .. } = self;
        region.is_unknown()
            || access_key.is_unknown()
            || secret_key.is_unknown()
            || security_token.is_unknown()
            || endpoint.is_unknown()
            || self.assume_role.is_unknown()
            || self.assume_role_with_oidc.is_unknown()
    }

    pub(super) fn into_config(self) -> Config {
        Config {
            region: self.region.into_known(),
            access_key: self.access_key.into_known().map(|key| key.0),
            secret_key: self.secret_key.into_known().map(Into::into),
            security_token: self.security_token.into_known().map(Into::into),
            profile: self.profile.into_known(),
            shared_credentials_file: self.shared_credentials_file.into_known(),
            ecs_role_name: self.ecs_role_name.into_known(),
            credentials_uri: self.credentials_uri.into_known(),
            assume_role: self.assume_role.into_known().map(|role| AssumeRole {
                role_arn: role.role_arn.into_known().unwrap_or_default(),
                session_name: role.session_name.into_known(),
                duration_seconds: role.duration_seconds.into_known(),
                policy: role.policy.into_known(),
                external_id: role.external_id.into_known(),
            }),
            assume_role_with_oidc: self.assume_role_with_oidc.into_known().map(|role| AssumeRoleWithOidc {
                role_arn: role.role_arn.into_known().unwrap_or_default(),
                oidc_provider_arn: role.oidc_provider_arn.into_known().unwrap_or_default(),
                oidc_token_file: role.oidc_token_file.into_known().unwrap_or_default(),
                session_name: role.session_name.into_known(),
                duration_seconds: role.duration_seconds.into_known(),
                policy: role.policy.into_known(),
            }),
            endpoint: self.endpoint.into_known(),
            sts_endpoint: self.sts_endpoint.into_known(),
            allow_http: self.allow_http.into_known().unwrap_or_default(),
            ca_certificate: self.ca_certificate.into_known(),
            max_requests_per_second: self.max_requests_per_second.into_known(),
            ..Config::default()
        }
    }
}
