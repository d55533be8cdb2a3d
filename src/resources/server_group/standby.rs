//! What a standby group has from its primary: some of it must be the same from the beginning, some follows by itself.

use std::collections::BTreeMap;

use huawei::{CreateServerGroup, ServerGroup};
use serde::{Deserialize, Serialize};
use tfplug::{Attr, Context, Diagnostic, Diagnostics, Path, Result};

use super::{calls::Calls, model::Model};
use crate::{clouds::Clouds, server_group::parts::text_or_empty};

/// The private entry for what a primary has passed on: [`Passed`] by attribute.
const PASSED_ON: &str = "passed_on";

/// A value that a standby group got from its primary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Passed {
    /// What the standby group had before.
    from: String,
    to: String,
}

/// The group that this one stands by for.
fn primary_of(model: &Model) -> Option<String> {
    model.primary_server_group_id.as_known().filter(|id| !id.is_empty()).cloned()
}

/// What a standby group follows its primary in, by the attribute's name.
pub(super) fn followed(model: &Model) -> [(&'static str, Attr<String>); 2] {
    [("app_type", model.app_type.clone()), ("storage_mount_policy", model.storage_mount_policy.clone())]
}

fn of_primary<'p>(attribute: &str, primary: &'p ServerGroup) -> Option<&'p str> {
    match attribute {
        "app_type" => primary.app_type.as_deref(),
        _ => primary.storage_mount_policy.as_deref(),
    }
}

/// Fills in what must be the same as in the primary and is not configured: the service's own defaults would be refused
/// where the primary has something else.
pub(super) async fn inherit(calls: &Calls<'_>, wanted: &mut CreateServerGroup) -> Result<()> {
    let Some(primary) = &wanted.primary_server_group_id else { return Ok(()) };
    if wanted.app_type.is_some() && wanted.ip_virtual.is_some() {
        return Ok(());
    }
    let primary = calls.read(primary, calls.bounds).await?;
    wanted.app_type = wanted.app_type.take().or(primary.app_type);
    wanted.ip_virtual = wanted.ip_virtual.or(primary.ip_virtual.filter(|it| it.enable == Some(true)));
    Ok(())
}

