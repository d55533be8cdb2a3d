//! What a client needs to know, before the environment is asked.

use cloud::{NetworkOptions, Secret, set, set_key, set_required, set_secret};

/// What a caller can set. Everything is optional: what is not given is looked for in the environment, in the vendor's
/// configuration file, and on the instance.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The region of the delivery groups, unless [`Client::in_region`](super::Client::in_region) names another.
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
    /// The endpoint of the Security Token Service, `https://sts.aliyuncs.com` by default.
    pub sts_endpoint: Option<String>,
    /// How the services are reached.
    pub network: NetworkOptions,
}

impl Config {
    /// The same configuration, with every text as [`set`] reads it.
    ///
    /// # Errors
    /// A sentence that names what is empty and must not be, or what holds a character that it cannot.
    pub(super) fn settled(self) -> Result<Self, String> {
        // Each field is named, so that none can be forgotten.
        let Self {
            region,
            access_key,
            secret_key,
            security_token,
            profile,
            shared_credentials_file,
            ecs_role_name,
            credentials_uri,
            assume_role,
            assume_role_with_oidc,
            sts_endpoint,
            network,
        } = self;
        Ok(Self {
            region: set(region),
            access_key: set_key("access_key", access_key)?,
            secret_key: set_secret("secret_key", secret_key)?,
            security_token: set_secret("security_token", security_token)?,
            profile: set(profile),
            shared_credentials_file: set(shared_credentials_file),
            ecs_role_name: set(ecs_role_name),
            credentials_uri: set(credentials_uri),
            assume_role: assume_role.map(AssumeRole::settled).transpose()?,
            assume_role_with_oidc: assume_role_with_oidc.map(AssumeRoleWithOidc::settled).transpose()?,
            sts_endpoint: set(sts_endpoint),
            network: network.settled(),
        })
    }
}

impl AssumeRole {
    fn settled(self) -> Result<Self, String> {
        let Self { role_arn, session_name, duration_seconds, policy, external_id } = self;
        Ok(Self {
            role_arn: set_required("role_arn of assume_role", role_arn)?,
            session_name: set(session_name),
            duration_seconds,
            policy: set(policy),
            external_id: set(external_id),
        })
    }
}

impl AssumeRoleWithOidc {
    fn settled(self) -> Result<Self, String> {
        let Self { role_arn, oidc_provider_arn, oidc_token_file, session_name, duration_seconds, policy } = self;
        let required = |name: &str, text| set_required(&format!("{name} of assume_role_with_oidc"), text);
        Ok(Self {
            role_arn: required("role_arn", role_arn)?,
            oidc_provider_arn: required("oidc_provider_arn", oidc_provider_arn)?,
            oidc_token_file: required("oidc_token_file", oidc_token_file)?,
            session_name: set(session_name),
            duration_seconds,
            policy: set(policy),
        })
    }
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
