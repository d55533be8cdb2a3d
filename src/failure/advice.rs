//! What to do about a failed call, for the person who runs Terraform.

use cloud::{Error, ErrorKind, Hint};

/// A cloud's block in the provider's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    AlibabaCloud,
    HuaweiCloud,
}

impl Block {
    /// The block that the client of a failed call was made from.
    fn of(error: &Error) -> Option<Self> {
        match error.service()?.vendor {
            alibaba::VENDOR => Some(Self::AlibabaCloud),
            huawei::VENDOR => Some(Self::HuaweiCloud),
            _ => None,
        }
    }

    /// Its name, as it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AlibabaCloud => "alibaba_cloud",
            Self::HuaweiCloud => "huawei_cloud",
        }
    }

    /// The environment's variable with the region.
    fn region_variable(self) -> &'static str {
        match self {
            Self::AlibabaCloud => "ALIBABA_CLOUD_REGION_ID",
            Self::HuaweiCloud => "HW_REGION_NAME",
        }
    }
}

/// What to do next, in a sentence or two.
pub(super) fn advice(error: &Error) -> String {
    let block = Block::of(error);
    let advice = match (error.hint(), block) {
        (Some(hint), Some(block)) => by_hint(hint, block),
        _ => None,
    };
    let mut advice = advice.or_else(|| by_time(error)).unwrap_or_else(|| by_kind(error).to_owned());
    if error.pause().is_some_and(|pause| pause.is_too_long()) {
        advice.push_str(" Run Terraform again when the time that the service asked for is over.");
    }
    if error.outcome_unknown() {
        let whether = error.unseen().map(|why| format!("; whether it has could not be looked at: {why}"));
        let whether = whether.unwrap_or_else(|| ": the next plan shows the present state.".to_owned());
        advice.push_str(&format!(" The call may have taken effect{whether}"));
    }
    if error.kind() == ErrorKind::Credentials {
        // Only one of the two clouds knows signing in.
        let others = match block {
            Some(Block::HuaweiCloud) => "; or auth_token; or user_name, password and domain_name",
            _ => "",
        };
        advice.push_str(&format!(
            " In the provider block they are access_key, secret_key and security_token{others}; without them the \
             environment, a profile and the machine's role are looked at."
        ));
    }
    advice
}

/// What follows from what the client knows; `None` for a hint that is not known here.
fn by_hint(hint: &Hint, block: Block) -> Option<String> {
    let name = block.name();
    let advice = match (hint, block) {
        (Hint::NoCredentials(_), Block::AlibabaCloud) => format!(
            "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or access_key and secret_key in the \
             provider's {name} block, or name a profile or a role there."
        ),
        (Hint::NoCredentials(_), Block::HuaweiCloud) => format!(
            "Set HW_ACCESS_KEY and HW_SECRET_KEY, or access_key and secret_key in the provider's {name} block, or name \
             a profile or a user there."
        ),
        (Hint::Profile, Block::AlibabaCloud) => {
            "Correct the profile with `aliyun configure`, or name another.".to_owned()
        }
        (Hint::Profile, Block::HuaweiCloud) => {
            "Correct the profile with `hcloud configure set`, or name another.".to_owned()
        }
        (Hint::NoRegion, _) => format!("Set region in the provider's {name} block, or {}.", block.region_variable()),
        (Hint::UnknownRegion, _) => {
            format!("Correct the region; for another one, set endpoint in the provider's {name} block.")
        }
        (Hint::EndpointOfAnotherRegion, _) => format!(
            "Use a provider configuration with an alias for that region. Where this endpoint serves every region, say \
             so with endpoint_serves_all_regions = true in the provider's {name} block."
        ),
        (Hint::UnknownProject, _) => format!("Check the region, or set project_id in the provider's {name} block."),
        _ => return None,
    };
    Some(advice)
}

/// What more time can do, in the words of the setting that gives it. Neither a read, nor a resource or an action
/// without such a setting can be given any.
fn by_time(error: &Error) -> Option<String> {
    let setting = error.time_setting()?;
    match error.kind() {
        ErrorKind::Throttled => Some(format!(
            "The service accepts fewer calls than were needed in this time. Run again later, set a longer `{setting}`, \
             or set max_requests_per_second in the provider block."
        )),
        ErrorKind::Timeout if error.outcome_unknown() => {
            Some(format!("Check the network, or set a longer `{setting}`, and run Terraform again."))
        }
        _ => None,
    }
}

