//! The provider block.

mod alibaba_cloud;
mod common;
mod huawei_cloud;

use cloud::{Machine, People};
use tfplug::{prelude::*, timeouts};

use super::{
    clouds::{Cloud, Clouds},
    holders::{Authorized, Claims, Holders, Predecessors},
    phase::Phase,
    shared::Shared,
    turns::Turns,
};

/// Cloud application streaming as code: delivery groups of Alibaba Cloud App Streaming, and server groups of Huawei
/// Cloud Workspace. A configuration needs only the block of the cloud whose resources it has.
// What is unknown within a cloud's part of it makes that whole part unknown.
#[derive(Clone, Debug, Model)]
pub struct Config {
    /// How to reach Alibaba Cloud App Streaming. Only needed by resources about delivery groups. What is not set here
    /// is looked for in the environment, then in the profile, then in the machine's role; the keys of a pair come from
    /// one place. An empty value counts as not set, and white space around a value is not part of it.
    alibaba_cloud: Attr<alibaba_cloud::Block>,
    /// How to reach Huawei Cloud Workspace. Only needed by resources about server groups. What is not set here is
    /// looked for in the environment, then in the vendor's configuration file, then in the machine's agency. An empty
    /// value counts as not set, and white space around a value is not part of it; of a password, only the line breaks
    /// at its end are not.
    huawei_cloud: Attr<huawei_cloud::Block>,
    /// How long to look for the effect of a change whose answer was lost before the change is sent again, such as `30s`
    /// or `2m`. Longer than the provider's own times only: 6 seconds for authorizations and server groups, 8 for image
    /// updates and approvals, and a minute where the service has not answered within one. For a service that shows
    /// changes late.
    #[tf(validate(timeouts::duration()))]
    lost_answer_wait: Attr<String>,
    /// Whether warnings, errors and logs name users and user groups. With `false` they say how many there are, for
    /// whoever may read the output of Terraform and may not know who may use what. It is about what the provider says:
    /// what Terraform shows itself, such as the values of attributes in a plan, is hidden where they come from a
    /// variable that is `sensitive`. Default `true`.
    name_people: Attr<bool>,
}

impl Config {
    /// Makes the clients, without a call.
    pub(super) fn clouds(self, machine: Machine) -> Clouds {
        let people = match self.name_people {
            Attr::Null | Attr::Known(true) => People::named(),
            // What is not known yet may turn out to be `false`.
            Attr::Known(false) | Attr::Unknown => People::counted("name_people is false"),
        };
        Clouds {
            server_group_tags: huawei_cloud::tag_rules(&self.huawei_cloud),
            delivery_groups: Shared::new(machine.environment()),
            listed_server_groups: huawei_cloud::trusts_update_time(&self.huawei_cloud)
                .then(|| Shared::new(machine.environment())),
            alibaba: cloud(self.alibaba_cloud, |block| {
                alibaba::Client::new(alibaba_cloud::config(block, people.clone()), machine.clone())
            }),
            huawei: cloud(self.huawei_cloud, |block| {
                huawei::Client::new(huawei_cloud::config(block, people.clone()), machine.clone())
            }),
            machine,
            people,
            lost_answer_wait: self.lost_answer_wait.as_str().and_then(timeouts::parse).unwrap_or_default(),
            turns: Turns::default(),
            authorized: Authorized::default(),
            settings: Holders::default(),
            predecessors: Predecessors::default(),
            phase: Phase::default(),
            server_groups: Claims::default(),
            told_of_drains: Claims::default(),
        }
    }
}

