//! Every schema fits its struct, and describes everything in it.

use std::collections::BTreeSet;

use tfplug::{
    Action, DataSource, ListResource, Resource,
    schema::Schema,
    testing::{check_model, schema_problems, schemas, without_default, without_description},
};

use crate::{AppStreaming, actions, config, data_sources, list_resources, resources};

/// A kind, a name, and whether schema and struct disagree.
type Checked = (&'static str, String, Result<(), String>);

fn check<M: tfplug::Model>(schema: &Schema) -> Result<(), String> {
    check_model::<M>(schema).map_err(|errors| format!("{errors:?}"))
}

fn resource<R: Resource>(it: &R) -> Checked {
    ("resource", it.type_name().to_owned(), check::<R::Model>(&it.schema()))
}

fn data_source<S: DataSource>(it: &S) -> Checked {
    ("data source", it.type_name().to_owned(), check::<S::Model>(&it.schema()))
}

fn list_resource<L: ListResource>(it: &L) -> Checked {
    ("list resource", it.type_name().to_owned(), check::<L::Config>(&it.schema()))
}

fn action<A: Action>(it: &A) -> Checked {
    ("action", it.type_name().to_owned(), check::<A::Model>(&it.schema()))
}

fn all() -> Vec<Checked> {
    vec![
        ("provider", String::new(), check::<config::Config>(&Schema::of::<config::Config>())),
        resource(&resources::delivery_group_authorization::DeliveryGroupAuthorizationResource),
        resource(&resources::delivery_group_image::DeliveryGroupImageResource),
        resource(&resources::delivery_group_ota_approval::DeliveryGroupOtaApprovalResource),
        resource(&resources::delivery_group_session_log_off::DeliveryGroupSessionLogOffResource),
        resource(&resources::server_group::ServerGroupResource),
        data_source(&data_sources::delivery_group::DeliveryGroupDataSource),
        data_source(&data_sources::delivery_group_image_updates::DeliveryGroupImageUpdatesDataSource),
        data_source(&data_sources::delivery_group_sessions::DeliveryGroupSessionsDataSource),
        data_source(&data_sources::delivery_group_users::DeliveryGroupUsersDataSource),
        data_source(&data_sources::delivery_groups::DeliveryGroupsDataSource),
        data_source(&data_sources::images::ImagesDataSource),
        data_source(&data_sources::ota_tasks::OtaTasksDataSource),
        data_source(&data_sources::regions::RegionsDataSource),
        list_resource(&list_resources::delivery_group_authorization::DeliveryGroupAuthorizationListResource),
        list_resource(&list_resources::delivery_group_image::DeliveryGroupImageListResource),
        action(&actions::delivery_group_approve_ota::ApproveOtaAction),
        action(&actions::delivery_group_log_off_sessions::LogOffSessionsAction),
        action(&actions::delivery_group_update_image::UpdateImageAction),
        data_source(&data_sources::servers::ServerGroupDataSource),
        data_source(&data_sources::servers::ServerGroupsDataSource),
        data_source(&data_sources::servers::ServerGroupStatusDataSource),
        data_source(&data_sources::servers::ServerFlavorsDataSource),
        data_source(&data_sources::servers::ServerQuotaDataSource),
        list_resource(&list_resources::server_group::ServerGroupListResource),
    ]
}

#[test]
fn every_struct_fits_its_schema() {
    for (kind, name, result) in all() {
        assert_eq!(result, Ok(()), "{kind} {name}");
    }
}

#[test]
fn nothing_that_is_served_goes_unchecked() {
    let checked: BTreeSet<_> = all().into_iter().map(|(kind, name, _)| (kind, name)).collect();
    let served: BTreeSet<_> = schemas(&AppStreaming::default()).into_keys().collect();
    assert_eq!(checked, served);
}

#[test]
fn everything_is_described() {
    for ((kind, name), schema) in schemas(&AppStreaming::default()) {
        assert_eq!(without_description(&schema), Vec::<String>::new(), "{kind} {name}");
    }
}

/// The words in which a description says what holds where an attribute is left out.
const UNSET: [&str; 13] = [
    "Default",
    "default",
    "Without it",
    "not set",
    "Either this",
    "the provider's",
    "Only ",
    "also `",
    "instead of",
    "With `",
    "Not used",
    "Needed",
    "Required",
];

#[test]
fn what_may_be_left_out_says_what_holds_then() {
    let says = |text: &str| UNSET.iter().any(|word| text.contains(word));
    for ((kind, name), schema) in schemas(&AppStreaming::default()) {
        assert_eq!(without_default(&schema, says), Vec::<String>::new(), "{kind} {name}");
    }
}

#[test]
fn nothing_is_wrong_with_any_schema() {
    let problems = schema_problems(&AppStreaming::default());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
