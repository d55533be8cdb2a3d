//! Configurations are checked: by the schema, then by the provider's own code.

use super::{
    provider::{Disk, Query},
    *,
};
use crate::{Diagnostic, Diagnostics, Path};

/// A client that knows write-only attributes.
const KNOWS_WRITE_ONLY: Option<ClientCapabilities> =
    Some(ClientCapabilities { write_only_attributes_allowed: true, ..NO_CAPABILITIES });

impl Host {
    async fn validate_disk(&self, config: Json, client_capabilities: Option<ClientCapabilities>) -> Vec<String> {
        let (type_name, config) = ("test_disk".to_owned(), wire(&config, &disk_type()));
        let request = proto::validate_resource_config::Request { type_name, config, client_capabilities };
        let response = self.service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
        told(&response.diagnostics)
    }

    async fn validate_provider(&self, config: Json) -> Vec<String> {
        let request = proto::validate_provider_config::Request { config: wire(&config, &provider_type()) };
        let response = self.service.validate_provider_config(Request::new(request)).await.unwrap().into_inner();
        told(&response.diagnostics)
    }

    /// Validates the same configuration as that of a data source, a list, an action and an ephemeral resource.
    async fn validate_queries(&self, config: Json) -> [Vec<String>; 4] {
        let config = wire(&config, &query_type());
        let request =
            proto::validate_data_resource_config::Request { type_name: "test_disk".to_owned(), config: config.clone() };
        let data_source = self.service.validate_data_resource_config(Request::new(request)).await.unwrap();
        let request = proto::validate_list_resource_config::Request {
            type_name: "test_disk".to_owned(),
            config: config.clone(),
            ..Default::default()
        };
        let list = self.service.validate_list_resource_config(Request::new(request)).await.unwrap();
        let request =
            proto::validate_action_config::Request { type_name: "test_format".to_owned(), config: config.clone() };
        let action = self.service.validate_action_config(Request::new(request)).await.unwrap();
        let request = proto::validate_ephemeral_resource_config::Request { type_name: "test_key".to_owned(), config };
        let ephemeral = self.service.validate_ephemeral_resource_config(Request::new(request)).await.unwrap();
        [
            told(&data_source.into_inner().diagnostics),
            told(&list.into_inner().diagnostics),
            told(&action.into_inner().diagnostics),
            told(&ephemeral.into_inner().diagnostics),
        ]
    }
}

fn named_bad(name: Option<&str>) -> Diagnostics {
    if name == Some("bad") { Diagnostic::error("Bad", "It is.").into() } else { Diagnostics::NONE }
}

