//! Where credentials are looked for, in which order.

use cloud::{Environment, Error, Secret};

use super::{
    super::config::{AssumeRole, AssumeRoleWithOidc, Config, SERVICE},
    Credentials,
    profile::{self, Profile},
};

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// They are given.
    Keys(Credentials),
    /// A role, assumed with other credentials.
    Role { base: Box<Source>, role: AssumeRole, sts_region: Option<String> },
    /// A role, assumed with a token from a file.
    Oidc { role: AssumeRoleWithOidc, sts_region: Option<String> },
    /// A web server that was named for this.
    Uri(String),
    /// The role of the instance that this runs on; its name is asked for where it is not given.
    Instance { role_name: Option<String> },
}

/// A source, and where there was nothing before it.
#[derive(Debug)]
pub(super) struct Found {
    pub source: Source,
    /// For the message, should the last place to look hold nothing either.
    pub looked: Vec<String>,
}

/// Environment variables in families: a key of one is never paired with a secret of another.
const KEY_FAMILIES: [[&str; 3]; 3] = [
    ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
    ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"],
    ["ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN"],
];

/// Refuses a configuration that names half of something.
pub(super) fn check(config: &Config) -> Result<(), String> {
    match (&config.access_key, &config.secret_key) {
        (Some(_), None) => return Err("access_key is set, but secret_key is not".to_owned()),
        (None, Some(_)) => return Err("secret_key is set, but access_key is not".to_owned()),
        (None, None) if config.security_token.is_some() => {
            return Err("security_token is set, but access_key and secret_key are not".to_owned());
        }
        _ => {}
    }
    if config.assume_role.is_some() && config.assume_role_with_oidc.is_some() {
        return Err("assume_role and assume_role_with_oidc exclude each other".to_owned());
    }
    Ok(())
}

/// Looks for credentials, without asking anybody.
///
/// # Errors
/// When a place that was named holds none, or when no place is left to look at.
pub(super) fn find(config: &Config, environment: &Environment) -> Result<Found, Error> {
    let mut looked = Vec::new();
    let source = base(config, environment, &mut looked)?;
    let role = config.assume_role.clone().or_else(|| environment_role(environment));
    let source = match role {
        Some(role) => Source::Role { base: Box::new(source), role, sts_region: None },
        None => source,
    };
    Ok(Found { source, looked })
}

fn base(config: &Config, environment: &Environment, looked: &mut Vec<String>) -> Result<Source, Error> {
    // What the provider block names comes first, and is never passed over.
    if let (Some(access_key), Some(secret_key)) = (&config.access_key, &config.secret_key) {
        let token = config.security_token.clone();
        return Ok(keys(access_key.clone(), secret_key.clone(), token));
    }
    if let Some(role) = &config.assume_role_with_oidc {
        return Ok(Source::Oidc { role: role.clone(), sts_region: None });
    }
    if let Some(name) = &config.profile {
        return named_profile(config, environment, name, "profile in the provider block");
    }
    if let Some(uri) = &config.credentials_uri {
        return Ok(Source::Uri(uri.clone()));
    }
    if let Some(name) = &config.ecs_role_name {
        return Ok(Source::Instance { role_name: Some(name.clone()) });
    }
    looked.push("access_key and secret_key in the provider block: not set".to_owned());

    if let Some(source) = environment_keys(environment, looked) {
        return Ok(source);
    }
    if let Some(source) = environment_oidc(environment, looked) {
        return Ok(source);
    }
    let profile_variables = ["ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"];
    if let Some((variable, name)) = environment.first(&profile_variables) {
        return named_profile(config, environment, &name, variable);
    }
    if let Some(source) = current_profile(config, environment, looked)? {
        return Ok(source);
    }
    if let Some(uri) = environment.get("ALIBABA_CLOUD_CREDENTIALS_URI") {
        return Ok(Source::Uri(uri));
    }
    looked.push("ALIBABA_CLOUD_CREDENTIALS_URI: not set".to_owned());
    if environment.is_true("ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
        looked.push("the role of the ECS instance: ALIBABA_CLOUD_ECS_METADATA_DISABLED is set".to_owned());
        return Err(nothing_found(looked));
    }
    let role_name = environment.first(&["ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME"]).map(|(_, name)| name);
    Ok(Source::Instance { role_name })
}

/// The error when no place holds credentials.
pub(super) fn nothing_found(looked: &[String]) -> Error {
    let places: Vec<String> = looked.iter().enumerate().map(|(at, place)| format!("  {}. {place}", at + 1)).collect();
    Error::configuration(
        SERVICE,
        format!("no credentials for {SERVICE} were found. Looked at, in this order:\n{}", places.join("\n")),
    )
    .advise(
        "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or access_key and \
         secret_key in the provider's alibaba_cloud block, or name a profile or a role there.",
    )
}

