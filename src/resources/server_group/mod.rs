//! `appstreaming_server_group`: a server group of Huawei Cloud Workspace (`/v1/{project_id}/app-server-groups`).

mod attributes;
mod calls;
mod change;
mod deletion;
pub(crate) mod model;
mod rules;
pub(crate) mod standby;
mod tagging;
mod takeover;
mod warnings;

use std::time::Duration;

use cloud::Found;
use huawei::{PatchServerGroup, ServerGroup};
use tfplug::{
    Attr, Change, Context, Diagnostic, Diagnostics, Import, MoveSource, Path, Resource, Result, resource,
    timeouts::Operation,
};

use self::{
    calls::Calls,
    change::{TagChange, patch},
    warnings::warnings,
};
use crate::{
    bounds::Bounded,
    clouds::{Clouds, huawei_while_planning},
    failure::failed,
    server_group::{
        Identity,
        parts::{is_unset, tags},
        tag_rules::MAX_TAGS,
    },
};

pub(crate) use self::model::Model;

const TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The resource `appstreaming_server_group`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupResource;

#[resource("appstreaming_server_group")]
impl Resource for ServerGroupResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

    fn identity(&self, state: &Model) -> Option<Identity> {
        Some(Identity { id: state.id.clone(), region: state.region.clone() })
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        rules::validate(config)
    }

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        let replaces = change.prior.is_some() && !change.requires_replace.is_empty();
        let config = change.config.clone();
        if let Some(planned) = &mut change.planned {
            plan_tags(cx, planned)?;
        }
        if (change.prior.is_none() || replaces)
            && let (Some(planned), Some(config)) = (&change.planned, &config)
        {
            rules::check_network(planned, config)?;
            // What is wrong with the provider block is said here, before anything is created.
            let client = huawei_while_planning(cx, planned.region.as_str())?;
            if planned.primary_server_group_id.is_known()
                && let Some(client) = client
            {
                let calls = Calls { client: &client, bounds: &cx.bounds() };
                standby::check(&calls, planned).await?;
            }
        }
        if replaces {
            return Ok(());
        }
        let (Some((prior, planned)), Some(config)) = (change.as_update(), config) else { return Ok(()) };
        standby::keep(cx, prior, planned);
        plan_in_place(prior, planned, &config);
        rules::check_policy_change(prior, planned)?;
        for warning in warnings(prior, planned, &config) {
            cx.warn(warning);
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Clouds>, mut planned: Model) -> Result<Model> {
        let clouds = cx.data()?;
        planned.tags_all.resolve(clouds.server_group_tags.all(&planned.tags));
        let client = clouds.huawei(planned.region.as_str())?;
        let calls = Calls { client: &client, bounds: &cx.bounds_of(&planned.timeouts, Operation::Create, TIMEOUT) };
        let mut wanted = planned.to_create(client.enterprise_project_id())?;
        standby::inherit(&calls, &mut wanted).await?;
        let created = calls.create(&wanted, &clouds).await?;
        let mut state = planned.clone();
        state.storage_mount_policy = Attr::Unknown;
        state.resolve(&created, client.region());
        cx.checkpoint(&state)?;
        finish(cx, &calls, planned, created).await
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let clouds = cx.data()?;
        let client = clouds.huawei(state.region.as_str())?;
        let calls = Calls { client: &client, bounds: &cx.bounds() };
        let id = state.id.require("id")?;
        clouds.server_groups.claim(id);
        let mut found = None;
        if let Some(listed) = &clouds.listed_server_groups {
            match listed.read(&client, id, state.enterprise_project_id.as_str(), calls.bounds).await {
                Ok(Found::Listed(group)) if state.is_as(&group, client.region(), &clouds.server_group_tags) => {
                    return Ok(Some(state));
                }
                Ok(Found::Alone(group)) => found = Some(group),
                // A list may be older than what it is compared with.
                Ok(Found::Listed(_)) | Err(_) => {}
            }
        }
        if found.is_none() {
            let created_at = state.created_at.as_str().and_then(|created_at| created_at.parse().ok());
            found = calls.find_known(id, created_at).await?;
        }
        let Some(group) = found else { return Ok(None) };
        let before = standby::followed(&state);
        state.observe(&group, client.region(), &clouds.server_group_tags);
        standby::observe(cx, &calls, &before, &state).await?;
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Clouds>, prior: Model, mut planned: Model) -> Result<Model> {
        let clouds = cx.data()?;
        planned.tags_all.resolve(clouds.server_group_tags.all(&planned.tags));
        let client = clouds.huawei(planned.region.as_str())?;
        let calls = Calls { client: &client, bounds: &cx.bounds_of(&planned.timeouts, Operation::Update, TIMEOUT) };
        let id = prior.id.require("id")?;
        clouds.server_groups.claim(id);

        if !changes(&prior, &planned) {
            return Ok(planned);
        }
        let (patch, tag_change) = (patch(&prior, &planned), TagChange::between(&prior, &planned));
        calls.patch(id, &patch, prior.enterprise_project_id.as_str()).await?;
        let mut reached = planned.clone();
        reached.tags.clone_from(&prior.tags);
        reached.tags_all = Attr::Known(tags(&prior.tag_list()));
        cx.checkpoint(&reached)?;
        calls
            .change_tags(id, &tag_change, prior.tag_list(), |reached_tags| {
                let mut own = tags(reached_tags);
                own.retain(|key, _| [&prior, &planned].iter().any(|model| model.has_own_tag(key)));
                reached.tags = Attr::Known(own);
                reached.tags_all = Attr::Known(tags(reached_tags));
                cx.checkpoint(&reached)
            })
            .await?;
        let group = read_changed(cx, &calls, id, &patch, &tag_change).await?;
        let mut state = planned;
        state.resolve(&group, client.region());
        Ok(state)
    }

    async fn delete(&self, cx: &mut Context<Clouds>, state: Model) -> Result<()> {
        let client = cx.data()?.huawei(state.region.as_str())?;
        let calls = Calls { client: &client, bounds: &cx.bounds_of(&state.timeouts, Operation::Delete, TIMEOUT) };
        calls.delete(state.id.require("id")?).await
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
        let bounds = cx.bounds();
        let region = match scope {
            Some(project) if is_project_id(&project) => {
                let client = clouds.huawei(None)?;
                let own = client.project_id(&bounds).await.map_err(|error| failed("look up the project", &error))?;
                if own != project {
                    let detail = format!(
                        "The provider works in the project {own}. To import from {project}, set it as project_id in \
                         the provider's block huawei_cloud."
                    );
                    return Err(Diagnostic::error("Wrong project", detail).into());
                }
                None
            }
            scope => scope,
        };
        let client = clouds.huawei(region.as_deref())?;
        let calls = Calls { client: &client, bounds: &bounds };
        calls.read(&id, calls.bounds).await?;
        Ok(Model::by_id(&id, region.as_deref().or(client.region())))
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Model>> {
        takeover::from_peer(source)
    }

    fn generate_config(&self, mut config: Model) -> Model {
        if config.is_vdi == Attr::Known(true) {
            // The service reports them for single-session groups too, and takes them for the others only.
            config.route_policy = Attr::Null;
            config.ip_virtual = Attr::Null;
        }
        // Empty means that the service does not report it.
        config.vpc_id = config.vpc_id.into_known().filter(|id| !id.is_empty()).into();
        config.availability_zone = config.availability_zone.into_known().filter(|zone| !zone.is_empty()).into();
        config
    }
}

