//! Where credentials are looked for, in which order.

use cloud::{AccessKey, Environment, Error, Hint, Search, Secret, set_key, set_password};

use super::{
    profile,
    source::{Found, Source, User},
};
use crate::{
    config::{AssumeRole, Config},
    endpoints::SERVICE,
    sign::Credentials,
};

/// What is known beside the credentials: the configured values, else the environment's, else the profile's.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub region: Option<String>,
    pub project_id: Option<String>,
    pub project_name: Option<String>,
    pub domain_name: Option<String>,
    pub domain_id: Option<String>,
    pub auth_url: Option<String>,
}

const REGION: [&str; 2] = ["HW_REGION_NAME", "OS_REGION_NAME"];
const ACCESS_KEY: [&str; 2] = ["HW_ACCESS_KEY", "OS_ACCESS_KEY"];
const SECRET_KEY: [&str; 2] = ["HW_SECRET_KEY", "OS_SECRET_KEY"];
const SECURITY_TOKEN: [&str; 2] = ["HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"];
const AUTH_TOKEN: [&str; 2] = ["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"];
const USER_NAME: [&str; 3] = ["HW_USER_NAME", "OS_USERNAME", "OS_USER_NAME"];
const USER_ID: [&str; 2] = ["HW_USER_ID", "OS_USER_ID"];
const PASSWORD: [&str; 3] = ["HW_USER_PASSWORD", "OS_PASSWORD", "OS_USER_PASSWORD"];
const DOMAIN_NAME: [&str; 4] = ["HW_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_PROJECT_DOMAIN_NAME"];
const DOMAIN_ID: [&str; 4] = ["HW_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_PROJECT_DOMAIN_ID"];
const PROJECT_ID: [&str; 3] = ["HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"];
const PROJECT_NAME: [&str; 3] = ["HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"];
const AUTH_URL: [&str; 2] = ["HW_AUTH_URL", "OS_AUTH_URL"];

/// Values of the configuration, and of the environment where that has none.
struct Values<'v> {
    config: &'v Config,
    environment: &'v Environment,
}

impl Values<'_> {
    fn text(&self, own: &Option<String>, names: &[&str]) -> Option<String> {
        own.clone().or_else(|| self.environment.first(names).map(|(_, value)| value))
    }

    /// A key or a token of the environment.
    ///
    /// # Errors
    /// Where what is set cannot be one.
    fn key_of_environment(&self, names: &[&str]) -> Result<Option<String>, String> {
        match self.environment.first(names) {
            Some((name, value)) => set_key(name, Some(value)),
            None => Ok(None),
        }
    }

    fn secret(&self, own: &Option<Secret>, names: &[&str]) -> Result<Option<Secret>, String> {
        match own {
            Some(own) => Ok(Some(own.clone())),
            None => Ok(self.key_of_environment(names)?.map(Secret::from)),
        }
    }

    fn settings(&self) -> Settings {
        let config = self.config;
        Settings {
            region: self.text(&config.region, &REGION),
            project_id: self.text(&config.project_id, &PROJECT_ID),
            project_name: self.text(&config.project_name, &PROJECT_NAME),
            domain_name: self.text(&config.domain_name, &DOMAIN_NAME),
            domain_id: self.text(&config.domain_id, &DOMAIN_ID),
            auth_url: self.text(&config.auth_url, &AUTH_URL),
        }
    }

    fn token(&self) -> Result<Option<Source>, String> {
        let token = self.secret(&self.config.auth_token, &AUTH_TOKEN)?;
        Ok(token.map(|token| Source::Given(Credentials::Token(token))))
    }

    fn keys(&self) -> Result<Source, String> {
        let config = self.config;
        let access_key = match &config.access_key {
            Some(own) => Some(own.clone()),
            None => self.key_of_environment(&ACCESS_KEY)?,
        };
        let access_key = access_key.ok_or("secret_key is set, but neither access_key nor HW_ACCESS_KEY is")?;
        let secret_key = self
            .secret(&config.secret_key, &SECRET_KEY)?
            .ok_or("access_key is set, but neither secret_key nor HW_SECRET_KEY is")?;
        // A token of the environment is that of the environment's keys, and no key of the block's goes with it.
        let security_token = if config.access_key.is_some() && config.secret_key.is_some() {
            config.security_token.clone()
        } else {
            self.secret(&config.security_token, &SECURITY_TOKEN)?
        };
        Ok(key(access_key, secret_key, security_token))
    }

    fn password_text(&self) -> Option<Secret> {
        let of_environment =
            || PASSWORD.iter().find_map(|name| set_password(self.environment.exact(name).map(Secret::from)));
        self.config.password.clone().or_else(of_environment)
    }

    fn password(&self, settings: &Settings) -> Result<Source, String> {
        let user = User {
            name: self.text(&self.config.user_name, &USER_NAME),
            id: self.text(&self.config.user_id, &USER_ID),
            password: self.password_text().ok_or("a user is set, but neither password nor HW_USER_PASSWORD is")?,
        };
        if user.id.is_none() && user.name.is_none() {
            return Err("password is set, but none of user_name, user_id, HW_USER_NAME is".into());
        }
        if user.id.is_none() && settings.domain_name.is_none() && settings.domain_id.is_none() {
            return Err("user_name needs the account it belongs to: set domain_name or HW_DOMAIN_NAME".into());
        }
        Ok(Source::Password(user))
    }
}

fn key(id: String, secret: impl Into<Secret>, security_token: Option<Secret>) -> Source {
    Source::Given(Credentials::Key(AccessKey::new(id, secret, security_token)))
}

