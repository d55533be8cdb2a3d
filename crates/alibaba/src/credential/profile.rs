//! Profiles of the vendor's command line, `~/.aliyun/config.json`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use cloud::{Environment, null_is_empty};
use serde::Deserialize;

use super::{
    super::config::{AssumeRole, AssumeRoleWithOidc, Config},
    chain::Source,
};

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
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Profile {
    name: String,
    mode: Option<String>,
    pub access_key_id: Option<String>,
    pub access_key_secret: Option<String>,
    pub sts_token: Option<String>,
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
    if let Some(file) = &config.shared_credentials_file {
        return Some(expand(file, environment));
    }
    if let Some(file) = environment.get("ALICLOUD_SHARED_CREDENTIALS_FILE") {
        return Some(expand(&file, environment));
    }
    Some(environment.home()?.join(".aliyun").join("config.json"))
}

fn expand(file: &str, environment: &Environment) -> PathBuf {
    match (file.strip_prefix("~/"), environment.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(file),
    }
}

/// Reads the file.
///
/// # Errors
/// A sentence without any of the file's content, which holds keys.
pub(super) fn read(file: &Path) -> Result<Profiles, String> {
    let shown = file.display();
    let text = fs::read(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
    serde_json::from_slice(&text).map_err(|error| {
        format!(
            "{shown} is not what the vendor's command line writes (line {}, column {})",
            error.line(),
            error.column()
        )
    })
}

impl Profiles {
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
            "AK" => profile.keys(),
            "StsToken" => profile.temporary_keys(),
            "RamRoleArn" => {
                let base = profile.temporary_keys().or_else(|_| profile.keys())?;
                profile.role(base)
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
