//! Where credentials were looked for.

use super::Service;

/// The places at which a client looked for credentials, in their order, and what was missing at each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search(Vec<Place>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// Whether `what` are names in the client's own configuration.
    configured: bool,
    what: String,
    missing: String,
}

impl Search {
    /// Notes that the client's configuration does not have `settings`.
    pub fn not_configured(&mut self, settings: &str) {
        self.0.push(Place { configured: true, what: settings.to_owned(), missing: "not set".to_owned() });
    }

    /// Notes a place outside of the configuration, such as the name of a variable, and why it is of no use.
    pub fn not_at(&mut self, place: impl Into<String>, missing: impl Into<String>) {
        self.0.push(Place { configured: false, what: place.into(), missing: missing.into() });
    }

    /// Whether no place was passed over.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The search as text, a line for each place. `configuration` is what the reader knows the client's configuration
    /// as.
    pub fn describe(&self, service: Service, configuration: &str) -> String {
        let mut text = format!("no credentials for {} were found. Looked at, in this order:", service.name);
        for (number, Place { configured, what, missing }) in (1..).zip(&self.0) {
            let within = if *configured { format!(" in {configuration}") } else { String::new() };
            text.push_str(&format!("\n  {number}. {what}{within}: {missing}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stub::SERVICE;

    #[test]
    fn every_place_is_told_in_order_and_the_configuration_by_the_readers_name() {
        let mut search = Search::default();
        assert!(search.is_empty());
        search.not_configured("key and secret");
        search.not_at("CLOUD_KEY", "not set");
        search.not_at("the instance", "nobody answers");
        assert!(!search.is_empty());
        assert_eq!(
            search.describe(SERVICE, "the block"),
            "no credentials for The Service were found. Looked at, in this order:\n  \
             1. key and secret in the block: not set\n  2. CLOUD_KEY: not set\n  3. the instance: nobody answers"
        );
    }
}
