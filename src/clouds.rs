//! The two clouds as resources see them: a client for each, made when the provider is configured and used or not.

use std::{sync::Arc, time::Duration};

use cloud::{Machine, People};
use tfplug::{Context, Diagnostic, Diagnostics, Path, Result};

use super::{
    failure::{Block, failed},
    holders::{Authorized, Claims, Holders, Predecessors},
    phase::Phase,
    server_group::TagRules,
    shared::{DeliveryGroups, ServerGroups, Shared},
    turns::Turns,
};

/// A client for each cloud. A configuration needs only the one whose resources it has, so what is wrong with the other
/// is said when it is used, and not before.
#[derive(Debug)]
pub struct Clouds {
    pub(super) alibaba: Cloud<alibaba::Client>,
    pub(super) huawei: Cloud<huawei::Client>,
    /// The machine that the provider runs on.
    pub(super) machine: Machine,
    /// How people are spoken of.
    pub(super) people: People,
    /// How long the effect of a change whose answer was lost is looked for at least.
    pub(super) lost_answer_wait: Duration,
    /// Who is next at each delivery group.
    pub(super) turns: Turns,
    /// Whom the resources of this run authorize.
    pub(super) authorized: Authorized,
    /// What the resources of this run make of a delivery group: its image, or when its update begins. `None` is what
    /// is only known after apply.
    pub(super) settings: Holders<Option<String>>,
    /// Which image a group had before Terraform, where a resource is replaced in this run.
    pub(super) predecessors: Predecessors,
    /// Whether Terraform plans or applies.
    pub(super) phase: Phase,
    /// What is said of the tags of all server groups.
    pub(super) server_group_tags: TagRules,
    /// The server groups that resources of this run have.
    pub(super) server_groups: Claims,
    /// The delivery groups of which it was said in this walk that an earlier run has left them drained.
    pub(super) told_of_drains: Claims,
    /// The delivery groups that refreshes and data sources read.
    pub(super) delivery_groups: Shared<DeliveryGroups>,
    /// The server groups that refreshes read, where the configuration trusts what a list shows of them.
    pub(super) listed_server_groups: Option<Shared<ServerGroups>>,
}

/// How far one cloud is.
#[derive(Debug)]
pub(super) enum Cloud<C> {
    /// Ready to be called.
    Ready(C),
    /// Its part of the provider block has values that are only known after apply.
    Unknown,
    /// Its part of the provider block cannot work.
    Broken(Arc<cloud::Error>),
}

impl<C> Cloud<C> {
    pub(super) fn new(client: std::result::Result<C, cloud::Error>) -> Self {
        client.map_or_else(|error| Self::Broken(Arc::new(error)), Self::Ready)
    }

    fn get(&self, block: Block) -> Result<&C> {
        let block = block.name();
        match self {
            Self::Ready(client) => Ok(client),
            Self::Unknown => {
                let detail = format!(
                    "Its block {block} holds values that are only known after apply. Apply what they come from first, \
                     for instance with -target, or use values that are known when Terraform plans."
                );
                Err(Diagnostic::error("The provider is not configured yet", detail).into())
            }
            Self::Broken(error) => Err(failed(&format!("use the provider's block {block}"), error).into()),
        }
    }
}

/// The client of Alibaba Cloud App Streaming for a plan, which goes without it as long as the provider's configuration
/// is only known after apply. A configuration that cannot work is an error already then.
pub(super) fn alibaba_while_planning(cx: &Context<Clouds>, region: Option<&str>) -> Result<Option<alibaba::Client>> {
    let Ok(clouds) = cx.data() else { return Ok(None) };
    if matches!(clouds.alibaba, Cloud::Unknown) { Ok(None) } else { clouds.alibaba(region).map(Some) }
}

/// The same for Huawei Cloud Workspace.
pub(super) fn huawei_while_planning(cx: &Context<Clouds>, region: Option<&str>) -> Result<Option<huawei::Client>> {
    let Ok(clouds) = cx.data() else { return Ok(None) };
    if clouds.knows_huawei() { clouds.huawei(region).map(Some) } else { Ok(None) }
}

/// The name that a resource has among those who hold, in an entry of its private data; a new one where it has none yet.
/// Terraform tells the provider no addresses.
pub(crate) fn name_in(cx: &mut Context<Clouds>, entry: &str) -> Result<String> {
    match cx.private().get(entry) {
        Some(name) => Ok(name),
        None => new_name_in(cx, entry),
    }
}

/// Gives a resource a new name, in an entry of its private data.
pub(crate) fn new_name_in(cx: &mut Context<Clouds>, entry: &str) -> Result<String> {
    let machine = cx.data().map(|clouds| clouds.machine.clone()).unwrap_or_default();
    let name = machine.unique().simple().to_string();
    cx.private_mut().set(entry, &name)?;
    Ok(name)
}

impl Clouds {
    /// The client of Alibaba Cloud App Streaming for delivery groups in a region: the one that the attribute `region`
    /// names, or the provider's.
    pub(super) fn alibaba(&self, region: Option<&str>) -> Result<alibaba::Client> {
        let client = self.alibaba.get(Block::AlibabaCloud)?;
        client.in_region(region).map_err(|error| not_in(region, &error))
    }

    /// Whether all is known that the block of Huawei Cloud says.
    pub(super) fn knows_huawei(&self) -> bool {
        !matches!(self.huawei, Cloud::Unknown)
    }

    /// The client of Huawei Cloud Workspace for server groups in a region, likewise.
    pub(super) fn huawei(&self, region: Option<&str>) -> Result<huawei::Client> {
        let client = self.huawei.get(Block::HuaweiCloud)?;
        client.in_region(region).map_err(|error| not_in(region, &error))
    }
}

/// A region for which the provider's endpoint is not.
fn not_in(region: Option<&str>, error: &cloud::Error) -> Diagnostics {
    let attempt = format!("use the provider's endpoint for the region \"{}\"", region.unwrap_or_default());
    failed(&attempt, error).at(Path::attribute("region")).into()
}