fn keys(access_key: String, secret_key: Secret, security_token: Option<Secret>) -> Source {
    Source::Keys(Credentials {
        access_key,
        secret_key,
        security_token: security_token.filter(|token| !token.is_empty()),
        renewable: false,
    })
}

fn environment_keys(environment: &Environment, looked: &mut Vec<String>) -> Option<Source> {
    for [key, secret, token] in KEY_FAMILIES {
        match (environment.get(key), environment.get(secret)) {
            (Some(access_key), Some(secret_key)) => {
                let token = environment.get(token).map(Secret::from);
                return Some(keys(access_key, secret_key.into(), token));
            }
            (Some(_), None) => looked.push(format!("{key}: set, but {secret} is not")),
            (None, Some(_)) => looked.push(format!("{secret}: set, but {key} is not")),
            (None, None) => looked.push(format!("{key} and {secret}: not set")),
        }
    }
    None
}

fn environment_oidc(environment: &Environment, looked: &mut Vec<String>) -> Option<Source> {
    const NAMES: [&str; 3] =
        ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
    let missing: Vec<&str> = NAMES.into_iter().filter(|name| environment.get(name).is_none()).collect();
    if !missing.is_empty() {
        looked.push(format!("a role for an OIDC token: {} not set", missing.join(" and ")));
        return None;
    }
    let value = |name: &str| environment.get(name).unwrap_or_default();
    Some(Source::Oidc {
        role: AssumeRoleWithOidc {
            role_arn: value(NAMES[0]),
            oidc_provider_arn: value(NAMES[1]),
            oidc_token_file: value(NAMES[2]),
            session_name: environment.get("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
            duration_seconds: None,
            policy: None,
        },
        sts_region: environment.get("ALIBABA_CLOUD_STS_REGION"),
    })
}

fn environment_role(environment: &Environment) -> Option<AssumeRole> {
    environment.get("ALICLOUD_ASSUME_ROLE_ARN").map(|role_arn| AssumeRole {
        role_arn,
        session_name: environment.get("ALICLOUD_ASSUME_ROLE_SESSION_NAME"),
        ..AssumeRole::default()
    })
}

/// A profile that somebody named: it must be there, and be of use.
fn named_profile(config: &Config, environment: &Environment, name: &str, named_by: &str) -> Result<Source, Error> {
    let wrong = |message: String| {
        Error::configuration(
            SERVICE,
            format!("the profile \"{name}\" (from {named_by}) gives no credentials: {message}"),
        )
        .advise("Correct the profile with `aliyun configure`, or name another.")
    };
    let file =
        profile::file(config, environment).ok_or_else(|| wrong("neither HOME nor a file for it is set".to_owned()))?;
    let profiles = profile::read(&file).map_err(&wrong)?;
    profiles.source(name).map_err(wrong)
}

/// The profile that the vendor's command line uses at present. Right after its installation that
/// is an empty one, so it is passed over where it has nothing.
fn current_profile(
    config: &Config,
    environment: &Environment,
    looked: &mut Vec<String>,
) -> Result<Option<Source>, Error> {
    if environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
        looked.push("profiles: ALIBABA_CLOUD_CLI_PROFILE_DISABLED is set".to_owned());
        return Ok(None);
    }
    let Some(file) = profile::file(config, environment) else {
        looked.push("profiles: HOME is not set".to_owned());
        return Ok(None);
    };
    let shown = file.display().to_string();
    if !file.exists() {
        if config.shared_credentials_file.is_some() {
            return Err(Error::configuration(SERVICE, format!("shared_credentials_file: \"{shown}\" does not exist")));
        }
        looked.push(format!("the current profile in {shown}: there is no such file"));
        return Ok(None);
    }
    let found = profile::read(&file).and_then(|profiles| {
        let current = profiles.current();
        profiles.source(current).map_err(|message| format!("profile \"{current}\": {message}"))
    });
    match found {
        Ok(source) => Ok(Some(source)),
        Err(message) => {
            looked.push(format!("the current profile in {shown}: {message}"));
            Ok(None)
        }
    }
}

impl Profile {
    pub(super) fn keys(&self) -> Result<Source, String> {
        match (&self.access_key_id, &self.access_key_secret) {
            (Some(key), Some(secret)) if !key.is_empty() && !secret.is_empty() => {
                Ok(keys(key.clone(), secret.as_str().into(), None))
            }
            _ => Err("access_key_id and access_key_secret are not both set".to_owned()),
        }
    }

    pub(super) fn temporary_keys(&self) -> Result<Source, String> {
        let token = self.sts_token.as_deref().filter(|token| !token.is_empty());
        match (self.keys()?, token) {
            (Source::Keys(credentials), Some(token)) => {
                Ok(Source::Keys(Credentials { security_token: Some(token.into()), ..credentials }))
            }
            _ => Err("sts_token is not set".to_owned()),
        }
    }
}