#[tokio::test]
async fn validators_and_the_resource_s_own_check_are_both_told() {
    let disks = Disks {
        validate: |config: &Disk| match (config.name.as_str(), &config.zone) {
            (_, zone) if zone.is_unknown() => Diagnostic::warning("Unknown zone", "").into(),
            (name, _) => named_bad(name),
        },
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    assert_eq!(host.validate_disk(json!({"name": "a"}), None).await, [""; 0]);
    assert_eq!(host.validate_disk(json!({"name": "bad"}), None).await, ["error: Bad: It is."]);
    assert_eq!(
        host.validate_disk(json!({"name": "much too long", "zone": UNKNOWN}), None).await,
        [
            "error name: Invalid name: It must have 1 to 10 characters; \"much too long\" has 13.",
            "warning: Unknown zone: "
        ]
    );
}

#[tokio::test]
async fn a_deprecated_attribute_is_told_only_where_it_is_set() {
    let host = Host::with_disks(Disks::default()).await;
    let told = host.validate_disk(json!({"name": "a", "former": "b"}), None).await;
    assert_eq!(told, ["warning former: former is deprecated: Use name."]);
}

#[tokio::test]
async fn a_write_only_attribute_needs_a_terraform_that_knows_it() {
    let host = Host::with_disks(Disks::default()).await;
    let config = json!({"name": "a", "secret": "s"});
    assert_eq!(host.validate_disk(config.clone(), KNOWS_WRITE_ONLY).await, [""; 0]);
    let told = host.validate_disk(config, None).await;
    assert!(told[0].starts_with("error secret: secret needs a newer Terraform: Its value is never stored"), "{told:?}");
    assert_eq!(host.validate_disk(json!({"name": "a"}), None).await, [""; 0]);
}

#[tokio::test]
async fn a_panic_in_a_check_is_told() {
    let disks = Disks { validate: |_| panic!("boom {}", 1), ..Disks::default() };
    let told = Host::with_disks(disks).await.validate_disk(json!({"name": "a"}), None).await;
    assert!(told[0].starts_with("error: test_disk: the provider's code panicked: "), "{told:?}");
    assert!(told[0].contains("boom 1") && told[0].contains("Please report this"), "{told:?}");
}

#[tokio::test]
async fn a_value_that_no_struct_could_hold_is_the_configuration_s_mistake() {
    let host = Host::with_disks(Disks::default()).await;
    let told = host.validate_disk(json!({"name": "", "size": 1.5}), None).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("error name: Invalid name"), "{told:?}");
    let told = host.validate_disk(json!({"name": "a", "size": 1.5}), None).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("error size: Invalid value: size: a whole number of 64 bits is"), "{told:?}");
}

#[tokio::test]
async fn the_provider_block_is_checked() {
    let validate = |config: &provider::Config| named_bad(config.region.as_str());
    let host = Host::new(TestProvider { validate, ..TestProvider::default() });
    assert_eq!(host.validate_provider(json!({"region": "north"})).await, [""; 0]);
    assert_eq!(host.validate_provider(json!({"region": "bad"})).await, ["error: Bad: It is."]);
    let told = host.validate_provider(json!({"region": "much too far"})).await;
    assert_eq!(told, ["error region: Invalid region: It must have 1 to 10 characters; \"much too far\" has 12."]);
}

#[tokio::test]
async fn data_sources_lists_actions_and_ephemeral_resources_are_checked_alike() {
    let queries = Queries { validate: |query: &Query| named_bad(query.name.as_str()), ..Queries::default() };
    let host = Host::with_queries(queries).await;
    for told in host.validate_queries(json!({"name": "a"})).await {
        assert_eq!(told, [""; 0]);
    }
    for told in host.validate_queries(json!({"name": "bad"})).await {
        assert_eq!(told, ["error: Bad: It is."]);
    }
    for told in host.validate_queries(json!({"name": ""})).await {
        assert_eq!(told, ["error name: Invalid name: It must have 1 to 10 characters; \"\" has 0."]);
    }
}

