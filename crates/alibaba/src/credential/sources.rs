//! Asking for temporary credentials: Security Token Service, instance metadata, a given URI.

use std::{fs, time::SystemTime};

use cloud::{
    Answer, Bounds, Call, Effect, Endpoint, Error, ErrorKind, Exchange, Fetch, Lease, Outgoing, Pipeline, Refusal,
    Secret, percent_encoded,
};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;

use super::{
    super::{
        answer,
        config::{AssumeRole, AssumeRoleWithOidc, SERVICE},
        sign::{Moment, Parameters, request},
    },
    CredentialStore, Credentials,
    chain::{Found, Source, nothing_found},
};

const STS_VERSION: &str = "2015-04-01";
/// Tokens for the hardened metadata service are good for this long, in seconds. One is asked for
/// each time, which is a few times an hour.
const METADATA_TOKEN_SECONDS: &str = "60";
const SESSION_NAME: &str = "terraform-provider-appstreaming";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// Temporary credentials, as all three services write them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Issued {
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
    expiration: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StsAnswer {
    credentials: Issued,
}

impl From<Issued> for Lease<Credentials> {
    fn from(issued: Issued) -> Self {
        Self {
            ends: issued.expiration.map(SystemTime::from),
            value: Credentials {
                access_key: issued.access_key_id,
                secret_key: issued.access_key_secret.into(),
                security_token: issued.security_token.map(Secret::from),
                renewable: true,
            },
        }
    }
}

impl CredentialStore {
    /// Gets the credentials of the source that was found.
    pub(super) async fn obtain(&self, found: Found, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        let Found { source, looked } = found;
        let last_resort = !looked.is_empty();
        let result = self.source_credentials(source, bounds).await;
        match result {
            // The instance was only the last place to look at, and this is no instance.
            Err(error) if last_resort && error.service() == super::METADATA => {
                let mut looked = looked;
                looked.push(format!("the role of the ECS instance: {}", error.message()));
                Err(nothing_found(&looked))
            }
            result => result,
        }
    }

    async fn source_credentials(&self, source: Source, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        match source {
            Source::Keys(value) => Ok(Lease { value, ends: None }),
            Source::Role { base, role, sts_region } => {
                let base = Box::pin(self.source_credentials(*base, bounds)).await?;
                self.assume(&base.value, &role, sts_region, bounds).await
            }
            Source::Oidc { role, sts_region } => self.assume_with_oidc(&role, sts_region, bounds).await,
            Source::Uri(uri) => self.uri_credentials(&uri, bounds).await,
            Source::Instance { role_name } => self.instance_credentials(role_name, bounds).await,
        }
    }

    async fn assume(
        &self,
        base: &Credentials,
        role: &AssumeRole,
        sts_region: Option<String>,
        bounds: &Bounds,
    ) -> Result<Lease<Credentials>, Error> {
        let parameters = Parameters::new()
            .body("RoleArn", role.role_arn.as_str())
            .body("RoleSessionName", session_name(&role.session_name))
            .body("DurationSeconds", role.duration_seconds)
            .body("Policy", role.policy.as_deref())
            .body("ExternalId", role.external_id.as_deref());
        let exchange = StsCall {
            endpoint: self.sts_endpoint(sts_region)?,
            action: "AssumeRole",
            parameters,
            base: Some(base),
            secrets: base.secrets(),
        };
        self.ask_sts(&role.role_arn, &exchange, bounds).await
    }

    async fn assume_with_oidc(
        &self,
        role: &AssumeRoleWithOidc,
        sts_region: Option<String>,
        bounds: &Bounds,
    ) -> Result<Lease<Credentials>, Error> {
        let file = &role.oidc_token_file;
        let token = fs::read_to_string(file).map_err(|error| {
            Error::configuration(SERVICE, format!("cannot read the OIDC token \"{file}\": {error}"))
        })?;
        let token = Secret::from(token.trim());
        // Without a signature, the service reads these from the query.
        let moment = Moment::now();
        let parameters = Parameters::new()
            .query("Action", "AssumeRoleWithOIDC")
            .query("Version", STS_VERSION)
            .query("Format", "JSON")
            .query("Timestamp", moment.date)
            .query("SignatureNonce", moment.nonce)
            .body("RoleArn", role.role_arn.as_str())
            .body("OIDCProviderArn", role.oidc_provider_arn.as_str())
            .body("OIDCToken", token.expose())
            .body("RoleSessionName", session_name(&role.session_name))
            .body("DurationSeconds", role.duration_seconds)
            .body("Policy", role.policy.as_deref());
        let exchange = StsCall {
            endpoint: self.sts_endpoint(sts_region)?,
            action: "AssumeRoleWithOIDC",
            parameters,
            base: None,
            secrets: vec![token],
        };
        self.ask_sts(&role.role_arn, &exchange, bounds).await
    }

    async fn ask_sts(
        &self,
        role_arn: &str,
        exchange: &StsCall<'_>,
        bounds: &Bounds,
    ) -> Result<Lease<Credentials>, Error> {
        let call = Call { operation: exchange.action, subject: format!("role \"{role_arn}\""), effect: Effect::Read };
        let answer = self.sts.call(&call, bounds, exchange).await?;
        Ok(answer.credentials.into())
    }

