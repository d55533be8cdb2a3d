//! What the blocks of both clouds have alike.

use cloud::{Application, NetworkOptions, People, REQUESTS_PER_SECOND, Secret};
use tfplug::{Value, prelude::*, schema::validate::Validator};

/// Who the services see.
const APPLICATION: Application = Application { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// What every cloud's block says alike of the way to the service.
///
/// As everywhere below a block, no type here can hold an unknown value: one that is unknown makes the whole block
/// unknown, wherever it is.
#[derive(Clone, Debug, Default, Model)]
pub(super) struct Network {
    /// The service's URL, instead of the one that follows from the region. For the emulator, for instance.
    endpoint: Option<String>,
    /// Whether `endpoint` serves every region. Without it, what has another `region` than this block is refused,
    /// because its calls would go to the host of this block's region. An endpoint on this machine serves every region
    /// in any case. Default `false`.
    endpoint_serves_all_regions: Option<bool>,
    /// A file with certificates, in PEM, to trust beside the system's. For an inspecting proxy, for instance. Without
    /// it, only the system's are trusted.
    ca_certificate: Option<String>,
    #[tf(
        description = format!(
            "The most calls in a second, for all resources together, {} to {}. Without it the provider is as quick as \
             the service lets it be.",
            REQUESTS_PER_SECOND.start(),
            REQUESTS_PER_SECOND.end()
        ),
        validate(requests_per_second())
    )]
    max_requests_per_second: Option<f64>,
}

fn requests_per_second() -> Validator {
    let span = format!("{} to {}", REQUESTS_PER_SECOND.start(), REQUESTS_PER_SECOND.end());
    Validator::known(span.clone(), move |configured| match configured.value {
        Value::Number(number) if !REQUESTS_PER_SECOND.contains(&number.as_f64()) => {
            Err(format!("It must be a number from {span}; it is {}.", configured.shown()))
        }
        _ => Ok(()),
    })
}

/// A text without which the object that it is part of says nothing. To leave such an object unheeded for it would be to
/// act as somebody else.
pub(super) fn needed(attribute: Attribute) -> Attribute {
    attribute.required().validate(Validator::known("not empty", |configured| match configured.value {
        Value::String(text) if text.trim().is_empty() => {
            Err("It must not be empty: leave out the whole object where it is not wanted.".to_owned())
        }
        _ => Ok(()),
    }))
}

impl Network {
    /// How the client is to reach its services.
    pub(super) fn options(self, allow_http: Option<bool>, people: People) -> NetworkOptions {
        NetworkOptions {
            application: APPLICATION,
            endpoint: self.endpoint,
            endpoint_serves_all_regions: self.endpoint_serves_all_regions.unwrap_or_default(),
            allow_http: allow_http.unwrap_or_default(),
            ca_certificate: self.ca_certificate,
            max_requests_per_second: self.max_requests_per_second,
            people,
            ..NetworkOptions::default()
        }
    }
}

/// A value that no log and no message may show.
#[derive(Clone, Model)]
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
        let Application { name, version } = Network::default().options(None, People::named()).application;
        assert_eq!((name, version), ("terraform-provider-appstreaming", env!("CARGO_PKG_VERSION")));
    }
}
