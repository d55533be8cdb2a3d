//! Every schema fits its struct, and describes everything in it.

use std::collections::BTreeSet;

use tfplug::{
    Action, DataSource, ListResource, Resource,
    schema::Schema,
    testing::{check_model, schemas, without_description},
};

use crate::{AppStreaming, actions, config, data_sources, list_resources, resources};

/// A kind, a name, and whether schema and struct disagree.
type Checked = (&'static str, &'static str, Result<(), String>);

fn check<M: tfplug::Model>(schema: &Schema) -> Result<(), String> {
    check_model::<M>(schema).map_err(|errors| format!("{errors:?}"))
}

fn resource<R: Resource>(it: &R) -> Checked {
    ("resource", it.type_name(), check::<R::Model>(&it.schema()))
}

fn data_source<S: DataSource>(it: &S) -> Checked {
    ("data source", it.type_name(), check::<S::Model>(&it.schema()))
}

fn list_resource<L: ListResource>(it: &L) -> Checked {
    ("list resource", it.type_name(), check::<L::Config>(&it.schema()))
}

fn action<A: Action>(it: &A) -> Checked {
    ("action", it.type_name(), check::<A::Model>(&it.schema()))
}

fn all() -> Vec<Checked> {
    vec![
        ("provider", "", check::<config::Config>(&config::schema())),
        resource(&resources::delivery_group_authorization::DeliveryGroupAuthorization),
        resource(&resources::delivery_group_image::DeliveryGroupImage),
        resource(&resources::delivery_group_ota_approval::DeliveryGroupOtaApproval),
        resource(&resources::delivery_group_session_log_off::DeliveryGroupSessionLogOff),
        resource(&resources::server_group::ServerGroupResource),
        data_source(&data_sources::delivery_group::DeliveryGroupSource),
        data_source(&data_sources::delivery_group_sessions::DeliveryGroupSessionsSource),
        data_source(&data_sources::delivery_group_users::DeliveryGroupUsersSource),
        data_source(&data_sources::delivery_groups::DeliveryGroupsSource),
        data_source(&data_sources::images::ImagesSource),
        data_source(&data_sources::ota_tasks::OtaTasksSource),
        data_source(&data_sources::regions::RegionsSource),
        list_resource(&list_resources::delivery_group_authorization::DeliveryGroupAuthorizations),
        list_resource(&list_resources::delivery_group_image::DeliveryGroupImages),
        action(&actions::delivery_group_approve_ota::ApproveOta),
        action(&actions::delivery_group_log_off_sessions::LogOffSessions),
        data_source(&data_sources::servers::ServerGroupSource),
        data_source(&data_sources::servers::ServerGroups),
        data_source(&data_sources::servers::ServerGroupStatus),
        data_source(&data_sources::servers::ServerFlavors),
        data_source(&data_sources::servers::ServerQuota),
        list_resource(&list_resources::server_group::ServerGroupList),
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
    let served: BTreeSet<_> = schemas(&AppStreaming).into_keys().collect();
    assert_eq!(checked, served);
}

#[test]
fn everything_is_described() {
    for ((kind, name), schema) in schemas(&AppStreaming) {
        assert_eq!(without_description(&schema), Vec::<String>::new(), "{kind} {name}");
    }
}