/// What follows from the kind of the failure alone.
fn by_kind(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Throttled => {
            "The service accepts fewer calls than were needed in this time. Run again later, or set \
             max_requests_per_second in the provider block."
        }
        ErrorKind::Configuration => "Correct the provider's configuration or the environment, and run Terraform again.",
        ErrorKind::Credentials => {
            "Check that the access key, the secret key and, for temporary credentials, the security token belong \
             together and are still valid, and that this machine's clock is right: a signature is only good for some \
             minutes."
        }
        ErrorKind::Forbidden => {
            "Ask the account's administrator for the permission to call this operation, or use credentials that have \
             it."
        }
        ErrorKind::NotFound => {
            "Check the id and the region: it may have been deleted, or belong to another account or region."
        }
        ErrorKind::InvalidParameter => "Correct the value that the service names.",
        ErrorKind::Conflict => {
            "What is there already, or is going on, stands against it; the service's message says what. Change that, \
             or wait until it has passed, and run Terraform again."
        }
        ErrorKind::Unavailable => {
            "The service failed inside. Run Terraform again; when it stays, give the request id to the vendor's \
             support."
        }
        ErrorKind::Transport => {
            "Check the endpoint and the region in the provider block, the network, and the proxy settings \
             (HTTPS_PROXY, NO_PROXY)."
        }
        ErrorKind::Timeout => "Check the network, and run Terraform again.",
        ErrorKind::UnexpectedAnswer => {
            "Check that the endpoint is the service's own and that no proxy answers in its place."
        }
        ErrorKind::Cancelled => "Run Terraform again to continue.",
        // Also whatever kinds the clients may come to know.
        _ => "See the service's error code for what it asks for.",
    }
}

#[cfg(test)]
mod tests {
    use cloud::{Outcome, Role, Service};

    use super::*;

    const ALIBABA: Service = Service { vendor: alibaba::VENDOR, name: "App Streaming", role: Role::Api };
    const HUAWEI: Service = Service { vendor: huawei::VENDOR, name: "Workspace", role: Role::Api };

    fn failed(kind: ErrorKind, outcome: Outcome, service: Service) -> String {
        advice(&Error::new(kind, outcome, "").during(service, "Call", ""))
    }

    #[test]
    fn a_call_that_may_have_taken_effect_is_said_to() {
        let may_have = "may have taken effect";
        assert!(!failed(ErrorKind::Timeout, Outcome::NotDone, ALIBABA).contains(may_have));
        assert!(failed(ErrorKind::Timeout, Outcome::Unknown, ALIBABA).contains(may_have));
    }

    #[test]
    fn more_time_is_advised_where_a_setting_gives_it_and_by_its_name() {
        for kind in [ErrorKind::Throttled, ErrorKind::Timeout] {
            let error = Error::new(kind, Outcome::Unknown, "").during(ALIBABA, "Call", "");
            let says = |setting| advice(&error.clone().timed_by(setting));
            for setting in ["timeouts.create", "timeout"] {
                assert!(says(Some(setting)).contains(&format!("set a longer `{setting}`")), "{}", says(Some(setting)));
            }
            assert!(!says(None).contains("longer"), "{}", says(None));
        }
    }

    #[test]
    fn refused_credentials_name_the_ways_to_sign_in_that_the_cloud_has() {
        let ways = "user_name, password";
        assert!(!failed(ErrorKind::Credentials, Outcome::NotDone, ALIBABA).contains(ways));
        assert!(failed(ErrorKind::Credentials, Outcome::NotDone, HUAWEI).contains(ways));
    }

    #[test]
    fn what_is_missing_is_named_as_the_clouds_block_and_environment_name_it() {
        let of = |service, hint: Hint| advice(&Error::configuration(service, "").hinting(hint));
        let none = || Hint::NoCredentials(cloud::Search::default());
        for (service, hint, expected) in [
            (ALIBABA, none(), ["ALIBABA_CLOUD_ACCESS_KEY_ID", "alibaba_cloud"]),
            (HUAWEI, none(), ["HW_ACCESS_KEY", "huawei_cloud"]),
            (ALIBABA, Hint::Profile, ["profile", "aliyun configure"]),
            (HUAWEI, Hint::Profile, ["profile", "hcloud configure"]),
            (ALIBABA, Hint::NoRegion, ["alibaba_cloud", "ALIBABA_CLOUD_REGION_ID"]),
            (HUAWEI, Hint::NoRegion, ["huawei_cloud", "HW_REGION_NAME"]),
            (HUAWEI, Hint::UnknownRegion, ["huawei_cloud", "endpoint"]),
            (HUAWEI, Hint::UnknownProject, ["huawei_cloud", "project_id"]),
            (ALIBABA, Hint::EndpointOfAnotherRegion, ["alibaba_cloud", "endpoint_serves_all_regions"]),
            (HUAWEI, Hint::EndpointOfAnotherRegion, ["huawei_cloud", "endpoint_serves_all_regions"]),
        ] {
            let advice = of(service, hint.clone());
            assert!(expected.iter().all(|part| advice.contains(part)), "{hint:?}: {advice}");
        }
    }
}
