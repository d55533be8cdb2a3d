//! Scaling policies: one for each server group.

use serde_json::{Value, json};

use super::{
    super::{errors::Error, request::Request},
    find,
};
use crate::{
    call::Moment,
    world::{ResourcePolicy, ScalingPolicy, SessionPolicy, World},
};

/// The threshold of a policy that was made without one: the creation asks for none, and the list must show one.
const UNTIL_FULL: i64 = 100;

/// GET `scaling-policy`: a group without one has one that is off.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.query_text("server_group_id").unwrap_or_default();
    let (_, group) = find(world, request, id)?;
    Ok(group.scaling_policy.as_ref().map_or_else(|| json!({ "enable": false }), |policy| json!(policy)))
}

/// PUT `scaling-policy`: by sessions or by load, with limits that fit each other.
pub(crate) fn put(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let id = request.need("server_group_id")?;
    let (_, group) = find(world, request, id)?;
    if world.huawei.products.get(&group.product_id).is_some_and(|product| product.charge_mode == "1") {
        return Err(Error::invalid("server_group_id", "only what is paid by use scales by itself"));
    }
    let (max, step) = (request.integer("max_scaling_amount"), request.integer("single_expansion_count"));
    if step > max {
        return Err(Error::invalid("single_expansion_count", "it must not exceed max_scaling_amount"));
    }
    let number = |object: &Value, name: &str| object[name].as_i64();
    let policy = ScalingPolicy {
        enable: request.boolean("enable").unwrap_or(true),
        max_scaling_amount: max,
        single_expansion_count: step,
        scaling_policy_by_session: request.field("scaling_policy_by_session").map(|given| SessionPolicy {
            session_usage_threshold: Some(number(given, "session_usage_threshold").unwrap_or(UNTIL_FULL)),
            shrink_after_session_idle_minutes: number(given, "shrink_after_session_idle_minutes"),
        }),
        job_seconds: moment.durations.server_job_seconds,
        scaling_policy_by_resource: request.field("scaling_policy_by_resource").map(|given| ResourcePolicy {
            cpu_usage_threshold: number(given, "cpu_usage_threshold"),
            mem_usage_threshold: number(given, "mem_usage_threshold"),
            gpu_usage_threshold: number(given, "gpu_usage_threshold"),
        }),
    };
    let answer = json!(policy);
    if let Some(group) = world.huawei.server_groups.get_mut(id) {
        group.scaling_policy = Some(policy);
    }
    Ok(answer)
}

/// DELETE `scaling-policy`.
pub(crate) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.query_text("server_group_id").unwrap_or_default();
    find(world, request, id)?;
    if let Some(group) = world.huawei.server_groups.get_mut(id) {
        group.scaling_policy = None;
    }
    Ok(json!({}))
}