/// Looks for credentials, without asking anybody.
///
/// # Errors
/// When half of something is set, or a profile that was named is of no use.
pub(super) fn find(config: &Config, environment: &Environment) -> Result<(Settings, Found), Error> {
    let values = Values { config, environment };
    let mut settings = values.settings();
    let wrong = |message: String| Error::configuration(SERVICE, message);
    let assume_role = assume_role(config, environment).map_err(wrong)?;
    let mut found = Found { source: Source::Instance, assume_role, searched: Search::default() };
    if let Some(source) = in_configuration(&values, &settings).map_err(wrong)? {
        found.source = source;
    } else if config.profile.is_some() || config.shared_config_file.is_some() {
        from_profile(&values, &mut settings, &mut found)?;
    } else {
        found.searched.not_configured("access_key, auth_token or password");
        if let Some(token) = values.token().map_err(wrong)? {
            found.source = token;
            return Ok((settings, found));
        }
        found.searched.not_at("HW_AUTH_TOKEN", "not set");
        // As for the vendor's own tools, who names a profile wants that, and not the keys beside it.
        if environment.first(&["HW_SHARED_CONFIG_FILE", "HW_PROFILE"]).is_some() {
            from_profile(&values, &mut settings, &mut found)?;
            return Ok((settings, found));
        }
        found.searched.not_at("HW_SHARED_CONFIG_FILE and HW_PROFILE", "not set");
        if let Some(source) = in_environment(&values, &settings, &mut found.searched).map_err(wrong)? {
            found.source = source;
        }
    }
    Ok((settings, found))
}

/// What the configuration names is never passed over for what the environment happens to hold.
fn in_configuration(values: &Values<'_>, settings: &Settings) -> Result<Option<Source>, String> {
    let config = values.config;
    if config.auth_token.is_some() {
        values.token()
    } else if config.access_key.is_some() || config.secret_key.is_some() {
        values.keys().map(Some)
    } else if config.security_token.is_some() {
        Err("security_token is set, but access_key and secret_key are not".to_owned())
    } else if config.user_name.is_some() || config.user_id.is_some() || config.password.is_some() {
        values.password(settings).map(Some)
    } else {
        Ok(None)
    }
}

/// # Errors
/// Where what is set cannot be a key or a token. Half of something is passed over.
fn in_environment(values: &Values<'_>, settings: &Settings, searched: &mut Search) -> Result<Option<Source>, String> {
    let environment = values.environment;
    let is_set = |names: &[&str]| environment.first(names).is_some();
    if is_set(&ACCESS_KEY) && is_set(&SECRET_KEY) {
        return values.keys().map(Some);
    } else if is_set(&ACCESS_KEY) || is_set(&SECRET_KEY) {
        if let Err(message) = values.keys() {
            searched.not_at("HW_ACCESS_KEY and HW_SECRET_KEY", message);
        }
    } else {
        searched.not_at("HW_ACCESS_KEY and HW_SECRET_KEY", "not set");
    }
    if is_set(&USER_NAME) || is_set(&USER_ID) || is_set(&PASSWORD) {
        match values.password(settings) {
            Ok(source) => return Ok(Some(source)),
            Err(message) => searched.not_at("HW_USER_NAME and HW_USER_PASSWORD", message),
        }
    } else {
        searched.not_at("HW_USER_NAME and HW_USER_PASSWORD", "not set");
    }
    Ok(None)
}

fn from_profile(values: &Values<'_>, settings: &mut Settings, found: &mut Found) -> Result<(), Error> {
    let file = values.text(&values.config.shared_config_file, &["HW_SHARED_CONFIG_FILE"]);
    let name = values.text(&values.config.profile, &["HW_PROFILE"]);
    let profile = profile::read(file, name, values.environment)
        .map_err(|message| Error::configuration(SERVICE, message).hinting(Hint::Profile))?;
    found.source = key(profile.access_key_id, profile.secret_access_key, profile.security_token.map(Secret::from));
    settings.region = settings.region.take().or(profile.region);
    settings.project_id = settings.project_id.take().or(profile.project_id);
    settings.domain_id = settings.domain_id.take().or(profile.domain_id);
    if let (None, Some(agency_name)) = (&found.assume_role, profile.agency_name) {
        found.assume_role = Some(AssumeRole {
            agency_name,
            domain_name: profile.agency_domain_name,
            domain_id: profile.agency_domain_id,
            duration_seconds: None,
        });
    }
    Ok(())
}

/// The agency to assume: the configured one, or the environment's. What a configured one does not say comes from the
/// environment, but for its account, of which one name is enough: an ID of the environment says nothing beside the
/// configured name.
///
/// # Errors
/// Where the environment's duration is none.
fn assume_role(config: &Config, environment: &Environment) -> Result<Option<AssumeRole>, String> {
    const DURATION: &str = "HW_ASSUME_ROLE_DURATION";
    let of_environment = || {
        environment
            .get("HW_ASSUME_ROLE_AGENCY_NAME")
            .map(|agency_name| AssumeRole { agency_name, ..AssumeRole::default() })
    };
    let Some(mut role) = config.assume_role.clone().or_else(of_environment) else { return Ok(None) };
    if role.domain_name.is_none() && role.domain_id.is_none() {
        role.domain_name = environment.get("HW_ASSUME_ROLE_DOMAIN_NAME");
        role.domain_id = environment.get("HW_ASSUME_ROLE_DOMAIN_ID");
    }
    if let (None, Some(text)) = (role.duration_seconds, environment.get(DURATION)) {
        let seconds = text.parse().ok().filter(|seconds| (900..=86_400).contains(seconds));
        role.duration_seconds = Some(
            seconds
                .ok_or_else(|| format!("{DURATION} must be a number of seconds from 900 to 86400; it is {text:?}"))?,
        );
    }
    Ok(Some(role))
}
