//! `huawei_cloud` in the provider block.

use std::collections::BTreeMap;

use cloud::People;
use huawei::{AssumeRole, Config};
use tfplug::{prelude::*, value::Type};

use super::common::{Network, Sensitive, needed};
use crate::server_group::{TagRules, tag_rules};

/// How to reach Huawei Cloud Workspace, in the words of the configuration.
#[derive(Clone, Debug, Default, Model)]
pub(super) struct Block {
    /// The region of the server groups, for instance `cn-north-4`; also `HW_REGION_NAME`.
    region: Option<String>,
    /// The access key; also `HW_ACCESS_KEY`.
    #[tf(sensitive)]
    access_key: Option<Sensitive>,
    /// The secret key; also `HW_SECRET_KEY`.
    #[tf(sensitive)]
    secret_key: Option<Sensitive>,
    /// The token of temporary keys; also `HW_SECURITY_TOKEN`.
    #[tf(sensitive)]
    security_token: Option<Sensitive>,
    /// The profile in that file; also `HW_PROFILE`.
    profile: Option<String>,
    /// A token of the identity service, instead of keys; also `HW_AUTH_TOKEN`.
    #[tf(sensitive)]
    auth_token: Option<Sensitive>,
    /// An IAM user's name, with `password` and `domain_name`, instead of keys; also `HW_USER_NAME`.
    user_name: Option<String>,
    /// An IAM user's ID, with `password`, instead of a name; also `HW_USER_ID`.
    user_id: Option<String>,
    /// The IAM user's password; also `HW_USER_PASSWORD`.
    #[tf(sensitive)]
    password: Option<Sensitive>,
    /// The name of the account that the user belongs to; also `HW_DOMAIN_NAME`.
    domain_name: Option<String>,
    /// The ID of the account that the user belongs to; also `HW_DOMAIN_ID`.
    domain_id: Option<String>,
    /// An agency to assume with the credentials above. Without it, the environment or the profile may name one.
    assume_role: Option<Agency>,
    /// The vendor's configuration file; also `HW_SHARED_CONFIG_FILE`. Default `~/.hcloud/config.json`, which is read
    /// where a profile is named.
    shared_config_file: Option<String>,
    /// The ID of the region's project; also `HW_PROJECT_ID`. Looked up when it is not set.
    project_id: Option<String>,
    /// The name of the project to look up; also `HW_PROJECT_NAME`. Default: the region's name.
    project_name: Option<String>,
    /// The enterprise project of server groups that name none; also `HW_ENTERPRISE_PROJECT_ID`.
    enterprise_project_id: Option<String>,
    /// The identity service's URL, for every region; also `HW_AUTH_URL`. Default: each region's own.
    auth_url: Option<String>,
    #[tf(attribute = tag_rules::attribute(
        "Tags that every server group gets beside its own `tags`, whose value wins where both have a key. The sum is \
         `tags_all` of the resource. Default: none."
    ))]
    default_tags: Option<BTreeMap<String, String>>,
    /// Tags that others give to server groups, such as a policy of the account: they are neither shown as a difference
    /// nor removed. What `tags` or `default_tags` name is managed all the same.
    ignore_tags: Option<tag_rules::Ignored>,
    /// Whether a refresh of many server groups believes their `update_time`. The service lists 100 of them in one call,
    /// without `route_policy`, `ip_virtual`, `image_type` and `image_product_id`. With `true`, these four count as
    /// unchanged where the list shows the `update_time` that the state has, and all else as the state has it. That the
    /// service moves `update_time` with each change of them is plausible, and documented nowhere: a change of them
    /// beside Terraform may stay unseen. With `false`, each server group is read by itself. Default `false`.
    trust_update_time: Option<bool>,
    /// Whether an endpoint may be plain `http` to another machine. Passwords and tokens, if those are used, can then be
    /// read on the way, and answers be changed. Default `false`.
    allow_http: Option<bool>,
    #[serde(flatten)]
    network: Network,
}

#[derive(Clone, Debug, Model)]
struct Agency {
    /// The agency's name.
    #[tf(with = needed)]
    agency_name: Option<String>,
    /// The name of the account that the agency belongs to. Needed where `domain_id` is not set.
    domain_name: Option<String>,
    /// The ID of the account that the agency belongs to. Needed where `domain_name` is not set.
    domain_id: Option<String>,
    /// How long its keys are valid, in seconds, 900 to 86400. Default 3600.
    #[tf(type = Type::Number, validate(range(900..=86_400)))]
    duration_seconds: Option<u32>,
}

/// What the block says of the tags of all server groups.
pub(super) fn tag_rules(block: &Attr<Block>) -> TagRules {
    let block = block.as_known().cloned().unwrap_or_default();
    TagRules::new(block.default_tags, block.ignore_tags)
}

/// Whether the block believes the list of server groups.
pub(super) fn trusts_update_time(block: &Attr<Block>) -> bool {
    block.as_known().and_then(|block| block.trust_update_time).unwrap_or_default()
}

pub(super) fn config(block: Block, people: People) -> Config {
    Config {
        network: block.network.options(block.allow_http, people),
        region: block.region,
        access_key: block.access_key.map(|key| key.0),
        secret_key: block.secret_key.map(Into::into),
        security_token: block.security_token.map(Into::into),
        profile: block.profile,
        auth_token: block.auth_token.map(Into::into),
        user_name: block.user_name,
        user_id: block.user_id,
        password: block.password.map(Into::into),
        domain_name: block.domain_name,
        domain_id: block.domain_id,
        project_id: block.project_id,
        project_name: block.project_name,
        enterprise_project_id: block.enterprise_project_id,
        assume_role: block.assume_role.map(|agency| AssumeRole {
            agency_name: agency.agency_name.unwrap_or_default(),
            domain_name: agency.domain_name,
            domain_id: agency.domain_id,
            duration_seconds: agency.duration_seconds,
        }),
        shared_config_file: block.shared_config_file,
        auth_url: block.auth_url,
    }
}
