//! What a client needs to know, before the environment is asked.

use std::time::Duration;

use cloud::Secret;

/// The service's name in messages.
pub(super) const SERVICE: &str = "Alibaba Cloud App Streaming";

/// The provider block's part for this cloud. Everything is optional: what is not given is looked
/// for in the environment, in the vendor's configuration file, and on the instance.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The region of the delivery groups, unless a resource names its own.
    pub region: Option<String>,
    /// The id of an access key; with `secret_key`.
    pub access_key: Option<String>,
    /// The secret of the access key.
    pub secret_key: Option<Secret>,
    /// The token that belongs to a temporary access key.
    pub security_token: Option<Secret>,
    /// A profile of the vendor's command line.
    pub profile: Option<String>,
    /// The vendor's configuration file, `~/.aliyun/config.json` by default.
    pub shared_credentials_file: Option<String>,
    /// The RAM role of the ECS instance that this runs on.
    pub ecs_role_name: Option<String>,
    /// A URL that answers with temporary credentials.
    pub credentials_uri: Option<String>,
    /// A role to assume with the credentials that were found.
    pub assume_role: Option<AssumeRole>,
    /// A role to assume with an OIDC token from a file.
    pub assume_role_with_oidc: Option<AssumeRoleWithOidc>,
    /// The service's endpoint; otherwise it follows the delivery group's region.
    pub endpoint: Option<String>,
    /// The endpoint of the Security Token Service, `https://sts.aliyuncs.com` by default.
    pub sts_endpoint: Option<String>,
    /// The endpoint of the instance metadata service, `http://100.100.100.200` by default.
    pub metadata_endpoint: Option<String>,
    /// Permits plain http to other machines.
    pub allow_http: bool,
    /// Certificates to trust beside the system's: PEM text, or the path of a PEM file.
    pub ca_certificate: Option<String>,
    /// The most calls in a second, over all resources.
    pub max_requests_per_second: Option<f64>,
    /// The longest that connecting may take; 10 seconds by default.
    pub connect_timeout: Option<Duration>,
    /// The longest that one attempt of a call may take; 60 seconds by default.
    pub request_timeout: Option<Duration>,
}

/// A role to assume through the Security Token Service (`AssumeRole`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role, `acs:ram::ACCOUNT:role/NAME`.
    pub role_arn: String,
    /// How the session shows up in the account's audit log.
    pub session_name: Option<String>,
    /// How long the credentials are good for, in seconds: at least 900; 3600 by default.
    pub duration_seconds: Option<u32>,
    /// A policy that narrows the role's permissions further, as JSON.
    pub policy: Option<String>,
    /// What the role's owner asks callers for.
    pub external_id: Option<String>,
}

/// A role to assume with an OIDC token (`AssumeRoleWithOIDC`), as workloads in a cluster do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssumeRoleWithOidc {
    /// The role, `acs:ram::ACCOUNT:role/NAME`.
    pub role_arn: String,
    /// The identity provider, `acs:ram::ACCOUNT:oidc-provider/NAME`.
    pub oidc_provider_arn: String,
    /// The file with the token; it is read anew each time, because its writer renews it.
    pub oidc_token_file: String,
    /// How the session shows up in the account's audit log.
    pub session_name: Option<String>,
    /// How long the credentials are good for, in seconds: at least 900; 3600 by default.
    pub duration_seconds: Option<u32>,
    /// A policy that narrows the role's permissions further, as JSON.
    pub policy: Option<String>,
}
