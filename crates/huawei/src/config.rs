//! What a client needs to know, before the environment is asked.

use cloud::{NetworkOptions, Secret, set, set_key, set_password, set_required, set_secret};

/// What a caller can set. Everything is optional: what is not given is looked for in the environment (`HW_*`, then
/// `OS_*`), in the vendor's configuration file, and on the instance.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The region, unless [`Client::in_region`](super::Client::in_region) names another.
    pub region: Option<String>,
    /// The id of an access key; with `secret_key`.
    pub access_key: Option<String>,
    /// The secret of the access key.
    pub secret_key: Option<Secret>,
    /// The token that belongs to a temporary access key.
    pub security_token: Option<Secret>,
    /// A token of the identity service, as it goes out in `X-Auth-Token`.
    pub auth_token: Option<Secret>,
    /// The name of an IAM user; with `password` and `domain_name` or `domain_id`.
    pub user_name: Option<String>,
    /// The id of an IAM user; with `password`.
    pub user_id: Option<String>,
    /// The IAM user's password.
    pub password: Option<Secret>,
    /// The name of the account that the user belongs to.
    pub domain_name: Option<String>,
    /// The id of the account that the user belongs to.
    pub domain_id: Option<String>,
    /// The project in `region`; looked up where it is not given.
    pub project_id: Option<String>,
    /// The name of the project to look up, where it is not the region's name.
    pub project_name: Option<String>,
    /// The enterprise project for what is created without one of its own.
    pub enterprise_project_id: Option<String>,
    /// An agency to assume with the credentials that were found.
    pub assume_role: Option<AssumeRole>,
    /// The vendor's configuration file, `~/.hcloud/config.json` where only a profile is named.
    pub shared_config_file: Option<String>,
    /// The profile in that file; its current one by default.
    pub profile: Option<String>,
    /// The identity service's endpoint, `https://iam.REGION.myhuaweicloud.com` by default.
    pub auth_url: Option<String>,
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
            auth_token,
            user_name,
            user_id,
            password,
            domain_name,
            domain_id,
            project_id,
            project_name,
            enterprise_project_id,
            assume_role,
            shared_config_file,
            profile,
            auth_url,
            network,
        } = self;
        Ok(Self {
            region: set(region),
            access_key: set_key("access_key", access_key)?,
            secret_key: set_secret("secret_key", secret_key)?,
            security_token: set_secret("security_token", security_token)?,
            auth_token: set_secret("auth_token", auth_token)?,
            user_name: set(user_name),
            user_id: set(user_id),
            password: set_password(password),
            domain_name: set(domain_name),
            domain_id: set(domain_id),
            project_id: set(project_id),
            project_name: set(project_name),
            enterprise_project_id: set(enterprise_project_id),
            assume_role: assume_role.map(AssumeRole::settled).transpose()?,
            shared_config_file: set(shared_config_file),
            profile: set(profile),
            auth_url: set(auth_url),
            network: network.settled(),
        })
    }
}

impl AssumeRole {
    fn settled(self) -> Result<Self, String> {
        let Self { agency_name, domain_name, domain_id, duration_seconds } = self;
        Ok(Self {
            agency_name: set_required("agency_name of assume_role", agency_name)?,
            domain_name: set(domain_name),
            domain_id: set(domain_id),
            duration_seconds,
        })
    }
}

/// An agency to assume: temporary keys of another account, or of fewer permissions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// The agency's name.
    pub agency_name: String,
    /// The name of the account that the agency belongs to.
    pub domain_name: Option<String>,
    /// The id of the account that the agency belongs to.
    pub domain_id: Option<String>,
    /// How long the keys are good for, in seconds: 900 to 86400; 3600 by default.
    pub duration_seconds: Option<u32>,
}
