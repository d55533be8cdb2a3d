//! Huawei Cloud Workspace, application streaming, version 1, and the IAM calls that its clients need.
//!
//! The rules of each operation are in the file of its family: [`server_groups`], [`usage`], [`tags`], [`scaling`],
//! [`catalogue`], [`iam`]. [`parameters`] holds what each takes, [`errors`] what each refuses with.

mod catalogue;
mod errors;
mod iam;
mod parameters;
mod request;
mod scaling;
mod server_groups;
mod signature;
mod tags;
mod usage;

use serde_json::Value;

use self::{
    errors::{Error, answer},
    parameters as p,
    request::Request,
};
use crate::{
    call::{Action, Answer, Arrival, Call, Cloud, Gateway, Moment},
    shape::Field,
    world::World,
};

/// An operation of the API.
#[derive(Clone, Copy)]
struct Operation {
    /// Its name in the vendor's client.
    name: &'static str,
    method: &'static str,
    /// Path segments after the project; `{}` takes any.
    path: &'static [&'static str],
    query: &'static [Field],
    /// `None` where the operation takes no body.
    body: Option<&'static [Field]>,
    run: Run,
}

#[derive(Clone, Copy)]
enum Run {
    Read(fn(&World, &Request, Moment) -> Result<Value, Error>),
    Write(fn(&mut World, &Request, Moment) -> Result<Value, Error>),
}

type Path = &'static [&'static str];

const fn read(
    name: &'static str,
    path: Path,
    query: &'static [Field],
    run: fn(&World, &Request, Moment) -> Result<Value, Error>,
) -> Operation {
    Operation { name, method: "GET", path, query, body: None, run: Run::Read(run) }
}

const fn write(
    name: &'static str,
    method: &'static str,
    path: Path,
    body: Option<&'static [Field]>,
    run: fn(&mut World, &Request, Moment) -> Result<Value, Error>,
) -> Operation {
    Operation { name, method, path, query: p::NO_QUERY, body, run: Run::Write(run) }
}

const GROUPS: Path = &["app-server-groups"];
const GROUP: Path = &["app-server-groups", "{}"];

/// Fixed paths stand before those that take any segment in the same place.
const OPERATIONS: &[Operation] = &[
    read("ListServerGroups", GROUPS, p::LIST_SERVER_GROUPS_QUERY, server_groups::list),
    write("CreateServerGroup", "POST", GROUPS, Some(p::CREATE_SERVER_GROUP_BODY), server_groups::create),
    read(
        "ListTenantServerGroups",
        &["app-server-groups", "actions", "list"],
        p::LIST_TENANT_SERVER_GROUPS_QUERY,
        server_groups::list_brief,
    ),
    read(
        "ShowServerGroupRestrict",
        &["app-server-groups", "resources", "restrict"],
        p::NO_QUERY,
        server_groups::restrict,
    ),
    Operation {
        name: "ValidateServerGroup",
        method: "POST",
        path: &["app-server-groups", "rules", "validate"],
        query: p::NO_QUERY,
        body: Some(p::VALIDATE_SERVER_GROUP_BODY),
        run: Run::Read(server_groups::validate),
    },
    read("ShowServerGroup", GROUP, p::NO_QUERY, server_groups::show),
    write("UpdateServerGroup", "PATCH", GROUP, Some(p::UPDATE_SERVER_GROUP_BODY), server_groups::update),
    write("DeleteServerGroups", "DELETE", GROUP, None, server_groups::delete),
    read("ShowServerGroupState", &["app-server-groups", "{}", "state"], p::NO_QUERY, server_groups::state),
    read("ListServerGroupTag", &["server-group", "tags"], p::NO_QUERY, tags::list_all),
    write(
        "BatchCreateServerGroupTags",
        "POST",
        &["server-group", "tags", "batch-create"],
        Some(p::BATCH_CREATE_SERVER_GROUP_TAGS_BODY),
        tags::batch_create,
    ),
    write(
        "BatchDeleteServerGroupTags",
        "DELETE",
        &["server-group", "tags", "batch-delete"],
        Some(p::BATCH_DELETE_SERVER_GROUP_TAGS_BODY),
        tags::batch_delete,
    ),
    read("ShowServerGroupTag", &["server-group", "{}", "tags"], p::NO_QUERY, tags::show),
    write(
        "CreateServerGroupTags",
        "POST",
        &["server-group", "{}", "tags", "create"],
        Some(p::CREATE_SERVER_GROUP_TAGS_BODY),
        tags::create,
    ),
    write(
        "DeleteServerGroupTags",
        "DELETE",
        &["server-group", "{}", "tags", "delete"],
        Some(p::DELETE_SERVER_GROUP_TAGS_BODY),
        tags::delete,
    ),
    read("ShowScalingPolicy", &["scaling-policy"], p::SHOW_SCALING_POLICY_QUERY, scaling::show),
    write(
        "CreateOrUpdateScalingPolicy",
        "PUT",
        &["scaling-policy"],
        Some(p::CREATE_OR_UPDATE_SCALING_POLICY_BODY),
        scaling::put,
    ),
    Operation {
        name: "DeleteScalingPolicy",
        method: "DELETE",
        path: &["scaling-policy"],
        query: p::DELETE_SCALING_POLICY_QUERY,
        body: None,
        run: Run::Write(scaling::delete),
    },
    read("ListServers", &["app-servers"], p::LIST_SERVERS_QUERY, usage::list_servers),
    read("ListAppGroup", &["app-groups"], p::LIST_APP_GROUP_QUERY, usage::list_app_groups),
    read("ListProduct", &["product"], p::LIST_PRODUCT_QUERY, catalogue::list_products),
    read("ListAvailabilityZone", &["availability-zone"], p::NO_QUERY, catalogue::list_availability_zones),
    read("ListAz", &["availability-zone", "summary"], p::NO_QUERY, catalogue::summarise_availability_zones),
    read("ListVolumeType", &["volume-type"], p::NO_QUERY, catalogue::list_volume_types),
    read("CheckQuota", &["check", "quota"], p::CHECK_QUOTA_QUERY, catalogue::check_quota),
    read("ListTenantProfile", &["tenant", "profile"], p::NO_QUERY, catalogue::show_tenant),
];

