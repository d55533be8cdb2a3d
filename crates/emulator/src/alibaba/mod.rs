//! Alibaba Cloud App Streaming, product `appstream-center`, version `2021-09-01`.
//!
//! The rules of each operation are in the file of its family, in the order of the operation's own page:
//! [`delivery_groups`], [`creation`], [`authorization`], [`sessions`], [`ota`], [`catalogue`], [`tags`]. [`parameters`]
//! holds what each takes, [`errors`] what each refuses with.

mod arguments;
mod authorization;
mod catalogue;
mod creation;
mod delivery_groups;
mod errors;
mod ota;
mod parameter_tables;
mod parameters;
mod rules;
mod sessions;
mod signature;
mod tags;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use self::{
    arguments::Arguments,
    errors::Error,
    parameter_tables as tables,
    parameters::{Decoded, Parameter},
};
use crate::{
    call::{Action, Answer, Arrival, Call, Cloud, Gateway, Moment, pairs},
    world::World,
};

/// The only version of the API.
const VERSION: &str = "2021-09-01";

/// An operation of the API.
#[derive(Clone, Copy)]
struct Operation {
    name: &'static str,
    parameters: &'static [Parameter],
    run: Run,
    /// Whether the operation answers its own errors with status 200 and a `Code`.
    errors_in_band: bool,
}

