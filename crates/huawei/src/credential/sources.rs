//! Asking for tokens, temporary keys and projects: the identity service and instance metadata.

use std::time::SystemTime;

use cloud::{Answer, Bounds, Call, Effect, Endpoint, Error, Exchange, Fetch, Lease, Outgoing, Refusal, Secret};
use jiff::Timestamp;
use reqwest::Method;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

use super::{
    super::{
        SERVICE, answer,
        config::AssumeRole,
        sign::{Request, now},
    },
    CredentialStore, Credentials, METADATA,
    chain::{Source, User, nothing_found},
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
        Self {
            ends: credential.expires_at.map(SystemTime::from),
            value: Credentials::Keys {
                access_key: credential.access,
                secret_key: credential.secret.into(),
                security_token: credential.securitytoken.map(Secret::from),
                renewable: true,
            },
        }
    }
}

impl CredentialStore {
    /// Gets the credentials of the source that was found.
    pub(super) async fn obtain(&self, region: Option<&str>, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        let base = match &self.found.source {
            Source::Given(credentials) => Lease { value: credentials.clone(), ends: None },
            Source::Password(user) => self.sign_in(user, region, bounds).await?,
            Source::Instance => match self.instance_credentials(bounds).await {
                // The instance was only the last place to look at, and this is no instance.
                Err(error) if error.service() == METADATA => {
                    let mut looked = self.found.looked.clone();
                    looked.push(format!("the agency of the ECS instance: {}", error.message()));
                    return Err(nothing_found(&looked));
                }
                result => result?,
            },
        };
        match &self.found.assume_role {
            Some(role) => self.assume(&base.value, role, region, bounds).await,
            None => Ok(base),
        }
    }

