//! How work on servers begins.

use jiff::Timestamp;

use super::super::{
    huawei::HuaweiWorld,
    workspace::{Job, JobKind, JobStatus, JobStep},
};
use crate::{clock::later, random::Random};

/// Work that shall begin.
#[derive(Debug)]
pub(crate) struct Order<'o> {
    /// The project it belongs to.
    pub project_id: &'o str,
    /// What is to be done.
    pub kind: JobKind,
    /// The servers, each with its group, as ids.
    pub servers: &'o [(String, String)],
    /// How long it takes.
    pub seconds: u64,
    /// The image or the host that servers get.
    pub brings: Option<String>,
    /// Whether the access agent is brought up to date on the way.
    pub updates_agent: bool,
}

impl HuaweiWorld {
    /// Begins work; answers the job's id.
    pub(crate) fn begin_job(&mut self, order: Order<'_>, now: Timestamp, random: &mut Random) -> String {
        let id = random.digits(18);
        let mut steps = Vec::new();
        for (server_id, group_id) in order.servers {
            if order.kind.ends_sessions() {
                self.end_sessions_on(server_id, now);
            }
            let Some(group) = self.server_groups.get_mut(group_id) else { continue };
            let Some(server) = group.servers.get_mut(server_id) else { continue };
            server.task_status = Some(order.kind.task_status().to_owned());
            server.vm_status = None;
            server.job_id = Some(id.clone());
            server.updated_at = Some(now);
            if order.kind.ends_sessions() {
                server.session_count = 0;
                "UNREGISTER".clone_into(&mut server.status);
            }
            let upgrades = order.kind == JobKind::UpgradeAccessAgent;
            steps.push(JobStep {
                id: random.digits(18),
                resource_id: server_id.clone(),
                resource_name: server.name.clone(),
                server_group_id: Some(group_id.clone()),
                status: JobStatus::Running,
                error: None,
                previous_version: upgrades.then(|| server.agent_version.clone()),
            });
        }
        let job = Job {
            project_id: order.project_id.to_owned(),
            kind: order.kind,
            status: JobStatus::Running,
            begin_time: now,
            end_time: later(now, order.seconds),
            steps,
            brings: order.brings,
            updates_agent: order.updates_agent,
        };
        self.jobs.insert(id.clone(), job);
        id
    }
}
