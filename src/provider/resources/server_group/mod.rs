//! `appstreaming_server_group`: a server group of Huawei Cloud Workspace (`/v1/{project_id}/app-server-groups`).

mod calls;
mod change;
mod model;
mod schema;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::{
    calls::Calls,
    change::{TagChange, patch},
};
use crate::{
    huawei::{CallContext, PatchServerGroup},
    provider::{clouds::Clouds, failure::failed},
    tfplug::{
        Attr, Change, Context, Diagnostic, Diagnostics, Import, MoveSource, Path, Resource, Result,
        schema::{IdentitySchema, Schema},
        timeouts::{Operation, Timeouts},
        value::Type,
    },
};

pub(in crate::provider) use self::model::Model;

const TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The resource of the vendor's own provider whose state can be taken over.
const PEER: &str = "huaweicloud_workspace_app_server_group";

/// The resource `appstreaming_server_group`.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) struct ServerGroupResource;

/// Which server group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Identity {
    pub(in crate::provider) id: Attr<String>,
    pub(in crate::provider) region: Attr<String>,
}

impl Resource for ServerGroupResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_group"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(IdentitySchema::new().required("id", Type::String, "The server group's ID.").optional(
            "region",
            Type::String,
            "The server group's region; the provider's when it is left out.",
        ))
    }

    fn identity(&self, state: &Model) -> Option<Identity> {
        Some(Identity { id: state.id.clone(), region: state.region.clone() })
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        let mut diagnostics = Diagnostics::NONE;
        let mut wrong = |attribute: &str, detail: &str| {
            diagnostics.push(Diagnostic::error(format!("Invalid {attribute}"), detail).at(Path::attribute(attribute)));
        };
        if config.image_type.as_str() == Some("gold") && config.image_product_id.is_null() {
            wrong(
                "image_product_id",
                "An image of the type \"gold\" comes from the marketplace and has a product ID: set it.",
            );
        }
        if config.is_vdi == Attr::Known(true) {
            let detail = "It is for multi-session server groups only. Remove it, or set is_vdi to false.";
            if config.route_policy.is_known() {
                wrong("route_policy", detail);
            }
            if config.ip_virtual.is_known() {
                wrong("ip_virtual", detail);
            }
        }
        diagnostics
    }

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        let replaces = !change.requires_replace.is_empty();
        let Some((prior, planned)) = change.as_update() else { return Ok(()) };
        if prior.image_id == planned.image_id {
            planned.image_name.resolve(prior.image_name.clone());
            planned.image_min_disk.resolve(prior.image_min_disk.clone());
        }
        if !replaces {
            for warning in warnings(prior, planned) {
                cx.warn(warning);
            }
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Clouds>, planned: Model) -> Result<Model> {
        let client = cx.data()?.huawei(planned.region.as_str())?;
        let timeout = Timeouts::get(&planned.timeouts, Operation::Create, TIMEOUT);
        let calls = Calls { client: &client, cx: &CallContext::new(cx.cancellation().clone()).with_timeout(timeout) };
        let created = calls.create(&planned.to_create(client.enterprise_project_id())).await?;
        let id = created.id.clone().unwrap_or_default();

        let mut state = planned.clone();
        state.storage_mount_policy = Attr::Unknown;
        state.resolve(&created, client.region());
        cx.checkpoint(&state)?;
        // The creation does not take the mount policy; it is set right after.
        if let Some(policy) = planned.storage_mount_policy.as_str() {
            let patch =
                PatchServerGroup { storage_mount_policy: Some(policy.to_owned()), ..PatchServerGroup::default() };
            calls.patch(&id, &patch).await?;
        }
        let group = calls.read_created(&id).await?;
        let mut state = planned;
        state.resolve(&group, client.region());
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let client = cx.data()?.huawei(state.region.as_str())?;
        let calls = Calls { client: &client, cx: &CallContext::new(cx.cancellation().clone()) };
        let Some(group) = calls.find(state.id.as_str().unwrap_or_default()).await? else { return Ok(None) };
        state.observe(&group, client.region());
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Clouds>, prior: Model, planned: Model) -> Result<Model> {
        let client = cx.data()?.huawei(planned.region.as_str())?;
        let timeout = Timeouts::get(&planned.timeouts, Operation::Update, TIMEOUT);
        let calls = Calls { client: &client, cx: &CallContext::new(cx.cancellation().clone()).with_timeout(timeout) };
        let id = prior.id.as_str().unwrap_or_default();

        calls.patch(id, &patch(&prior, &planned)).await?;
        let mut reached = planned.clone();
        reached.tags = prior.tags.clone();
        cx.checkpoint(&reached)?;
        calls
            .change_tags(id, &TagChange::between(&prior, &planned), prior.tag_list(), |tags| {
                reached.tags = Attr::Known(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect());
                cx.checkpoint(&reached)
            })
            .await?;
        let group = calls.read(id).await?;
        let mut state = planned;
        state.resolve(&group, client.region());
        Ok(state)
    }

    async fn delete(&self, cx: &mut Context<Clouds>, state: Model) -> Result<()> {
        let client = cx.data()?.huawei(state.region.as_str())?;
        let timeout = Timeouts::get(&state.timeouts, Operation::Delete, TIMEOUT);
        let calls = Calls { client: &client, cx: &CallContext::new(cx.cancellation().clone()).with_timeout(timeout) };
        calls.delete(state.id.as_str().unwrap_or_default()).await
    }

    async fn import(&self, cx: &mut Context<Clouds>, source: Import<Identity>) -> Result<Model> {
        let (scope, id) = match source {
            Import::Id(id) => match id.split_once('/') {
                Some((scope, id)) => (Some(scope.to_owned()), id.to_owned()),
                None => (None, id),
            },
            Import::Identity(identity) => (identity.region.into_known(), identity.id.into_known().unwrap_or_default()),
        };
        let clouds = cx.data()?;
        let calls_cx = CallContext::new(cx.cancellation().clone());
        let region = match scope {
            Some(project) if is_project_id(&project) => {
                let client = clouds.huawei(None)?;
                let own = client.project_id(&calls_cx).await.map_err(|error| failed("look up the project", &error))?;
                if own != project {
                    let detail = format!(
                        "The provider works in the project {own}. To import from {project}, set it as project_id in the \
                         provider's block huawei_cloud."
                    );
                    return Err(Diagnostic::error("Wrong project", detail).into());
                }
                None
            }
            scope => scope,
        };
        let client = clouds.huawei(region.as_deref())?;
        let calls = Calls { client: &client, cx: &calls_cx };
        calls.read(&id).await?;
        Ok(Model::by_id(&id, region.as_deref().or(client.region())))
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Model>> {
        if source.type_name != PEER {
            return Ok(None);
        }
        let text = |name: &str| source.state.get(name).and_then(|value| value.as_str()).filter(|text| !text.is_empty());
        let Some(id) = text("id") else {
            let detail = format!("The state of {PEER} has no ID. Import the server group instead.");
            return Err(Diagnostic::error("Nothing to take over", detail).into());
        };
        // All else is read from the service, as after an import; only these two it does not report.
        let mut state = Model::by_id(id, text("region"));
        if let Some(vpc_id) = text("vpc_id") {
            state.vpc_id = vpc_id.into();
        }
        if let Some(zone) = text("availability_zone") {
            state.availability_zone = zone.into();
        }
        Ok(Some(state))
    }

    fn generate_config(&self, mut config: Model) -> Model {
        // Of what the service gives by itself nothing needs to be written; empty means that it is not known.
        config.vpc_id = config.vpc_id.into_known().filter(|id| !id.is_empty()).into();
        config.availability_zone = config.availability_zone.into_known().filter(|zone| !zone.is_empty()).into();
        config
    }
}