/// Remembers beside the state what a refresh finds to have come from the primary.
pub(super) async fn observe(
    cx: &mut Context<Clouds>,
    calls: &Calls<'_>,
    before: &[(&'static str, Attr<String>)],
    state: &Model,
) -> Result<()> {
    let Some(primary_id) = primary_of(state) else { return Ok(()) };
    let known: BTreeMap<String, Passed> = cx.private().get(PASSED_ON).unwrap_or_default();
    let mut passed = known.clone();
    let mut primary = None;
    for ((attribute, before), (_, now)) in before.iter().zip(&followed(state)) {
        let (Some(before), Some(now)) = (before.as_str(), now.as_str()) else { continue };
        if before != now {
            if primary.is_none() {
                primary = calls.find(&primary_id, calls.bounds).await?;
            }
            let from = match passed.remove(*attribute) {
                Some(earlier) if earlier.to == before => earlier.from,
                _ => before.to_owned(),
            };
            let is_the_primarys = primary.as_ref().and_then(|primary| of_primary(attribute, primary)) == Some(now);
            if is_the_primarys && from != now {
                passed.insert((*attribute).to_owned(), Passed { from, to: now.to_owned() });
            }
        } else if passed.get(*attribute).is_some_and(|passed| passed.to != now) {
            passed.remove(*attribute);
        }
    }
    if passed != known {
        cx.private_mut().set(PASSED_ON, &passed)?;
    }
    Ok(())
}

/// Keeps what the primary has passed on, where the configuration still says what was there before: that is no drift of
/// the standby group.
pub(super) fn keep(cx: &mut Context<Clouds>, prior: &Model, planned: &mut Model) {
    let passed: BTreeMap<String, Passed> = cx.private().get(PASSED_ON).unwrap_or_default();
    let name = text_or_empty(&prior.name);
    // In the order of [`followed`].
    let planned = [&mut planned.app_type, &mut planned.storage_mount_policy];
    for ((attribute, prior), planned) in followed(prior).into_iter().zip(planned) {
        let Some(Passed { from, to }) = passed.get(attribute) else { continue };
        if prior.as_str() != Some(to) || planned.as_str() != Some(from) {
            continue;
        }
        *planned = prior;
        let summary = format!("Server group {name:?} follows its primary");
        let detail = format!(
            "Its primary has passed on {attribute} = {to:?}, and nothing is changed because {from:?} is still \
             configured here. Write {to:?}, or leave {attribute} out: then it is whatever the primary has."
        );
        cx.warn(Diagnostic::warning(summary, detail).at(Path::attribute(attribute)));
    }
}

/// Checks a standby group that is to be created against its primary, as the service would when it is too late.
///
/// The primary is read only here: an existing standby follows its primary by itself.
///
/// # Errors
/// Each difference at its attribute; that there is no such primary; or that it cannot be read.
pub(super) async fn check(calls: &Calls<'_>, planned: &Model) -> Result<()> {
    let Some(primary_id) = primary_of(planned) else { return Ok(()) };
    let primary_id = primary_id.as_str();
    let name = text_or_empty(&planned.name);
    let summary = || format!("Server group {name:?} cannot stand by for {primary_id:?}");
    let Some(primary) = calls.find(primary_id, calls.bounds).await? else {
        let detail = "There is no server group with this ID in the region and project.";
        return Err(Diagnostic::error(summary(), detail).at(Path::attribute("primary_server_group_id")).into());
    };
    if let Some(first) = primary.primary_server_group_ids.first() {
        let detail = format!(
            "It is a standby group itself, of {first:?}, and a standby group has none of its own. Name {first:?} here, \
             or another group."
        );
        return Err(Diagnostic::error(summary(), detail).at(Path::attribute("primary_server_group_id")).into());
    }
    let differences = differences(planned, &primary).into_iter().map(|(attribute, own, primarys)| {
        let detail = format!(
            "A standby group takes over its primary's sessions, and so {attribute} must be the same: it is {own} here \
             and {primarys} in the primary {:?}. If the primary is about to be changed in this very run, apply that \
             change first.",
            primary.name.as_deref().unwrap_or(primary_id)
        );
        Diagnostic::error(summary(), detail).at(Path::attribute(attribute))
    });
    let differences: Diagnostics = differences.collect();
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

/// The attributes in which a standby group must equal its primary and does not, with both values.
fn differences(planned: &Model, primary: &ServerGroup) -> Vec<(&'static str, String, String)> {
    let mut differences = Vec::new();
    let texts = [("os_type", &planned.os_type, &primary.os_type), ("app_type", &planned.app_type, &primary.app_type)];
    for (attribute, own, primarys) in texts {
        if let (Some(own), Some(primarys)) = (own.as_str(), primarys)
            && own != primarys
        {
            differences.push((attribute, format!("{own:?}"), format!("{primarys:?}")));
        }
    }
    if let (Some(own), Some(primarys)) = (planned.is_vdi.as_known(), primary.is_vdi)
        && *own != primarys
    {
        differences.push(("is_vdi", own.to_string(), primarys.to_string()));
    }
    let enable = planned.ip_virtual.as_known().and_then(|it| it.enable.as_known().copied());
    if let (Some(own), Some(primarys)) = (enable, primary.ip_virtual.and_then(|it| it.enable))
        && own != primarys
    {
        differences.push(("ip_virtual", own.to_string(), primarys.to_string()));
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_group::parts::IpVirtual;

    #[test]
    fn a_standby_differs_only_in_what_is_known_on_both_sides() {
        let mut planned = Model::by_id("1", None);
        planned.os_type = "Windows".into();
        planned.app_type = Attr::Unknown;
        planned.is_vdi = Attr::Known(true);
        planned.ip_virtual = Attr::Known(IpVirtual { enable: Attr::Known(false) });
        let primary = ServerGroup {
            os_type: Some("Linux".to_owned()),
            app_type: Some("COMMON_APP".to_owned()),
            is_vdi: Some(false),
            ip_virtual: Some(huawei::IpVirtual { enable: Some(true) }),
            ..ServerGroup::default()
        };
        let attributes: Vec<_> = differences(&planned, &primary).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(attributes, ["os_type", "is_vdi", "ip_virtual"]);
        assert!(differences(&planned, &ServerGroup::default()).is_empty());
    }
}
