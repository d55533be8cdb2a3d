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
    /// The servers, each with its group, as ids; image servers have none.
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
            let place = (server_id.as_str(), group_id.as_str());
            let begun = if order.kind.is_about_images() {
                self.begin_on_image_server(order.kind, server_id, now).map(|name| (name, None))
            } else {
                self.begin_on_server(order.kind, place, &id, now)
            };
            let Some((resource_name, previous_version)) = begun else { continue };
            steps.push(JobStep {
                id: random.digits(18),
                resource_id: server_id.clone(),
                resource_name,
                server_group_id: Some(group_id.clone()).filter(|id| !id.is_empty()),
                status: JobStatus::Running,
                error: None,
                previous_version,
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
            execution_id: None,
        };
        self.jobs.insert(id.clone(), job);
        id
    }

    /// Answers the server's name, and its agent's version where that is what is worked on.
    fn begin_on_server(
        &mut self,
        kind: JobKind,
        (server_id, group_id): (&str, &str),
        job_id: &str,
        now: Timestamp,
    ) -> Option<(String, Option<String>)> {
        if kind.ends_sessions() {
            self.end_sessions_on(server_id, now);
        }
        let server = self.server_groups.get_mut(group_id)?.servers.get_mut(server_id)?;
        server.task_status = Some(kind.task_status().to_owned());
        server.vm_status = None;
        server.job_id = Some(job_id.to_owned());
        server.updated_at = Some(now);
        if kind.ends_sessions() {
            server.session_count = 0;
            "UNREGISTER".clone_into(&mut server.status);
        }
        let upgrades = kind == JobKind::UpgradeAccessAgent;
        Some((server.name.clone(), upgrades.then(|| server.agent_version.clone())))
    }

    /// Answers the image server's name.
    fn begin_on_image_server(&mut self, kind: JobKind, id: &str, now: Timestamp) -> Option<String> {
        let server = self.image_servers.get_mut(id)?;
        let status = match kind {
            JobKind::CreateServerImage => "BUILDING",
            JobKind::DeleteImageServer => "DELETING",
            _ => "CREATING",
        };
        status.clone_into(&mut server.status);
        server.updated_at = now;
        Some(server.name.clone())
    }
}