/// The names of all operations.
pub(super) fn operation_names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name).chain(iam::OPERATIONS)
}

/// Whether a request is for this service at all.
pub(super) fn recognises(arrival: &Arrival) -> bool {
    arrival.path.starts_with("/v1/") || arrival.path.starts_with("/v2/") || iam::recognises(&arrival.path)
}

/// Understands a request: who calls which operation with what.
pub(super) fn understand(arrival: &Arrival, gateway: &mut Gateway<'_>) -> Call {
    let request_id = gateway.random.uuid().simple().to_string();
    let (world, wall, now) = (gateway.world, gateway.wall, gateway.now);
    if iam::recognises(&arrival.path) {
        return iam::understand(arrival, gateway, request_id);
    }
    let caller = signature::named_sender(arrival, gateway.keys, now);
    let segments: Vec<String> = arrival.path.split('/').skip(2).map(decode).collect();
    let (project_id, rest) = segments.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let found = find(&arrival.method, rest);
    let name = found.as_ref().map_or("unknown", |(operation, _)| operation.name).to_owned();
    let mut request = Request::new(project_id);
    let mut not_understood = Vec::new();
    let prepare = || {
        let (operation, path) = found?;
        request.path = path;
        let understood = request.read(&operation, arrival);
        not_understood = understood.as_ref().cloned().unwrap_or_default();
        let sender = signature::verify(arrival, gateway.keys, wall, now)?;
        let foreign_token = sender.project_id.as_deref().is_some_and(|token| token != project_id);
        request.region = world.huawei.region(project_id).map(str::to_owned).ok_or_else(Error::unknown_project)?;
        if foreign_token || (sender.read_only && matches!(operation.run, Run::Write(_))) {
            return Err(Error::forbidden());
        }
        understood?;
        Ok(operation)
    };
    let prepared = prepare();
    Call {
        cloud: Cloud::Huawei,
        operation: name,
        caller,
        parameters: request.recorded(),
        not_understood,
        action: match prepared {
            Ok(operation) => Ok(act(operation, request, request_id.clone())),
            Err(error) => Err(error.answer(&request_id)),
        },
        request_id,
    }
}

/// The answer to a call that came too soon after others.
pub(super) fn throttled(call: &Call, limit: u32) -> Answer {
    let mut answer = Error::throttled(limit).answer(&call.request_id);
    answer.headers.push(("x-ratelimit-api", format!("remain:0,limit:{limit},time:1 second")));
    answer
}

/// An error of the service's form, for a fault.
pub(super) fn fault(status: u16, code: &str, message: &str, request_id: &str) -> Answer {
    Error::of(status, code, message).answer(request_id)
}

/// The operation of a method and path, and the segments that stand for `{}`.
fn find(method: &str, segments: &[String]) -> Result<(Operation, Vec<String>), Error> {
    let fits = |operation: &&Operation| {
        operation.path.len() == segments.len()
            && operation.path.iter().zip(segments).all(|(wanted, given)| *wanted == "{}" || *wanted == given.as_str())
    };
    let same_path: Vec<&Operation> = OPERATIONS.iter().filter(fits).collect();
    let operation = match same_path.iter().find(|operation| operation.method == method) {
        Some(operation) => **operation,
        None if same_path.is_empty() => return Err(Error::unknown_api()),
        None => return Err(Error::wrong_method()),
    };
    let path = operation.path.iter().zip(segments).filter(|(wanted, _)| **wanted == "{}");
    Ok((operation, path.map(|(_, given)| given.clone()).collect()))
}

fn act(operation: Operation, request: Request, request_id: String) -> Action {
    match operation.run {
        Run::Read(run) => Action::Read(Box::new(move |world, moment| match run(world, &request, moment) {
            Ok(body) => answer(200, Some(body), &request_id, None),
            Err(error) => error.answer(&request_id),
        })),
        Run::Write(run) => Action::Write(Box::new(move |world, moment| {
            run(world, &request, moment)
                .map(|body| answer(200, Some(body), &request_id, None))
                .map_err(|error| error.answer(&request_id))
        })),
    }
}

fn decode(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