/// The service's project IDs have this form; no region's name has.
fn is_project_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What a change means for people and servers, beyond the attribute's new value.
fn warnings(prior: &Model, planned: &Model) -> Vec<Diagnostic> {
    let name = prior.name.as_str().unwrap_or_default();
    let mut warnings = Vec::new();
    let new_servers_only = [
        ("image_id", "image", prior.image_id != planned.image_id),
        ("system_disk_size", "system disk size", prior.system_disk_size != planned.system_disk_size),
        ("ou_name", "OU", prior.ou_name != planned.ou_name),
    ];
    for (attribute, what, changes) in new_servers_only {
        let servers = prior.app_server_count.as_known().copied().unwrap_or_default();
        if changes && servers > 0 {
            let keep = if servers == 1 {
                "The 1 server that exists keeps".to_owned()
            } else {
                format!("The {servers} servers that exist keep")
            };
            let detail = format!("{keep} the old one until they are rebuilt or replaced.");
            let summary = format!("The new {what} of server group {name:?} takes effect on new servers only");
            warnings.push(Diagnostic::warning(summary, detail).at(Path::attribute(attribute)));
        }
    }
    let max_session =
        |model: &Model| model.route_policy.as_known().and_then(|policy| policy.max_session.as_known().copied());
    if let (Some(from), Some(to)) = (max_session(prior), max_session(planned))
        && from != to
    {
        let detail = format!(
            "The most sessions on a server go from {from} to {to}. How new accesses are routed is calculated anew."
        );
        let summary = format!("The routing of server group {name:?} is reset");
        warnings.push(
            Diagnostic::warning(summary, detail).at(Path::attribute("route_policy").then_attribute("max_session")),
        );
    }
    let standby = prior.standby_server_group_ids.as_known().map(Vec::as_slice).unwrap_or_default();
    let followed = [
        ("app_type", "application type", prior.app_type != planned.app_type && !planned.app_type.is_unknown()),
        (
            "storage_mount_policy",
            "mount policy",
            prior.storage_mount_policy != planned.storage_mount_policy && !planned.storage_mount_policy.is_unknown(),
        ),
    ];
    for (attribute, what, changes) in followed {
        if changes && !standby.is_empty() {
            let detail = format!("These stand by for it and get the same {what}: {}.", standby.join(", "));
            let summary = format!("The new {what} of server group {name:?} follows on its standby groups");
            warnings.push(Diagnostic::warning(summary, detail).at(Path::attribute(attribute)));
        }
    }
    warnings
}