/// The service's project IDs have this form; no region's name has.
fn is_project_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Brings a group that was created to what was planned. Whoever asks to stop by then waits for that: a creation that
/// ended without it would be replaced by the next apply.
async fn finish(cx: &mut Context<Clouds>, calls: &Calls<'_>, planned: Model, created: ServerGroup) -> Result<Model> {
    let id = created.id.clone().unwrap_or_default();
    let mut read = calls.read_created(&id).await;
    // The creation does not take the mount policy, and a standby group has its primary's.
    let present = read.as_ref().map_or(&created, |group| group).storage_mount_policy.clone();
    if let Some(policy) = planned.storage_mount_policy.as_str()
        && present.as_deref() != Some(policy)
    {
        let patch = PatchServerGroup { storage_mount_policy: Some(policy.to_owned()), ..PatchServerGroup::default() };
        let in_grace = Calls { client: calls.client, bounds: &calls.bounds.or_grace() };
        in_grace.patch(&id, &patch, None).await?;
        read = read_changed(cx, &in_grace, &id, &patch, &TagChange::default()).await;
    }
    if let Err(why) = &read {
        let summary = format!("Server group {id:?} was created, and could not be read then");
        let mut detail = "What only the service knows of it is left out until the next refresh.".to_owned();
        why.iter().for_each(|why| detail.push_str(&format!("\n\n{}: {}", why.summary, why.detail)));
        cx.warn(Diagnostic::warning(summary, detail));
    }
    let mut state = planned;
    state.resolve(read.as_ref().unwrap_or(&created), calls.client.region());
    state.settle();
    Ok(state)
}