#[tokio::test]
async fn a_type_that_is_not_served_is_named() {
    let host = Host::new(TestProvider::default());
    let type_name = "test_none".to_owned();
    let request = proto::validate_resource_config::Request { type_name: type_name.clone(), ..Default::default() };
    let response = host.service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
    let told_of =
        |kind: &str| vec![format!("error: Unknown {kind} type: The provider has no {kind} of the type \"test_none\".")];
    assert_eq!(told(&response.diagnostics), told_of("resource"));
    let request = proto::validate_list_resource_config::Request { type_name: type_name.clone(), ..Default::default() };
    let response = host.service.validate_list_resource_config(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(told(&response.diagnostics), told_of("list resource"));
    let request = proto::validate_action_config::Request { type_name: type_name.clone(), config: None };
    let response = host.service.validate_action_config(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(told(&response.diagnostics), told_of("action"));
    let request = proto::validate_ephemeral_resource_config::Request { type_name, config: None };
    let response = host.service.validate_ephemeral_resource_config(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(told(&response.diagnostics), told_of("ephemeral resource"));
}

#[tokio::test]
async fn bytes_that_do_not_fit_the_schema_are_told_where_they_are() {
    let host = Host::with_disks(Disks::default()).await;
    let config =
        |msgpack: &'static [u8], json: &'static [u8]| Some(DynamicValue { msgpack: msgpack.into(), json: json.into() });
    for (config, expected) in [
        // {"size": true}
        (
            config(&[0x81, 0xa4, b's', b'i', b'z', b'e', 0xc3], b""),
            "error size: A value cannot be read: size: a number",
        ),
        (config(&[0xc1], b""), "error: A value cannot be read: a map is expected"),
        (config(b"", b"{"), "error: A value cannot be read: "),
        (config(b"", b"{\"size\": true}"), "error size: A value cannot be read: size: the value is not of type"),
    ] {
        let type_name = "test_disk".to_owned();
        let request = proto::validate_resource_config::Request { type_name, config, ..Default::default() };
        let response = host.service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
        let told = told(&response.diagnostics);
        assert!(told[0].starts_with(expected), "{told:?}");
    }
    // JSON is as good as MessagePack.
    let (type_name, config) = ("test_disk".to_owned(), config(b"", b"{\"name\": \"\"}"));
    let request = proto::validate_resource_config::Request { type_name, config, ..Default::default() };
    let response = host.service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
    assert!(told(&response.diagnostics)[0].starts_with("error name: Invalid name"));
}

#[tokio::test]
async fn every_step_of_a_path_reaches_terraform() {
    let disks = Disks {
        validate: |_| {
            let path = Path::attribute("mount").then_index(2).then_attribute("tags").then_key("k");
            Diagnostic::error("Bad", "").at(path).into()
        },
        ..Disks::default()
    };
    let told = Host::with_disks(disks).await.validate_disk(json!({"name": "a"}), None).await;
    assert_eq!(told, ["error mount/2/tags/\"k\": Bad: "]);
}

const MISSING: &str =
    "error name: Missing name: It must be set, and it is null, as a variable without a value is.\n\nname: Its name.";

#[tokio::test]
async fn what_must_not_be_null_is_refused_where_it_is_null_in_every_block() {
    let host = Host::with_disks(Disks::default()).await;
    assert_eq!(host.validate_disk(json!({"zone": "z"}), None).await, [MISSING]);
    for (config, expected) in nulls() {
        refused(&host.validate_disk(config.clone(), None).await, expected);
        for told in host.validate_queries(config).await {
            refused(&told, expected);
        }
    }
    for (config, expected) in nulls_beside(&json!({})) {
        refused(&host.validate_provider(config).await, expected);
    }
}

#[tokio::test]
async fn what_is_unknown_may_still_come() {
    let host = Host::with_disks(Disks::default()).await;
    for config in [json!({"name": UNKNOWN}), json!({"name": "a", "parts": UNKNOWN})] {
        assert_eq!(host.validate_disk(config.clone(), None).await, [""; 0]);
        assert_eq!(host.validate_queries(config).await, [(); 4].map(|()| Vec::<String>::new()));
    }
    assert_eq!(host.validate_provider(json!({"parts": UNKNOWN})).await, [""; 0]);
}

#[tokio::test]
async fn a_panic_in_any_check_of_any_block_is_told() {
    let queries = Queries { validate: |_| panic!("boom"), ..Queries::default() };
    let validate = |_: &provider::Config| panic!("boom");
    let host = Host::new(TestProvider { queries, validate, ..TestProvider::default() });
    let mut all = Vec::from(host.validate_queries(json!({"name": "a"})).await);
    all.push(host.validate_provider(json!({})).await);
    all.push(host.validate_disk(json!({"name": "a", "label": "unchecked"}), None).await);
    for told in all {
        assert!(told[0].contains("the provider's code panicked") && told[0].contains("boom"), "{told:?}");
    }
    assert_eq!(host.validate_disk(json!({"name": "a"}), None).await, [""; 0], "and the provider goes on");
}
