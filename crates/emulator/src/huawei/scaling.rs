//! Scaling policies: one for each server group.

use serde_json::{Value, json};

use super::{errors::Error, request::Request, server_groups::find};
use crate::{
    call::Moment,
    world::{ResourcePolicy, ScalingPolicy, SessionPolicy, World},
};

/// GET `scaling-policy`: a group without one has one that is off.
pub(super) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.query_text("server_group_id").ok_or_else(|| Error::missing("server_group_id"))?;
    let (_, group) = find(world, request, id)?;
    Ok(group.scaling_policy.as_ref().map_or_else(|| json!({ "enable": false }), |policy| json!(policy)))
}

/// PUT `scaling-policy`: by sessions or by load, with limits that fit each other.
pub(super) fn put(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.need("server_group_id")?;
    find(world, request, id)?;
    let within = |name: &str, value: Option<i64>, low: i64, high: i64| match value {
        Some(value) if !(low..=high).contains(&value) => {
            Err(Error::invalid(name, &format!("it must be from {low} to {high}")))
        }
        value => Ok(value),
    };
    let max = within("max_scaling_amount", request.integer("max_scaling_amount"), 1, 100)?;
    let step = within("single_expansion_count", request.integer("single_expansion_count"), 1, 10)?;
    if let (Some(max), Some(step)) = (max, step)
        && step > max
    {
        return Err(Error::invalid("single_expansion_count", "it must not exceed max_scaling_amount"));
    }
    let number = |object: &Value, name: &str, high: i64| within(name, object[name].as_i64(), 1, high);
    let by_session = request.field("scaling_policy_by_session").map(|given| {
        Ok(SessionPolicy {
            session_usage_threshold: number(given, "session_usage_threshold", 100)?,
            shrink_after_session_idle_minutes: number(given, "shrink_after_session_idle_minutes", 1440)?,
        })
    });
    let by_resource = request.field("scaling_policy_by_resource").map(|given| {
        Ok(ResourcePolicy {
            cpu_usage_threshold: number(given, "cpu_usage_threshold", 100)?,
            mem_usage_threshold: number(given, "mem_usage_threshold", 100)?,
            gpu_usage_threshold: number(given, "gpu_usage_threshold", 100)?,
        })
    });
    let policy = ScalingPolicy {
        enable: request.boolean("enable").unwrap_or(true),
        max_scaling_amount: max,
        single_expansion_count: step,
        scaling_policy_by_session: by_session.transpose()?,
        scaling_policy_by_resource: by_resource.transpose()?,
    };
    let has_rule = policy.scaling_policy_by_session.is_some() || policy.scaling_policy_by_resource.is_some();
    if policy.enable && !has_rule {
        return Err(Error::missing("scaling_policy_by_session"));
    }
    let answer = json!(policy);
    if let Some(group) = world.huawei.server_groups.get_mut(id) {
        group.scaling_policy = Some(policy);
    }
    Ok(answer)
}

/// DELETE `scaling-policy`.
pub(super) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.query_text("server_group_id").ok_or_else(|| Error::missing("server_group_id"))?;
    find(world, request, id)?;
    if let Some(group) = world.huawei.server_groups.get_mut(id) {
        group.scaling_policy = None;
    }
    Ok(json!({}))
}
