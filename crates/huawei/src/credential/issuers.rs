//! Asking for tokens, temporary keys and projects: the identity service and instance metadata.

use std::time::SystemTime;

use cloud::{AccessKey, Answer, Bounds, Call, Effect, Error, Hint, Lease, Refusal, Secret, at_the_last_place};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    Sources,
    source::{Source, User},
};
use crate::{
    config::AssumeRole,
    endpoints::SERVICE,
    sign::{Credentials, Request},
};

/// What the identity service and the metadata service write.
#[derive(Deserialize)]
struct IssuedKeys {
    credential: KeyCredential,
}

#[derive(Deserialize)]
struct KeyCredential {
    access: String,
    secret: String,
    securitytoken: Option<String>,
    expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct IssuedToken {
    token: TokenDetails,
}

#[derive(Deserialize)]
struct TokenDetails {
    expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Projects {
    projects: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    id: String,
    name: String,
}

impl From<IssuedKeys> for Lease<Credentials> {
    fn from(IssuedKeys { credential }: IssuedKeys) -> Self {
        let key = AccessKey::new(credential.access, credential.secret, credential.securitytoken.map(Secret::from));
        Self::issued(Credentials::Key(key), credential.expires_at.map(SystemTime::from))
    }
}

impl Sources {
    /// Gets the credentials of the source that was found.
    pub(super) async fn issue(&self, region: Option<&str>, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        let base = match &self.found.source {
            Source::Given(credentials) => Lease::given(credentials.clone()),
            Source::Password(user) => self.sign_in(user, region, bounds).await?,
            Source::Instance => self.instance_credentials(bounds).await.map_err(|error| {
                at_the_last_place(error, SERVICE, "the agency of the ECS instance", self.found.searched.clone())
            })?,
        };
        match &self.found.assume_role {
            Some(role) => self.assume(&base.value, role, region, bounds).await,
            None => Ok(base),
        }
    }

    /// The id of a region's project, which bears the region's name unless it is the client's own region and another
    /// name was set.
    ///
    /// # Errors
    /// When there is no such project, and all that a call can meet.
    pub async fn look_up_project(
        &self,
        region: &str,
        is_own: bool,
        credentials: &Credentials,
        bounds: &Bounds,
    ) -> Result<String, Error> {
        let name = match &self.settings.project_name {
            Some(name) if is_own => name,
            _ => region,
        };
        let call = Call::new("KeystoneListProjects", format!("project \"{name}\""), Effect::Read);
        let request = Request::new(Method::GET, "/v3/projects").query("name", Some(name));
        let read = |answer: &Answer| answer.secret_json::<Projects>("projects");
        let found = self.ask(&call, &request, Some(region), Some(credentials), read, bounds).await?;
        found.projects.into_iter().find(|project| project.name == name).map(|project| project.id).ok_or_else(|| {
            let message = format!("the account has no project named \"{name}\" that these credentials see");
            Error::configuration(SERVICE, message).hinting(Hint::UnknownProject)
        })
    }

    /// A token for a project, for a user with a password.
    async fn sign_in(&self, user: &User, region: Option<&str>, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        let settings = &self.settings;
        let domain = match (&settings.domain_id, &settings.domain_name) {
            (Some(id), _) => json!({ "id": id }),
            (None, name) => json!({ "name": name }),
        };
        let password = user.password.expose();
        let identity = match (&user.id, &user.name) {
            (Some(id), _) => json!({ "id": id, "password": password }),
            (None, name) => json!({ "name": name, "password": password, "domain": domain }),
        };
        let own_region = region == settings.region.as_deref();
        let project = match (&settings.project_id, &settings.project_name) {
            (Some(id), _) if own_region => json!({ "id": id }),
            (None, Some(name)) if own_region => json!({ "name": name }),
            _ => json!({ "name": region }),
        };
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": identity } },
            "scope": { "project": project },
        }});
        let shown = user.name.as_ref().or(user.id.as_ref()).map_or("", String::as_str);
        let call = Call::new("KeystoneCreateUserTokenByPassword", format!("user \"{shown}\""), Effect::Read)
            .with_secrets([user.password.clone()]);
        let request = Request::with_body(Method::POST, "/v3/auth/tokens", &body)?;
        self.ask(&call, &request, region, None, issued_token, bounds).await
    }

    /// Temporary keys of an agency.
    async fn assume(
        &self,
        base: &Credentials,
        role: &AssumeRole,
        region: Option<&str>,
        bounds: &Bounds,
    ) -> Result<Lease<Credentials>, Error> {
        const HOUR: u32 = 3600;
        let mut assume_role = json!({
            "agency_name": role.agency_name,
            "duration_seconds": role.duration_seconds.unwrap_or(HOUR),
        });
        match (&role.domain_id, &role.domain_name) {
            (Some(id), _) => assume_role["domain_id"] = json!(id),
            (None, Some(name)) => assume_role["domain_name"] = json!(name),
            (None, None) => {
                return Err(Error::configuration(
                    SERVICE,
                    "assume_role needs domain_name, the account that the agency belongs to",
                ));
            }
        }
        let body = json!({ "auth": { "identity": {
            "methods": ["assume_role"],
            "assume_role": assume_role,
        }}});
        let mut request = Request::with_body(Method::POST, "/v3.0/OS-CREDENTIAL/securitytokens", &body)?;
        if let Some(id) = &self.settings.domain_id {
            request.headers.push(("x-domain-id", id.clone()));
        }
        let subject = format!("agency \"{}\"", role.agency_name);
        let call = Call::new("CreateTemporaryAccessKeyByAgency", subject, Effect::Read);
        Ok(self.ask(&call, &request, region, Some(base), issued_keys, bounds).await?.into())
    }

    /// Temporary keys of the agency that the instance has.
    async fn instance_credentials(&self, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        let session = self.metadata.session(false, bounds).await?;
        Ok(session.get("security key", "/openstack/latest/securitykey", issued_keys, bounds).await?.into())
    }

    /// Asks the identity service for a region.
    async fn ask<T: Send>(
        &self,
        call: &Call,
        request: &Request,
        region: Option<&str>,
        credentials: Option<&Credentials>,
        read: fn(&Answer) -> Result<T, Refusal>,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        self.identity.ask(call, request, &self.identity_endpoint(region)?, credentials, read, bounds).await
    }
}

fn issued_keys(answer: &Answer) -> Result<IssuedKeys, Refusal> {
    answer.secret_json("temporary keys")
}

fn issued_token(answer: &Answer) -> Result<Lease<Credentials>, Refusal> {
    let details: IssuedToken = answer.secret_json("a token")?;
    let token =
        answer.header("x-subject-token").ok_or_else(|| Refusal::unexpected("an answer without X-Subject-Token"))?;
    Ok(Lease::issued(Credentials::Token(token.into()), details.token.expires_at.map(SystemTime::from)))
}
