//! What the blocks of both clouds have alike.

use cloud::{Application, NetworkOptions, Secret};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr,
    schema::{Attribute, validate},
};

/// Who the services see.
const APPLICATION: Application = Application { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// The attributes that every cloud's block has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Common {
    pub region: Attr<String>,
    pub access_key: Attr<Sensitive>,
    pub secret_key: Attr<Sensitive>,
    pub security_token: Attr<Sensitive>,
    pub profile: Attr<String>,
    endpoint: Attr<String>,
    allow_http: Attr<bool>,
    ca_certificate: Attr<String>,
    max_requests_per_second: Attr<f64>,
}

/// What the descriptions say that differs from cloud to cloud.
pub(super) struct Descriptions {
    pub region: &'static str,
    pub access_key: &'static str,
    pub secret_key: &'static str,
    pub security_token: &'static str,
    pub profile: &'static str,
    /// What plain `http` gives away.
    pub allow_http: &'static str,
}

pub(super) fn attributes(descriptions: &Descriptions) -> Vec<(&'static str, Attribute)> {
    let text = Attribute::string;
    let allow_http = format!(
        "Whether an endpoint may be plain `http` to another machine. {} Default `false`.",
        descriptions.allow_http
    );
    vec![
        ("region", text(descriptions.region)),
        ("access_key", text(descriptions.access_key).sensitive()),
        ("secret_key", text(descriptions.secret_key).sensitive()),
        ("security_token", text(descriptions.security_token).sensitive()),
        ("profile", text(descriptions.profile)),
        (
            "endpoint",
            text("The service's URL, instead of the one that follows from the region. For the emulator, for instance."),
        ),
        ("allow_http", Attribute::bool(allow_http)),
        (
            "ca_certificate",
            text(
                "A file with certificates, in PEM, to trust beside the system's. For an inspecting proxy, for \
                 instance.",
            ),
        ),
        (
            "max_requests_per_second",
            Attribute::number(
                "The most calls in a second, for all resources together. Without it the provider is as quick as the \
                 service lets it be.",
            )
            .validate(validate::at_least(0)),
        ),
    ]
}

impl Common {
    /// Whether something that is needed to make a client is only known after apply.
    pub(super) fn is_unknown(&self) -> bool {
        let texts = [&self.region, &self.endpoint];
        let secrets = [&self.access_key, &self.secret_key, &self.security_token];
        texts.iter().any(|text| text.is_unknown()) || secrets.iter().any(|secret| secret.is_unknown())
    }

    /// How the client is to reach its services.
    pub(super) fn network(&self) -> NetworkOptions {
        NetworkOptions {
            application: APPLICATION,
            endpoint: self.endpoint.clone().into_known(),
            allow_http: self.allow_http.into_known().unwrap_or_default(),
            ca_certificate: self.ca_certificate.clone().into_known(),
            max_requests_per_second: self.max_requests_per_second.into_known(),
            ..NetworkOptions::default()
        }
    }
}

/// A value that no log and no message may show.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sensitive(pub String);

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(sensitive value)")
    }
}

impl From<Sensitive> for Secret {
    fn from(sensitive: Sensitive) -> Self {
        Self::new(sensitive.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_see_the_providers_name_and_version() {
        let Application { name, version } = Common::default().network().application;
        assert_eq!((name, version), ("terraform-provider-appstreaming", env!("CARGO_PKG_VERSION")));
    }
}
