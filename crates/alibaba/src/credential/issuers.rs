//! Asking for temporary credentials: Security Token Service, instance metadata, a given URI.

use std::{fs, time::SystemTime};

use cloud::{
    AccessKey, Answer, Bounds, Call, Effect, Endpoint, Error, Lease, Outgoing, Refusal, Secret, at_the_last_place,
    percent_encoded, set_key,
};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;

use super::{
    Sources,
    chain::INSTANCE_ROLE,
    source::{Found, Source},
};
use crate::{
    answer,
    config::{AssumeRole, AssumeRoleWithOidc},
    endpoints::{self, SERVICE},
    sign::{Parameters, Request, timestamp},
};

const STS_VERSION: &str = "2015-04-01";
/// The credentials URI in messages.
const THE_URI: &str = "the credentials URI";
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

impl From<Issued> for Lease<AccessKey> {
    fn from(issued: Issued) -> Self {
        let token = issued.security_token.map(Secret::from);
        let key = AccessKey::new(issued.access_key_id, issued.access_key_secret, token);
        Self::issued(key, issued.expiration.map(SystemTime::from))
    }
}

impl Sources {
    /// Gets the credentials of the source that was found.
    pub(super) async fn issue(&self, found: Found, bounds: &Bounds) -> Result<Lease<AccessKey>, Error> {
        self.credentials(found.source, bounds)
            .await
            .map_err(|error| at_the_last_place(error, SERVICE, INSTANCE_ROLE, found.searched))
    }

    async fn credentials(&self, source: Source, bounds: &Bounds) -> Result<Lease<AccessKey>, Error> {
        match source {
            Source::Given(key) => Ok(Lease::given(key)),
            Source::Role { base, role, sts_region } => {
                let base = Box::pin(self.credentials(*base, bounds)).await?;
                self.assume(&base.value, &role, sts_region, bounds).await
            }
            Source::Oidc { role, sts_region } => self.assume_with_oidc(&role, sts_region, bounds).await,
            Source::Uri(uri) => self.uri_credentials(&uri, bounds).await,
            Source::Instance { role_name } => self.instance_credentials(role_name, bounds).await,
        }
    }

    async fn assume(
        &self,
        base: &AccessKey,
        role: &AssumeRole,
        sts_region: Option<String>,
        bounds: &Bounds,
    ) -> Result<Lease<AccessKey>, Error> {
        let parameters = Parameters::new()
            .body("RoleArn", role.role_arn.as_str())
            .body("RoleSessionName", self.session_name(&role.session_name))
            .body("DurationSeconds", role.duration_seconds)
            .body("Policy", role.policy.as_deref())
            .body("ExternalId", role.external_id.as_deref());
        let call = Call::new("AssumeRole", named(&role.role_arn), Effect::Read);
        self.ask_sts(call, parameters, Some(base), sts_region, bounds).await
    }

    async fn assume_with_oidc(
        &self,
        role: &AssumeRoleWithOidc,
        sts_region: Option<String>,
        bounds: &Bounds,
    ) -> Result<Lease<AccessKey>, Error> {
        let file = &role.oidc_token_file;
        let token = fs::read_to_string(file).map_err(|error| {
            Error::configuration(SERVICE, format!("cannot read the OIDC token \"{file}\": {error}"))
        })?;
        let token = set_key(&format!("the OIDC token \"{file}\""), Some(token))
            .and_then(|token| token.ok_or_else(|| format!("the OIDC token \"{file}\" is empty")))
            .map_err(|message| Error::configuration(SERVICE, message))?;
        let token = Secret::from(token);
        // Without a signature, the service reads these from the query.
        let moment = self.machine.moment();
        let parameters = Parameters::new()
            .query("Action", "AssumeRoleWithOIDC")
            .query("Version", STS_VERSION)
            .query("Format", "JSON")
            .query("Timestamp", timestamp(moment.time))
            .query("SignatureNonce", moment.nonce)
            .body("RoleArn", role.role_arn.as_str())
            .body("OIDCProviderArn", role.oidc_provider_arn.as_str())
            .body("OIDCToken", token.expose())
            .body("RoleSessionName", self.session_name(&role.session_name))
            .body("DurationSeconds", role.duration_seconds)
            .body("Policy", role.policy.as_deref());
        let call = Call::new("AssumeRoleWithOIDC", named(&role.role_arn), Effect::Read).with_secrets([token]);
        self.ask_sts(call, parameters, None, sts_region, bounds).await
    }

