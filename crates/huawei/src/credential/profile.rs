//! Profiles of the vendor's command line, `~/.hcloud/config.json`.

use cloud::{Environment, in_home, null_is_empty, read_profiles, set_key};
use serde::Deserialize;

#[derive(Deserialize)]
struct Profiles {
    #[serde(default, deserialize_with = "null_is_empty")]
    current: String,
    #[serde(default, deserialize_with = "null_is_empty")]
    profiles: Vec<Profile>,
}

/// One profile, as far as it matters here.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Profile {
    name: String,
    mode: Option<String>,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub security_token: Option<String>,
    pub region: Option<String>,
    pub project_id: Option<String>,
    pub domain_id: Option<String>,
    pub agency_name: Option<String>,
    pub agency_domain_name: Option<String>,
    pub agency_domain_id: Option<String>,
    sso_auth: Option<SsoAuth>,
}

/// What `hcloud configure sso` leaves in a profile.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SsoAuth {
    #[serde(deserialize_with = "null_is_empty")]
    sts_token: StsToken,
}

/// The temporary keys of a sign-on.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct StsToken {
    access_key_id: String,
    secret_access_key: String,
    security_token: Option<String>,
}

/// Reads a profile: the named one or the file's current one, from the named file or the one that the command line
/// writes.
///
/// # Errors
/// A sentence without any of the file's content, which holds keys.
pub(super) fn read(file: Option<String>, name: Option<String>, environment: &Environment) -> Result<Profile, String> {
    let path = match file {
        Some(file) => in_home(&file, environment),
        None => {
            let home = environment.home().ok_or("profile is set, but neither shared_config_file nor HOME")?;
            home.join(".hcloud").join("config.json")
        }
    };
    let profiles: Profiles = read_profiles(&path)?;
    let shown = path.display();
    let name = name.unwrap_or(profiles.current);
    let mut profile = profiles
        .profiles
        .into_iter()
        .find(|profile| profile.name == name)
        .ok_or_else(|| format!("{shown} has no profile \"{name}\""))?;
    // Nobody signs on here: the command line does that in a browser, and leaves temporary keys.
    if profile.mode.as_deref() == Some("SSO") {
        let keys = profile.sso_auth.take().unwrap_or_default().sts_token;
        if keys.access_key_id.is_empty() || keys.secret_access_key.is_empty() {
            return Err(format!(
                "the profile \"{name}\" in {shown} is of mode SSO and holds no keys: sign on with `hcloud configure \
                 sso`"
            ));
        }
        profile.access_key_id = keys.access_key_id;
        profile.secret_access_key = keys.secret_access_key;
        profile.security_token = keys.security_token;
    }
    if profile.access_key_id.is_empty() || profile.secret_access_key.is_empty() {
        return Err(format!("the profile \"{name}\" in {shown} has no access key and secret key"));
    }
    for (member, value) in [
        ("accessKeyId", Some(profile.access_key_id.clone())),
        ("secretAccessKey", Some(profile.secret_access_key.clone())),
        ("securityToken", profile.security_token.clone()),
    ] {
        set_key(&format!("{member} of the profile \"{name}\" in {shown}"), value)?;
    }
    Ok(profile)
}