/// Reads a group that was changed; where it does not show that in the usual time, as it is, with a warning.
async fn read_changed(
    cx: &mut Context<Clouds>,
    calls: &Calls<'_>,
    id: &str,
    patch: &PatchServerGroup,
    tags: &TagChange,
) -> Result<ServerGroup> {
    match calls.read_changed(id, patch, tags).await? {
        Some(group) => Ok(group),
        None => {
            cx.warn(not_shown_yet(id));
            calls.read(id, calls.bounds).await
        }
    }
}

fn not_shown_yet(id: &str) -> Diagnostic {
    let detail = "The service accepted the change, and its answers did not show it within the time that this usually \
                  takes. The state has it. While the answers are older, a plan shows the change once more.";
    Diagnostic::warning(format!("Server group {id:?} does not show its change yet"), detail)
}

/// The tags that it will have in all, which are not known as long as the provider's block is not.
fn plan_tags(cx: &Context<Clouds>, planned: &mut Model) -> Result<()> {
    planned.tags_all = match cx.data() {
        Ok(clouds) if clouds.knows_huawei() => clouds.server_group_tags.all(&planned.tags),
        _ => Attr::Unknown,
    };
    let count = planned.tags_all.as_known().map_or(0, |tags| tags.len());
    if count <= MAX_TAGS {
        return Ok(());
    }
    let detail = format!(
        "With default_tags of the provider's block there are {count}, and a server group has at most {MAX_TAGS}."
    );
    Err(Diagnostic::error("Invalid tags", detail).at(Path::attribute("tags")).into())
}

/// Whether there is anything to call the service for. What is not known yet may turn out to be.
fn changes(prior: &Model, planned: &Model) -> bool {
    planned.awaits_values()
        || !patch(prior, planned).is_empty()
        || TagChange::between(prior, planned) != TagChange::default()
}

/// Refines a plan that changes a group in place.
fn plan_in_place(prior: &Model, planned: &mut Model, config: &Model) {
    if prior.image_id == planned.image_id {
        planned.image_name.resolve(prior.image_name.clone());
        planned.image_min_disk.resolve(prior.image_min_disk);
    }
    let is_another = prior.image_id != planned.image_id || prior.image_type != planned.image_type;
    if is_another && is_unset(&config.image_product_id) {
        // The product belongs to the old image. What comes from no marketplace has none.
        let leaves_the_marketplace = prior.image_type.as_str() == Some("gold") && planned.image_type.is_known();
        planned.image_product_id = match &config.image_product_id {
            Attr::Null if !leaves_the_marketplace => Attr::Unknown,
            config => config.clone(),
        };
    }
    // What an import could not learn is taken from the configuration as soon as there is a change anyway.
    if !changes(prior, planned) {
        planned.keep_results(prior);
        return;
    }
    planned.forget_results();
    for (planned, config) in
        [(&mut planned.vpc_id, &config.vpc_id), (&mut planned.availability_zone, &config.availability_zone)]
    {
        if planned.as_str() == Some("") && config.is_known() {
            planned.clone_from(config);
        }
    }
}