    /// The id of a region's project, which bears the region's name unless it is the client's own
    /// region and another name was set.
    ///
    /// # Errors
    /// When there is no such project, and all that a call can meet.
    pub async fn look_up_project(&self, region: &str, own_region: bool, bounds: &Bounds) -> Result<String, Error> {
        let name = match &self.settings.project_name {
            Some(name) if own_region => name,
            _ => region,
        };
        let credentials = self.get(Some(region), bounds).await?;
        let request = Request::new(Method::GET, "/v3/projects").query("name", Some(name));
        let answer = self
            .ask(
                ("KeystoneListProjects", format!("project \"{name}\"")),
                self.identity_endpoint(Some(region))?,
                request,
                Some(&credentials),
                bounds,
            )
            .await?;
        let projects: Projects = parse(&answer, "projects")?;
        projects.projects.into_iter().find(|project| project.name == name).map(|project| project.id).ok_or_else(|| {
            Error::configuration(
                SERVICE,
                format!("the account has no project named \"{name}\" that these credentials see"),
            )
            .advise("Check the region, or set project_id in the provider's huawei_cloud block.")
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
        let mut exchange = self.identity_call(
            self.identity_endpoint(region)?,
            Request::with_body(Method::POST, "/v3/auth/tokens", &body)?,
            None,
        );
        exchange.secrets.push(user.password.clone());
        let shown = user.name.as_ref().or(user.id.as_ref());
        let answer = self
            .make(
                "KeystoneCreateUserTokenByPassword",
                format!("user \"{}\"", shown.map_or("", String::as_str)),
                &exchange,
                bounds,
            )
            .await?;
        let details: IssuedToken = parse(&answer, "a token")?;
        let token = answer
            .header("x-subject-token")
            .ok_or_else(|| Error::configuration(SERVICE, "the identity service answered without X-Subject-Token"))?;
        Ok(Lease {
            value: Credentials::Token { token: token.into(), renewable: true },
            ends: details.token.expires_at.map(SystemTime::from),
        })
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
        let answer = self
            .ask(
                ("CreateTemporaryAccessKeyByAgency", format!("agency \"{}\"", role.agency_name)),
                self.identity_endpoint(region)?,
                request,
                Some(base),
                bounds,
            )
            .await?;
        Ok(parse::<IssuedKeys>(&answer, "temporary keys")?.into())
    }

    /// Temporary keys of the agency that the instance has.
    async fn instance_credentials(&self, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        const TOKEN_SECONDS: &str = "60";
        let token = self
            .fetch_metadata(
                Method::PUT,
                "/meta-data/latest/api/token",
                vec![("x-metadata-token-ttl-seconds", TOKEN_SECONDS.to_owned())],
                bounds,
            )
            .await;
        let headers = match token {
            Ok(answer) => vec![("x-metadata-token", String::from_utf8_lossy(&answer.body).trim().to_owned())],
            // Nobody answered at all: the keys would not be answered either.
            Err(error) if error.status().is_none() => return Err(error),
            // An older instance, which gives keys without a token.
            Err(_) => Vec::new(),
        };
        let answer = self.fetch_metadata(Method::GET, "/openstack/latest/securitykey", headers, bounds).await?;
        Ok(parse::<IssuedKeys>(&answer, "temporary keys")?.into())
    }

    async fn fetch_metadata(
        &self,
        method: Method,
        path: &str,
        headers: Vec<(&'static str, String)>,
        bounds: &Bounds,
    ) -> Result<Answer, Error> {
        let call = Call { operation: "security key", subject: "instance metadata".to_owned(), effect: Effect::Read };
        let exchange = Fetch {
            secrets: headers.iter().map(|(_, value)| value.as_str().into()).collect(),
            request: Outgoing { method, url: self.metadata_endpoint.url(path), headers, body: Vec::new() },
            refusal: answer::refusal,
        };
        self.metadata.call(&call, bounds, &exchange).await
    }

    async fn ask(
        &self,
        (operation, subject): (&'static str, String),
        endpoint: Endpoint,
        request: Request,
        credentials: Option<&Credentials>,
        bounds: &Bounds,
    ) -> Result<Answer, Error> {
        let exchange = self.identity_call(endpoint, request, credentials);
        self.make(operation, subject, &exchange, bounds).await
    }

    fn identity_call<'c>(
        &self,
        endpoint: Endpoint,
        request: Request,
        credentials: Option<&'c Credentials>,
    ) -> IdentityCall<'c> {
        IdentityCall {
            endpoint,
            request,
            credentials,
            secrets: credentials.map(Credentials::secrets).unwrap_or_default(),
        }
    }

    async fn make(
        &self,
        operation: &'static str,
        subject: String,
        exchange: &IdentityCall<'_>,
        bounds: &Bounds,
    ) -> Result<Answer, Error> {
        let call = Call { operation, subject, effect: Effect::Read };
        self.identity.call(&call, bounds, exchange).await
    }
}

fn parse<T: serde::de::DeserializeOwned>(answer: &Answer, what: &str) -> Result<T, Error> {
    // The parser's own message would quote what it read.
    serde_json::from_slice(&answer.body)
        .map_err(|_| Error::configuration(SERVICE, format!("asked for {what}, and got an answer without")))
}

/// A call of the identity service, signed anew for each attempt.
struct IdentityCall<'c> {
    endpoint: Endpoint,
    request: Request,
    credentials: Option<&'c Credentials>,
    secrets: Vec<Secret>,
}

impl Exchange for IdentityCall<'_> {
    type Credentials = ();
    type Output = Answer;

    async fn sign(&self, _: &Bounds) -> Result<(Outgoing, ()), Error> {
        let url = self.endpoint.url(&self.request.path);
        Ok((self.request.signed(url, self.credentials, now()), ()))
    }

    fn read(&self, answer: &Answer) -> Result<Answer, Refusal> {
        // Something in between that answers in the service's place is asked again, as it is for any other call.
        answer::read::<IgnoredAny>(answer).map(|_| answer.clone())
    }

    fn request_id(&self, answer: &Answer) -> Option<String> {
        answer::request_id(answer)
    }

    fn secrets(&self, (): &()) -> Vec<Secret> {
        self.secrets.clone()
    }

    async fn invalidate(&self, (): &()) -> bool {
        false
    }
}
