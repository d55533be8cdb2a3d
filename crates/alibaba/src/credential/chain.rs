//! Where credentials are looked for, in which order.

use cloud::{AccessKey, Environment, Error, Hint, Search, Secret, nothing_found, set_key};

use super::{
    profile::{self, Profiles},
    source::{Found, Source},
};
use crate::{
    config::{AssumeRole, AssumeRoleWithOidc, Config},
    endpoints::SERVICE,
};

/// The last place, in messages.
pub(super) const INSTANCE_ROLE: &str = "the role of the ECS instance";

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
    let mut searched = Search::default();
    let source = base(config, environment, &mut searched)?;
    let role = config.assume_role.clone().or_else(|| environment_role(environment));
    let source = match role {
        Some(role) => Source::Role { base: Box::new(source), role, sts_region: None },
        None => source,
    };
    Ok(Found { source, searched })
}

fn base(config: &Config, environment: &Environment, searched: &mut Search) -> Result<Source, Error> {
    // What the configuration names comes first, and is never passed over.
    if let (Some(access_key), Some(secret_key)) = (&config.access_key, &config.secret_key) {
        let token = config.security_token.clone();
        return Ok(Source::Given(AccessKey::new(access_key, secret_key.clone(), token)));
    }
    if let Some(role) = &config.assume_role_with_oidc {
        return Ok(Source::Oidc { role: role.clone(), sts_region: None });
    }
    if let Some(name) = &config.profile {
        return named_profile(config, environment, name, None);
    }
    if let Some(uri) = &config.credentials_uri {
        return Ok(Source::Uri(uri.clone()));
    }
    if let Some(name) = &config.ecs_role_name {
        return Ok(Source::Instance { role_name: Some(name.clone()) });
    }
    searched.not_configured("access_key and secret_key");

    let keys = environment_keys(environment, searched).map_err(|message| Error::configuration(SERVICE, message))?;
    if let Some(source) = keys {
        return Ok(source);
    }
    if let Some(source) = environment_oidc(environment, searched) {
        return Ok(source);
    }
    let profile_variables = ["ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"];
    if let Some((variable, name)) = environment.first(&profile_variables) {
        return named_profile(config, environment, &name, Some(variable));
    }
    if let Some(source) = current_profile(config, environment, searched)? {
        return Ok(source);
    }
    if let Some(uri) = environment.get("ALIBABA_CLOUD_CREDENTIALS_URI") {
        return Ok(Source::Uri(uri));
    }
    searched.not_at("ALIBABA_CLOUD_CREDENTIALS_URI", "not set");
    if environment.is_true("ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
        let mut searched = std::mem::take(searched);
        searched.not_at(INSTANCE_ROLE, "ALIBABA_CLOUD_ECS_METADATA_DISABLED is set");
        return Err(nothing_found(SERVICE, searched));
    }
    let role_name = environment.first(&["ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME"]).map(|(_, name)| name);
    Ok(Source::Instance { role_name })
}

/// # Errors
/// Where what is set cannot be a key.
fn environment_keys(environment: &Environment, searched: &mut Search) -> Result<Option<Source>, String> {
    for [key, secret, token] in KEY_FAMILIES {
        let get = |name| set_key(name, environment.get(name));
        match (get(key)?, get(secret)?) {
            (Some(access_key), Some(secret_key)) => {
                let token = get(token)?.map(Secret::from);
                return Ok(Some(Source::Given(AccessKey::new(access_key, secret_key, token))));
            }
            (Some(_), None) => searched.not_at(key, format!("set, but {secret} is not")),
            (None, Some(_)) => searched.not_at(secret, format!("set, but {key} is not")),
            (None, None) => searched.not_at(format!("{key} and {secret}"), "not set"),
        }
    }
    Ok(None)
}

fn environment_oidc(environment: &Environment, searched: &mut Search) -> Option<Source> {
    const NAMES: [&str; 3] =
        ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
    let missing: Vec<&str> = NAMES.into_iter().filter(|name| environment.get(name).is_none()).collect();
    if !missing.is_empty() {
        searched.not_at("a role for an OIDC token", format!("{} not set", missing.join(" and ")));
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

/// A profile that the configuration or a `variable` names: it must be there, and be of use.
fn named_profile(
    config: &Config,
    environment: &Environment,
    name: &str,
    variable: Option<&str>,
) -> Result<Source, Error> {
    let found = profile::file(config, environment)
        .ok_or_else(|| "neither HOME nor a file for it is set".to_owned())
        .and_then(|file| Profiles::read(&file))
        .and_then(|profiles| profiles.source(name));
    found.map_err(|message| {
        let named_by = variable.map(|variable| format!(" (from {variable})")).unwrap_or_default();
        let message = format!("the profile \"{name}\"{named_by} gives no credentials: {message}");
        Error::configuration(SERVICE, message).hinting(Hint::Profile)
    })
}

/// The profile that the vendor's command line uses at present. Right after its installation that is an empty one, so it
/// is passed over where it has nothing.
fn current_profile(config: &Config, environment: &Environment, searched: &mut Search) -> Result<Option<Source>, Error> {
    if environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
        searched.not_at("profiles", "ALIBABA_CLOUD_CLI_PROFILE_DISABLED is set");
        return Ok(None);
    }
    let Some(file) = profile::file(config, environment) else {
        searched.not_at("profiles", "HOME is not set");
        return Ok(None);
    };
    let shown = file.display().to_string();
    if !file.exists() {
        if config.shared_credentials_file.is_some() {
            return Err(Error::configuration(SERVICE, format!("shared_credentials_file: \"{shown}\" does not exist")));
        }
        searched.not_at(format!("the current profile in {shown}"), "there is no such file");
        return Ok(None);
    }
    let found = Profiles::read(&file).and_then(|profiles| {
        let current = profiles.current();
        profiles.source(current).map_err(|message| format!("profile \"{current}\": {message}"))
    });
    match found {
        Ok(source) => Ok(Some(source)),
        Err(message) => {
            searched.not_at(format!("the current profile in {shown}"), message);
            Ok(None)
        }
    }
}
