//! Profiles of the vendor's command line, `~/.aliyun/config.json`.

use std::path::{Path, PathBuf};

use cloud::{AccessKey, Environment, in_home, null_is_empty, read_profiles, set_key};
use serde::Deserialize;

use super::source::Source;
use crate::config::{AssumeRole, AssumeRoleWithOidc, Config};

/// How many profiles one may go through to the credentials that the last one stands on.
const LONGEST_CHAIN: usize = 8;

/// The file, as far as it matters here.
#[derive(Deserialize)]
pub(super) struct Profiles {
    #[serde(default, deserialize_with = "null_is_empty")]
    current: String,
    #[serde(default, deserialize_with = "null_is_empty")]
    profiles: Vec<Profile>,
}

/// One profile. Which fields matter depends on its mode.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    name: String,
    mode: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    sts_region: Option<String>,
    ram_role_name: Option<String>,
    ram_role_arn: Option<String>,
    ram_session_name: Option<String>,
    role_session_name: Option<String>,
    source_profile: Option<String>,
    expired_seconds: Option<u32>,
    policy: Option<String>,
    external_id: Option<String>,
    oidc_provider_arn: Option<String>,
    oidc_token_file: Option<String>,
}

/// Where the file is.
pub(super) fn file(config: &Config, environment: &Environment) -> Option<PathBuf> {
    let named = config.shared_credentials_file.clone().or_else(|| environment.get("ALICLOUD_SHARED_CREDENTIALS_FILE"));
    match named {
        Some(file) => Some(in_home(&file, environment)),
        None => Some(environment.home()?.join(".aliyun").join("config.json")),
    }
}

impl Profiles {
    /// # Errors
    /// A sentence without any of the file's content, which holds keys.
    pub fn read(file: &Path) -> Result<Self, String> {
        read_profiles(file)
    }

    /// The name of the profile in use.
    pub fn current(&self) -> &str {
        if self.current.is_empty() { "default" } else { &self.current }
    }

    /// Where the credentials of a profile come from.
    ///
    /// # Errors
    /// What the profile lacks.
    pub fn source(&self, name: &str) -> Result<Source, String> {
        self.follow(name, LONGEST_CHAIN)
    }

    fn follow(&self, name: &str, left: usize) -> Result<Source, String> {
        let profile = self
            .profiles
            .iter()
            .find(|profile| profile.name == name)
            .ok_or_else(|| format!("there is no profile \"{name}\""))?;
        match profile.mode.as_deref().unwrap_or("AK") {
            "AK" => profile.key().map(Source::Given),
            "StsToken" => profile.temporary_key().map(Source::Given),
            "RamRoleArn" => {
                let base = if profile.sts_token.is_some() { profile.temporary_key() } else { profile.key() }?;
                profile.role(Source::Given(base))
            }
            "ChainableRamRoleArn" => {
                let source = required(&profile.source_profile, "source_profile")?;
                let left = left.checked_sub(1).ok_or("its source_profile leads in a circle")?;
                profile.role(self.follow(&source, left)?)
            }
            "EcsRamRole" => {
                Ok(Source::Instance { role_name: profile.ram_role_name.clone().filter(|name| !name.is_empty()) })
            }
            "OIDC" => Ok(Source::Oidc {
                role: AssumeRoleWithOidc {
                    role_arn: required(&profile.ram_role_arn, "ram_role_arn")?,
                    oidc_provider_arn: required(&profile.oidc_provider_arn, "oidc_provider_arn")?,
                    oidc_token_file: required(&profile.oidc_token_file, "oidc_token_file")?,
                    session_name: profile.role_session_name.clone().or_else(|| profile.ram_session_name.clone()),
                    duration_seconds: profile.expired_seconds.filter(|seconds| *seconds > 0),
                    policy: profile.policy.clone(),
                },
                sts_region: profile.sts_region.clone(),
            }),
            other => Err(format!(
                "mode {other} is not supported; the modes AK, StsToken, RamRoleArn, \
                 ChainableRamRoleArn, EcsRamRole and OIDC are"
            )),
        }
    }
}

impl Profile {
    fn key(&self) -> Result<AccessKey, String> {
        let key = set_key("access_key_id", self.access_key_id.clone())?;
        let secret = set_key("access_key_secret", self.access_key_secret.clone())?;
        match (key, secret) {
            (Some(key), Some(secret)) => Ok(AccessKey::new(key, secret, None)),
            _ => Err("access_key_id and access_key_secret are not both set".to_owned()),
        }
    }

    fn temporary_key(&self) -> Result<AccessKey, String> {
        let token = set_key("sts_token", self.sts_token.clone())?.ok_or("sts_token is not set");
        let key = self.key()?;
        Ok(AccessKey { security_token: Some(token?.into()), ..key })
    }

    fn role(&self, base: Source) -> Result<Source, String> {
        Ok(Source::Role {
            base: Box::new(base),
            role: AssumeRole {
                role_arn: required(&self.ram_role_arn, "ram_role_arn")?,
                session_name: self.ram_session_name.clone(),
                duration_seconds: self.expired_seconds.filter(|seconds| *seconds > 0),
                policy: self.policy.clone(),
                external_id: self.external_id.clone(),
            },
            sts_region: self.sts_region.clone(),
        })
    }
}

fn required(value: &Option<String>, name: &str) -> Result<String, String> {
    value.clone().filter(|value| !value.is_empty()).ok_or_else(|| format!("{name} is not set"))
}