/// How far a cloud with this block is. One that is left out is an empty one.
///
/// A block is unknown when anything in it is, however deep and whatever it is for: what is not known yet must not be
/// taken for not set, or the next place to look would be another account's. The structs of a block can hold nothing
/// unknown, so that none can be overlooked.
fn cloud<B: Default, C>(block: Attr<B>, client: impl FnOnce(B) -> Result<C, cloud::Error>) -> Cloud<C> {
    match block {
        Attr::Unknown => Cloud::Unknown,
        block => Cloud::new(client(block.into_known().unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};
    use tfplug::{
        Path, Value,
        testing::{Kind, model_of, validate},
        value::{Step, Type, from_json},
    };

    use super::*;
    use crate::AppStreaming;

    /// The type of one cloud's block, and whether it is the one of Alibaba Cloud.
    fn blocks() -> [(&'static str, bool); 2] {
        [("alibaba_cloud", true), ("huawei_cloud", false)]
    }

    /// A block in which everything is set.
    fn full(ty: &Type) -> Json {
        match ty {
            Type::Object(types) => {
                types.iter().map(|(name, ty)| (name.clone(), full(ty))).collect::<serde_json::Map<_, _>>().into()
            }
            Type::Map(of) => json!({ "key": full(of) }),
            Type::Set(of) | Type::List(of) => json!([full(of)]),
            Type::Bool => json!(true),
            Type::Number => json!(1000),
            _ => json!("value"),
        }
    }

    /// The paths of everything in a value, itself not included.
    fn places(value: &Value, at: &Path) -> Vec<Path> {
        let (parts, is_map) = match value {
            Value::Object(attributes) => (attributes, false),
            Value::Map(elements) => (elements, true),
            _ => return Vec::new(),
        };
        let below = |(name, value): (&String, &Value)| {
            let path = if is_map { at.then_key(name.clone()) } else { at.then_attribute(name.clone()) };
            std::iter::once(path.clone()).chain(places(value, &path)).collect::<Vec<_>>()
        };
        parts.iter().flat_map(below).collect()
    }

    fn make_unknown(value: &mut Value, path: &Path) {
        let mut place = value;
        for step in path.steps() {
            let (Value::Object(parts) | Value::Map(parts), Step::Attribute(name) | Step::Key(name)) = (place, step)
            else {
                panic!("{path} leads nowhere")
            };
            place = parts.get_mut(name.as_str()).unwrap();
        }
        *place = Value::UNKNOWN;
    }

    #[test]
    fn anything_unknown_at_any_depth_leaves_its_own_cloud_alone_without_a_client() {
        let ty = Schema::of::<Config>().ty();
        let Type::Object(types) = &ty else { panic!("a block is an object") };
        for (name, is_alibaba) in blocks() {
            let json = json!({ name: full(&types[name]) });
            let known = from_json(&json, &ty).unwrap();
            let block = Path::attribute(name);
            let places = places(known.at(&block).unwrap(), &block);
            assert!(places.len() > 20, "{places:?}");
            for path in std::iter::once(block).chain(places) {
                let mut value = known.clone();
                make_unknown(&mut value, &path);
                let clouds = model_of::<Config>(&value).unwrap().clouds(Machine::default());
                let unknown = (matches!(clouds.alibaba, Cloud::Unknown), matches!(clouds.huawei, Cloud::Unknown));
                assert_eq!(unknown, (is_alibaba, !is_alibaba), "{path}");
            }
        }
    }

    #[test]
    fn what_is_needed_in_an_object_must_not_be_empty() {
        for (config, path) in [
            (json!({ "alibaba_cloud": { "assume_role": { "role_arn": "" } } }), "alibaba_cloud.assume_role.role_arn"),
            (
                json!({ "alibaba_cloud": { "assume_role_with_oidc": {
                    "role_arn": "r", "oidc_provider_arn": "p", "oidc_token_file": " ",
                } } }),
                "alibaba_cloud.assume_role_with_oidc.oidc_token_file",
            ),
            (
                json!({ "huawei_cloud": { "assume_role": { "agency_name": "\n" } } }),
                "huawei_cloud.assume_role.agency_name",
            ),
        ] {
            told_at(&config, path, "must not be empty");
        }
    }

    #[test]
    fn a_ceiling_is_within_what_can_be_counted() {
        for block in ["alibaba_cloud", "huawei_cloud"] {
            for number in ["1e-300", "1e-1000", "0", "-1", "0.0009", "10000.1", "1e300", "1e1000"] {
                let number: serde_json::Number = serde_json::from_str(number).unwrap_or_else(|_| 0.into());
                let config = json!({ block: { "max_requests_per_second": number } });
                told_at(&config, &format!("{block}.max_requests_per_second"), "from 0.001 to 10000");
            }
            for number in [json!(0.001), json!(1), json!(10_000)] {
                let config = json!({ block: { "max_requests_per_second": number } });
                assert!(told(&config).is_empty(), "{config}");
            }
        }
    }

    fn told(config: &Json) -> Vec<tfplug::Diagnostic> {
        let diagnostics = validate(&AppStreaming::default(), Kind::Provider, config, &[]).unwrap();
        diagnostics.iter().cloned().collect()
    }

    #[track_caller]
    fn told_at(config: &Json, path: &str, says: &str) {
        let told = told(config);
        let [only] = &told[..] else { panic!("{config}: expected one error: {told:#?}") };
        assert_eq!(only.path.as_ref().map(ToString::to_string).as_deref(), Some(path), "{only:?}");
        assert!(only.detail.contains(says), "{only:?}");
    }
}