#[derive(Clone, Copy)]
enum Run {
    Read(fn(&World, &Arguments<'_>, Moment) -> Result<Value, Error>),
    Write(fn(&mut World, &Arguments<'_>, Moment) -> Result<Value, Error>),
}

const fn read(
    name: &'static str,
    parameters: &'static [Parameter],
    run: fn(&World, &Arguments<'_>, Moment) -> Result<Value, Error>,
) -> Operation {
    Operation { name, parameters, run: Run::Read(run), errors_in_band: false }
}

const fn write(
    name: &'static str,
    parameters: &'static [Parameter],
    run: fn(&mut World, &Arguments<'_>, Moment) -> Result<Value, Error>,
) -> Operation {
    Operation { name, parameters, run: Run::Write(run), errors_in_band: false }
}

const fn write_in_band(
    name: &'static str,
    parameters: &'static [Parameter],
    run: fn(&mut World, &Arguments<'_>, Moment) -> Result<Value, Error>,
) -> Operation {
    Operation { name, parameters, run: Run::Write(run), errors_in_band: true }
}

const OPERATIONS: &[Operation] = &[
    write_in_band("ApproveOtaTask", tables::APPROVE_OTA_TASK, ota::approve),
    write("AuthorizeInstanceGroup", tables::AUTHORIZE_INSTANCE_GROUP, authorization::authorize),
    write("CreateAppInstanceGroup", tables::CREATE_APP_INSTANCE_GROUP, creation::create),
    write("DeleteAppInstanceGroup", tables::DELETE_APP_INSTANCE_GROUP, delivery_groups::delete),
    read("GetAppInstanceGroup", tables::GET_APP_INSTANCE_GROUP, delivery_groups::get),
    read("GetOtaTaskByTaskId", tables::GET_OTA_TASK_BY_TASK_ID, ota::get),
    read("ListAppInstanceGroup", tables::LIST_APP_INSTANCE_GROUP, delivery_groups::list),
    read("ListAppInstances", tables::LIST_APP_INSTANCES, sessions::list),
    read("ListAuthorizedUserGroups", tables::LIST_AUTHORIZED_USER_GROUPS, authorization::list_user_groups),
    read("ListAuthorizedUsers", tables::LIST_AUTHORIZED_USERS, authorization::list_users),
    read("ListImage", tables::LIST_IMAGE, catalogue::list_images),
    read("ListNodeInstanceType", tables::LIST_NODE_INSTANCE_TYPE, catalogue::list_node_instance_types),
    read("ListOtaTask", tables::LIST_OTA_TASK, ota::list),
    read("ListRegions", tables::LIST_REGIONS, catalogue::list_regions),
    read("ListTagResources", tables::LIST_TAG_RESOURCES, tags::list),
    write_in_band(
        "LogOffAllSessionsInAppInstanceGroup",
        tables::LOG_OFF_ALL_SESSIONS_IN_APP_INSTANCE_GROUP,
        sessions::log_off_all,
    ),
    write("ModifyAppInstanceGroupAttribute", tables::MODIFY_APP_INSTANCE_GROUP_ATTRIBUTE, delivery_groups::modify),
    write("ModifyNodePoolAttribute", tables::MODIFY_NODE_POOL_ATTRIBUTE, creation::modify_node_pool),
    read("PageListAppInstanceGroupUser", tables::PAGE_LIST_APP_INSTANCE_GROUP_USER, authorization::page_list_users),
    write("TagResources", tables::TAG_RESOURCES, tags::tag),
    write("UntagResources", tables::UNTAG_RESOURCES, tags::untag),
    write_in_band(
        "UpdateAppInstanceGroupImage",
        tables::UPDATE_APP_INSTANCE_GROUP_IMAGE,
        delivery_groups::update_image,
    ),
];

/// The names of all operations.
pub(super) fn operation_names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

/// Whether a request to `/` is for this service at all.
pub(super) fn recognises(arrival: &Arrival) -> bool {
    arrival.path == "/"
}

/// Understands a request: who calls which operation with what.
pub(super) fn understand(arrival: &Arrival, gateway: &mut Gateway<'_>) -> Call {
    let request_id = gateway.random.uuid().to_string().to_uppercase();
    let all = all_pairs(arrival);
    let get = |name: &str| all.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let action = arrival.header("x-acs-action").or(get("Action")).unwrap_or_default().to_owned();
    let version = arrival.header("x-acs-version").or(get("Version")).unwrap_or_default();
    let operation = OPERATIONS.iter().find(|operation| operation.name == action);
    let (decoded, well_formed) = operation
        .map_or_else(|| (Decoded::default(), Ok(())), |operation| parameters::decode(operation.parameters, &all));
    let host = arrival.host().to_owned();
    let prepared = || {
        let operation = operation.ok_or_else(Error::unknown_action)?;
        if version != VERSION {
            return Err(Error::unknown_version());
        }
        let signer = signature::verify(arrival, gateway.keys, gateway.wall)?;
        let forbidden = signer.pair.read_only && matches!(operation.run, Run::Write(_));
        let nonce = signer.nonce;
        if !gateway.keys.use_nonce(nonce) {
            return Err(Error::used_nonce());
        }
        if forbidden {
            return Err(Error::forbidden(operation.name));
        }
        parameters::complete(operation.parameters, &decoded.values)?;
        well_formed?;
        Ok(*operation)
    };
    let prepared = prepared();
    Call {
        cloud: Cloud::Alibaba,
        operation: if action.is_empty() { "unknown".to_owned() } else { action },
        caller: signature::named_access_key(arrival),
        parameters: Value::Object(decoded.values.clone()),
        not_understood: decoded.not_understood,
        action: match prepared {
            Ok(operation) => Ok(act(operation, decoded.values, request_id.clone(), host)),
            Err(error) => Err(refusal(&error, &request_id, &host)),
        },
        request_id,
    }
}

/// The answer to a call that came too soon after others.
pub(super) fn throttled(call: &Call, host: &str) -> Answer {
    let mut answer = refusal(&Error::throttled(), &call.request_id, host);
    // Milliseconds, as the vendor's clients read it.
    answer.headers.push(("x-acs-retry-after", "1000".to_owned()));
    answer
}

/// An error of the gateway's form, for a fault.
pub(super) fn fault(status: u16, code: &str, message: &str, request_id: &str, host: &str) -> Answer {
    let error = Error { status, code: code.to_owned(), message: message.to_owned() };
    refusal(&error, request_id, host)
}

fn all_pairs(arrival: &Arrival) -> Vec<(String, String)> {
    let mut all = arrival.query_pairs();
    if arrival.has_form() {
        all.extend(pairs(&arrival.body));
    }
    all
}

fn act(operation: Operation, values: Map<String, Value>, request_id: String, host: String) -> Action {
    let values = Arc::new(values);
    match operation.run {
        Run::Read(run) => {
            Action::Read(Box::new(move |world, moment| match run(world, &Arguments::new(&values), moment) {
                Ok(body) => success(body, &request_id),
                Err(error) => refused(operation, &error, &request_id, &host),
            }))
        }
        Run::Write(run) => Action::Write(Box::new(move |world, moment| {
            run(world, &Arguments::new(&values), moment)
                .map(|body| success(body, &request_id))
                .map_err(|error| refused(operation, &error, &request_id, &host))
        })),
    }
}

fn success(mut body: Value, request_id: &str) -> Answer {
    if let Value::Object(fields) = &mut body {
        fields.insert("RequestId".to_owned(), request_id.into());
    }
    Answer { headers: vec![("x-acs-request-id", request_id.to_owned())], ..Answer::ok(body) }
}

fn refused(operation: Operation, error: &Error, request_id: &str, host: &str) -> Answer {
    if !operation.errors_in_band {
        return refusal(error, request_id, host);
    }
    let body = json!({ "RequestId": request_id, "Code": error.code, "Message": error.message });
    Answer {
        status: 200,
        headers: vec![("x-acs-request-id", request_id.to_owned())],
        body: Some(body),
        code: Some(error.code.clone()),
    }
}

fn refusal(error: &Error, request_id: &str, host: &str) -> Answer {
    let body = json!({
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": error.message,
        "Recommend": format!("https://api.aliyun.com/troubleshoot?q={}&product=appstream-center", error.code),
    });
    Answer {
        status: error.status,
        headers: vec![("x-acs-request-id", request_id.to_owned())],
        body: Some(body),
        code: Some(error.code.clone()),
    }
}