    fn sts_endpoint(&self, region: Option<String>) -> Result<Endpoint, Error> {
        let region =
            region.filter(|region| !region.is_empty()).or_else(|| self.environment.get("ALIBABA_CLOUD_STS_REGION"));
        let prefix = if self.environment.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED") { "sts-vpc" } else { "sts" };
        let endpoint = match (&self.config.sts_endpoint, region) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, Some(region)) => format!("{prefix}.{region}.aliyuncs.com"),
            (None, None) => "sts.aliyuncs.com".to_owned(),
        };
        Endpoint::parse(&endpoint, self.config.allow_http).map_err(|message| Error::configuration(SERVICE, message))
    }

    async fn uri_credentials(&self, uri: &str, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        let wrong = |message: String| Error::configuration(SERVICE, format!("the credentials URI: {message}"));
        // The address may carry a query; the rules for its scheme are an endpoint's.
        let (base, _) = uri.split_once('?').unwrap_or((uri, ""));
        Endpoint::parse(base, self.config.allow_http).map_err(wrong)?;
        let url = url::Url::parse(uri).map_err(|error| wrong(error.to_string()))?;
        let request = Outgoing {
            method: Method::GET,
            url,
            headers: vec![("accept", "application/json".to_owned())],
            body: Vec::new(),
        };
        let answer = fetch(&self.sts, "credentials", uri, request, Vec::new(), bounds).await?;
        Ok(issued(&answer, uri)?.into())
    }

    async fn instance_credentials(
        &self,
        role_name: Option<String>,
        bounds: &Bounds,
    ) -> Result<Lease<Credentials>, Error> {
        let token = self.metadata_token(bounds).await?;
        let role_name = match role_name {
            Some(name) => name,
            None => {
                let answer = self.metadata(ROLES, token.as_ref(), bounds).await?;
                String::from_utf8_lossy(&answer.body).trim().to_owned()
            }
        };
        let path = format!("{ROLES}{}", percent_encoded(&role_name));
        let answer = self.metadata(&path, token.as_ref(), bounds).await?;
        Ok(issued(&answer, "the instance metadata service")?.into())
    }

    /// A token for the hardened mode; without one where the instance has only the plain mode and
    /// the environment does not forbid it.
    async fn metadata_token(&self, bounds: &Bounds) -> Result<Option<Secret>, Error> {
        let request = Outgoing {
            method: Method::PUT,
            url: self.metadata_endpoint.url("/latest/api/token"),
            headers: vec![("x-aliyun-ecs-metadata-token-ttl-seconds", METADATA_TOKEN_SECONDS.to_owned())],
            body: Vec::new(),
        };
        let answer = fetch(&self.metadata, "token", "", request, Vec::new(), bounds).await;
        match answer {
            Ok(answer) => Ok(Some(String::from_utf8_lossy(&answer.body).trim().into())),
            // Nobody answered at all: the plain mode would not either.
            Err(error) if error.status().is_none() => Err(error),
            Err(error) if self.environment.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED") => Err(error),
            Err(_) => Ok(None),
        }
    }

    async fn metadata(&self, path: &str, token: Option<&Secret>, bounds: &Bounds) -> Result<Answer, Error> {
        let request = Outgoing {
            method: Method::GET,
            url: self.metadata_endpoint.url(path),
            headers: token
                .map(|token| ("x-aliyun-ecs-metadata-token", token.expose().to_owned()))
                .into_iter()
                .collect(),
            body: Vec::new(),
        };
        let secrets = token.cloned().into_iter().collect();
        fetch(&self.metadata, "role credentials", "", request, secrets, bounds).await
    }
}

fn session_name(name: &Option<String>) -> &str {
    name.as_deref().filter(|name| !name.is_empty()).unwrap_or(SESSION_NAME)
}

fn issued(answer: &Answer, origin: &str) -> Result<Issued, Error> {
    // The parser's own message would quote what it read.
    serde_json::from_slice(&answer.body).map_err(|_| {
        Error::configuration(SERVICE, format!("{origin} answered without AccessKeyId, AccessKeySecret and Expiration"))
    })
}

async fn fetch(
    pipeline: &Pipeline,
    operation: &'static str,
    subject: &str,
    request: Outgoing,
    secrets: Vec<Secret>,
    bounds: &Bounds,
) -> Result<Answer, Error> {
    let call = Call { operation, subject: subject.to_owned(), effect: Effect::Read };
    let exchange = Fetch { request, secrets, refusal: answer::refusal };
    pipeline.call(&call, bounds, &exchange).await
}

/// A call of the Security Token Service, signed anew for each attempt.
struct StsCall<'c> {
    endpoint: Endpoint,
    action: &'static str,
    parameters: Parameters,
    base: Option<&'c Credentials>,
    secrets: Vec<Secret>,
}

impl Exchange for StsCall<'_> {
    type Credentials = ();
    type Output = StsAnswer;

    async fn sign(&self, _: &Bounds) -> Result<(Outgoing, ()), Error> {
        let request =
            request(self.endpoint.url("/"), (self.action, STS_VERSION), &self.parameters, self.base, Moment::now());
        Ok((request, ()))
    }

    fn read(&self, answer: &Answer) -> Result<StsAnswer, Refusal> {
        answer::read(answer).map_err(|refusal| match refusal.kind {
            // The parser's message would quote what it read.
            ErrorKind::UnexpectedAnswer if refusal.code.is_none() => {
                Refusal { message: "an answer without credentials".to_owned(), ..refusal }
            }
            _ => refusal,
        })
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
