//! `huawei_cloud` in the provider block.

use huawei::{AssumeRole, Config};
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
    profile: Attr<String>,
    endpoint: Attr<String>,
    auth_url: Attr<String>,
    allow_http: Attr<bool>,
    ca_certificate: Attr<String>,
    max_requests_per_second: Attr<f64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Agency {
    agency_name: Attr<String>,
    domain_name: Attr<String>,
    domain_id: Attr<String>,
    duration_seconds: Attr<u32>,
}

pub(super) fn attribute() -> Attribute {
    Attribute::object(
        "How to reach Huawei Cloud Workspace. Only needed by resources about server groups. What is not set here is \
         looked for in the environment, then in the vendor's configuration file, then in the machine's agency.",
        credentials().into_iter().chain(places()),
    )
}

fn credentials() -> Vec<(&'static str, Attribute)> {
    let text = Attribute::string;
    vec![
        ("access_key", text("The access key; also `HW_ACCESS_KEY`.").sensitive()),
        ("secret_key", text("The secret key; also `HW_SECRET_KEY`.").sensitive()),
        ("security_token", text("The token of temporary keys; also `HW_SECURITY_TOKEN`.").sensitive()),
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
        ("profile", text("The profile in that file; also `HW_PROFILE`.")),
    ]
}

fn places() -> Vec<(&'static str, Attribute)> {
    let text = Attribute::string;
    vec![
        ("region", text("The region of the server groups, for instance `cn-north-4`; also `HW_REGION_NAME`.")),
        ("project_id", text("The ID of the region's project; also `HW_PROJECT_ID`. Looked up when it is not set.")),
        (
            "project_name",
            text("The name of the project to look up; also `HW_PROJECT_NAME`. Default: the region's name."),
        ),
        (
            "enterprise_project_id",
            text("The enterprise project of server groups that name none; also `HW_ENTERPRISE_PROJECT_ID`."),
        ),
        ("endpoint", super::endpoint()),
        ("auth_url", text("The identity service's URL; also `HW_AUTH_URL`. Default: the region's.")),
        (
            "allow_http",
            Attribute::bool(
                "Whether an endpoint may be plain `http` to another machine. Passwords and tokens, if those are used, \
                 can then be read on the way, and answers be changed. Default `false`.",
            ),
        ),
        ("ca_certificate", super::ca_certificate()),
        ("max_requests_per_second", super::max_requests_per_second()),
    ]
}

impl Model {
    /// Whether something that is needed to make a client is only known after apply.
    pub(super) fn is_unknown(&self) -> bool {
        let texts = [&self.region, &self.user_name, &self.user_id, &self.domain_name, &self.domain_id];
        let places = [&self.project_id, &self.project_name, &self.endpoint, &self.auth_url];
        let secrets = [&self.access_key, &self.secret_key, &self.security_token, &self.auth_token, &self.password];
        texts.iter().chain(&places).any(|text| text.is_unknown())
            || secrets.iter().any(|secret| secret.is_unknown())
            || self.assume_role.is_unknown()
    }

    pub(super) fn into_config(self) -> Config {
        Config {
            region: self.region.into_known(),
            access_key: self.access_key.into_known().map(|key| key.0),
            secret_key: self.secret_key.into_known().map(Into::into),
            security_token: self.security_token.into_known().map(Into::into),
            auth_token: self.auth_token.into_known().map(Into::into),
            user_name: self.user_name.into_known(),
            user_id: self.user_id.into_known(),
            password: self.password.into_known().map(Into::into),
            domain_name: self.domain_name.into_known(),
            domain_id: self.domain_id.into_known(),
            project_id: self.project_id.into_known(),
            project_name: self.project_name.into_known(),
            enterprise_project_id: self.enterprise_project_id.into_known(),
            assume_role: self.assume_role.into_known().map(|agency| AssumeRole {
                agency_name: agency.agency_name.into_known().unwrap_or_default(),
                domain_name: agency.domain_name.into_known(),
                domain_id: agency.domain_id.into_known(),
                duration_seconds: agency.duration_seconds.into_known(),
            }),
            shared_config_file: self.shared_config_file.into_known(),
            profile: self.profile.into_known(),
            endpoint: self.endpoint.into_known(),
            auth_url: self.auth_url.into_known(),
            allow_http: self.allow_http.into_known().unwrap_or_default(),
            ca_certificate: self.ca_certificate.into_known(),
            max_requests_per_second: self.max_requests_per_second.into_known(),
            ..Config::default()
        }
    }
}