    async fn ask_sts(
        &self,
        call: Call,
        parameters: Parameters,
        base: Option<&AccessKey>,
        sts_region: Option<String>,
        bounds: &Bounds,
    ) -> Result<Lease<AccessKey>, Error> {
        let endpoint = self.sts_endpoint(sts_region)?;
        let request = Request { action: call.operation, version: STS_VERSION, parameters };
        let read = |answer: &Answer| answer.secret_json::<StsAnswer>("credentials");
        let answer = self.sts.ask(&call, &request, &endpoint, base, read, bounds).await?;
        Ok(answer.credentials.into())
    }

    fn sts_endpoint(&self, region: Option<String>) -> Result<Endpoint, Error> {
        let region = region
            .filter(|region| !region.is_empty())
            .or_else(|| self.machine.environment().get("ALIBABA_CLOUD_STS_REGION"));
        let private = self.machine.environment().is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        let text = self.config.sts_endpoint.clone().unwrap_or_else(|| endpoints::sts(region.as_deref(), private));
        self.config.network.parse_endpoint(SERVICE, "sts_endpoint", &text)
    }

    async fn uri_credentials(&self, uri: &str, bounds: &Bounds) -> Result<Lease<AccessKey>, Error> {
        // The address may carry a query; the rules for its scheme are an endpoint's.
        let (base, _) = uri.split_once('?').unwrap_or((uri, ""));
        let shown = self.config.network.parse_endpoint(SERVICE, THE_URI, base)?.origin();
        let url = url::Url::parse(uri).map_err(|error| Error::configuration(SERVICE, format!("{THE_URI}: {error}")))?;
        // What stands behind the host may be what the credentials are given out for.
        let values: Vec<_> = url.query_pairs().map(|(_, value)| Secret::from(value.into_owned())).collect();
        let call = Call::new("credentials", shown, Effect::Read).with_secrets(values);
        let request = Outgoing {
            method: Method::GET,
            url,
            headers: vec![("accept", "application/json".to_owned())],
            body: Vec::new(),
        };
        let issued = self.sts.fetch(&call, request, answer::refusal, issued, bounds).await?;
        Ok(issued.into())
    }

    async fn instance_credentials(
        &self,
        role_name: Option<String>,
        bounds: &Bounds,
    ) -> Result<Lease<AccessKey>, Error> {
        let hardened = self.machine.environment().is_true("ALIBABA_CLOUD_IMDSV1_DISABLED");
        let session = self.metadata.session(hardened, bounds).await?;
        let role_name = match role_name {
            Some(name) => name,
            None => session.get("role name", ROLES, |answer| Ok(answer.text()), bounds).await?,
        };
        let path = format!("{ROLES}{}", percent_encoded(&role_name));
        let issued = session.get("role credentials", &path, issued, bounds).await?;
        Ok(issued.into())
    }

    fn session_name<'n>(&self, name: &'n Option<String>) -> &'n str {
        name.as_deref().filter(|name| !name.is_empty()).unwrap_or(self.config.network.application.name)
    }
}

/// How messages name a role.
fn named(role_arn: &str) -> String {
    format!("role \"{role_arn}\"")
}

fn issued(answer: &Answer) -> Result<Issued, Refusal> {
    answer.secret_json("AccessKeyId, AccessKeySecret and Expiration")
}
